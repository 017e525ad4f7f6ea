"""What is cached equals what Instagram has: after the import, after missed webhooks, and whatever goes wrong."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update

from app import db
from app.comments.apply_comment import apply_comment
from app.comments.models import Comment
from app.contacts.models import Consent, Contact
from app.conversations.models import Conversation, Message
from app.instagram.facts import CommentFacts
from app.live.models import Hint, HintKind
from app.media.models import Media
from app.sync.models import ImportState
from app.sync.subscribe_account import COMMENT_FIELDS, MESSAGE_FIELDS
from app.sync.work import Syncer
from app.workspaces.models import Workspace
from tests.sync.conftest import Desk

DAY = timedelta(hours=24)


def assert_in_step(desk: Desk) -> None:
    """All that Instagram shows is here, and nothing else but history."""
    assert desk.cached_comments() == desk.real_comments()
    history = {one.mid for one in desk.all(Message) if one.is_history}
    cached = {mid: shown for mid, shown in desk.cached_messages().items() if mid not in history}
    assert cached == desk.real_messages()


def test_the_import_brings_all_that_instagram_gives(desk: Desk) -> None:
    desk.fill()
    desk.run()
    assert_in_step(desk)
    sync = desk.sync()
    assert (sync.import_state, sync.import_done, sync.import_total) == (ImportState.DONE, 2, 2)
    assert sync.problem is None
    assert len(desk.cached_messages()) == 22
    assert all(media.picture_path for media in desk.all(Media))
    assert all((desk.syncer.media_dir / media.picture_path).is_file() for media in desk.all(Media))
    assert {HintKind.IMPORT, HintKind.COMMENT, HintKind.CONVERSATION} <= {hint.kind for hint in desk.all(Hint)}
    assert sum(conversation.unread_count for conversation in desk.all(Conversation)) == 0


def test_an_import_that_is_killed_again_and_again_comes_to_the_same_end(desk: Desk) -> None:
    desk.fill()
    for rounds in range(2, 40, 3):
        desk.run_some(rounds)
        fresh = desk.syncer
        desk.syncer = Syncer(
            fresh.clock, fresh.connect, fresh.media_dir, fresh.trusted_origins, idle_seconds=0, ticks=fresh.ticks
        )
        desk.advance(minutes=31)
    desk.run()
    assert desk.sync().import_state is ImportState.DONE
    assert_in_step(desk)


def test_what_webhooks_did_not_tell_is_found_within_minutes(desk: Desk) -> None:
    desk.fill()
    desk.run()
    desk.advance(minutes=6)
    person = desk.instagram.add_person("aigul")
    media = desk.add_media("Новый пост")
    desk.add_comment(media, person, "Первая!")
    desk.add_comment(desk.all(Media)[0].ig_media_id, person, "Ещё один")
    desk.instagram.say(desk.user, person, "Вы открыты?")
    desk.advance(minutes=6)
    desk.run()
    assert_in_step(desk)
    fresh = next(one for one in desk.all(Conversation) if one.unread_count)
    assert fresh.unread_count == 1


def test_what_was_deleted_hidden_or_taken_back_elsewhere_is_so_here_within_a_day(desk: Desk) -> None:
    desk.fill()
    desk.run()
    desk.advance(minutes=30)
    comments = sorted(desk.real_comments())
    desk.call("DELETE", comments[0])
    desk.call("POST", comments[1], hide="true")
    person = next(one.ig_scoped_id for one in desk.all(Contact) if one.username == "dana")
    last = max(desk.all(Message), key=lambda one: (one.text or "").startswith("Сообщение 24"))
    desk.instagram.control(
        f"accounts/{desk.user.user_id}/messages", {"from": person, "message": {"mid": last.mid, "is_deleted": True}}
    )
    for _ in range(25):
        desk.advance(hours=1)
        desk.run()
    assert_in_step(desk)
    gone = next(one for one in desk.all(Comment) if one.ig_comment_id == comments[0])
    assert (gone.text, gone.gone_at is not None) == ("", True)
    assert next(one for one in desk.all(Message) if one.mid == last.mid).text is None


def test_nothing_that_is_shown_stays_unchecked_for_a_day(desk: Desk) -> None:
    desk.fill()
    desk.run()
    for _ in range(30):
        desk.advance(hours=1)
        desk.run()
        now = desk.clock.now()
        shown = [*desk.all(Comment), *(one for one in desk.all(Message) if not one.is_history)]
        assert all(now - max(one.seen_at, one.checked_at) < DAY for one in shown)


def test_a_list_that_is_empty_for_want_of_access_deletes_nothing(desk: Desk) -> None:
    desk.fill()
    desk.run()
    before = desk.cached_comments()
    desk.instagram.control("settings", {"access": "standard"})
    desk.advance(hours=21)
    desk.run()
    assert desk.cached_comments() == before
    assert desk.sync().problem == "comments_not_shown"
    desk.instagram.control("settings", {"access": "advanced"})
    desk.advance(hours=7)
    desk.run()
    assert desk.sync().problem is None


@pytest.mark.parametrize(
    ("action", "values"),
    [
        ("error", {"status": 500, "error": {"code": 2, "message": "down"}}),
        ("error", {"status": 400, "error": {"code": 100, "error_subcode": 33, "message": "does not exist"}}),
        ("error", {"status": 403, "error": {"code": 80002, "error_subcode": 2446079, "message": "too many"}}),
        ("drop_response", {}),
        ("malformed", {}),
    ],
)
def test_whatever_goes_wrong_while_reading_nothing_is_lost(desk: Desk, action: str, values: dict[str, Any]) -> None:
    desk.fill()
    desk.run()
    comments, messages = desk.cached_comments(), desk.cached_messages()
    desk.instagram.order(action, ".*", times=40, **values)
    for _ in range(6):
        desk.advance(hours=4)
        desk.run()
    assert desk.cached_comments() == comments
    assert desk.cached_messages() == messages
    desk.instagram.control("faults", method="DELETE")
    for _ in range(25):
        desk.advance(hours=1)
        desk.run()
    assert_in_step(desk)
    assert desk.sync().problem is None


def test_a_media_that_cannot_be_read_by_its_id_is_not_believed_gone_while_the_list_shows_it(desk: Desk) -> None:
    desk.fill()
    desk.run()
    before = desk.cached_comments()
    gone = {"code": 100, "error_subcode": 33, "message": "does not exist"}
    for media in desk.all(Media):
        desk.instagram.order("error", f"/{media.ig_media_id}(/comments)?$", times=1_000, status=400, error=gone)
    for _ in range(24):
        desk.advance(hours=1)
        desk.run()
    assert desk.cached_comments() == before


def test_the_comments_of_a_media_that_is_gone_are_erased(desk: Desk) -> None:
    desk.fill()
    desk.run()
    facts = CommentFacts("17999", "Помните меня?", desk.clock.now(), "17888000", from_id="1", username="nobody")
    with db.workspace_scope(desk.account.workspace_id), db.transaction():
        apply_comment(desk.account, facts, now=desk.clock.now(), is_checked=False)
    desk.run()
    assert "17999" in desk.cached_comments(), "one answer is not enough"
    desk.advance(minutes=11)
    desk.run()
    assert_in_step(desk)


def test_messages_beyond_the_newest_twenty_become_history(desk: Desk) -> None:
    person = desk.instagram.add_person("dana")
    desk.instagram.say(desk.user, person, "Самое первое")
    desk.run()
    for number in range(20):
        desk.advance(minutes=1)
        desk.instagram.say(desk.user, person, f"{number}")
    desk.advance(minutes=6)
    desk.run()
    (first,) = [one for one in desk.all(Message) if one.is_history]
    assert first.text == "Самое первое"
    assert_in_step(desk)


def test_a_workspace_without_history_drops_what_cannot_be_checked(desk: Desk, workspace: Workspace) -> None:
    with db.transaction() as session:
        session.execute(update(Workspace).values(keeps_history=False))
    person = desk.instagram.add_person("dana")
    desk.instagram.say(desk.user, person, "Самое первое")
    desk.run()
    for number in range(20):
        desk.advance(minutes=1)
        desk.instagram.say(desk.user, person, f"{number}")
    desk.advance(minutes=6)
    desk.run()
    assert len(desk.all(Message)) == 20
    assert "Самое первое" not in {one.text for one in desk.all(Message)}


def test_an_account_is_subscribed_and_read_back_each_day(desk: Desk) -> None:
    desk.run()
    assert desk.sync().subscribed_fields == sorted((*COMMENT_FIELDS, *MESSAGE_FIELDS))
    assert desk.sync().subscription_problem is None
    desk.call("DELETE", f"{desk.user.user_id}/subscribed_apps")
    desk.advance(hours=25)
    desk.run()
    assert desk.sync().subscribed_fields == sorted((*COMMENT_FIELDS, *MESSAGE_FIELDS))


def test_a_field_that_instagram_refuses_is_left_out(desk: Desk) -> None:
    refusal = {"code": 100, "message": "Param subscribed_fields[0] must be one of …"}
    desk.instagram.order("error", "subscribed_apps", method="POST", times=3, status=400, error=refusal)
    desk.run()
    fields = desk.sync().subscribed_fields
    assert fields is not None and "messages" in fields and "comments" not in fields
    assert desk.sync().subscription_problem == "invalid_parameter"
    desk.advance(hours=2)
    desk.run()
    assert desk.sync().subscription_problem is None


def test_the_top_of_a_reply_that_came_alone_is_fetched(desk: Desk) -> None:
    desk.run()
    media, person = desk.add_media(), desk.instagram.add_person("dana")
    top = desk.add_comment(media, person, "Где вы?")
    reply = desk.add_comment(media, person, "Ау", top)
    facts = CommentFacts(reply, "Ау", desk.clock.now(), media, parent_id=top, from_id=person, username="dana")
    with db.workspace_scope(desk.account.workspace_id), db.transaction():
        apply_comment(desk.account, facts, now=desk.clock.now(), is_checked=False)
    desk.run()
    assert desk.cached_comments()[top][0] == "Где вы?"


def test_without_permission_for_messages_only_comments_are_brought(desk: Desk) -> None:
    desk.fill()
    scopes = ["instagram_business_basic", "instagram_business_manage_comments"]
    with db.workspace_scope(desk.account.workspace_id), db.transaction() as session:
        session.get_one(type(desk.account), desk.account.id).scopes = scopes
    desk.run()
    assert desk.cached_comments() == desk.real_comments()
    assert desk.all(Message) == []
    assert desk.sync().import_state is ImportState.DONE
    assert desk.sync().subscribed_fields == sorted(COMMENT_FIELDS)


def test_profiles_are_read_of_those_who_wrote(desk: Desk) -> None:
    desk.fill()
    media = desk.add_media()
    stranger = desk.instagram.add_person("timur")
    desk.add_comment(media, stranger, "Мимо проходил")
    desk.run()
    by_name = {one.username: one for one in desk.all(Contact)}
    assert by_name["dana"].consent is Consent.GIVEN
    assert by_name["dana"].profile_read_at is not None
    assert by_name["dana"].profile_due_at == by_name["dana"].profile_read_at + timedelta(days=7)
    assert by_name["dana"].picture_url
    assert by_name["timur"].consent is Consent.UNKNOWN and by_name["timur"].profile_read_at is None
