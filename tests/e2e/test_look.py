"""Every sample screen in a real browser: accessible, light and dark, on a small phone and a wide screen."""

from collections.abc import Mapping
from pathlib import Path
from random import Random  # noqa: TID251 - seeded: the same walks every time
from typing import Literal, get_args

import pytest
from playwright.sync_api import Browser, Page, Route

from bot.channels.web.draw import Frame, Place, draw, html
from bot.channels.web.guard import HEADERS
from bot.channels.web.shell import ring
from bot.channels.web.trouble import NOBODY_TOLD, STOPPED
from bot.platforms.roads import with_home
from dialogs.flows import CATALOGUE
from dialogs.kept import KeptView, State, kept_screen
from dialogs.screens import Screen
from dialogs.words import Words
from tests.bot.web import samples
from tests.bot.web.test_contract import WALKS, a_walk
from tests.e2e.looking import sideways, small_targets, violations
from tests.platforms import refused

pytestmark = pytest.mark.e2e

HERE = "http://swis.invalid/"
STATIC = Path(__file__).resolve().parents[2] / "bot" / "channels" / "web" / "static"
KINDS = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
FRAME = Frame(
    token="token",
    seat="Asha Rowe, Teacher, Hillside School (invented)",
    instant="Monday 9 November 2026, 10:05",
    can_move=True,
)
TALK = Place(post="/talk/t1", change="/talk/t1", leave="/talk/t1/leave", discard="/talk/t1/discard", back="start")
CONCERN = Place(post="/concern/c1", each=True)
OWN = Place(post="/home", each=True, leave="/home/leave", starts_first=True)


def place_of(screen: Screen) -> Place:
    if screen.id.removesuffix("_refused") in ("home", "in_lesson", "away", "manager"):
        return OWN
    if screen.id in ("unknown", "alert"):
        return Place()
    return CONCERN if screen in (*samples.ALL,) and screen not in samples.CONVERSATION else TALK


def drawn() -> dict[str, str]:
    screens = (
        *samples.ALL,
        *(refused(screen) for screen in (*samples.CONVERSATION, *samples.PRESSED) if screen.fields),
    )
    pages = {screen.id: draw(screen, place_of(screen), FRAME) for screen in screens}
    foot = ring(samples.NUMBERS)
    for name, trouble in (("stopped", STOPPED), ("nobody_told", NOBODY_TOLD)):
        pages[name] = html("trouble.html", frame=FRAME, ring=foot, numbers=samples.NUMBERS, trouble=trouble)
    for state in get_args(State):
        view = KeptView(state=state, what="help_now", reference="K4M-7QX", numbers=samples.NUMBERS, tried=True)
        place = Place() if state == "lost" else Place(post="/danger/p1")
        pages[f"kept_{state}"] = draw(with_home(kept_screen(view, Words.load())), place, FRAME)
    pages["hide"] = html("hide.html", token="t")
    return pages


def of_flows() -> dict[str, str]:
    """Every page of every flow as it is really drawn, by flow and page."""
    pages: dict[str, str] = {}
    for name, flow in CATALOGUE.items():
        for screen, _ in (one for seed in range(WALKS) for one in a_walk(flow, Random(seed))):
            address = f"{name[0]}-{screen.id}"
            if address not in pages:
                pages[address] = draw(screen, TALK, FRAME)
        assert {address.partition("-")[2] for address in pages if address.startswith(name[0])} >= {
            page.id for page in flow.pages
        }
    return pages


PAGES = drawn()


def serve(route: Route, pages: Mapping[str, str]) -> None:
    """Answer for the programme, with its own headers."""
    path = route.request.url.removeprefix(HERE)
    if path.startswith("static/"):
        file = STATIC / path.removeprefix("static/")
        route.fulfill(body=file.read_bytes(), content_type=KINDS[file.suffix], headers=HEADERS)
    elif path.endswith(".png"):
        route.fulfill(status=404)
    else:
        route.fulfill(body=pages[path], content_type="text/html; charset=utf-8", headers=HEADERS)


def opened(browser: Browser, width: int, scheme: Literal["light", "dark"], pages: Mapping[str, str] = PAGES) -> Page:
    context = browser.new_context(
        viewport={"width": width, "height": 640}, color_scheme=scheme, bypass_csp=True, locale="en-GB"
    )
    page = context.new_page()
    page.route("**/*", lambda route: serve(route, pages))
    return page


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 1280])
def test_every_sample_screen_is_accessible_and_fits(
    browser: Browser, axe: Path, width: int, scheme: Literal["light", "dark"]
) -> None:
    page = opened(browser, width, scheme)
    found = []
    for name in PAGES:
        page.goto(HERE + name)
        for details in page.query_selector_all("details:not([open]) > summary"):
            details.click()
        found += [f"{name}: {line}" for line in violations(page, axe)]
        found += [f"{name}: {line}" for line in small_targets(page)]
        found += [f"{name}: {sideways(page)} pixels stand outside"] if sideways(page) else []
    page.context.close()
    assert found == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_page_of_every_flow_is_accessible_and_fits_a_small_phone(
    browser: Browser, axe: Path, scheme: Literal["light", "dark"]
) -> None:
    pages = of_flows()
    page = opened(browser, 320, scheme, pages)
    found = []
    for name in pages:
        page.goto(HERE + name)
        for details in page.query_selector_all("details:not([open]) > summary"):
            details.click()
        found += [f"{name}: {line}" for line in (*violations(page, axe), *small_targets(page))]
        found += [f"{name}: {sideways(page)} pixels stand outside"] if sideways(page) else []
    page.context.close()
    assert found == []


