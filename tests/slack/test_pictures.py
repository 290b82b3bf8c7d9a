"""Everything that Slack shows over a concern's life and on every page of every flow, as pictures to be looked at.

They land in the folder that SWIS_PICTURES names, else in the test's own, which goes.
"""

import asyncio
import os
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from random import Random  # noqa: TID251 - seeded: the same walks every time
from typing import Literal

import pytest

from bot.channels.slack.draw import modal, parts_of
from bot.platforms.frame import BACK, HIDE
from dialogs.flows import CATALOGUE
from tests.bot.slack.test_cards import OPENED_ONES
from tests.bot.web.test_contract import WALKS, a_walk, filled
from tests.e2e.block_kit import picture
from tests.e2e.looking import a_browser, sideways
from tests.slack.conftest import Stage
from tests.slack.fake import Json
from tests.slack.test_canary import a_whole_life
from tests.slack.test_every_press import joined
from tests.slack.test_responders import screen_of

pytestmark = pytest.mark.e2e

LOOKS: tuple[tuple[int, Literal["light", "dark"]], ...] = (
    (360, "light"),
    (360, "dark"),
    (1280, "light"),
    (1280, "dark"),
)


def shot(pages: Mapping[str, Json], folder: Path) -> list[str]:
    """Draw each page at each width and in each light; which of them stand outside the window."""
    wanted = Path(os.environ.get("SWIS_PICTURES") or folder)  # noqa: TID251 - where a person wants to look at them
    wanted.mkdir(parents=True, exist_ok=True)
    outside: list[str] = []
    with a_browser() as browser:
        for width, light in LOOKS:
            page = browser.new_page(viewport={"width": width, "height": 700}, color_scheme=light)
            for name, body in pages.items():
                page.set_content(picture(body))
                outside += [f"{name} at {width}"] if sideways(page) else []
                page.screenshot(path=wanted / f"{name}-{width}-{light}.png", full_page=True)
            page.close()
    return outside


def of_flows() -> dict[str, Json]:
    """Every page of every flow with its frame, empty and refused."""
    pages: dict[str, Json] = {}
    for name, flow in CATALOGUE.items():
        for screen, given in (one for seed in range(WALKS) for one in a_walk(flow, Random(seed))):
            address = f"{name[0]}-{screen.id}"
            if address not in pages:
                framed = replace(screen, actions=(*screen.actions, BACK, HIDE))
                pages[address] = modal(framed)
                pages[f"{address}-refused"] = modal(filled(framed, given), part=parts_of(framed))
    return pages


def test_every_page_of_every_flow_fits_a_phone_and_a_desk(tmp_path: Path) -> None:
    cards = {f"card-{name}": modal(screen) for name, screen in OPENED_ONES.items()}
    assert shot({**of_flows(), **cards}, tmp_path) == []


async def test_what_people_see_over_a_concerns_life_fits_a_phone_and_a_desk(stage: Stage, tmp_path: Path) -> None:
    seen: dict[str, Json] = {}
    before = stage.fake.checker

    def looked_at(kind: str, body: Json) -> None:
        before(kind, body)
        seen[f"life-{len(seen):03}-{kind}"] = body

    stage.fake.checker = looked_at
    await a_whole_life(stage)
    teacher, manager = stage.human("UTEACHER"), joined(stage, "ealing.manager")
    await teacher.command()
    await teacher.submit({"what": "help_now"})
    assert screen_of(teacher) == "emergency"
    await stage.deliver()
    await manager.open_home()
    stage.fake.workspaces[stage.human("UX").team].join("UX", "pupil@pupils.example.invalid", "Pupil Invented")
    await stage.human("UX").open_home()
    await stage.human("UX").command()
    await teacher.write("something")
    assert await asyncio.to_thread(shot, seen, tmp_path) == []
