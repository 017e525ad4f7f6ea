"""Walking Instagram's consent page as a browser does: read the form, send the form, be sent back."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from html import unescape
from urllib.parse import parse_qs, urljoin, urlsplit

import requests

from tests.sandbox_server import SandboxServer

_ACTION = re.compile(r'<form[^>]*action="([^"]+)"')
_HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)">')
_SCOPE = re.compile(r'name="allowed" value="([^"]+)"')


@dataclass(frozen=True)
class SentBack:
    """Where the consent page sent the browser."""

    url: str

    @property
    def query(self) -> dict[str, str]:
        """The parameters, each once."""
        return {name: values[0] for name, values in parse_qs(urlsplit(self.url).query).items()}

    @property
    def path(self) -> str:
        """Path and query, for a test client."""
        parts = urlsplit(self.url)
        return f"{parts.path}?{parts.query}"


def consent(
    authorize_url: str, ig_user_id: str = "", *, without: Collection[str] = (), decision: str = "allow"
) -> SentBack:
    """Open the consent page and press a button there, as the account's owner, with some scopes unticked."""
    page = requests.get(authorize_url, timeout=10)
    assert page.status_code == 200, page.text
    form = [(name, unescape(value)) for name, value in _HIDDEN.findall(page.text)]
    form += [("account", ig_user_id), ("decision", decision)]
    form += [("allowed", scope) for scope in _SCOPE.findall(page.text) if not scope.endswith(tuple(without) or ("\n",))]
    action = _ACTION.search(page.text)
    assert action is not None
    answer = requests.post(urljoin(authorize_url, unescape(action[1])), form, timeout=10, allow_redirects=False)
    assert answer.status_code == 302, answer.text
    return SentBack(answer.headers["Location"])


def token_of(sandbox: SandboxServer, ig_user_id: str, **values: object) -> str:
    """Return another token of an account: `scopes`, `issued_at`, `expires_in` as in sandbox.md."""
    return str(sandbox.call("POST", f"/accounts/{ig_user_id}/token", dict(values))["access_token"])
