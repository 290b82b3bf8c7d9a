"""Slack's moods and the network's: late, twice, in another order, out, busy. Nothing is done twice, nothing is lost."""

import asyncio
import json
from collections.abc import Mapping
from typing import Any

import pytest

from bot.platforms.known import FRESH
from storage.shapes import PersonId
from tests.bot.scenarios.telling import HAPPENED, TEACHER
from tests.slack.conftest import TEAM, Stage, a_stage
from tests.slack.fake import TRIGGER_SECONDS, Human, Json, encoded, state_of
from tests.slack.test_whole_path import reported, seen
from tests.slack.walking import at_happened, place


def revisions(stage: Stage, person: str = TEACHER) -> list[int]:
    """How many answers each open conversation of somebody has."""
    with stage.house.store.read() as unit:
        return sorted(one.revision for one in unit.conversations.open_of(PersonId(person)))


def concerns(stage: Stage) -> int:
    """How many concerns there are."""
    with stage.house.store.read() as unit:
        return len(unit.concerns.open_everywhere())


def sending(human: Human, values: Mapping[str, Any]) -> Json:
    """A page's submission, to be sent as often as one likes."""
    view = human.modal.payload(state_of(human.modal.body, values))
    return human.body("view_submission", view=view, response_urls=[])


@pytest.mark.parametrize("through", ["http", "socket"])
async def test_a_page_sent_twice_at_once_is_kept_once_and_both_get_the_next_page(url: str, through: str) -> None:
    async with a_stage(url, through=through) as stage:
        human = await at_happened(stage)
        payload = sending(human, HAPPENED)
        answers = await asyncio.gather(*(stage.send("view_submission", payload) for _ in range(4)))
        assert {json.loads(found["view"]["private_metadata"])["screen"] for _, found in answers} == {"child"}
        assert revisions(stage) == [2]


async def test_the_last_page_sent_twice_at_once_is_one_concern_and_one_round_of_pointers(stage: Stage) -> None:
    await seen(stage, "UDSL", "UDEPUTY", "USW")
    human = stage.human("UTEACHER")
    payloads: list[Json] = []
    send = human.send

    async def twice(kind: str, payload: Json, **headers: str) -> tuple[int, Json]:
        """Each page arrives twice, at the same time."""
        payloads.append(payload)
        first, second = await asyncio.gather(send(kind, payload, **headers), send(kind, payload, **headers))
        assert first[0] == second[0] == 200
        found: tuple[int, Json] = first
        return found

    human.send = twice
    await reported(human)
    assert len(payloads) > 5
    assert concerns(stage) == 1
    await stage.deliver()
    assert [len(stage.fake.rooms(TEAM, user)) for user in ("UDSL", "UDEPUTY", "USW")] == [1, 1, 1]


async def test_two_devices_with_the_same_page_go_on_from_the_one_that_was_first(stage: Stage) -> None:
    human = await at_happened(stage)
    first, second = human.modal, stage.human("UTEACHER")
    await human.open_home()
    await human.press("resume", on="home")
    on_telephone = human.modal
    assert on_telephone is not first
    assert place(human)["screen"] == "happened"
    await human.submit(HAPPENED)
    stale = first.payload(state_of(first.body, {"saw": "Something else, on the other device"}))
    _, answer = await stage.send("view_submission", second.body("view_submission", view=stale))
    assert json.loads(answer["view"]["private_metadata"])["screen"] == "child"
    assert revisions(stage) == [2]
    with stage.house.store.read() as unit:
        found, entries = unit.conversations.load(unit.conversations.open_of(PersonId(TEACHER))[0].id)
    assert str(HAPPENED["saw"]) in str(entries[-1].content), "the answer that was first stands"
    shown = stage.house.intake.show(TEACHER, found.id, "happened").screen
    assert "Something else, on the other device" in {one.value for one in shown.fields}, "and nothing typed is lost"


