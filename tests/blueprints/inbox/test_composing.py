"""Answering: what is sent, and what stays when a rule is in the way."""

import re
from collections.abc import Callable
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest

from app import db
from app.assets.models import Asset, AssetKind, AssetPurpose
from app.conversations.models import Conversation
from app.dispatches.models import Dispatch, DispatchKind, DispatchState
from tests.clocks import FrozenClock
from tests.conversations.factories import make_conversation, make_message
from tests.factories import Cast, make_asset
from tests.web_client import Browser

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
Dispatches = Callable[[], list[Dispatch]]
TOKEN = "a" * 32


def test_an_answer_goes_out_once_however_often_the_form_is_sent(
    member: Browser, cast: Cast, talk: Conversation, dispatches: Dispatches
) -> None:
    for _again in range(2):
        answer = member.post(f"/inbox/{talk.id}/messages", {"text": "Иә, бар", "form_token": TOKEN})
        assert (answer.status_code, answer.location) == (303, f"/inbox/{talk.id}")
    [sent] = dispatches()
    assert (sent.text, sent.state, sent.created_by_id) == ("Иә, бар", DispatchState.WAITING, cast.member.id)
    assert not sent.human_agent
    page = member.get(f"/inbox/{talk.id}").text
    assert "Иә, бар" in page and "waiting" in page


def test_after_a_day_a_persons_answer_says_that_a_person_wrote_it(
    member: Browser, talk: Conversation, clock: FrozenClock, dispatches: Dispatches
) -> None:
    with db.workspace_scope(talk.workspace_id), db.transaction() as session:
        session.get_one(Conversation, talk.id).last_inbound_at = clock.now() - timedelta(hours=30)
    member.post(f"/inbox/{talk.id}/messages", {"text": "Иә", "form_token": TOKEN})
    assert [sent.human_agent for sent in dispatches()] == [True]


def test_too_long_a_text_is_counted_in_bytes_and_given_back_whole(
    member: Browser, talk: Conversation, dispatches: Dispatches
) -> None:
    text = "ж" * 501
    answer = member.post(f"/inbox/{talk.id}/messages", {"text": text, "form_token": TOKEN})
    assert answer.status_code == 422
    assert "1,002 bytes" in answer.text
    assert text in answer.text and f'value="{TOKEN}"' in answer.text
    assert dispatches() == []


def test_a_script_gets_the_new_bubble_and_an_empty_form(member: Browser, talk: Conversation) -> None:
    fields = {"text": "Иә", "form_token": TOKEN}
    answer = member.post(f"/inbox/{talk.id}/messages", fields, headers={"HX-Request": "true"})
    assert answer.status_code == 200
    assert '<hx-partial hx-target="#thread-newest"' in answer.text and 'hx-target="#composer"' in answer.text
    assert TOKEN not in answer.text, "the next form is another one"
    refused = member.post(f"/inbox/{talk.id}/messages", {"text": ""}, headers={"HX-Request": "true"})
    assert (refused.status_code, "There is nothing to send yet." in refused.text) == (422, True)


def test_a_later_time_lies_inside_the_window_or_is_refused(
    member: Browser, talk: Conversation, clock: FrozenClock, dispatches: Dispatches
) -> None:
    # 09:00 in Almaty; the window closes at 08:00 tomorrow.
    later = {"text": "Ертең", "action": "later", "date": "2026-03-03", "form_token": TOKEN}
    refused = member.post(f"/inbox/{talk.id}/messages", later | {"time": "08:30"})
    assert (refused.status_code, "the chosen time is later" in refused.text) == (422, True)
    assert 'value="08:30"' in refused.text
    assert member.post(f"/inbox/{talk.id}/messages", later | {"time": "07:30"}).status_code == 303
    [planned] = dispatches()
    assert planned.is_planned
    assert planned.next_try_at == clock.now() + timedelta(hours=22, minutes=30)
    page = member.get(f"/inbox/{talk.id}").text
    assert "Goes out on 3 March 2026, 07:30" in page
    cancel = re.search(r'action="([^"]+/cancel)"', page)
    assert cancel is not None
    member.post(cancel[1])
    assert dispatches()[0].state is DispatchState.CANCELLED


