"""The page of rules that hide comments."""

from sqlalchemy import select

from app import db
from app.comments.models import HideRecord, HideRuleKind
from app.dispatches.models import Dispatch, DispatchKind
from app.media.models import Media
from tests.clocks import DEFAULT_NOW
from tests.comment_factories import make_comment
from tests.factories import Cast
from tests.web_client import Browser


def test_a_rule_is_tried_added_switched_and_deleted(member: Browser, media: Media) -> None:
    make_comment(media, "Лучшее казино")
    trial = member.post("/comments/rules", {"kind": "word", "word": "казино", "try": "1"})
    assert "It would have hidden 1 of the last 1 comments." in trial.text and "No rules yet" in trial.text
    assert member.post("/comments/rules", {"kind": "word", "word": "казино"}).status_code == 303
    page = member.get("/comments/rules").text
    rule_id = page.partition("/comments/rules/")[2].partition("/switch")[0]
    member.post(f"/comments/rules/{rule_id}/switch", {"is_on": ""})
    assert "Switch on: казино" in member.get("/comments/rules").text
    member.post(f"/comments/rules/{rule_id}/delete")
    assert "No rules yet" in member.get("/comments/rules").text


def test_a_rule_without_a_word_is_given_back(member: Browser) -> None:
    for data in ({"kind": "word", "word": " "}, {"kind": "word", "word": "я" * 101}, {"kind": "smile"}):
        assert member.post("/comments/rules", data).status_code == 422


def test_what_a_rule_has_hidden_is_shown_again_with_one_button(member: Browser, cast: Cast, media: Media) -> None:
    comment = make_comment(media, "www.example.com", hidden=True)
    with db.workspace_scope(cast.workspace.id), db.transaction() as session:
        record = HideRecord(comment_id=comment.id, kind=HideRuleKind.LINK, matched="www.example.com", at=DEFAULT_NOW)
        session.add(record)
    assert member.post(f"/comments/rules/log/{record.id}/restore").status_code == 303
    with db.workspace_scope(cast.workspace.id), db.reading() as session:
        assert [dispatch.kind for dispatch in session.scalars(select(Dispatch))] == [DispatchKind.UNHIDE]
    assert "Shown again" in member.get("/comments/rules").text
