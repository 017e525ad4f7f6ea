"""The owner removes the app, or asks for their data to be deleted, at Instagram."""

import hashlib
import hmac
from typing import Any

import pytest
from sqlalchemy import update

from app import db
from app.accounts.models import Account, AccountState, DataDeletion, OAuthState
from app.accounts.owner_requests import deauthorize_account, delete_owner_data, get_data_deletion
from app.comments.apply_comment import apply_comment
from app.comments.models import Comment
from app.contacts.models import Contact
from app.conversations.apply_message import apply_message
from app.conversations.models import Conversation, Message
from app.errors import NotFound
from app.events.models import Event
from app.events.store_updates import store_updates
from app.instagram.facts import CommentFacts, MessageFacts, Update, UpdateKind
from app.instagram.signed_request import SignedRequest
from app.media.models import Media
from app.publishing.models import Post
from tests.accounts.conftest import Operator
from tests.clocks import DEFAULT_NOW
from tests.factories import Cast, make_account, make_post
from tests.sandbox_server import SandboxServer

NOW_S = int(DEFAULT_NOW.timestamp())


def request(user_id: str, issued_at: int | None = NOW_S) -> SignedRequest:
    return SignedRequest(user_id, issued_at, {}, 0)


@pytest.mark.parametrize("which", ["ig_user_id", "ig_app_scoped_id"])
def test_removing_the_app_destroys_the_token_and_tells_the_operator(operator: Operator, cast: Cast, which: str) -> None:
    account = make_account(cast.workspace, operator.keys, ig_user_id="1", ig_app_scoped_id="2")
    other = make_account(cast.other_workspace, operator.keys, ig_user_id="3", ig_app_scoped_id="4")

    for _ in range(2):
        deauthorize_account(request(getattr(account, which)))

    after = operator.account()
    assert (after.state, after.problem) == (AccountState.RECONNECT, "app_removed")
    assert (after.token_ciphertext, after.claimed_ig_user_id) == (None, None)
    with db.workspace_scope(cast.other_workspace.id), db.reading() as session:
        assert session.get_one(Account, other.id).state is AccountState.CONNECTED


def test_a_callback_from_before_the_newest_login_is_ignored(operator: Operator, cast: Cast) -> None:
    account = make_account(cast.workspace, operator.keys)
    deauthorize_account(request(account.ig_user_id, NOW_S - 1))
    assert operator.account().state is AccountState.CONNECTED
    deauthorize_account(request(account.ig_user_id, None))
    assert operator.account().state is AccountState.RECONNECT


def test_an_unknown_owner_changes_nothing(operator: Operator, cast: Cast) -> None:
    make_account(cast.workspace, operator.keys)
    deauthorize_account(request("999"))
    assert operator.account().state is AccountState.CONNECTED


def test_after_removing_the_app_the_account_can_be_connected_again(operator: Operator, sandbox: SandboxServer) -> None:
    ig_user_id, _ = sandbox.add_account()
    operator.connect(ig_user_id)
    deauthorize_account(request(ig_user_id))

    assert operator.connect(ig_user_id, mends=operator.account().id).outcome == "reconnected"
    assert operator.account().state is AccountState.CONNECTED


def test_deleting_leaves_nothing_of_the_owner(operator: Operator, outsider: Operator, sandbox: SandboxServer) -> None:
    ig_user_id, _ = sandbox.add_account()
    operator.connect(ig_user_id)
    outsider.connect(sandbox.add_account("bakery")[0])
    account = operator.account()
    make_post(account, due_at=DEFAULT_NOW)
    assert account.picture_path is not None

    codes = {
        delete_owner_data(
            request(ig_user_id), "sig.payload", secret="s", media_dir=operator.config.media_dir, now=DEFAULT_NOW
        )
        for _ in range(2)
    }

    (code,) = codes
    assert get_data_deletion(code).done_at == DEFAULT_NOW
    assert ig_user_id not in code
    assert not (operator.config.media_dir / account.picture_path).exists()
    with db.every_workspace(), db.reading() as session:
        assert [left.username for left in session.query(Account)] == ["bakery"]
        assert session.query(Post).count() == 0
        assert [left.workspace_id for left in session.query(OAuthState)] == [outsider.workspace.id]


