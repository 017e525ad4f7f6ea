"""Comments, conversations and people against the local Instagram: what is read, sent, and refused."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

import pytest

from app.instagram.client import Instagram
from app.instagram.errors import InstagramError, Remedy
from tests.conftest import SECRETS
from tests.file_server import FileServer
from tests.instagram.conftest import app_at
from tests.media_files import MediaFiles
from tests.sandbox_server import SandboxServer

DAY = 24 * 3600


@dataclass
class Shop:
    """A connected account with a post, somebody who writes, and our client."""

    api: Instagram
    sandbox: SandboxServer
    user_id: str
    media_id: str
    dana: str

    def comment(self, text: str = "Сколько стоит раф?", **values: str) -> str:
        """Let Dana comment and return the comment's id."""
        body = {"from": self.dana, "text": text, **values}
        return str(self.sandbox.call("POST", f"/media/{self.media_id}/comments", body)["id"])

    def say(self, text: str = "Сәлем!") -> str:
        """Let Dana write a message and return its id."""
        body = {"from": self.dana, "message": {"text": text}}
        return str(self.sandbox.call("POST", f"/accounts/{self.user_id}/messages", body)["mid"])

    def act(self, **act: object) -> None:
        """Let Dana do something in the conversation."""
        self.sandbox.call("POST", f"/accounts/{self.user_id}/messages", {"from": self.dana, **act})


@pytest.fixture
def shop(sandbox: SandboxServer) -> Shop:
    sandbox.settings(conversation_calls_per_s=100)
    user_id, token = sandbox.add_account("alma.coffee")
    app = app_at(sandbox.url, SECRETS["INSTAGRAM_APP_SECRET"], app_id=SECRETS["INSTAGRAM_APP_ID"])
    media_id = sandbox.call("POST", f"/accounts/{user_id}/media", {"media_type": "IMAGE", "caption": "Раф"})["id"]
    dana = sandbox.call("POST", "/people", {"username": "dana", "name": "Дана"})["id"]
    return Shop(Instagram(app, token, user_id), sandbox, user_id, media_id, dana)


def refused(call: Callable[[], object]) -> InstagramError:
    with pytest.raises(InstagramError) as caught:
        call()
    return caught.value


# Comments


def test_a_comment_is_read_with_all_it_tells(shop: Shop) -> None:
    comment_id = shop.comment("Қанша тұрады? 🍏")
    facts = shop.api.read_comment(comment_id)
    assert (facts.text, facts.from_id, facts.username) == ("Қанша тұрады? 🍏", shop.dana, "dana")
    assert (facts.media_id, facts.media_product_type, facts.parent_id) == (shop.media_id, "FEED", None)
    assert (facts.hidden, facts.like_count) == (False, 0)
    assert facts.posted_at is not None


def test_every_page_of_comments_brings_all_replies_of_each(shop: Shop) -> None:
    top = shop.comment("Первый")
    replies = {shop.comment(f"Ответ {number}", parent_id=top) for number in range(30)}
    newer = [shop.comment(f"Комментарий {number}") for number in range(30)]

    first = shop.api.read_media_comments(shop.media_id)
    assert [facts.id for facts in first.items] == newer[:4:-1]
    assert first.after is not None
    second = shop.api.read_media_comments(shop.media_id, after=first.after)
    assert second.after is None
    assert second.items[-1].id == top
    found = second.items[-1].replies
    assert {reply.id for reply in found} == replies
    assert {(reply.parent_id, reply.media_id or shop.media_id) for reply in found} == {(top, shop.media_id)}


def test_a_reply_is_written_once_and_read_back(shop: Shop) -> None:
    comment_id = shop.comment()
    reply_id = shop.api.reply_to_comment(comment_id, "1 800 ₸ & 100 %")
    [reply] = shop.api.read_replies(comment_id)
    assert (reply.id, reply.text, reply.from_id) == (reply_id, "1 800 ₸ & 100 %", shop.user_id)
    assert all("fields" not in call["params"] for call in shop.sandbox.journal() if call["method"] == "POST")


