"""Rules that hide comments: adding, switching, deleting, trying out, and undoing what one has done."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update

from app.comments.hide_rules import MATCHED_CHARACTERS, find_words, match_rules
from app.comments.models import Comment, HideRecord, HideRule, HideRuleKind
from app.db import changed_rows, current_workspace_id, deadlock_safe, reading, transaction
from app.dispatches.moderate import write_unhide
from app.errors import NotFound, RuleError
from app.search.folding import fold

MOST_RULES = 200
TRIED_ON = 50
"""So many of the newest comments a rule is tried on before it is kept."""


class HideRuleError(RuleError):
    """A rule cannot be kept so."""


@dataclass(frozen=True)
class Trial:
    """What a rule would have hidden of the newest comments."""

    looked_at: int
    found: Sequence[tuple[Comment, str]]
    """Each comment with the part that the rule finds."""


def checked_rule(kind: HideRuleKind, word: str) -> HideRule:
    """Return a rule as it would be kept. Raises HideRuleError."""
    word = " ".join(word.split()) if kind is HideRuleKind.WORD else ""
    if kind is HideRuleKind.WORD and not fold(word):
        raise HideRuleError("hide_word_empty", field="word")
    if len(word) > MATCHED_CHARACTERS:
        raise HideRuleError("hide_word_too_long", field="word", most=MATCHED_CHARACTERS)
    return HideRule(kind=kind, word=word, is_on=True)


def try_rule(kind: HideRuleKind, word: str) -> Trial:
    """Return what a rule would have hidden of other people's newest comments. Raises HideRuleError."""
    rule = checked_rule(kind, word)
    newest = select(Comment.id).where(Comment.workspace_id == current_workspace_id(), Comment.gone_at.is_(None))
    with reading() as session:
        ids = session.scalars(newest.where(Comment.is_own.is_(False)).order_by(Comment.id.desc()).limit(TRIED_ON)).all()
        comments = session.scalars(select(Comment).where(Comment.id.in_(ids)).order_by(Comment.id.desc())).all()
    matches = ((comment, match_rules(comment.text, [rule])) for comment in comments)
    return Trial(len(comments), [(comment, match.found) for comment, match in matches if match])


@deadlock_safe
def create_hide_rule(kind: HideRuleKind, word: str, *, user_id: int, now: datetime) -> HideRule:
    """Keep a rule: from now on it hides new comments. Raises HideRuleError, also when there is the same one."""
    rule = checked_rule(kind, word)
    with transaction() as session:
        known = session.scalars(select(HideRule)).all()
        if any(_is_same(rule, other) for other in known):
            raise HideRuleError("hide_rule_known", field="word")
        if len(known) >= MOST_RULES:
            raise HideRuleError("too_many_hide_rules", most=MOST_RULES)
        rule.created_by_id, rule.created_at = user_id, now
        session.add(rule)
    return rule


def _is_same(rule: HideRule, other: HideRule) -> bool:
    if rule.kind is not other.kind or rule.kind is not HideRuleKind.WORD:
        return rule.kind is other.kind
    return fold(rule.word) == fold(other.word) and find_words(other.word, rule.word) is not None


@deadlock_safe
def switch_hide_rule(rule_id: int, *, is_on: bool) -> None:
    """Switch a rule on or off. Raises NotFound."""
    with transaction() as session:
        if session.scalar(select(HideRule.id).where(HideRule.id == rule_id)) is None:
            raise NotFound(f"hide rule {rule_id}")
        session.execute(update(HideRule).where(HideRule.id == rule_id).values(is_on=is_on))


@deadlock_safe
def delete_hide_rule(rule_id: int) -> None:
    """Delete a rule; what it has hidden stays hidden, and in the log. Raises NotFound."""
    with transaction() as session:
        rule = session.scalar(select(HideRule).where(HideRule.id == rule_id))
        if rule is None:
            raise NotFound(f"hide rule {rule_id}")
        session.delete(rule)


@deadlock_safe
def restore_hidden(record_id: int, *, user_id: int, now: datetime) -> bool:
    """Show again what a rule has hidden; return whether it was not restored before. Raises NotFound, RuleError."""
    with transaction() as session:
        record = session.scalar(select(HideRecord).where(HideRecord.id == record_id))
        if record is None:
            raise NotFound(f"hide record {record_id}")
        unrestored = (HideRecord.id == record_id, HideRecord.restored_at.is_(None))
        is_first = changed_rows(session.execute(update(HideRecord).where(*unrestored).values(restored_at=now))) == 1
        if is_first:
            write_unhide(record.comment_id, user_id=user_id, form_token=None, now=now)
    return is_first
