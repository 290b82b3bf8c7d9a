"""The weekly figures in Teams: the card that is pushed, and the word that asks for it, for a manager alone."""

import asyncio
import json

from tests.bot.scenarios.house import directories
from tests.bot.scenarios.telling import MANAGER
from tests.bot.scenarios.test_digests import NEXT_MONDAY
from tests.teams.conftest import TEACHER, Stage
from tests.teams.fake import Account, Human


def manager(stage: Stage) -> Human:
    """Ealing's team manager, in the tenant."""
    person = next(one for one in directories()[0].people if one.id == MANAGER)
    account = Account(id="00000000-0000-0000-0000-000000000077", email=person.email, name=person.name)
    stage.fake.join(account)
    return stage.human(account)


async def a_monday(stage: Stage, who: Human) -> None:
    """The digest is built and delivered to a manager whom Teams has seen."""
    await stage.send(who.activity("message", text="hello"))
    stage.clock.now = NEXT_MONDAY
    await asyncio.to_thread(stage.house.digests.make)
    await stage.deliver()


def cards(stage: Stage, who: Human) -> list[str]:
    return [json.dumps(card, ensure_ascii=False) for card in stage.fake.room(who.account.id)]


async def test_the_digest_arrives_as_a_card_whose_press_makes_the_link(stage: Stage) -> None:
    who = manager(stage)
    await a_monday(stage, who)
    card = cards(stage, who)[-1]
    assert "Weekly figures, 23 to 29 November 2026" in card
    assert "Concerns sent, week by week." in card
    await who.open("figures")
    assert "/figures/" in who.page


async def test_the_word_brings_the_card_again_whatever_its_case(stage: Stage) -> None:
    who = manager(stage)
    await a_monday(stage, who)
    before = len(cards(stage, who))
    await stage.send(who.activity("message", text=" Digest "))
    assert len(cards(stage, who)) == before + 1
    assert "Weekly figures, 23 to 29 November 2026" in cards(stage, who)[-1]


async def test_the_word_brings_nobody_else_any_figure(stage: Stage) -> None:
    await a_monday(stage, manager(stage))
    teacher = stage.human(TEACHER)
    await stage.send(teacher.activity("message", text="digest"))
    assert "Weekly figures" not in json.dumps(stage.fake.room(TEACHER.id))
    assert "Nobody has been told" in json.dumps(stage.fake.room(TEACHER.id))
    with stage.house.store.read() as unit:
        assert "access_refused" in {one.kind for one in unit.audit.entries("-")}
