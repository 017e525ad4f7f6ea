"""What is refused before anybody at Instagram hears of it."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from app import db
from app.accounts.models import Account, AccountState
from app.assets.models import AssetKind, AssetState
from app.comments.models import Comment
from app.dispatches.models import Dispatch
from app.dispatches.moderate import write_delete, write_hide
from app.dispatches.write_message import write_message_by_person, write_message_by_rule
from app.dispatches.write_reply import write_private_reply, write_reply
from app.errors import NotFound, RuleError
from app.workspaces.models import Workspace
from tests.dispatches.desk import Desk
from tests.factories import make_asset, make_workspace

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


@pytest.fixture
def values(desk: Desk) -> dict[str, Any]:
    """Who asks, by which form, when."""
    return {"user_id": desk.user.id, "form_token": "form", "now": desk.now()}


def refused(key: str, call: Any, *given: Any, **values: Any) -> RuleError:
    with pytest.raises(RuleError) as caught:
        call(*given, **values)
    assert caught.value.key == key
    return caught.value


def change(row: Any, **values: Any) -> None:
    with db.transaction() as session:
        table = type(row)
        session.execute(update(table).where(table.id == row.id).values(**values))


def test_a_text_is_counted_in_bytes_and_must_be_there(desk: Desk, values: dict[str, Any]) -> None:
    desk.message()
    conversation_id = desk.conversation().id
    error = refused("message_too_long", write_message_by_person, conversation_id, text="я" * 501, **values)
    assert error.values == {"found_bytes": 1002, "most_bytes": 1000}
    refused("dispatch_text_empty", write_message_by_person, conversation_id, text=" \n", **values)
    refused("dispatch_text_empty", write_reply, desk.comment().id, " ", **values)
    refused("comment_too_long", write_reply, desk.comment("Ещё").id, "я" * 2201, **values)
    assert write_message_by_person(conversation_id, text="я" * 500, **values)


def test_comments_that_cannot_be_answered_say_why(desk: Desk, values: dict[str, Any]) -> None:
    comment, live = desk.comment(), desk.comment("Эфир", is_live=True)
    refused("comment_live", write_reply, live.id, "Ответ", **values)
    refused("comment_live", write_hide, live.id, **values)
    change(comment, hidden=True)
    refused("comment_hidden", write_reply, comment.id, "Ответ", **values)
    change(comment, hidden=False, is_own=True)
    refused("comment_own", write_hide, comment.id, **values)
    refused("comment_own", write_private_reply, comment.id, "Ответ", **values)
    change(comment, is_own=False, posted_at=desk.now() - timedelta(days=7))
    refused("private_reply_too_late", write_private_reply, comment.id, "Ответ", **values)
    change(comment, gone_at=desk.now())
    refused("comment_gone", write_delete, comment.id, **values)
    assert write_private_reply(live.id, "Ответ", **values)


def test_files_are_up_to_ten_pictures_or_one_of_another_kind(desk: Desk, values: dict[str, Any]) -> None:
    desk.message()
    workspace = desk.one(select(Workspace))
    pictures = [make_asset(workspace, kind=AssetKind.IMAGE).id for _ in range(11)]
    video = make_asset(workspace, kind=AssetKind.VIDEO).id
    busy = make_asset(workspace, kind=AssetKind.AUDIO, state=AssetState.CHECKING).id
    foreign = make_asset(make_workspace("Чужая"), kind=AssetKind.IMAGE).id
    for key, asset_ids in (
        ("too_many_pictures", pictures),
        ("files_do_not_mix", [pictures[0], video]),
        ("files_do_not_mix", [video, busy]),
        ("message_file_not_ready", [busy]),
        ("message_file_gone", [foreign]),
    ):
        refused(key, write_message_by_person, desk.conversation().id, asset_ids=asset_ids, **values)
    assert write_message_by_person(desk.conversation().id, asset_ids=pictures[:10], **values)


def test_an_account_that_was_disconnected_or_may_not_is_named(desk: Desk, values: dict[str, Any]) -> None:
    comment = desk.comment()
    change(desk.account, scopes=["instagram_business_basic"])
    refused("desk_permission_missing", write_reply, comment.id, "Ответ", **values)
    change(desk.account, scopes=[], state=AccountState.DISCONNECTED)
    refused("account_disconnected", write_reply, comment.id, "Ответ", **values)
    change(desk.account, state=AccountState.RECONNECT)
    assert write_reply(comment.id, "Ответ", **values)


def test_whoever_never_wrote_cannot_be_written_to(desk: Desk, values: dict[str, Any]) -> None:
    desk.echo("mid-of-the-phone", "Здравствуйте")
    conversation_id = desk.conversation().id
    refused("window_never_opened", write_message_by_person, conversation_id, text="Вы тут?", **values)
    refused("window_never_opened", write_message_by_rule, conversation_id, text="Вы тут?", now=desk.now())


def test_another_workspaces_comment_is_not_there(desk: Desk, values: dict[str, Any]) -> None:
    comment = desk.comment()
    with db.workspace_scope(make_workspace("Чужая").id), pytest.raises(NotFound):
        write_reply(comment.id, "Ответ", **values)
    assert desk.all(select(Dispatch)) == []
    assert desk.one(select(Comment)).id == comment.id
    assert desk.one(select(Account)).id == desk.account.id


def test_only_a_person_can_have_the_tag_in_the_table_itself(desk: Desk) -> None:
    desk.message()
    [dispatch] = write_message_by_rule(desk.conversation().id, text="Бот", now=desk.now())
    with pytest.raises(Exception, match="human_agent"):
        change(dispatch, human_agent=True)
