"""The buttons of responders and reporters, pressed in Teams: the same flows as elsewhere, and what becomes of them."""

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from bot.directory import rows
from dialogs.cards import CAN
from storage.shapes import ConcernId, PersonId
from tests.bot.scenarios.house import directories
from tests.bot.scenarios.telling import CHILD, HAPPENED, SIGNS
from tests.bot.scenarios.telling import DEPUTY as DEPUTY_ID
from tests.bot.scenarios.telling import DSL as DSL_ID
from tests.bot.scenarios.telling import HEAD as HEAD_ID
from tests.bot.scenarios.telling import MANAGER as MANAGER_ID
from tests.bot.scenarios.telling import SW as SW_ID
from tests.bot.scenarios.test_digests import NEXT_MONDAY
from tests.platforms import the_concern, told_of_adults
from tests.teams.conftest import DEPUTY, DSL, HEAD, SW, TEACHER, Stage
from tests.teams.fake import Account, Human, inputs, presses_of
from tests.teams.path import SAID, decided, opened, reported, seen


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


def joined(stage: Stage, person: str, number: int = 50) -> Human:
    """Somebody of the directory with an account of their own."""
    found = next(one for one in rows(directories()[0])[1] if one.id == person)
    account = Account(id=f"00000000-0000-0000-0000-{number:012d}", email=found.email, name=found.name)
    return stage.human(stage.fake.join(account))


async def told(human: Human, signed: tuple[str, str] = SIGNS["early_help"], **child: str) -> None:
    """A concern, sent as soon as it may be; `child` changes what is said of the child."""
    group, sign = signed
    await human.command()
    for values in ({"what": "worried"}, HAPPENED, {**CHILD, **child}, {"groups": [group]}):
        await human.submit(values)
    await human.press("send_now", {"signs": [sign]})
    await human.submit()
    assert human.stand["kind"] == "end", human.page


async def at_home(human: Human) -> None:
    """On the start page, out of the newest card that leads there."""
    await human.installs()
    await human.open("home")


async def test_the_suggestion_and_the_log_are_read_and_lead_back(stage: Stage) -> None:
    lead = stage.human(DSL)
    await opened(stage, lead, stage.human(TEACHER))
    await lead.press("suggestion")
    assert "Level 4" in lead.page
    await lead.press("read")
    await lead.press("log")
    assert "opened the concern" in lead.page
    await lead.press("read")
    assert SAID in lead.page
    assert not stage.log.named("page_failed")


async def test_a_milder_concern_is_shared_with_the_social_worker_who_then_opens_it(stage: Stage) -> None:
    schools, people, absences, rota = rows(directories()[0])
    narrow = [replace(one, sw_may_open="shared") if one.id == "brentside" else one for one in schools]
    with stage.house.store.write() as unit:
        unit.people.replace("ealing", narrow, people, absences, rota)
        unit.commit()
    lead, worker = stage.human(DSL), stage.human(SW)
    await seen(stage, DSL, SW)
    await told(stage.human(TEACHER))
    await stage.deliver()
    concern = the_concern(stage.house)
    await reading(lead, concern)
    await lead.press("share")
    assert "Shared" in lead.page
    await stage.deliver()
    await reading(worker, concern)
    assert SAID in worker.page
    assert not stage.log.named("page_failed")


async def test_the_reporter_replies_adds_and_links_and_the_lead_reads_it(stage: Stage) -> None:
    lead, teacher = stage.human(DSL), stage.human(TEACHER)
    await seen(stage, TEACHER)
    await opened(stage, lead, teacher)
    first = the_concern(stage.house)
    await lead.press("ask")
    await lead.submit({"question": "Where is the coat now?"})
    await stage.deliver()
    await teacher.open(f"concern:{first}")
    await teacher.press("reply")
    await teacher.submit({"answer": "In the cloakroom"})
    await teacher.command()
    await teacher.press("home")
    await teacher.press(f"concern:{first}")
    await teacher.press("add")
    group, sign = SIGNS["section_47"]
    for values in ({"saw": "The same again today"}, {"groups": [group]}, {"signs": [sign]}, {}):
        await teacher.submit(values)
    stage.clock.move(minutes=1)
    await told(teacher)
    with stage.house.store.read() as unit:
        [second] = [one.id for one in unit.concerns.open_everywhere() if one.id != first]
    await teacher.command()
    await teacher.press("home")
    await teacher.press(f"concern:{first}")
    await teacher.press("link")
    await teacher.submit({"concern": second})
    assert "Linked" in teacher.page
    await stage.deliver()
    await at_home(lead)
    await lead.press(f"concern:{first}")
    await lead.submit()
    for said in ("In the cloakroom", "The same again today"):
        assert said in lead.page
    assert not stage.log.named("page_failed")


