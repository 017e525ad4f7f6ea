"""Other people's pictures and files: through us, as what they are, and asked for anew when their address is dead."""

from collections.abc import Callable
from typing import Any

import pytest

from app import db
from app.accounts.models import Account
from app.contacts.models import Contact
from app.conversations.models import Conversation, Message, MessageAttachment, MessageKind
from app.crypto import KeyRing
from tests.clocks import FrozenClock
from tests.conversations.factories import make_contact, make_conversation, make_message
from tests.factories import Cast, make_account
from tests.sandbox_server import SandboxServer
from tests.web_client import Browser

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
DEAD = "/cdn/avatars/0.jpg"


@pytest.fixture
def shop(cast: Cast, keys: KeyRing, sandbox: SandboxServer) -> Account:
    """An account that the local Instagram knows."""
    user_id, token = sandbox.add_account()
    return make_account(cast.workspace, keys, ig_user_id=user_id, token=token)


@pytest.fixture
def person_id(sandbox: SandboxServer) -> str:
    """Somebody who has written to the account."""
    return str(sandbox.call("POST", "/people", {"username": "aigul", "name": "Айгүл"})["id"])


@pytest.fixture
def talk(shop: Account, person_id: str) -> Conversation:
    """A conversation with them."""
    return make_conversation(shop, contact=make_contact(shop, ig_scoped_id=person_id))


def attach(talk: Conversation, clock: FrozenClock, mid: str, url: str) -> int:
    """Write a message with a picture at an address; return the picture's id."""
    picture = MessageAttachment(workspace_id=talk.workspace_id, position=0, kind="image", url=url)
    make_message(talk, None, at=clock.now(), mid=mid, kind=MessageKind.ATTACHMENTS, attachments=[picture])
    return picture.id


def avatar_of(shop: Account, sandbox: SandboxServer) -> str:
    """Return the address of some picture that there is."""
    return f"{sandbox.url}/cdn/avatars/{shop.ig_user_id}.jpg"


def test_a_picture_is_sent_as_what_it_is_and_kept_by_the_browser_only(
    member: Browser, shop: Account, talk: Conversation, sandbox: SandboxServer, clock: FrozenClock
) -> None:
    attachment_id = attach(talk, clock, "aWdf1", avatar_of(shop, sandbox))
    answer = member.get(f"/inbox/attachments/{attachment_id}")
    assert (answer.status_code, answer.mimetype) == (200, "image/jpeg")
    assert answer.headers["Cache-Control"] == "private, max-age=3600"
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    part = member.get(f"/inbox/attachments/{attachment_id}", headers={"Range": "bytes=0-9"})
    assert (part.status_code, len(part.data)) == (206, 10)


def test_what_is_no_picture_is_saved_and_never_shown(
    member: Browser, talk: Conversation, sandbox: SandboxServer, clock: FrozenClock
) -> None:
    attachment_id = attach(talk, clock, "aWdf1", f"{sandbox.url}/")
    answer = member.get(f"/inbox/attachments/{attachment_id}")
    assert answer.mimetype == "application/octet-stream"
    assert answer.headers["Content-Disposition"].startswith("attachment")


def test_a_dead_address_is_asked_for_anew_once_and_the_new_one_kept(
    member: Browser,
    shop: Account,
    talk: Conversation,
    person_id: str,
    sandbox: SandboxServer,
    clock: FrozenClock,
    read: Callable[[Any, int], Any],
) -> None:
    alive = avatar_of(shop, sandbox)
    message = {"attachments": [{"type": "image", "payload": {"url": alive}}]}
    sent = sandbox.call("POST", f"/accounts/{shop.ig_user_id}/messages", {"from": person_id, "message": message})
    attachment_id = attach(talk, clock, sent["mid"], f"{sandbox.url}{DEAD}")
    answer = member.get(f"/inbox/attachments/{attachment_id}")
    assert (answer.status_code, answer.mimetype) == (200, "image/jpeg")
    assert read(MessageAttachment, attachment_id).url == alive


def test_what_instagram_gives_no_more_is_a_neutral_drawing(
    member: Browser, talk: Conversation, sandbox: SandboxServer, clock: FrozenClock
) -> None:
    attachment_id = attach(talk, clock, "aWdfunknown", f"{sandbox.url}{DEAD}")
    answer = member.get(f"/inbox/attachments/{attachment_id}")
    assert (answer.status_code, answer.mimetype) == (404, "image/svg+xml")
    with db.workspace_scope(talk.workspace_id), db.transaction() as session:
        session.query(Message).update({"unsent_at": clock.now()})
    assert member.get(f"/inbox/attachments/{attachment_id}").status_code == 404


def test_addresses_inside_this_network_are_never_fetched(
    member: Browser, talk: Conversation, clock: FrozenClock
) -> None:
    attachment_id = attach(talk, clock, "aWdfunknown", "http://127.0.0.1:1/secret.jpg")
    assert member.get(f"/inbox/attachments/{attachment_id}").status_code == 404


def test_a_persons_picture_is_made_small(
    member: Browser, shop: Account, talk: Conversation, sandbox: SandboxServer
) -> None:
    with db.workspace_scope(talk.workspace_id), db.transaction() as session:
        session.get_one(Contact, talk.contact_id).picture_url = avatar_of(shop, sandbox)
    answer = member.get(f"/inbox/people/{talk.contact_id}/picture")
    assert (answer.status_code, answer.mimetype) == (200, "image/webp")
    assert len(answer.data) < 12_000
