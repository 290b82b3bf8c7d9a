"""Roads through the product that several tests take: a report, a sighting, a decision."""

from tests.bot.scenarios.telling import ACTIONS, CHECKLIST, CHILD, FAMILY, HAPPENED, SHARED, SIGNS, WHEN
from tests.teams.conftest import Stage
from tests.teams.fake import Account, Human, Json

GROUP, SIGN = SIGNS["section_47"]
SAID = str(HAPPENED["saw"])
ROAD: dict[str, Json] = {
    "checklist": dict(CHECKLIST),
    "level": {"level": "level_4", "reason": "What the child said", "social_worker_level": "none"},
    "actions": dict(ACTIONS),
    "sharing": {"shared": "yes"},
    "shared": dict(SHARED),
    "family": dict(FAMILY),
    "parents_not_told": {"parents_reason": "It may put the child in danger"},
    "feedback": {"sentence": "acting"},
}


async def seen(stage: Stage, *accounts: Account) -> None:
    """The app has come to them."""
    for one in accounts:
        assert (await stage.human(one).installs())[0] == 200


async def to_signs(human: Human) -> None:
    """From the dialog's first page to the signs."""
    for values in ({"what": "worried"}, HAPPENED, CHILD, {"groups": [GROUP]}):
        before = human.stand["screen"]
        await human.submit(values)
        assert human.stand["screen"] != before, human.page


async def reported(human: Human) -> None:
    """A statutory concern, page by page, to its receipt."""
    await human.command()
    await to_signs(human)
    await human.submit({"signs": [SIGN]})
    for _ in range(4):
        screen = human.stand["screen"]
        if screen == "check":
            break
        await human.submit(WHEN if screen == "when" else {})
    await human.submit()
    assert human.stand["kind"] == "end", human.page


async def opened(stage: Stage, lead: Human, teacher: Human) -> None:
    """A lead who has opened a concern out of the card."""
    await seen(stage, lead.account)
    await reported(teacher)
    await stage.deliver()
    await lead.open("open")
    await lead.submit()
    assert SAID in lead.page


async def decided(lead: Human) -> None:
    """Page by page to a decision that is recorded."""
    await lead.press("decide")
    for _ in range(len(ROAD) + 1):
        if (screen := lead.stand["screen"]) == "check":
            break
        await lead.submit(ROAD[screen])
    assert lead.stand["screen"] == "check", lead.page
    await lead.submit()
