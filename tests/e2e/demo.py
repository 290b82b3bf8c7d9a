"""The demonstration as a process of its own, and somebody at its page."""

import os
import re
import subprocess
import sys
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Page

ROOT = Path(__file__).resolve().parents[2]
CONCERN: Mapping[str, Mapping[str, str]] = {
    "start": {"what": "worried"},
    "happened": {"saw": "He came in without a coat again.\nHis shoes were wet through."},
    "child": {
        "name": "Robin Example",
        "age_band": "7_to_9",
        "council": "gateshead",
        "social_worker": "no",
        "tonight": "someone_safe",
    },
    "about": {"groups": "care_and_home"},
    "signs": {"signs": "often_hungry"},
    "when": {"happened_on": "not_known", "dsl_told": "no"},
}
"""Answers by screen."""


@dataclass(frozen=True)
class Demo:
    """A running demonstration."""

    address: str
    process: "subprocess.Popen[str]"


@contextmanager
def running(folder: Path, port: int, settings: Mapping[str, str] | None = None) -> Iterator[Demo]:
    """Start it, wait for its address line, and end it. With `settings` they are its whole environment.

    Raises:
        RuntimeError: it ended instead.
    """
    command = [sys.executable, "-m", "bot", "demo", "--port", str(port), "--folder", str(folder)]
    given = None if settings is None else {"PATH": os.defpath, **settings}
    with subprocess.Popen(
        command, cwd=ROOT, env=given, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as process:
        assert process.stdout is not None
        line = next((said for said in process.stdout if "http://" in said), None)
        try:
            if line is None:
                raise RuntimeError("the demonstration did not start")
            yield Demo(address=f"http://127.0.0.1:{port}", process=process)
        finally:
            process.kill()
            process.wait()


def is_well(demo: Demo) -> bool:
    """What the health page says."""
    with urllib.request.urlopen(f"{demo.address}/healthz", timeout=10) as answer:
        return bool(answer.status == 200)


def sit(page: Page, demo: Demo, role: str, authority: str = "gateshead") -> None:
    """Take the first seat of a role."""
    page.goto(f"{demo.address}/?authority={authority}")
    seat = page.locator("button.card").filter(has=page.locator("strong", has_text=role)).first
    school = page.locator("details.school").filter(has=seat).first
    if school.get_attribute("open") is None:
        school.locator("summary").first.click()
    seat.click()
    page.wait_for_url("**/home")


def screen_of(page: Page) -> str:
    """The id of the screen shown, empty outside a conversation."""
    hidden = page.locator("#answer input[name=screen]")
    return (hidden.get_attribute("value") or "") if hidden.count() else ""


def put(page: Page, name: str, value: str) -> None:
    """Choose or write one answer."""
    option = page.locator(f"#answer input[name={name}][value='{value}']") if re.fullmatch("[a-z0-9_]+", value) else None
    if option is not None and option.count():
        option.check()
    elif page.locator(f"#answer select[name={name}]").count():
        page.locator(f"#answer select[name={name}]").select_option(value)
    else:
        page.locator(f"#answer [name={name}]").first.fill(value)


def press(page: Page, action: str) -> None:
    """Press one of the screen's own buttons."""
    page.locator(f"#answer button[name=action][value={action}]").click()


def tell(page: Page, until: str, answers: Mapping[str, Mapping[str, str]] = CONCERN) -> list[str]:
    """Answer screen after screen until one is shown; the screens met on the way."""
    met: list[str] = []
    while (screen := screen_of(page)) != until:
        assert screen not in met[-1:], f"{screen} was refused: {page.locator('.summary').all_inner_texts()}"
        met.append(screen)
        for name, value in answers.get(screen, {}).items():
            put(page, name, value)
        if screen == "more":
            know_nothing_more(page)
        press(page, "next")
    return met


def know_nothing_more(page: Page) -> None:
    """*I don't know* to each question of the screen."""
    for option in page.locator("#answer input[type=radio][value=not_known]").all():
        option.check()
