"""The local Instagram as the demo needs it: told who we are, with an account whose owner says yes."""

from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import requests

from app.accounts.begin_connect import redirect_uri
from app.config import Config

TIMEOUT_SECONDS = 20
WEBHOOK_PATH = "/webhooks/instagram"
SERVICE_DOWN = {"code": 2, "message": "An unexpected error has occurred. Please retry your request later."}


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
                "webhook_url": f"{config.public_url}{WEBHOOK_PATH}",
                "verify_token": config.instagram_verify_token,
                "redirect_uris": [redirect_uri(config.public_url)],
                "deauthorize_url": f"{config.public_url}/instagram/deauthorize",
                "data_deletion_url": f"{config.public_url}/instagram/data-deletion",
            },
        )

    def add_account(self, username: str, name: str, size: str = "whole") -> str:
        """Return the user id of the account with this name: a shop with its history, opened unless it is there.

        One that is `small` is a young branch.
        """
        return str(self._control("demo", {"username": username, "name": name, "size": size})["user_id"])

    def set_clock(self, at: datetime) -> None:
        """Make it `at` there, from where its clock runs on."""
        self._control("clock", {"set": at.timestamp()})

    def be_as_usual(self, now: datetime) -> None:
        """Make it the present there, with nothing refused."""
        self.set_clock(now)
        self.fetch_from_here(is_allowed=True)

    def fetch_from_here(self, *, is_allowed: bool) -> None:
        """Let it fetch files from this machine, or refuse to, as Instagram refuses addresses nobody outside reaches."""
        self._control("settings", {"allow_private_urls": is_allowed})

    def refuse_once(self, path: str) -> None:
        """Let the next call whose path ends so find Instagram out of order."""
        order = {"action": "error", "path": f"{path}$", "status": 500, "error": SERVICE_DOWN}
        self._control("faults", order)

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
