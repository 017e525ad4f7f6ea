"""Links for Instagram: signed, and over in time."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from app.assets.public_links import make_token, read_token
from tests.clocks import DEFAULT_NOW

SECRET = "s" * 32
LATER = DEFAULT_NOW + timedelta(hours=1)


@given(st.integers(1, 2**63 - 1))
def test_a_link_leads_to_its_asset_until_its_end_and_not_a_second_longer(asset_id: int) -> None:
    token = make_token(asset_id, LATER, SECRET)
    assert read_token(token, SECRET, DEFAULT_NOW) == asset_id
    assert read_token(token, SECRET, LATER - timedelta(seconds=1)) == asset_id
    assert read_token(token, SECRET, LATER) is None
    assert read_token(token, "another secret", DEFAULT_NOW) is None


@given(st.text(max_size=100) | st.binary(max_size=80).map(lambda raw: raw.decode("latin-1")))
def test_a_made_up_link_leads_nowhere(token: str) -> None:
    assert read_token(token, SECRET, DEFAULT_NOW) is None


@given(st.data())
def test_an_altered_link_leads_nowhere(data: st.DataObject) -> None:
    token = make_token(7, LATER, SECRET)
    at = data.draw(st.integers(0, len(token) - 2))
    letter = data.draw(st.sampled_from("ABCDabcd0123-_").filter(lambda new: new != token[at]))
    assert read_token(token[:at] + letter + token[at + 1 :], SECRET, DEFAULT_NOW) is None