def test_deleting_takes_comments_messages_and_people_along(operator: Operator, cast: Cast) -> None:
    account = make_account(cast.workspace, operator.keys)
    picture = operator.config.media_dir / "live/1/1-a.webp"
    picture.parent.mkdir(parents=True)
    picture.write_bytes(b"picture")
    with db.workspace_scope(cast.workspace.id), db.transaction() as session:
        message = MessageFacts(
            mid="m1", from_id="77", to_id=account.ig_user_id, sent_at=DEFAULT_NOW, text="Қанша тұрады?"
        )
        comment = CommentFacts("c1", "Баға?", DEFAULT_NOW, media_id="5", from_id="78", username="aidana")
        apply_message(account, message, now=DEFAULT_NOW, is_checked=True)
        apply_comment(account, comment, now=DEFAULT_NOW, is_checked=True)
        session.execute(update(Media).values(picture_path="live/1/1-a.webp"))
    store_updates([Update(account.ig_user_id, UpdateKind.UNKNOWN, None, {"a": 1})], body_bytes=9, now=DEFAULT_NOW)

    delete_owner_data(
        request(account.ig_user_id), "sig.payload", secret="s", media_dir=operator.config.media_dir, now=DEFAULT_NOW
    )

    assert not picture.exists()
    with db.every_workspace(), db.reading() as session:
        left = {kind: session.query(kind).count() for kind in (Comment, Message, Conversation, Contact, Media, Event)}
    assert set(left.values()) == {0}, left


def test_each_request_has_its_own_code_and_a_made_up_one_is_not_found(operator: Operator) -> None:
    codes = {
        delete_owner_data(request("1"), text, secret="s", media_dir=operator.config.media_dir, now=DEFAULT_NOW)
        for text in ("a.b", "a.c")
    }
    assert len(codes) == 2
    with pytest.raises(NotFound):
        get_data_deletion("0" * 24)


def test_a_repeated_deletion_leaves_alone_what_was_connected_since(operator: Operator, cast: Cast) -> None:
    account = make_account(cast.workspace, operator.keys)
    given: dict[str, Any] = {"secret": "s" * 32, "media_dir": operator.config.media_dir, "now": DEFAULT_NOW}
    code = delete_owner_data(request(account.ig_user_id), "signed text", **given)
    assert operator.accounts() == []

    again = make_account(cast.workspace, operator.keys)
    assert delete_owner_data(request(account.ig_user_id), "signed text", **given) == code
    assert [kept.id for kept in operator.accounts()] == [again.id]
    delete_owner_data(request(account.ig_user_id), "another signed text", **given)
    assert operator.accounts() == []


def test_a_deletion_that_was_broken_off_is_finished_by_its_repetition(operator: Operator, cast: Cast) -> None:
    account = make_account(cast.workspace, operator.keys, picture_path="accounts/1/picture.webp")
    (operator.config.media_dir / "accounts/1").mkdir(parents=True)
    (operator.config.media_dir / "accounts/1/picture.webp").write_bytes(b"picture")
    given: dict[str, Any] = {"secret": "s" * 32, "media_dir": operator.config.media_dir, "now": DEFAULT_NOW}
    with db.transaction() as session:  # a process that was killed between noting and deleting
        code = hmac.new(given["secret"].encode(), b"signed text", hashlib.sha256).hexdigest()[:24]
        session.add(DataDeletion(code=code, requested_at=DEFAULT_NOW))

    assert delete_owner_data(request(account.ig_user_id), "signed text", **given) == code
    assert operator.accounts() == []
    assert not (operator.config.media_dir / "accounts/1/picture.webp").exists()
