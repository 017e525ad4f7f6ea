from collections.abc import Iterator

import pytest

from app.instagram.client import CallRecord, Instagram, InstagramApp
from tests.instagram.scripted_peer import ScriptedPeer

TOKEN = "IGAAtoken0123456789abcdefghijklmnopqrstuvwxyz"
SECRET = "0123456789abcdef0123456789abcdef"
IG_USER_ID = "17841400000000001"


def app_at(url: str, *secrets: str, app_id: str = "123456") -> InstagramApp:
    """Return an app whose four hosts are one origin."""
    return InstagramApp(
        app_id=app_id,
        app_secrets=secrets or (SECRET,),
        graph_url=url,
        token_url=url,
        login_url=url,
        upload_url=url,
        api_version="v25.0",
    )


@pytest.fixture
def peer() -> Iterator[ScriptedPeer]:
    """A server that answers what the test scripts."""
    with ScriptedPeer().running() as peer:
        yield peer


@pytest.fixture
def records() -> list[CallRecord]:
    """What the client's observer was handed."""
    return []


@pytest.fixture
def instagram(peer: ScriptedPeer, records: list[CallRecord]) -> Instagram:
    """A client of the scripted peer."""
    return Instagram(app_at(peer.url), TOKEN, IG_USER_ID, observe=records.append)
