"""The example calls of Instagram's pages, as they are printed there, and the members of the answers."""

import json

import pytest

from tests.sandbox.conftest import MediaServer
from tests.sandbox.driver import Driver, User
from tests.sandbox.examples_reading import READS, REFUSALS
from tests.sandbox.examples_writing import WRITES
from tests.sandbox.stage import Stage, members


@pytest.fixture
def stage(driver: Driver, user: User, media: MediaServer) -> Stage:
    return Stage(driver, user, media)


@pytest.mark.parametrize("example", list(READS))
def test_an_example_of_reading_is_answered_as_printed(stage: Stage, example: str) -> None:
    path, expected = READS[example]
    answer = stage.driver.call("GET", stage.fill(path), stage.user)
    assert answer.status_code == 200, answer.text
    assert members(answer.json()) == expected


@pytest.mark.parametrize("example", list(WRITES))
def test_an_example_of_writing_is_answered_as_printed(stage: Stage, example: str) -> None:
    method, path, body, expected = WRITES[example]
    filled = json.loads(stage.fill(json.dumps(body)))
    answer = stage.driver.call(method, stage.fill(path), stage.user, json=filled)
    assert answer.status_code == 200, answer.text
    assert members(answer.json()) == expected


@pytest.mark.parametrize("example", list(REFUSALS))
def test_an_example_of_a_refusal_is_answered_as_printed(stage: Stage, example: str) -> None:
    method, path, status, expected = REFUSALS[example]
    answer = stage.driver.call(method, stage.fill(path), stage.user)
    assert answer.status_code == status
    error = answer.json()["error"]
    assert error["fbtrace_id"]
    assert {name: error.get(name) for name in expected} == expected
    assert "error_subcode" in expected or "error_subcode" not in error
