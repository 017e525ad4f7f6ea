"""What the access walk's workspaces hold of comments."""

from datetime import datetime
from typing import Any

from app import db
from app.accounts.models import Account
from app.comments.models import HideRecord, HideRule, HideRuleKind
from app.dispatches.models import DispatchKind, DispatchState
from app.saved_replies.models import SavedReply
from tests.comment_factories import make_comment, make_contact, make_dispatch, make_media


def add_comments(account: Account, user_id: int, mark: str, now: datetime) -> dict[str, Any]:
    """Write a comment with all that hangs on it; return the ids. Texts carry `mark`."""
    picture = f"{account.workspace_id}/poster.webp"
    media = make_media(account, caption=f"Подпись {mark}", picture_path=picture, now=now)
    contact = make_contact(account, f"{mark}.fan", now=now)
    comment = make_comment(media, f"Вопрос {mark}", contact=contact, now=now)
    refused = make_dispatch(
        comment, state=DispatchState.REFUSED, text=f"Ответ {mark}", created_by_id=user_id, reason="unknown", now=now
    )
    batch = f"batch-of-{account.id:016d}"
    make_dispatch(comment, DispatchKind.DELETE, created_by_id=user_id, batch=batch, now=now)
    rule = HideRule(kind=HideRuleKind.WORD, word=mark, created_at=now)
    record = HideRecord(comment_id=comment.id, kind=HideRuleKind.WORD, matched=mark, at=now)
    reply = SavedReply(shortcut=mark, text=f"Готовый ответ {mark}", updated_at=now)
    with db.workspace_scope(account.workspace_id), db.transaction() as session:
        session.add_all([rule, record, reply])
    return {
        "media_id": media.id,
        "contact_id": contact.id,
        "comment_id": comment.id,
        "comment_dispatch_id": refused.id,
        "batch": batch,
        "hide_rule_id": rule.id,
        "hide_record_id": record.id,
        "saved_reply_id": reply.id,
    }