def test_a_comment_is_hidden_shown_liked_and_deleted(shop: Shop) -> None:
    comment_id = shop.comment()
    shop.api.hide_comment(comment_id, True)
    assert shop.api.read_comment(comment_id).hidden
    assert refused(lambda: shop.api.reply_to_comment(comment_id, "Нет")).remedy is Remedy.FIX_POST
    shop.api.hide_comment(comment_id, False)
    shop.api.like_comment(comment_id)
    shop.api.like_comment(comment_id)
    read = shop.api.read_comment(comment_id)
    assert (read.hidden, read.like_count) == (False, 1)
    shop.api.unlike_comment(comment_id)
    assert shop.api.read_comment(comment_id).like_count == 0
    shop.api.delete_comment(comment_id)
    for call in (
        lambda: shop.api.read_comment(comment_id),
        lambda: shop.api.delete_comment(comment_id),
        lambda: shop.api.reply_to_comment(comment_id, "Поздно"),
    ):
        assert refused(call).is_gone


def test_a_reply_that_is_written_and_then_refused_may_have_been_written(shop: Shop) -> None:
    comment_id = shop.comment()
    unclear = {"code": 20, "error_subcode": 1772107, "message": "response format"}
    shop.sandbox.add_fault("replies", "done_but_error", method="POST", error=unclear)
    error = refused(lambda: shop.api.reply_to_comment(comment_id, "Один раз"))
    assert error.outcome_unknown
    assert [reply.text for reply in shop.api.read_replies(comment_id)] == ["Один раз"]


def test_a_media_tells_how_many_comments_it_has(shop: Shop) -> None:
    shop.comment()
    page = shop.api.list_media_page()
    assert [(media.ig_media_id, media.comments_count) for media in page.items] == [(shop.media_id, 1)]
    assert page.after is None
    assert shop.api.read_counted_media(shop.media_id).is_comment_enabled


# Conversations


def test_a_conversation_is_found_listed_and_read(shop: Shop) -> None:
    assert shop.api.find_thread(shop.dana) is None
    first = shop.say("Сәлем!")
    shop.act(reaction={"mid": first, "emoji": "❤️"})
    sent = shop.api.send_text(shop.dana, "Здравствуйте")
    [thread] = shop.api.list_threads().items
    assert shop.api.find_thread(shop.dana) == thread.id
    assert set(thread.participants) == {(shop.dana, "dana"), (shop.user_id, "alma.coffee")}
    assert thread.updated_at is not None

    read = shop.api.read_thread(thread.id)
    assert read.older_mids == ()
    assert [(message.mid, message.text) for message in read.messages] == [
        (sent.mid, "Здравствуйте"),
        (first, "Сәлем!"),
    ]
    [reaction] = read.messages[1].reactions or ()
    assert (reaction.from_id, reaction.emoji) == (shop.dana, "❤️")
    assert read.messages[0].from_id == read.messages[1].to_id == shop.user_id
    assert shop.api.read_message(first) == read.messages[1]


def test_of_a_long_conversation_older_messages_are_known_by_their_ids(shop: Shop) -> None:
    mids = [shop.say(f"{number}") for number in range(25)]
    thread_id = shop.api.find_thread(shop.dana) or ""
    assert shop.api.read_thread(thread_id).older_mids is None
    read = shop.api.read_thread(thread_id, with_older=True)
    assert [message.mid for message in read.messages] == mids[:4:-1]
    assert read.older_mids == tuple(mids[4::-1])
    assert refused(lambda: shop.api.read_message(mids[0])).key == "message_old_or_gone"


def test_files_stories_and_shares_are_told_apart(shop: Shop, media_files: MediaFiles) -> None:
    url = f"{shop.sandbox.url}/x"
    attachments = [{"type": kind, "payload": {"url": f"{url}/{kind}"}} for kind in ("image", "video", "audio", "share")]
    shop.act(message={"attachments": attachments})
    shop.act(message={"text": "Супер", "reply_to": {"story": {"id": "17900", "url": f"{url}/story"}}})
    story, files = shop.api.read_thread(shop.api.find_thread(shop.dana) or "").messages
    assert [one.kind for one in files.attachments] == ["image", "video", "audio", "share"]
    assert all(one.url for one in files.attachments)
    assert story.story is not None
    assert (story.story.relation, story.story.id) == ("reply", "17900")


# Sending


def test_a_private_reply_tells_whom_it_went_to_and_goes_once(shop: Shop) -> None:
    comment_id = shop.comment()
    sent = shop.api.reply_privately(comment_id, "Ответили в личку")
    assert sent.person_id == shop.dana
    assert shop.api.read_message(sent.mid).text == "Ответили в личку"
    error = refused(lambda: shop.api.reply_privately(comment_id, "Ещё раз"))
    assert (error.key, error.remedy, error.outcome_unknown) == ("private_reply_refused", Remedy.REFUSED, False)


