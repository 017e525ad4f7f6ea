"""Hide a comment because a rule says so."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.comments.hide_rules import Match, match_rules
from app.comments.models import Comment, HideRecord, HideRule
from app.dispatches.models import DispatchKind
from app.dispatches.new_dispatch import add_dispatch
from app.insert_new import insert_new


def hide_by_rule(session: Session, comment: Comment, now: datetime) -> Match | None:
    """Ask for a new comment to be hidden when a rule of its workspace finds something in it; log which one and what."""
    rules = session.scalars(select(HideRule).where(HideRule.is_on.is_(True)).order_by(HideRule.id)).all()
    match = match_rules(comment.text, rules)
    if match is None:
        return None
    is_first = insert_new(
        session,
        HideRecord,
        workspace_id=comment.workspace_id,
        comment_id=comment.id,
        rule_id=match.rule.id,
        kind=match.rule.kind,
        matched=match.found,
        at=now,
    )
    if is_first:
        add_dispatch(
            session,
            workspace_id=comment.workspace_id,
            account_id=comment.account_id,
            comment_id=comment.id,
            kind=DispatchKind.HIDE,
            form_token=None,
            now=now,
        )
    return match