async def test_the_council_and_the_child_are_confirmed_and_a_decided_concern_is_closed_and_opened_again(
    stage: Stage,
) -> None:
    lead, teacher = stage.human(DSL), stage.human(TEACHER)
    await seen(stage, DSL)
    await told(teacher)
    stage.clock.move(minutes=1)
    await told(teacher, council="not_known")
    await stage.deliver()
    concern = the_concern(stage.house)
    await at_home(lead)
    await lead.press(f"concern:{concern}")
    await lead.submit()
    await lead.press("confirm_council")
    await lead.submit({"council": "ealing"})
    assert "The council is noted" in lead.page
    await lead.press("read")
    assert lead.dialog is not None
    assert "confirm_council" not in presses_of(lead.dialog)
    await lead.press("confirm_child")
    assert lead.dialog is not None
    [earlier] = inputs(lead.dialog).values()
    await lead.submit({"earlier": [earlier["choices"][0]["value"]]})
    assert "Noted as the same child" in lead.page
    await lead.press("read")
    await decided(lead)
    await at_home(lead)
    await lead.press(f"concern:{concern}")
    await lead.submit()
    await lead.press("close")
    why_none = {"follow_up": "no", "no_follow_up_reason": "Nothing is left to do"}
    await lead.submit({"summary": "Done as agreed", "outcome": "support_in_school", **why_none})
    await lead.submit()
    assert life_of(stage, concern) == "closed"
    assert not stage.log.named("page_failed")


def life_of(stage: Stage, concern: str) -> str:
    """Its state."""
    with stage.house.store.read() as unit:
        return unit.concerns.get(ConcernId(concern)).life.state


async def test_a_manager_asks_for_the_figures_on_the_start_page_and_nobody_else_can(stage: Stage) -> None:
    manager, teacher = joined(stage, MANAGER_ID), stage.human(TEACHER)
    await manager.installs()
    stage.clock.now = NEXT_MONDAY
    await asyncio.to_thread(stage.house.digests.make)
    await stage.deliver()
    assert "Weekly figures" in str(stage.fake.room(manager.account.id))
    assert "/figures/" not in stage.fake.everything_sent()
    await at_home(manager)
    await manager.press("figures_card")
    assert "A quiet week" in manager.page
    await manager.press("home")
    await manager.press("figures")
    assert "The link is ready" in manager.page
    assert "/figures/" in manager.page
    await teacher.command()
    await teacher.press("home")
    assert teacher.dialog is not None
    assert "figures" not in presses_of(teacher.dialog)
    forged = teacher.pressing({"do": "figures", "at": '{"kind":"own","screen":"home"}'})
    await stage.send(forged)
    assert "/figures/" not in str(stage.answers[-1])


def something(element: Mapping[str, Any]) -> object:
    """An answer that a field may have."""
    if element["type"] == "Input.Date":
        return "2026-11-25"
    if element["type"] == "Input.Time":
        return "13:00" if element["id"] != "starts" else "12:00"
    if element["type"] == "Input.ChoiceSet":
        return element.get("value") or element["choices"][-1]["value"]
    return element.get("value") or "Room 4"


async def fill(human: Human) -> None:
    """A form with something in every field."""
    assert human.dialog is not None
    found = {one: element for one, element in inputs(human.dialog).items() if "~" not in one}
    await human.submit({name: something(element) for name, element in found.items()})


async def test_everything_on_everybodys_own_page_can_be_pressed_and_does_it(stage: Stage) -> None:
    done: set[str] = set()
    people = (SW_ID, DSL_ID, "ealing.duty", "brentside.teacher", SW_ID, HEAD_ID, MANAGER_ID)
    for number, person in enumerate(people):
        # A drop-in is called off when it was booked; a manager notes others as away.
        kept = {"drop_in_off"} if number == 0 else set()
        done -= {"away"} if person == MANAGER_ID else set()
        human = joined(stage, person, 200 + people.index(person))
        await human.installs()
        while left := [one for one in await own(human) if one in own_presses(stage) - done - kept]:
            done.add(left[0])
            await human.press(left[0])
            if human.stand.get("submit", "").startswith("send_"):
                done.add(human.stand["submit"])
                await fill(human)
                assert not wrong(human)
    # Figures are offered once some were published, an account once a second one has knocked: they have their own tests.
    assert not [one for one in own_presses(stage) - done if not one.startswith("figures") and "account" not in one]
    assert not stage.log.named("page_failed")


async def own(human: Human) -> list[str]:
    """What may be pressed on somebody's own page, which they come to from the oldest card."""
    await human.open("home", card=0)
    assert human.dialog is not None
    return presses_of(human.dialog)


def own_presses(stage: Stage) -> set[str]:
    """Whatever may be pressed on an own page."""
    return {name for corner in stage.house.desk.corners for name in corner.presses()}


async def test_what_the_police_said_is_written_down_by_the_teacher_who_rang(stage: Stage) -> None:
    lead, teacher = stage.human(DSL), stage.human(TEACHER)
    await seen(stage, DSL)
    await told(teacher, ("honour_and_tradition", "fgm_told"))
    await stage.deliver()
    concern = the_concern(stage.house)
    await at_home(teacher)
    await teacher.press(f"concern:{concern}")
    await teacher.press("police")
    await teacher.submit({})
    assert teacher.stand["screen"] == "police"
    await teacher.submit({"reference": "CAD 4711"})
    await lead.open(f"concern:{concern}")
    await lead.submit()
    assert "CAD 4711" in lead.page
    assert "CAD 4711" not in stage.fake.everything_sent()


def test_every_button_of_an_opened_concern_is_tried_here() -> None:
    sources = "".join(one.read_text(encoding="utf-8") for one in Path(__file__).parent.glob("test_*.py"))
    # A concern is opened again by adding to it.
    assert [one for one in CAN if one != "reopen" and f'"{one}"' not in sources] == []


def wrong(human: Human) -> str:
    """What a page says is to be put right."""
    return "; ".join(one for one in human.page.split('"') if one.startswith("To put right"))