def test_text_at_four_times_its_size_still_fits(browser: Browser) -> None:
    page = opened(browser, 320, "light")
    page.set_viewport_size({"width": 320, "height": 256})
    for name in PAGES:
        page.goto(HERE + name)
        assert sideways(page) == 0, name
        covering = page.evaluate("() => getComputedStyle(document.querySelector('.ring') ?? document.body).position")
        assert covering == "static", name
    page.context.close()


def test_focus_is_never_hidden_behind_the_foot_and_always_seen(browser: Browser) -> None:
    page = opened(browser, 320, "light")
    page.goto(f"{HERE}signs")
    for _ in range(40):
        page.keyboard.press("Tab")
        found = page.evaluate("""() => {
          const one = document.activeElement, box = one.getBoundingClientRect();
          const feet = [...document.querySelectorAll('.ring, .presses')];
          const edge = Math.min(...feet.map((foot) => foot.getBoundingClientRect().top));
          const line = parseFloat(getComputedStyle(one).outlineWidth);
          const page = one === document.body;
          const inside = page || feet.some((foot) => foot.contains(one));
          return {line, hidden: !inside && box.bottom > edge + 1, tag: one.outerHTML};
        }""")
        assert found["line"] >= 3, found["tag"]
        assert not found["hidden"], found["tag"]
    page.context.close()


BUTTONS = """() => {
  const rows = document.querySelector('.presses'), ring = document.querySelector('.ring');
  if (!rows || !ring) return null;
  const box = rows.getBoundingClientRect(), foot = ring.getBoundingClientRect();
  scrollTo(0, document.body.scrollHeight);
  const others = [...document.querySelectorAll('main button, main input, main textarea, main select, main a')];
  const under = others.filter((one) => one.checkVisibility() && !rows.contains(one))
    .map((one) => one.getBoundingClientRect().bottom);
  const top = rows.getBoundingClientRect().top;
  return {seen: box.top >= 0 && box.bottom <= foot.top + 0.5, covered: under.filter((at) => at > top + 1).length};
}"""


@pytest.mark.parametrize("width", [320, 390])
def test_on_a_phone_nobody_scrolls_to_find_the_button_and_it_covers_nothing(browser: Browser, width: int) -> None:
    pages = {**of_flows(), **PAGES}
    page = opened(browser, width, "light", pages)
    found = []
    for name in pages:
        page.goto(HERE + name)
        stood = page.evaluate(BUTTONS)
        found += [name] if stood is not None and (not stood["seen"] or stood["covered"]) else []
    page.context.close()
    assert found == []


ASIDE = frozenset({"signs", "signs_more", "check", "adult_check"})
"""The lists of signs, and the pages on which every answer is read again."""
TALLER = {
    "concern-start": 1250, "concern-talk": 1000, "concern-emergency": 900, "concern-child": 1150, "concern-about": 1350,
    "concern-more": 1900, "concern-when": 1850, "concern-sorter": 930, "concern-adult_who": 950,
    "concern-adult_harm": 900, "addition-about": 1020, "closing-closing": 1350, "decision-checklist": 750,
    "decision-level": 700, "decision-actions": 860, "decision-actions_2": 860, "decision-actions_3": 760,
}  # fmt: skip
"""Screens taller than a phone, in pixels, with every notice that they can have. Their button is in view instead
(the test above), and none may grow beyond this; the rest fit."""
DEEP = """() => {
  document.querySelectorAll('.presses').forEach((one) => { one.style.position = 'static'; });
  document.querySelectorAll('.demo').forEach((one) => one.remove());
  const press = document.querySelector('.presses button');
  return press ? press.getBoundingClientRect().bottom + scrollY : 0;
}"""


def test_each_screen_fits_a_phone_down_to_its_button_or_is_known_to_be_taller(browser: Browser) -> None:
    pages = of_flows()
    page = opened(browser, 360, "light", pages)
    found = {}
    for name in pages:
        page.goto(HERE + name)
        deep = page.evaluate(DEEP)
        if name.partition("-")[2] not in ASIDE and deep > TALLER.get(name, 640):
            found[name] = deep
    page.context.close()
    assert found == {}


def test_the_way_past_the_top_is_the_first_stop_and_works(browser: Browser) -> None:
    page = opened(browser, 1280, "light")
    page.goto(f"{HERE}start")
    page.keyboard.press("Tab")
    assert page.evaluate("() => document.activeElement.textContent") == "Skip to main content"
    page.keyboard.press("Enter")
    assert page.evaluate("() => document.activeElement.id") == "main"
    page.context.close()
