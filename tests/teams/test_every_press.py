"""The buttons of responders and reporters, pressed in Teams: the same flows as elsewhere, and what becomes of them."""

from bot.directory import rows
from storage.shapes import ConcernId, PersonId
from tests.bot.scenarios.house import directories
from tests.bot.scenarios.telling import DEPUTY as DEPUTY_ID
from tests.bot.scenarios.telling import DSL as DSL_ID
from tests.bot.scenarios.telling import SW as SW_ID
from tests.platforms import the_concern, told_of_adults
from tests.teams.conftest import DEPUTY, DSL, HEAD, SW, TEACHER, Stage
from tests.teams.fake import Account, Human
from tests.teams.path import opened, reported, seen


async def reading(human: Human, concern: str) -> None:
    """Out of the newest card, through the privacy step, to the record."""
    await human.open(f"concern:{concern}")
    await human.submit()
    assert human.stand["screen"] == "opened", human.page


def lead_of(stage: Stage, concern: str) -> str | None:
    """Who has it."""
    with stage.house.store.read() as unit:
        lead = unit.concerns.get(ConcernId(concern)).life.lead
    return None if lead is None else lead.person


async def test_a_colleague_takes_over_what_is_handed_over_and_it_can_be_given_back(stage: Stage) -> None:
    await seen(stage, DEPUTY)
    lead, deputy = stage.human(DSL), stage.human(DEPUTY)
    await opened(stage, lead, stage.human(TEACHER))
    concern = the_concern(stage.house)
    for name in ("have", "read", "hand_over"):
        await lead.press(name)
    await lead.submit({"to": DEPUTY_ID})
    assert "is asked to answer by" in lead.page
    await stage.deliver()
    await reading(deputy, concern)
    await deputy.press("have")
    assert lead_of(stage, concern) == DEPUTY_ID
    await deputy.press("read")
    await deputy.press("give_back")
    assert lead_of(stage, concern) is None
    assert not stage.log.named("page_failed")


async def test_a_form_is_refused_beside_its_field_and_keeps_what_was_typed(stage: Stage) -> None:
    lead = stage.human(DSL)
    await opened(stage, lead, stage.human(TEACHER))
    await lead.press("ask")
    await lead.submit({"question": " "})
    assert lead.stand["screen"] == "ask"
    assert "Attention" in lead.page
    await lead.press("hide", {"question": "Where is the coat"})
    assert "Where is the coat" not in lead.page
    await lead.press("unhide")
    stage.clock.move(minutes=11)
    await lead.press("hide")
    await lead.press("unhide")
    assert lead.stand["screen"] == "privacy"


async def test_the_wrong_child_is_mended_and_the_reporter_disagrees(stage: Stage) -> None:
    lead, teacher = stage.human(DSL), stage.human(TEACHER)
    await opened(stage, lead, teacher)
    await lead.press("wrong_child")
    await lead.submit({"name": "Alex Invented"})
    await lead.press("read")
    assert "Alex Invented" in lead.page
    await teacher.command()
    await teacher.press("home")
    await teacher.press(f"concern:{the_concern(stage.house)}")
    await teacher.press("disagree")
    await teacher.submit({"with_what": "pace", "reason": "It was worse than that"})
    assert teacher.stand.get("screen") != "disagree", teacher.page
    assert not stage.log.named("page_failed")


async def test_the_head_lets_leads_in_to_a_concern_about_somebody_who_works_here(stage: Stage) -> None:
    await seen(stage, HEAD, DSL)
    head, lead, teacher = stage.human(HEAD), stage.human(DSL), stage.human(TEACHER)
    await teacher.command()
    await teacher.submit({"what": "help_now_staff"})
    await stage.deliver()
    concern = the_concern(stage.house)
    assert len(stage.fake.room(DSL.id)) == 1
    await reading(head, concern)
    await head.press("let_in")
    await head.submit({"people": [DSL_ID]})
    assert "Told now" in head.page
    await stage.deliver()
    await reading(lead, concern)
    assert not stage.log.named("page_failed")


async def test_away_and_back_are_said_on_the_start_page(stage: Stage) -> None:
    await seen(stage, SW)
    worker = stage.human(SW)
    await worker.open("home")
    await worker.press("away")
    await worker.submit({"until": "further_notice", "reason": "sickness"})
    assert "away from now on" in worker.page
    await worker.press("home")
    await worker.press("send_back")
    assert "is back" in worker.page
    with stage.house.store.read() as unit:
        assert not unit.people.absent(PersonId(SW_ID), stage.clock())


async def test_the_head_reads_the_register_behind_a_step_and_loses_it_when_hidden(stage: Stage) -> None:
    await seen(stage, HEAD)
    told_of_adults(stage.house, "Mr Quux", "Sam Quux")
    head = stage.human(HEAD)
    await head.open("home")
    await head.press("register")
    assert "Quux" not in head.page
    await head.submit()
    assert "Sam Quux (2)" in head.page
    await head.press("hide")
    await head.press("unhide")
    assert "Quux" not in head.page
    assert not stage.log.named("page_failed")


async def test_a_social_workers_press_leaves_the_leads_their_alerts(stage: Stage) -> None:
    await seen(stage, DSL, DEPUTY, SW)
    await reported(stage.human(TEACHER))
    await stage.deliver()
    await stage.human(SW).execute("have")
    await stage.deliver()
    assert "have" in presses(stage, DSL)
    await stage.human(DSL).execute("have")
    await stage.deliver()
    for who in (DEPUTY, SW):
        card = stage.fake.room(who.id)[-1]
        assert card["fallbackText"].startswith("A colleague has this safeguarding concern")
        assert "have" not in presses(stage, who)


def presses(stage: Stage, who: Account) -> set[str]:
    """What may be pressed on somebody's newest card."""
    return {one["data"]["swis"]["do"] for one in stage.fake.room(who.id)[-1]["actions"]}


async def test_everybody_of_the_directory_has_a_start_page(stage: Stage) -> None:
    for number, person in enumerate(rows(directories()[0])[1], 100):
        account = Account(id=f"00000000-0000-0000-0000-{number:012d}", email=person.email, name=person.name)
        human = stage.human(stage.fake.join(account))
        await human.write("hello")
        await human.open("home")
        assert human.dialog is not None
        assert human.dialog["body"][0]["text"] == "Start", person.role
        assert "999" in human.page
    assert not stage.log.named("page_failed")