async def test_i_have_it_pressed_four_times_at_once_is_had_once(stage: Stage) -> None:
    await seen(stage, "UDSL", "UDEPUTY")
    await reported(stage.human("UTEACHER"))
    await stage.deliver()
    lead = stage.human("UDSL")
    await lead.press("open", on="message")
    await lead.submit()
    payload = (
        sending(lead, {})
        if place(lead).get("submit") == "have"
        else lead.body(
            "block_actions",
            view=lead.modal.payload(),
            actions=[{"type": "button", "action_id": "do.have.0", "block_id": "b"}],
        )
    )
    kind = payload["type"]
    await asyncio.gather(*(stage.send(kind, {**payload, "trigger_id": f"{n}.x"}) for n in range(4)))
    with stage.house.store.read() as unit:
        concern = unit.concerns.open_everywhere()[0]
        log = [one.kind for one in unit.audit.entries(concern.id)]
    assert log.count("had") == 1, log
    assert concern.life.lead is not None


@pytest.mark.parametrize("through", ["http", "socket"])
async def test_one_message_under_several_event_ids_is_answered_once(url: str, through: str) -> None:
    async with a_stage(url, through=through) as stage:
        human = stage.human("UTEACHER")
        await asyncio.gather(*(human.write("a sentence that was typed", stamp="1700.1") for _ in range(11)))
        assert len(stage.fake.rooms(TEAM, "UTEACHER")) == 1


async def test_an_older_page_that_arrives_after_a_newer_one_changes_nothing(stage: Stage) -> None:
    human = await at_happened(stage)
    older = sending(human, {"saw": "what was typed first"})
    await human.submit(HAPPENED)
    newer = place(human)
    _, answer = await stage.send("view_submission", older)
    assert json.loads(answer["view"]["private_metadata"])["revision"] == newer["revision"]
    assert revisions(stage) == [2]


async def test_a_trigger_serves_once_and_for_three_seconds(stage: Stage) -> None:
    human, fake = stage.human("UTEACHER"), stage.fake
    trigger = fake.trigger(TEAM, "UTEACHER")
    await human.command(trigger=trigger)
    client = stage.door.clients
    view = {name: value for name, value in human.modal.body.items() if name != "private_metadata"}
    again = await client.call(TEAM, "views.open", {"trigger_id": trigger, "view": view})
    assert again["error"] == "exchanged_trigger_id"
    late = fake.trigger(TEAM, "UTEACHER")
    stage.clock.move(seconds=TRIGGER_SECONDS + 1)
    assert (await client.call(TEAM, "views.open", {"trigger_id": late, "view": view}))["error"] == "expired_trigger_id"
    assert (await client.call(TEAM, "views.open", {"trigger_id": "1.2.3", "view": view}))[
        "error"
    ] == "invalid_trigger_id"


@pytest.mark.parametrize("method", ["views.open", "views.update", "users.info"])
@pytest.mark.parametrize("mood", ["429", "500"])
async def test_a_busy_or_broken_slack_loses_nothing_and_the_next_press_works(
    stage: Stage, method: str, mood: str
) -> None:
    human = await at_happened(stage)
    stage.clock.move(seconds=FRESH.total_seconds() + 1)
    stage.fake.always[method] = mood
    await human.press("back")
    await human.command()
    del stage.fake.always[method]
    assert 1 in revisions(stage)
    await human.command()
    assert place(human)["screen"] == "start"
    await human.submit({"what": "worried"})
    assert place(human)["screen"] == "happened"


async def test_a_slow_slack_keeps_nobody_elses_page_waiting(stage: Stage) -> None:
    other = stage.human("UDEPUTY")
    await other.command()
    stage.fake.moods["views.open"].append("slow")
    slow = asyncio.create_task(stage.human("UTEACHER").command())
    status, answer = await stage.post(*encoded("view_submission", sending(other, {"what": "worried"})))
    assert (status, answer["response_action"]) == (200, "update")
    stage.fake.released.set()
    await slow
    assert len(stage.fake.modals) == 2


async def test_a_button_pressed_in_an_older_modal_finds_its_page_changed(stage: Stage) -> None:
    human = await at_happened(stage)
    stale = human.modal.payload()
    await human.submit(HAPPENED)
    action = {"type": "button", "action_id": "do.hide.0", "block_id": "b"}
    shown = human.modal.body
    await stage.send("block_actions", human.body("block_actions", view=stale, actions=[action]))
    assert human.modal.body == shown
    assert {"channel": "slack", "code": "hash_conflict"} in stage.log.named("modal_not_updated")
