"""Have somebody write to an account where Instagram is the sandbox: the whole way in, from signature to page."""

import secrets

import requests

from app.accounts.models import Account
from app.errors import RuleError

TIMEOUT_SECONDS = 5


def send_test_message(account: Account, text: str, *, sandbox_url: str) -> None:
    """Let a new person of the sandbox write `text` to the account. Raises RuleError `test_message_failed`."""
    writer = _control(sandbox_url, "people", {"username": f"self.check.{secrets.token_hex(3)}"})
    _control(
        sandbox_url, f"accounts/{account.ig_user_id}/messages", {"from": writer.get("id"), "message": {"text": text}}
    )


def _control(sandbox_url: str, path: str, body: dict[str, object]) -> dict[str, object]:
    try:
        answer = requests.post(
            f"{sandbox_url}/sandbox/{path}", json=body, timeout=TIMEOUT_SECONDS, allow_redirects=False
        )
        answer.raise_for_status()
        return dict(answer.json())
    except (requests.RequestException, ValueError) as error:
        raise RuleError("test_message_failed") from error
