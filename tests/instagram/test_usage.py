import json

from hypothesis import given
from hypothesis import strategies as st
from requests.structures import CaseInsensitiveDict

from app.instagram.usage import Usage, read_usage


def test_without_headers_nothing_is_known() -> None:
    assert read_usage({}) is None


def test_the_app_header_gives_its_fullest_gauge() -> None:
    assert read_usage({"X-App-Usage": '{"call_count":28,"total_time":25,"total_cputime":31}'}) == Usage(31, None)


def test_the_account_header_gives_the_fullest_of_all_accounts_and_the_longest_wait() -> None:
    header = {
        "17841472020051826": [
            {"type": "instagram", "call_count": 12, "total_time": 4, "estimated_time_to_regain_access": 0}
        ],
        "42": [{"type": "pages", "call_count": 100, "estimated_time_to_regain_access": 7}],
    }  # fmt: skip
    headers = CaseInsensitiveDict({"x-business-use-case-usage": json.dumps(header)})
    assert read_usage(headers) == Usage(percent=100, regain_access_seconds=420)


def test_an_absurd_wait_is_cut_to_a_week() -> None:
    header = '{"1":[{"call_count":100,"estimated_time_to_regain_access":99999999}]}'
    usage = read_usage({"X-Business-Use-Case-Usage": header})
    assert usage is not None and usage.regain_access_seconds == 7 * 24 * 3600


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text() | st.just("call_count"), inner, max_size=4),
    max_leaves=10,
)


@given(st.text() | json_values.map(json.dumps), st.text() | json_values.map(json.dumps))
def test_no_header_breaks_the_reader(app_header: str, account_header: str) -> None:
    usage = read_usage({"X-App-Usage": app_header, "X-Business-Use-Case-Usage": account_header})
    assert usage is None or usage.percent >= 0
