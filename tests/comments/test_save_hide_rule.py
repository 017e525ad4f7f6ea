"""Rules that hide comments, as people make them."""

import pytest
from sqlalchemy import select

from app import db
from app.comments.hide_log import list_hidden, list_hide_rules
from app.comments.models import HideRecord, HideRuleKind
from app.comments.save_hide_rule import (
    HideRuleError,
    create_hide_rule,
    delete_hide_rule,
    restore_hidden,
    switch_hide_rule,
    try_rule,
)
from app.dispatches.models import Dispatch, DispatchKind
from app.errors import NotFound
from app.media.models import Media
from tests.clocks import DEFAULT_NOW
from tests.comment_factories import make_comment
from tests.factories import Cast

WORD, LINK, PHONE = HideRuleKind


def test_a_rule_is_tried_on_other_peoples_comments_before_it_is_kept(media: Media) -> None:
    caught = make_comment(media, "Лучшее КАЗИНО города")
    make_comment(media, "Вкусно")
    make_comment(media, "казино", is_own=True)
    make_comment(media, "", gone_at=DEFAULT_NOW)
    trial = try_rule(WORD, "казино")
    assert trial.looked_at == 2
    assert [(comment.id, found) for comment, found in trial.found] == [(caught.id, "казино")]
    assert list_hide_rules() == []


def test_there_is_one_rule_of_each_kind_and_for_each_word_however_it_is_spelled(cast: Cast) -> None:
    for kind, word in ((WORD, " Қанша  тұрады "), (LINK, ""), (PHONE, "")):
        create_hide_rule(kind, word, user_id=cast.member.id, now=DEFAULT_NOW)
    for kind, word in ((WORD, "канша турады"), (LINK, "x"), (PHONE, "")):
        with pytest.raises(HideRuleError) as refused:
            create_hide_rule(kind, word, user_id=cast.member.id, now=DEFAULT_NOW)
        assert refused.value.key == "hide_rule_known"
    assert [(rule.kind, rule.word) for rule in list_hide_rules()] == [(WORD, "Қанша тұрады"), (LINK, ""), (PHONE, "")]


@pytest.mark.parametrize(
    ("word", "key"), [("  ", "hide_word_empty"), ("!!", "hide_word_empty"), ("я" * 101, "hide_word_too_long")]
)
def test_a_rule_that_finds_nothing_is_refused(cast: Cast, word: str, key: str) -> None:
    with pytest.raises(HideRuleError) as refused:
        create_hide_rule(WORD, word, user_id=cast.member.id, now=DEFAULT_NOW)
    assert refused.value.key == key


def test_rules_are_switched_and_deleted_their_log_stays(cast: Cast, media: Media) -> None:
    rule = create_hide_rule(LINK, "", user_id=cast.member.id, now=DEFAULT_NOW)
    comment = make_comment(media, "www.example.com", hidden=True)
    with db.transaction() as session:
        session.add(
            HideRecord(comment_id=comment.id, rule_id=rule.id, kind=LINK, matched="www.example.com", at=DEFAULT_NOW)
        )
    switch_hide_rule(rule.id, is_on=False)
    assert [rule.is_on for rule in list_hide_rules()] == [False]
    delete_hide_rule(rule.id)
    assert list_hide_rules() == []
    assert [record.comment.id for record in list_hidden().records] == [comment.id]
    with pytest.raises(NotFound):
        switch_hide_rule(rule.id, is_on=True)
    with pytest.raises(NotFound):
        delete_hide_rule(rule.id)


def test_what_a_rule_has_hidden_is_shown_again_once(cast: Cast, media: Media) -> None:
    comment = make_comment(media, "www.example.com", hidden=True)
    with db.transaction() as session:
        record = HideRecord(comment_id=comment.id, kind=LINK, matched="www.example.com", at=DEFAULT_NOW)
        session.add(record)
    assert restore_hidden(record.id, user_id=cast.member.id, now=DEFAULT_NOW)
    assert not restore_hidden(record.id, user_id=cast.member.id, now=DEFAULT_NOW)
    with db.reading() as session:
        assert [dispatch.kind for dispatch in session.scalars(select(Dispatch))] == [DispatchKind.UNHIDE]
    assert list_hidden().records[0].restored_at == DEFAULT_NOW


def test_the_log_is_read_page_by_page(media: Media) -> None:
    comments = [make_comment(media) for _ in range(5)]
    with db.transaction() as session:
        for comment in comments:
            session.add(HideRecord(comment_id=comment.id, kind=LINK, matched="x", at=DEFAULT_NOW))
    first = list_hidden(limit=3)
    second = list_hidden(first.next_before, limit=3)
    ids = [record.id for record in (*first.records, *second.records)]
    assert ids == sorted(ids, reverse=True) and len(ids) == 5 and second.next_before is None
