"""The local Instagram as the demo needs it: told who we are, with an account whose owner says yes."""

from typing import Any
from urllib.parse import parse_qsl, urlsplit

import requests

from app.accounts.begin_connect import redirect_uri
from app.config import Config

TIMEOUT_SECONDS = 20


class Sandbox:
    """The sandbox at `origin`."""

    def __init__(self, origin: str) -> None:
        self.origin = origin

    def introduce(self, config: Config) -> None:
        """Tell the sandbox which app we are, as an operator tells Meta's dashboard."""
        self._control(
            "settings",
            {
                "app_id": config.instagram_app_id,
                "app_secret": config.instagram_app_secrets[0],
                "verify_token": config.instagram_verify_token,
                "redirect_uris": [redirect_uri(config.public_url)],
                "deauthorize_url": f"{config.public_url}/instagram/deauthorize",
                "data_deletion_url": f"{config.public_url}/instagram/data-deletion",
            },
        )

    def add_account(self, username: str, name: str) -> str:
        """Return the user id of the account with this name: a shop with its history, opened unless it is there."""
        return str(self._control("demo", {"username": username, "name": name})["user_id"])

    def consent(self, authorize_url: str, user_id: str) -> str:
        """Press «Allow» on the consent page as the account's owner; return where the browser is sent."""
        asked = dict(parse_qsl(urlsplit(authorize_url).query))
        form = [*asked.items(), ("account", user_id), ("decision", "allow")]
        form += [("allowed", scope) for scope in asked["scope"].replace(" ", ",").split(",")]
        page = authorize_url.partition("?")[0]
        answer = requests.post(page, data=form, timeout=TIMEOUT_SECONDS, allow_redirects=False)
        answer.raise_for_status()
        return str(answer.headers["Location"])

    def _control(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        answer = requests.post(f"{self.origin}/sandbox/{path}", json=body, timeout=TIMEOUT_SECONDS)
        answer.raise_for_status()
        return dict(answer.json())
