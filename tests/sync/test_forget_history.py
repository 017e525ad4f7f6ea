"""What is let go of in the nightly clearing."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from app import db
from app.accounts.models import Account
from app.comments.apply_comment import apply_comment
from app.comments.comment_is_gone import comment_is_gone
from app.comments.models import Comment
from app.conversations.apply_message import apply_message
from app.conversations.apply_words import apply_unsend
from app.conversations.models import Conversation, EarlyWord, Message
from app.crypto import KeyRing
from app.instagram.facts import CommentFacts, MessageFacts
from app.sync.forget_history import EARLY_WORDS_KEPT, TOMBSTONES_KEPT, forget_history
from app.workspaces.models import Workspace
from tests.clocks import DEFAULT_NOW
from tests.factories import make_account, make_workspace

NOW = DEFAULT_NOW


@pytest.fixture
def account(workspace: Workspace, keys: KeyRing) -> Account:
    return make_account(workspace, keys)


def write_history(account: Account) -> None:
    """Write a conversation of an old message, which Instagram does not show any more, and a new one."""
    with db.workspace_scope(account.workspace_id), db.transaction() as session:
        for mid, days in (("old", 9), ("new", 0)):
            facts = MessageFacts(mid, "77", account.ig_user_id, NOW - timedelta(days=days), mid)
            apply_message(account, facts, now=NOW, is_checked=True)
        session.scalars(select(Message).where(Message.mid == "old")).one().is_history = True


def mids(account: Account) -> set[str]:
    with db.workspace_scope(account.workspace_id), db.reading() as session:
        return set(session.scalars(select(Message.mid)))


def test_history_goes_only_where_the_workspace_keeps_none(account: Account, keys: KeyRing) -> None:
    strict = make_account(make_workspace(keeps_history=False), keys, ig_user_id="17841400000000002")
    for one in (account, strict):
        write_history(one)
    forget_history(NOW)
    assert mids(account) == {"old", "new"}
    assert mids(strict) == {"new"}
    with db.workspace_scope(strict.workspace_id), db.reading() as session:
        conversation = session.scalars(select(Conversation)).one()
        latest = session.get_one(Message, conversation.latest_message_id)
    assert (latest.mid, conversation.waiting_since, conversation.unread_count) == ("new", NOW, 1)


def test_marks_of_what_is_gone_are_kept_for_a_while(account: Account) -> None:
    with db.workspace_scope(account.workspace_id), db.transaction():
        for number, gone_at in enumerate((NOW, NOW - TOMBSTONES_KEPT - timedelta(seconds=1))):
            facts = CommentFacts(str(number), "…", NOW, "1", from_id="77")
            apply_comment(account, facts, now=gone_at, is_checked=False)
            comment_is_gone(account, str(number), gone_at)
        for mid, at in (("young", NOW), ("old", NOW - EARLY_WORDS_KEPT - timedelta(seconds=1))):
            apply_unsend(account, mid, at=at, now=NOW)
    forget_history(NOW)
    with db.workspace_scope(account.workspace_id), db.reading() as session:
        assert session.scalars(select(Comment.ig_comment_id)).all() == ["0"]
        assert session.scalars(select(EarlyWord.mid)).all() == ["young"]
        assert session.scalar(select(Comment.gone_at)) == NOW
