"""The page for authors in a real browser: ticks change the answer at once, and all of it is accessible and fits."""

import asyncio
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import pytest
from aiohttp.test_utils import unused_port
from playwright.sync_api import Browser, Page, expect

from bot.authoring import Authors, of_catalogue
from bot.channels.web.authors import create_authors_app
from bot.serve import listen
from dialogs.words import Words
from tests.e2e.looking import sideways, small_targets, violations
from tests.thresholds.packaged import catalogue

pytestmark = pytest.mark.e2e


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """The page, served by a thread of this process."""
    port, loop = unused_port(), asyncio.new_event_loop()
    home = f"http://127.0.0.1:{port}"
    app = create_authors_app(Authors(load=of_catalogue(catalogue()), words=Words.load()), lambda: frozenset((home,)))
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    runner = asyncio.run_coroutine_threadsafe(listen(app, "127.0.0.1", port), loop).result(30)
    yield f"{home}/documents/ealing/2020-09-01"
    asyncio.run_coroutine_threadsafe(runner.cleanup(), loop).result(30)
    loop.call_soon_threadsafe(loop.stop)
    thread.join(10)
    loop.close()


def opened(
    browser: Browser, address: str, width: int, scheme: Literal["light", "dark"], *, script: bool = True
) -> Page:
    """The document, with every list of signs open."""
    context = browser.new_context(
        viewport={"width": width, "height": 640}, color_scheme=scheme, java_script_enabled=script, bypass_csp=script
    )
    page = context.new_page()
    page.goto(address)
    for summary in page.query_selector_all("details:not([open]) > summary"):
        summary.click()
    return page


def test_a_tick_changes_level_reasons_and_places_at_once(browser: Browser, address: str) -> None:
    page = opened(browser, address, 1280, "light")
    expect(page.locator("#said")).to_contain_text("No level")
    page.locator("#sign-often_hungry").check()
    expect(page.locator("#said")).to_contain_text("Level 2")
    page.locator("#sign-says_sexual_abuse").check()
    expect(page.locator("#said")).to_contain_text("Level 4")
    expect(page.locator("#reasons")).to_contain_text("Children Act 1989")
    page.locator("#sign-says_sexual_abuse").uncheck()
    expect(page.locator("#said")).to_contain_text("Level 2")
    assert "often_hungry" not in page.url
    page.context.close()


def test_under_its_own_strict_policy_the_script_may_ask(browser: Browser, address: str) -> None:
    page = browser.new_page()
    page.goto(address)
    page.locator("summary", has_text="Care and home").click()
    page.locator("#sign-often_hungry").check()
    expect(page.locator("#said")).to_contain_text("Level 2")
    page.close()


def test_without_a_script_the_button_does_it(browser: Browser, address: str) -> None:
    page = opened(browser, address, 320, "light", script=False)
    page.locator("#sign-often_hungry").check()
    page.get_by_role("button", name="See what it says").click()
    expect(page.locator("#said")).to_contain_text("Level 2")
    expect(page.locator("#sign-often_hungry")).to_be_checked()
    page.context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 1280])
def test_it_is_accessible_and_fits(
    browser: Browser, axe: Path, address: str, width: int, scheme: Literal["light", "dark"]
) -> None:
    page = opened(browser, address, width, scheme)
    page.locator("#sign-badly_hurt_or_ill_now").check()
    expect(page.locator("#said")).to_contain_text("999")
    found = [*violations(page, axe), *small_targets(page)]
    found += [f"{sideways(page)} pixels stand outside"] if sideways(page) else []
    page.goto(address.partition("/ealing")[0])
    found += [*violations(page, axe), *small_targets(page)]
    page.context.close()
    assert found == []
