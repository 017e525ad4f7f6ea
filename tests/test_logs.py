"""Log lines: one JSON object each, and never a secret."""

import json
import logging
from collections.abc import Iterator
from dataclasses import replace

import pytest
import structlog

from app import logs
from app.config import Config
from app.instagram.redaction import MASK
from tests.web_client import Browser


@pytest.fixture(autouse=True)
def handlers() -> Iterator[None]:
    """Give the root logger back what it had."""
    root = logging.getLogger()
    before = root.handlers[:]
    yield
    root.handlers[:] = before


def lines(capsys: pytest.CaptureFixture[str]) -> list[dict[str, object]]:
    return [json.loads(line) for line in capsys.readouterr().err.splitlines() if line.startswith("{")]


def test_a_line_is_one_json_object_with_its_context(config: Config, capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure(config)
    with structlog.contextvars.bound_contextvars(request_id="abc"):
        structlog.get_logger("app.test").info("a thing\nhappened", post_id=7)
    (line,) = lines(capsys)
    assert line["event"] == "a thing\nhappened"
    assert (line["post_id"], line["request_id"], line["level"], line["logger"]) == (7, "abc", "info", "app.test")


def test_no_secret_is_written_under_any_name_or_in_any_text(config: Config, capsys: pytest.CaptureFixture[str]) -> None:
    secret = replace(config, database_url="mysql+pymysql://flow:db-password-12345@127.0.0.1/x")
    logs.configure(secret)
    log = structlog.get_logger("app.test")
    log.info("plain", password="верблюд", caption="черновик", token="IGAAabcdefghij", nested={"body": ["личное"]})
    log.info(f"in the text: {config.secret_key} and IGAAabcdefghijklm", url="https://x/?access_token=IGAAxyzxyzxyz")
    log.info("lists", things=[config.password_pepper, ("db-password-12345",)])
    try:
        raise ValueError(f"pepper {config.password_pepper}")
    except ValueError:
        log.exception("broke", secret=config.instagram_app_secrets[0])
    logging.getLogger("urllib3").warning("library says %s", config.instagram_app_secrets[0])
    written = capsys.readouterr().err
    for planted in (
        "верблюд",
        "черновик",
        "личное",
        "IGAA",
        "db-password-12345",
        config.secret_key,
        config.password_pepper,
        *config.instagram_app_secrets,
    ):
        assert planted not in written, planted
    assert MASK in written


def test_a_request_writes_one_line_without_its_query(member: Browser, capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure(member.app.extensions["socialflow"].config)
    capsys.readouterr()
    member.get("/posts?code=AQDsecretcode&access_token=IGAAabcdefgh")
    written = [line for line in lines(capsys) if line["logger"] == "app.access"]
    assert len(written) == 1
    assert (written[0]["path"], written[0]["status"], written[0]["method"]) == ("/posts", 200, "GET")
    assert "secretcode" not in json.dumps(written)


def test_parts_of_a_path_that_open_something_are_not_written(
    nobody: Browser, capsys: pytest.CaptureFixture[str]
) -> None:
    logs.configure(nobody.app.extensions["socialflow"].config)
    capsys.readouterr()
    nobody.get("/media/abcdefabcdef.mp4")
    written = [line for line in lines(capsys) if line["logger"] == "app.access"]
    assert written[0]["path"] == "/media/<token>.mp4"
