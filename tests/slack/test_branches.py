"""Every page and every branch of the conversation, in the modal, against the strict fake: both ways in, two at once."""

import asyncio
from collections import Counter
from collections.abc import Sequence
from random import Random  # noqa: TID251 - seeded: the same walks every time

import pytest

from dialogs.flows import latest
from tests.slack.conftest import Stage, a_stage
from tests.slack.walking import Walk

FLOW = latest("concern")
FIRSTS = ("help_now", "help_now_staff", "help_now_head", "not_sure_safe", "worried", "adult", "talk")
WALKS = {"http": 72, "socket": 18}


async def walked(stage: Stage, seeds: Sequence[int]) -> list[Walk]:
    """Two people at a time, each through conversations of their own."""
    humans = (stage.human("UTEACHER"), stage.human("UDEPUTY"))
    found: list[Walk] = []
    for start in range(0, len(seeds), 2):
        pair = zip(humans, seeds[start : start + 2], strict=False)
        walks = [Walk(human, Random(seed), FIRSTS[seed % len(FIRSTS)]) for human, seed in pair]
        found += await asyncio.gather(*(one.go() for one in walks))
    return found


@pytest.mark.parametrize("through", sorted(WALKS))
async def test_every_walk_comes_to_its_end_and_nothing_is_a_fault(url: str, through: str) -> None:
    async with a_stage(url, through=through) as stage:
        walks = await walked(stage, range(WALKS[through]))
        assert all(one.ended for one in walks)
        assert not stage.log.named("page_failed")
        assert not stage.log.named("modal_not_updated")
        with stage.house.store.read() as unit:
            kept = Counter(one.kind for one in unit.concerns.open_everywhere())
        assert sum(kept.values()) >= len(walks)
        if through == "http":
            asked = {page.id for page in FLOW.pages if page.end is None}
            assert asked <= {screen for one in walks for screen in one.met}
            assert set(kept) >= {"child", "adult", "consultation"}


async def test_walks_on_postgresql_come_to_their_end_too(server_url: str) -> None:
    async with a_stage(server_url) as stage:
        walks = await walked(stage, range(len(FIRSTS) + 1))
        assert all(one.ended for one in walks)
        assert not stage.log.named("page_failed")
        with stage.house.store.read() as unit:
            assert len(unit.concerns.open_everywhere()) >= len(walks)
