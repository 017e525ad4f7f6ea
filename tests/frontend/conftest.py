"""A browser, and the site of components."""

import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.frontend.component_site import ComponentSite

FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """A Chromium for the tests of one module."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def site() -> Iterator[ComponentSite]:
    """The site of components, with nothing uploaded."""
    site = ComponentSite()
    yield site
    site.stop()


@pytest.fixture
def page(chromium: Browser, site: ComponentSite) -> Iterator[Page]:
    """A page of the site in a fresh browser profile; scripts that fail or break the policy fail the test."""
    context = chromium.new_context(base_url=site.url, reduced_motion="reduce")
    page = context.new_page()
    page.set_default_timeout(10_000)
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("console", lambda message: faults.append(message.text) if "Security Policy" in message.text else None)
    yield page
    context.close()
    assert faults == []
