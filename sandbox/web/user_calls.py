"""Calls about the account itself."""

from typing import Any

from sandbox.web.call import Call
from sandbox.web.fields import render
from sandbox.web.nodes import ACCOUNT_FIELDS, wanted_fields


def get_account(call: Call) -> dict[str, Any]:
    """`GET /me` and `GET /{ig-user-id}`."""
    return render(call.account, ACCOUNT_FIELDS, wanted_fields(call.params, "id"))