def test_pictures_go_together_other_files_alone(
    member: Browser, cast: Cast, talk: Conversation, dispatches: Dispatches
) -> None:
    kinds = (AssetKind.IMAGE, AssetKind.IMAGE, AssetKind.FILE)
    ids = [make_asset(cast.workspace, kind=kind, purpose=AssetPurpose.MESSAGE).id for kind in kinds]
    refused = member.post(f"/inbox/{talk.id}/messages", {"text": "", "files": ids, "form_token": TOKEN})
    assert refused.status_code == 422
    assert all(f'name="files" value="{asset_id}"' in refused.text for asset_id in ids), "nothing chosen is lost"
    member.post(f"/inbox/{talk.id}/messages", {"text": "Міне", "files": ids[:2], "form_token": TOKEN})
    assert [(sent.text, sent.values.get("asset_ids")) for sent in dispatches()] == [("Міне", None), (None, ids[:2])]


def test_without_scripts_a_file_comes_with_the_form_and_waits_to_be_looked_at(
    member: Browser, cast: Cast, talk: Conversation, dispatches: Dispatches
) -> None:
    fields = {
        "text": "Прайс",
        "form_token": TOKEN,
        "file": (BytesIO(b"%PDF-1.7 price"), "прайс.pdf", "application/pdf"),
    }
    answer = member.post(f"/inbox/{talk.id}/messages", fields)
    assert answer.status_code == 422
    assert "прайс.pdf" in answer.text and "Прайс" in answer.text
    with db.workspace_scope(cast.workspace.id), db.reading() as session:
        asset = session.query(Asset).one()
    assert (asset.kind, asset.purpose) == (AssetKind.FILE, AssetPurpose.MESSAGE)
    assert dispatches() == []


def test_what_was_refused_or_is_in_doubt_asks_and_is_settled_here(
    member: Browser, cast: Cast, talk: Conversation, clock: FrozenClock, read: Callable[..., Any]
) -> None:
    ids = []
    with db.workspace_scope(talk.workspace_id), db.transaction() as session:
        for state in (DispatchState.REFUSED, DispatchState.UNCONFIRMED):
            dispatch = Dispatch(
                account_id=talk.account_id,
                kind=DispatchKind.MESSAGE,
                state=state,
                conversation_id=talk.id,
                text=f"Ответ {state}",
                values={},
                created_at=clock.now(),
                reason="message_too_long" if state is DispatchState.REFUSED else None,
                reason_values={"found_bytes": 1002, "most_bytes": 1000},
            )
            session.add(dispatch)
            session.flush()
            ids.append(dispatch.id)
    page = member.get(f"/inbox/{talk.id}").text
    assert "The message takes 1,002 bytes" in page and "Is it in the conversation in the Instagram app?" in page
    member.post(f"/inbox/{talk.id}/dispatches/{ids[0]}/again")
    member.post(f"/inbox/{talk.id}/dispatches/{ids[1]}/answer", {"is_there": "1"})
    assert [read(Dispatch, row_id).state for row_id in ids] == [DispatchState.WAITING, DispatchState.SENT]
    assert read(Dispatch, ids[0]).created_by_id == cast.member.id


def test_another_conversations_dispatch_is_not_found_here(
    member: Browser, account: Any, talk: Conversation, dispatches: Dispatches
) -> None:
    member.post(f"/inbox/{talk.id}/messages", {"text": "Иә", "form_token": TOKEN})
    other = make_conversation(account, 2)
    assert member.post(f"/inbox/{other.id}/dispatches/{dispatches()[0].id}/cancel").status_code == 404


def test_reactions_and_typing_are_asked_of_instagram(
    member: Browser, talk: Conversation, clock: FrozenClock, dispatches: Dispatches
) -> None:
    message = make_message(talk, "Рахмет", at=clock.now())
    member.post(f"/inbox/{talk.id}/messages/{message.id}/reactions", {"emoji": "❤️"})
    member.post(f"/inbox/{talk.id}/messages/{message.id}/reactions", {"emoji": ""})
    assert member.fetch("POST", f"/inbox/{talk.id}/typing").status_code == 204
    assert [sent.kind for sent in dispatches()] == [DispatchKind.REACT, DispatchKind.UNREACT, DispatchKind.TYPING]
    assert dispatches()[0].values == {"mid": message.mid, "emoji": "❤️"}
