"""`/{ig-user-id}/likes`: liking comments as the account (changelog, 2026-04-22).

UNVERIFIED: which permission it takes with Instagram Login; here that of moderating comments.
"""

from typing import Any

from sandbox.errors import absent, missing_scope, required
from sandbox.records import Comment
from sandbox.web.call import Call


def like(call: Call) -> dict[str, Any]:
    """`POST`: like a comment under the account's media."""
    call.world.comments.like(_comment(call, "POST").id, call.account.user_id)
    return {"success": True}


def unlike(call: Call) -> dict[str, Any]:
    """`DELETE`: take the like back."""
    call.world.comments.unlike(_comment(call, "DELETE").id, call.account.user_id)
    return {"success": True}


def _comment(call: Call, method: str) -> Comment:
    if call.world.settings.likes == "reject":
        raise missing_scope()
    comment_id = str(call.params.get("comment_id") or "")
    if not comment_id:
        raise required("comment_id")
    comment = call.world.comments.find(comment_id)
    media = call.world.media.find(comment.media_id) if comment else None
    if comment is None or media is None or media.user_id != call.account.user_id:
        raise absent(method, comment_id)
    return comment
