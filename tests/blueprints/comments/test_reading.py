"""The pages of the comments desk, read."""

from datetime import timedelta

import pytest

from app import db
from app.accounts.models import Account
from app.comments.models import HideRecord, HideRuleKind
from app.dispatches.models import DispatchKind, DispatchState
from app.media.models import Media
from tests.clocks import DEFAULT_NOW
from tests.comment_factories import make_comment, make_contact, make_dispatch
from tests.factories import Cast
from tests.web_client import Browser

HTMX = {"HX-Request": "true"}
HOUR = timedelta(hours=1)


def test_threads_stand_beside_their_post_with_what_can_be_done(member: Browser, account: Account, media: Media) -> None:
    top = make_comment(
        media,
        "Сколько стоит раф?",
        contact=make_contact(account),
        is_question=True,
        like_count=3,
        posted_at=DEFAULT_NOW - 48 * HOUR,
    )
    make_comment(media, "И мне скажите", parent=top, username="dana")
    page = member.get("/comments").text
    for words in ("Раф с облепихой", "Сколько стоит раф?", "И мне скажите", "@aigul", "@dana", "3 likes", "Question"):
        assert words in page
    for act in ("reply", "direct", "like", "hide", "delete", "done"):
        assert f'data-act="{act}"' in page
    assert "Direct: once, 5 days left" in page


def test_an_empty_desk_says_what_will_be_here(member: Browser, media: Media) -> None:
    assert "You have answered everybody" in member.get("/comments").text
    assert "Nothing found" in member.get("/comments?words=раф").text
    for tab in ("questions", "all", "hidden", "trouble"):
        assert member.get(f"/comments?tab={tab}").status_code == 200


def test_without_an_account_it_leads_to_connecting_one(member: Browser) -> None:
    assert "Connect an Instagram account first" in member.get("/comments").text


def test_further_threads_come_as_a_part_of_the_page(member: Browser, media: Media) -> None:
    for age in range(31):
        make_comment(media, f"номер {age}.", posted_at=DEFAULT_NOW - age * HOUR)
    page = member.get("/comments").text
    assert "номер 29." in page and "номер 30." not in page
    more = page.partition('hx-get="/comments?cursor=')[2].partition('"')[0].replace("&amp;", "&")
    part = member.get(f"/comments?cursor={more}", headers=HTMX)
    assert "номер 30." in part.text and "номер 29." not in part.text and "<html" not in part.text


def test_what_was_not_checked_for_a_day_is_not_shown(member: Browser, media: Media) -> None:
    make_comment(media, "Старый текст", now=DEFAULT_NOW - 25 * HOUR)
    fresh = make_comment(media, "Свежий текст", now=DEFAULT_NOW - 25 * HOUR, checked_at=DEFAULT_NOW - 2 * HOUR)
    page = member.get("/comments").text
    assert "Старый текст" not in page and "Свежий текст" in page
    assert "Checked 2 hours ago" in member.get(f"/comments/{fresh.id}").text


def test_what_is_gone_is_said_in_its_row(member: Browser, media: Media) -> None:
    top = make_comment(media, "", gone_at=DEFAULT_NOW)
    page = member.get(f"/comments/{top.id}", headers=HTMX).text
    assert "Deleted on Instagram." in page
    assert "data-act" not in page


@pytest.mark.parametrize(
    ("state", "words"),
    [
        (DispatchState.SENDING, ("Sending", "every 2s")),
        (DispatchState.SENT, ("Sent",)),
        (DispatchState.REFUSED, ("Not sent", "Send again", "Discard it")),
        (DispatchState.UNCONFIRMED, ("Needs your eyes", "Yes, it is there", "No, send it")),
    ],
)
def test_an_answer_says_how_far_it_got_and_keeps_its_text(
    member: Browser, cast: Cast, media: Media, state: DispatchState, words: tuple[str, ...]
) -> None:
    top = make_comment(media)
    reason = "unknown_error" if state is DispatchState.REFUSED else None
    make_dispatch(top, state=state, text="Раф стоит 1500 ₸", created_by_id=cast.member.id, reason=reason)
    page = member.get(f"/comments/{top.id}?view=list", headers=HTMX).text
    assert "Раф стоит 1500 ₸" in page and "Ольга" in page
    for each in words:
        assert each in page


def test_a_private_reply_that_was_used_or_is_too_late_says_so(member: Browser, media: Media) -> None:
    used = make_comment(media)
    make_dispatch(used, DispatchKind.PRIVATE_REPLY, state=DispatchState.SENT, text="Написали вам")
    page = member.get(f"/comments/{used.id}").text
    assert "An answer in Direct was sent already" in page and 'data-act="direct"' not in page
    late = make_comment(media, posted_at=DEFAULT_NOW - timedelta(days=7))
    page = member.get(f"/comments/{late.id}").text
    assert "within 7 days" in page and 'data-act="direct"' not in page


def test_what_went_wrong_has_a_tab_of_its_own(member: Browser, media: Media) -> None:
    assert "Not sent" not in member.get("/comments?tab=all").text
    top = make_comment(media, "Есть размер M?", waiting_since=None)
    make_dispatch(top, state=DispatchState.REFUSED, text="Есть", reason="unknown_error")
    assert "tab=trouble" in member.get("/comments").text
    assert "Есть размер M?" in member.get("/comments?tab=trouble").text


def test_a_reply_leads_to_its_thread_with_the_field_open_for_it(member: Browser, media: Media) -> None:
    top = make_comment(media)
    reply = make_comment(media, "А доставка есть?", parent=top, username="dana")
    answer = member.get(f"/comments/{reply.id}")
    assert answer.status_code == 303 and answer.location.endswith(f"/comments/{top.id}?to={reply.id}")
    page = member.get(answer.location).text
    assert f'name="to" value="{reply.id}"' in page and "@dana </textarea>" in page


def test_texts_of_people_stay_texts(member: Browser, account: Account, media: Media) -> None:
    contact = make_contact(account, "eve", name="'><script>alert(1)</script>")
    make_comment(media, "<img src=x onerror=alert(1)>", contact=contact)
    page = member.get("/comments").text
    assert "<script>alert" not in page and "<img src=x" not in page


def test_the_log_of_rules_shows_what_was_hidden_and_why(member: Browser, cast: Cast, media: Media) -> None:
    comment = make_comment(media, "Пишите на +7 701 123 45 67", hidden=True)
    with db.workspace_scope(cast.workspace.id), db.transaction() as session:
        session.add(
            HideRecord(comment_id=comment.id, kind=HideRuleKind.PHONE, matched="+7 701 123 45 67", at=DEFAULT_NOW)
        )
    page = member.get("/comments/rules").text
    assert "because of: +7 701 123 45 67" in page and "Show again" in page
    assert "Hidden by a rule" in member.get("/comments?tab=hidden").text
