"""Browsers, and installations to use them on."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pytest
from playwright.sync_api import Browser

from tests.conftest import SECRETS
from tests.frontend.conftest import chromium
from tests.journeys.operator import Operator, Screen
from tests.journeys.stack import Stack

__all__ = ["chromium"]

USERNAME = "alma.coffee"
DESKTOP, PHONE = 1280, 390


@dataclass(frozen=True)
class Home:
    """An installation with an owner and a connected account; `cookies` are those of the owner's browser."""

    stack: Stack
    ig_user_id: str
    cookies: Any


OpenOperator = Callable[..., Operator]


@contextmanager
def installed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """Give a fresh installation that runs, and end it."""
    stack = Stack(tmp_path_factory.mktemp("stack"), SECRETS, {"PATH": os.environ["PATH"]})
    try:
        stack.start()
        yield stack
    finally:
        stack.stop()


@pytest.fixture
def fresh(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """An installation that nobody has used yet."""
    with installed(tmp_path_factory) as stack:
        yield stack


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory, chromium: Browser) -> Iterator[Home]:
    """The module's own installation, set up in a browser."""
    with installed(tmp_path_factory) as stack:
        ig_user_id = stack.add_account(USERNAME)
        owner = Operator(chromium, stack, Screen("ru", DESKTOP))
        owner.become_owner()
        owner.ask_to_connect()
        owner.allow(ig_user_id)
        cookies = owner.context.storage_state()
        assert owner.leave() == []
        yield Home(stack, ig_user_id, cookies)


@pytest.fixture
def open_operator(chromium: Browser, home: Home) -> Iterator[OpenOperator]:
    """Open browsers of the owner: `open_operator("kk", 390)`. Each fails the test for faults on any of its pages."""
    opened: list[Operator] = []

    def open_one(locale: str = "ru", width: int = DESKTOP, **options: Any) -> Operator:
        operator = Operator(chromium, home.stack, Screen(locale, width), storage_state=home.cookies, **options)
        opened.append(operator)
        operator.speak(locale)
        return operator

    yield open_one
    faults = [fault for operator in opened for fault in operator.leave()]
    assert faults == []
