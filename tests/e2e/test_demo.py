"""The demonstration in a real browser: without JavaScript, by keyboard, and after a kill."""

from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import pytest
from aiohttp.test_utils import unused_port
from playwright.sync_api import Browser, Page, expect

from tests.e2e.demo import CONCERN, Demo, is_well, press, put, running, screen_of, sit, tell
from tests.e2e.looking import sideways, violations

pytestmark = pytest.mark.e2e


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    with running(tmp_path_factory.mktemp("demo"), unused_port()) as started:
        yield started


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A phone without JavaScript."""
    context = browser.new_context(java_script_enabled=False, viewport={"width": 320, "height": 640}, locale="en-GB")
    yield context.new_page()
    context.close()


def begin(page: Page) -> None:
    page.get_by_role("button", name="Report a concern").click()


def test_it_is_well(demo: Demo) -> None:
    assert is_well(demo)


def test_a_concern_goes_from_teacher_to_lead_to_decision(demo: Demo, page: Page) -> None:
    sit(page, demo, "Teacher")
    begin(page)
    met = tell(page, "check")
    assert len(met) + 2 <= 9
    expect(page.locator("dl").filter(has_text="Robin Example")).to_be_visible()
    press(page, "send")
    assert "/concern/" in page.url
    concern = page.url.rsplit("/", 1)[1]
    assert "Robin" not in page.title()

    sit(page, demo, "Designated safeguarding lead")
    assert "Robin" not in page.content()
    page.locator(f"a[href='/concern/{concern}']").first.click()
    assert "coat" not in page.content()
    page.locator("button[value=open]").click()
    expect(page.locator("blockquote").first).to_contain_text("He came in without a coat again.")
    page.locator("button[value=suggestion]").click()
    expect(page.locator(".listing").first).to_be_visible()
    page.goto(f"{demo.address}/concern/{concern}/read")
    page.locator("button[value=have]").click()
    page.goto(f"{demo.address}/concern/{concern}/read")
    page.locator("button[value=decide]").click()
    assert screen_of(page) == "checklist"


def test_danger_is_one_press_and_reaches_the_lead_as_a_pointer_without_content(demo: Demo, page: Page) -> None:
    sit(page, demo, "Teacher")
    page.locator("form:has(input[name=danger]) button").click()
    assert screen_of(page) == "emergency"
    expect(page.locator(".notice.danger a[href='tel:999']").first).to_be_visible()
    put(page, "place", "In the library")
    press(page, "next")
    assert screen_of(page) == "happened"
    sit(page, demo, "Designated safeguarding lead")
    assert "library" not in page.content()


def test_what_was_typed_stands_after_hiding_and_after_a_refusal(demo: Demo, page: Page) -> None:
    sit(page, demo, "Teacher")
    begin(page)
    tell(page, "happened")
    put(page, "saw", "Half a sentence")
    page.locator("#hide").click()
    assert page.title() == "Timetable"
    page.go_back()
    assert page.title() == "Timetable", "the browser's own Back shows nothing while it is hidden"
    page.get_by_role("button", name="Go back").click()
    expect(page.locator("[name=saw]")).to_have_value("Half a sentence")
    press(page, "next")
    put(page, "name", "Robin Example")
    press(page, "next")
    assert page.title().startswith("To put right")
    expect(page.locator("[name=name]")).to_have_value("Robin Example")
    page.locator(".summary a").first.click()
    assert "#f-" in page.url


def test_a_concern_can_be_told_by_keyboard_alone(demo: Demo, browser: Browser) -> None:
    context = browser.new_context(viewport={"width": 1280, "height": 800}, locale="en-GB")
    page = context.new_page()
    sit(page, demo, "Teacher")
    _tab_to(page, "button", "Report a concern")
    page.keyboard.press("Enter")
    page.wait_for_url("**/talk/**")
    _tab_to(page, "input", "")
    for _ in range(4):
        page.keyboard.press("ArrowDown")
    page.keyboard.press("Space")
    _tab_to(page, "button", "")
    page.keyboard.press("Enter")
    page.locator("[name=saw]").wait_for()
    _tab_to(page, "textarea", "")
    page.keyboard.type("He came in without a coat.")
    page.keyboard.press("Escape")
    page.wait_for_url("**/hide")
    context.close()


def _tab_to(page: Page, tag: str, text: str) -> None:
    page.locator("body").press("Tab")
    for _ in range(60):
        at = page.evaluate("() => [document.activeElement.tagName.toLowerCase(), document.activeElement.textContent]")
        inside = page.evaluate("() => document.querySelector('main').contains(document.activeElement)")
        if inside and at[0] == tag and text in at[1]:
            return
        page.keyboard.press("Tab")
    pytest.fail(f"no {tag} {text!r} is reached by Tab")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_real_screens_are_accessible_and_fit(
    demo: Demo, browser: Browser, axe: Path, scheme: Literal["light", "dark"]
) -> None:
    context = browser.new_context(
        viewport={"width": 320, "height": 640}, color_scheme=scheme, bypass_csp=True, locale="en-GB"
    )
    page = context.new_page()
    found: list[str] = []

    def look() -> None:
        wrong = [*violations(page, axe), *([f"{sideways(page)} pixels outside"] if sideways(page) else [])]
        found.extend(f"{page.title()}: {line}" for line in wrong)

    page.goto(demo.address)
    look()
    sit(page, demo, "Teacher")
    look()
    begin(page)
    for screen in ("happened", "child", "about", "signs", "more", "when", "check"):
        look()
        tell(page, screen)
    look()
    press(page, "send")
    look()
    reference = page.get_by_text("Sent. Reference").inner_text().split()[-1]
    sit(page, demo, "Designated safeguarding lead")
    look()
    page.get_by_role("link", name=f"Open {reference}").click()
    look()
    page.locator("button[value=open]").click()
    look()
    for pressed in ("Show suggestion", "Back to the concern", "I have it", "Back to the concern", "Ask the reporter"):
        page.get_by_role("button", name=pressed).first.click()
        look()
    page.get_by_label("Your question").fill("Who else was there?")
    for pressed in ("Send the question", "Back to the concern", "Who has opened it", "Back to the concern", "Decide"):
        page.get_by_role("button", name=pressed, exact=True).first.click()
        look()
    context.close()
    assert found == []


def test_a_killed_programme_loses_no_sent_screen_and_nobody_their_seat(tmp_path: Path, page: Page) -> None:
    port = unused_port()
    with running(tmp_path, port) as first:
        sit(page, first, "Teacher")
        begin(page)
        tell(page, "child")
        first.process.kill()
        first.process.wait()
    with running(tmp_path, port):
        for name, value in CONCERN["child"].items():
            put(page, name, value)
        press(page, "next")
        assert screen_of(page) == "about"
        page.goto(f"{page.url.partition('?')[0]}?screen=happened")
        expect(page.locator("[name=saw]")).to_have_value(CONCERN["happened"]["saw"])


def test_an_author_finds_the_documents_and_ticks_signs_without_a_script(demo: Demo, page: Page) -> None:
    page.goto(demo.address)
    page.get_by_role("link", name="For authors").click()
    page.locator("a[href='/documents/ealing/2020-09-01']").click()
    page.locator("summary", has_text="Care and home").click()
    page.locator("#sign-often_hungry").check()
    page.get_by_role("button", name="See what it says").click()
    expect(page.locator("#said")).to_contain_text("Level 2")
    assert page.url == f"{demo.address}/documents/ealing/2020-09-01"
