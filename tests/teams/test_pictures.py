"""Everything that Teams shows over a concern's life, drawn by Microsoft's own renderer, as pictures to be looked at.

They land in the folder that SWIS_PICTURES names, else in the test's own, which goes.
"""

import asyncio
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Literal

import pytest

from tests.bot.scenarios.telling import MANAGER
from tests.bot.scenarios.test_digests import NEXT_MONDAY
from tests.e2e import cards
from tests.e2e.looking import a_browser, sideways
from tests.teams.conftest import NEW, PUPIL, TEACHER, Stage
from tests.teams.fake import Json
from tests.teams.test_canary import a_whole_life
from tests.teams.test_every_press import at_home, joined
from tests.teams.test_patience import EMOJI, away

pytestmark = pytest.mark.e2e

RENDERER = Path(__file__).resolve().parents[2] / "node_modules" / "adaptivecards" / "dist" / "adaptivecards.min.js"
LOOKS: tuple[tuple[int, Literal["light", "dark"]], ...] = ((320, "light"), (320, "dark"), (640, "light"), (640, "dark"))


def shot(shown: Mapping[str, Json], folder: Path) -> list[str]:
    """Draw each card at each width and in each light; what the renderer did not like, and what stands outside."""
    wanted = Path(os.environ.get("SWIS_PICTURES") or folder)  # noqa: TID251 - where a person wants to look at them
    wanted.mkdir(parents=True, exist_ok=True)
    found: list[str] = []
    with a_browser() as browser:
        for width, light in LOOKS:
            page = browser.new_page(viewport={"width": width, "height": 700}, color_scheme=light)
            page.set_content(cards.PAGE)
            page.add_script_tag(path=str(RENDERER))
            for name, card in shown.items():
                found += [f"{name}: {line}" for line in cards.show(page, card, light)]
                found += [f"{name} at {width}"] if sideways(page) else []
                page.screenshot(path=wanted / f"{name}-{width}-{light}.png", full_page=True)
            page.close()
    return found


async def test_what_people_see_over_a_concerns_life_fits_a_phone_and_a_desk(stage: Stage, tmp_path: Path) -> None:
    if not RENDERER.is_file():
        pytest.fail("the adaptivecards renderer is needed here: `make test` installs it")
    seen: dict[str, Json] = {}

    def looked_at(card: Json) -> None:
        kind = "card" if "fallbackText" in card else "page"
        if card not in seen.values():
            seen[f"life-{len(seen):03}-{kind}"] = card

    stage.fake.checker = looked_at
    await a_whole_life(stage)
    await odd_moments(stage)
    assert len(seen) > 40
    assert await asyncio.to_thread(shot, seen, tmp_path) == []


async def odd_moments(stage: Stage) -> None:
    """Danger, a page that can't be kept, one in parts, a newcomer, a pupil, and a manager with the week's figures."""
    teacher, manager = stage.human(TEACHER), joined(stage, MANAGER)
    await teacher.command()
    await teacher.submit({"what": "worried"})
    with away(stage):
        await teacher.submit({"saw": "He came in without a coat."})
    await teacher.submit(dict.fromkeys(("saw", "child_said", "told_by_other", "think"), EMOJI * 5900))
    await teacher.press("back")
    await teacher.command()
    await teacher.submit({"what": "help_now"})
    await stage.human(NEW).command()
    await stage.human(PUPIL).command()
    await manager.installs()
    stage.clock.now = NEXT_MONDAY
    await asyncio.to_thread(stage.house.digests.make)
    await stage.deliver()
    await at_home(manager)
    await manager.press("figures_card")
    await manager.press("home")
    await manager.press("figures")