def test_after_a_day_only_a_person_may_answer_and_after_a_week_nobody(shop: Shop) -> None:
    shop.say()
    shop.sandbox.advance(DAY + 60)
    assert refused(lambda: shop.api.send_text(shop.dana, "Поздно")).key == "outside_window"
    assert shop.api.send_text(shop.dana, "Я человек", human_agent=True).mid
    shop.sandbox.settings(human_agent="rejected")
    error = refused(lambda: shop.api.send_text(shop.dana, "Я человек", human_agent=True))
    assert (error.key, error.remedy, error.http_status) == ("human_agent_not_approved", Remedy.REFUSED, 403)
    shop.sandbox.settings(human_agent="approved")
    shop.sandbox.advance(timedelta(days=7).total_seconds())
    assert refused(lambda: shop.api.send_text(shop.dana, "Поздно", human_agent=True)).key == "outside_window"


def test_pictures_and_files_are_sent_and_come_back(shop: Shop, media_files: MediaFiles) -> None:
    shop.say()
    server = FileServer({"mp4": media_files.reel(), "jpg": media_files.picture()})
    try:
        sent = shop.api.send_attachments(shop.dana, "image", [server.url_of("a.jpg"), server.url_of("b.jpg")])
        assert [one.kind for one in shop.api.read_message(sent.mid).attachments] == ["image", "image"]
        assert shop.api.send_attachments(shop.dana, "video", [server.url_of("a.mp4")]).mid
        error = refused(lambda: shop.api.send_attachments(shop.dana, "image", [server.url_of("a.mp4")]))
        assert (error.key, error.remedy) == ("attachment_kind", Remedy.REFUSED)
    finally:
        server.close()
    error = refused(lambda: shop.api.send_attachments(shop.dana, "image", ["http://127.0.0.1:1/a.jpg"]))
    assert error.key == "attachment_not_fetched"


def test_reactions_and_signs_leave_no_message(shop: Shop) -> None:
    mid = shop.say()
    shop.api.mark_seen(shop.dana)
    shop.api.show_typing(shop.dana)
    shop.api.react(shop.dana, mid, "🔥")
    read = shop.api.read_thread(shop.api.find_thread(shop.dana) or "")
    assert [(one.from_id, one.emoji) for one in read.messages[0].reactions or ()] == [(shop.user_id, "other")]
    shop.api.unreact(shop.dana, mid)
    assert shop.api.read_message(mid).reactions == ()
    assert len(read.messages) == 1


@pytest.mark.parametrize(
    ("settings", "key", "remedy"),
    [
        ({"message_access": False}, "message_access_off", Remedy.ACT_ON_INSTAGRAM),
        ({"access": "standard"}, "app_not_reviewed", Remedy.FIX_APP),
        ({"sends_per_s": 0}, "too_fast", Remedy.LATER),
    ],
)
def test_what_keeps_messages_from_going_out_has_a_name(
    shop: Shop, settings: dict[str, object], key: str, remedy: Remedy
) -> None:
    shop.say()
    shop.sandbox.settings(**settings)
    error = refused(lambda: shop.api.send_text(shop.dana, "Сәлем"))
    assert (error.key, error.remedy, error.outcome_unknown) == (key, remedy, False)


# People and webhooks


def test_a_profile_is_shown_once_the_person_has_written(shop: Shop) -> None:
    shop.comment()
    error = refused(lambda: shop.api.read_person(shop.dana))
    assert (error.key, error.remedy) == ("consent_missing", Remedy.REFUSED)
    shop.say()
    person = shop.api.read_person(shop.dana)
    assert (person.id, person.username, person.name, person.follows_us) == (shop.dana, "dana", "Дана", False)
    assert person.picture_url
    shop.sandbox.call("POST", f"/accounts/{shop.user_id}/bonds", {"from": shop.dana, "is_blocked": True})
    assert refused(lambda: shop.api.read_person(shop.dana)).key == "person_unavailable"
    assert refused(lambda: shop.api.send_text(shop.dana, "Сәлем")).key == "person_unavailable"


def test_webhooks_are_switched_on_and_read_back(shop: Shop) -> None:
    assert shop.api.read_subscription() == []
    shop.api.subscribe(["messages", "comments"])
    shop.api.subscribe(["message_reactions"])
    assert shop.api.read_subscription() == ["comments", "message_reactions", "messages"]
