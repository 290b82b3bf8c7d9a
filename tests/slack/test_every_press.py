"""Every button that the page's responders have, pressed in Slack: the same flows, and what becomes of them."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from bot.directory import rows
from dialogs.cards import CAN
from storage.shapes import ConcernId, PersonId
from tests.bot.scenarios.house import directories
from tests.bot.scenarios.telling import CHILD, DEPUTY, DSL, DUTY, HAPPENED, HEAD, MANAGER, SIGNS, SW
from tests.platforms import the_concern
from tests.slack.conftest import TEAM, Stage
from tests.slack.fake import Human
from tests.slack.test_responders import ROAD, opened, pressed, screen_of
from tests.slack.test_whole_path import reported, seen

ACCOUNTS = {HEAD: "UHEAD", DUTY: "UDUTY", MANAGER: "UMANAGER"}
UNSAID = "Where is the coat that was left"


def joined(stage: Stage, person: str) -> Human:
    """Somebody of the directory with an account of their own."""
    found = next(one for one in rows(directories()[0])[1] if one.id == person)
    stage.fake.workspaces[TEAM].join(ACCOUNTS[person], found.email, found.name)
    return stage.human(ACCOUNTS[person])


async def reading(stage: Stage, human: Human, concern: str, on: str = "message") -> None:
    """Out of the newest alert or the start page, through the privacy step, to the record."""
    if on == "home":
        await human.open_home()
    await human.press(f"concern:{concern}", on=on)
    await human.submit()
    assert screen_of(human) == "opened", human.page


def offered(human: Human) -> set[str]:
    """The ids of every button in the modal, its own one too."""
    found = [one for block in human.modal.body["blocks"] for one in block.get("elements", ())]
    stand = json.loads(human.modal.body["private_metadata"])
    return {one["action_id"].split(".")[1] for one in found if one["type"] == "button"} | {stand.get("submit", "")}


async def test_a_colleague_takes_over_what_is_handed_over_and_it_can_be_given_back(stage: Stage) -> None:
    await seen(stage, "UDEPUTY", "USW")
    lead, deputy = await opened(stage), stage.human("UDEPUTY")
    concern = the_concern(stage.house)
    await pressed(lead, "have")
    await pressed(lead, "read")
    await pressed(lead, "hand_over")
    await lead.submit({"to": DEPUTY})
    assert "is asked to answer by" in lead.page
    await stage.deliver()
    await reading(stage, deputy, concern)
    await pressed(deputy, "have")
    assert stage_lead(stage, concern) == DEPUTY
    await pressed(deputy, "read")
    await pressed(deputy, "give_back")
    assert "not yours any more" in deputy.page
    assert stage_lead(stage, concern) is None
    assert not stage.log.named("page_failed")


def stage_lead(stage: Stage, concern: str) -> str | None:
    """Who has it."""
    with stage.house.store.read() as unit:
        lead = unit.concerns.get(ConcernId(concern)).life.lead
    return None if lead is None else lead.person


async def test_a_form_is_refused_beside_its_field_and_hidden_and_shown_again_with_what_was_typed(stage: Stage) -> None:
    lead = await opened(stage)
    await pressed(lead, "ask")
    status, answer = await lead.submit({"question": " "})
    assert (status, answer["response_action"]) == (200, "errors")
    await lead.press("hide", values={"question": UNSAID})
    assert UNSAID not in lead.page
    await lead.press("unhide")
    assert UNSAID in lead.page
    await lead.press("hide")
    stage.clock.move(minutes=11)
    await lead.press("unhide")
    assert screen_of(lead) == "privacy"
    assert UNSAID not in lead.page


async def test_the_wrong_child_is_mended_and_more_is_added_and_disagreed_with(stage: Stage) -> None:
    lead = await opened(stage)
    await pressed(lead, "wrong_child")
    await lead.submit({"name": "Alex Invented"})
    assert "Corrected" in lead.page
    await pressed(lead, "read")
    assert "Alex Invented" in lead.page
    teacher = stage.human("UTEACHER")
    await teacher.press(f"concern:{the_concern(stage.house)}", on="message")
    assert {"add", "disagree"} <= offered(teacher)
    await pressed(teacher, "disagree")
    await teacher.submit({"with_what": "pace", "reason": "It was worse than that"})
    assert screen_of(teacher) != "disagree", teacher.page
    assert not stage.log.named("page_failed")


async def test_a_reporter_links_two_concerns_of_one_event(stage: Stage) -> None:
    teacher = stage.human("UTEACHER")
    for _ in range(2):
        await reported(teacher)
        teacher.modal.open = False
    await stage.deliver()
    with stage.house.store.read() as unit:
        first, second = (one.id for one in unit.concerns.open_everywhere())
    await teacher.open_home()
    await teacher.press(f"concern:{first}", on="home")
    await pressed(teacher, "link")
    await teacher.submit({"concern": second})
    assert "Linked" in teacher.page
    assert not stage.log.named("page_failed")


async def test_the_head_lets_leads_in_to_a_concern_about_somebody_who_works_here(stage: Stage) -> None:
    head, lead = joined(stage, HEAD), stage.human("UDSL")
    await seen(stage, "UHEAD", "UDSL")
    teacher = stage.human("UTEACHER")
    await teacher.command()
    await teacher.submit({"what": "help_now_staff"})
    await stage.deliver()
    concern = the_concern(stage.house)
    assert not stage.fake.rooms(TEAM, "UDSL")
    await reading(stage, head, concern)
    await pressed(head, "let_in")
    await head.submit({"people": [DSL]})
    assert "Told now" in head.page
    await stage.deliver()
    await reading(stage, lead, concern)
    assert not stage.log.named("page_failed")


async def test_a_milder_concern_is_shared_with_the_social_worker(stage: Stage) -> None:
    schools, people, absences, rota = rows(directories()[0])
    narrow = [replace(one, sw_may_open="shared") if one.id == "brentside" else one for one in schools]
    with stage.house.store.write() as unit:
        unit.people.replace("ealing", narrow, people, absences, rota)
        unit.commit()
    lead, worker = stage.human("UDSL"), stage.human("USW")
    await seen(stage, "UDSL", "USW")
    await reported(stage.human("UTEACHER"), "early_help")
    await stage.deliver()
    concern = the_concern(stage.house)
    await reading(stage, lead, concern)
    await pressed(lead, "share")
    assert "Shared" in lead.page
    await stage.deliver()
    await reading(stage, worker, concern)


async def test_away_and_back_are_said_on_the_start_page(stage: Stage) -> None:
    worker = stage.human("USW")
    await worker.open_home()
    await worker.press("away", on="home")
    await worker.submit({"until": "further_notice", "reason": "sickness"})
    assert "away from now on" in worker.page
    await worker.press("send_back", on="home")
    assert "is back" in worker.page
    with stage.house.store.read() as unit:
        assert not unit.people.absent(PersonId(SW), stage.clock())


async def test_a_social_workers_press_leaves_the_leads_their_alerts(stage: Stage) -> None:
    await seen(stage, "UDEPUTY", "USW")
    lead, worker = await opened(stage), stage.human("USW")
    concern = the_concern(stage.house)
    await reading(stage, worker, concern)
    await pressed(worker, "have")
    assert "must have it too" in worker.page
    await stage.deliver()
    assert "needs you" in stage.fake.rooms(TEAM, "UDSL")[-1]["text"]
    await pressed(lead, "have")
    await stage.deliver()
    for user in ("UDEPUTY", "USW"):
        assert [one["text"].partition(" ·")[0] for one in stage.fake.rooms(TEAM, user)] == [
            "A colleague has this safeguarding concern"
        ]


async def test_long_accounts_are_paged_and_nothing_is_cut(stage: Stage) -> None:
    lead = await opened(stage)
    concern, marks = the_concern(stage.house), [f"mark{number}q" for number in range(12)]
    with stage.house.store.write() as unit:
        for mark in marks:
            text = f"{mark} " + "word " * 3500 + f"{mark}end"
            unit.concerns.append(concern, "question", PersonId(DSL), "head", stage.clock(), {"text": text})
        unit.commit()
    await pressed(lead, "suggestion")
    await pressed(lead, "read")
    pages = [lead.page]
    for number in range(2, 20):
        if f"part:{number}" not in lead.page:
            break
        await lead.press(f"part:{number}")
        pages.append(lead.page)
    assert len(pages) > 1
    assert all(f"{mark}end" in "".join(pages) for mark in marks)
    await lead.press("part:1" if len(pages) == 2 else f"part:{len(pages) - 1}")
    assert not stage.log.named("page_failed")


async def test_room_to_write_takes_a_long_account_and_what_is_too_long_says_so_and_stays(stage: Stage) -> None:
    teacher = stage.human("UTEACHER")
    await teacher.command()
    await teacher.submit({"what": "worried"})
    await teacher.press("room", values={"saw": "first half"})
    assert "first half" in teacher.page
    blocks = [str(one.get("block_id")) for one in teacher.modal.body["blocks"]]
    boxes = [one for one in blocks if one.startswith("happened.saw")]
    assert len(boxes) == 2
    view = teacher.modal.payload()
    values = {name: {name: {"type": "plain_text_input", "value": "long " * 600}} for name in boxes}
    view["state"] = {"values": {**values, boxes[0]: {boxes[0]: {"type": "plain_text_input", "value": "x" * 6100}}}}
    status, answer = await teacher.submit(view=view)
    assert (status, answer["response_action"]) == (200, "errors")
    with stage.house.store.read() as unit:
        draft = unit.conversations.open_of(PersonId("brentside.teacher"))[0]
        assert draft.revision == 1
        assert "x" * 6100 in str(unit.conversations.typed(draft.id)["happened"]["saw"])


async def test_a_decision_that_a_colleague_made_meanwhile_leads_to_where_the_concern_stands(stage: Stage) -> None:
    await seen(stage, "UDEPUTY", "USW")
    lead, deputy = await opened(stage), stage.human("UDEPUTY")
    await reading(stage, deputy, the_concern(stage.house))
    for human in (lead, deputy):
        await to_the_end(human)
    await deputy.submit()
    await lead.submit()
    assert "Nothing was changed" in lead.page
    assert "Decided" in lead.page
    assert "not open to you" not in lead.page


async def told(teacher: Human, **child: str) -> None:
    """A milder concern, sent as soon as it may be; `child` changes what is said of the child."""
    group, sign = SIGNS["early_help"]
    await teacher.command()
    for values in ({"what": "worried"}, HAPPENED, {**CHILD, **child}, {"groups": [group]}):
        await teacher.submit(values)
    await teacher.press("send_now", values={"signs": [sign]})
    await teacher.submit()
    assert screen_of(teacher) != "check", teacher.page


async def test_the_council_is_confirmed_and_the_same_child_and_a_decided_concern_is_closed(stage: Stage) -> None:
    lead, teacher = stage.human("UDSL"), stage.human("UTEACHER")
    await seen(stage, "UDSL")
    await told(teacher)
    stage.clock.move(minutes=1)
    await told(teacher, council="not_known")
    await stage.deliver()
    concern = the_concern(stage.house)
    await reading(stage, lead, concern, on="home")
    await pressed(lead, "confirm_council")
    await lead.submit({"council": "ealing"})
    assert "The council is noted" in lead.page
    await pressed(lead, "read")
    assert "confirm_council" not in offered(lead)
    await pressed(lead, "confirm_child")
    [earlier] = [one for one in lead.modal.body["blocks"] if one["type"] == "input"]
    await lead.submit({"earlier": [earlier["element"]["options"][0]["value"]]})
    assert "Noted as the same child" in lead.page
    await pressed(lead, "read")
    await decided(lead)
    await reading(stage, lead, concern, on="home")
    await pressed(lead, "close")
    why_none = {"follow_up": "no", "no_follow_up_reason": "Nothing is left to do"}
    await lead.submit({"summary": "Done as agreed", "outcome": "support_in_school", **why_none})
    await lead.submit()
    with stage.house.store.read() as unit:
        assert unit.concerns.get(concern).life.state == "closed"
    assert not stage.log.named("page_failed")


async def decided(lead: Human) -> None:
    """From the opened concern to the end of a decision."""
    await to_the_end(lead)
    await lead.submit()


async def to_the_end(lead: Human) -> None:
    """From the opened concern to a decision's last page."""
    await pressed(lead, "decide")
    for _ in range(len(ROAD)):
        if (screen := screen_of(lead)) == "check":
            return
        await lead.submit(ROAD[screen])


def test_every_button_of_an_opened_concern_is_tried_here_or_beside() -> None:
    sources = "".join(one.read_text() for one in Path(__file__).parent.glob("test_*.py"))
    # A concern is opened again by adding to it; what is to be said to the police is tried with its branch.
    elsewhere = {"reopen", "police"}
    assert [one for one in CAN if one not in elsewhere and f'"{one}")' not in sources] == []


async def test_a_worrying_draft_left_midway_is_brought_back_by_a_message_after_a_quarter_of_an_hour(
    stage: Stage,
) -> None:
    teacher = stage.human("UTEACHER")
    group, sign = SIGNS["section_47"]
    await teacher.command()
    for values in ({"what": "worried"}, HAPPENED, CHILD, {"groups": [group]}, {"signs": [sign]}):
        await teacher.submit(values)
    stage.clock.move(minutes=16)
    stage.house.rounds.make()
    await stage.deliver()
    [message] = stage.fake.rooms(TEAM, "UTEACHER")
    assert "A draft of yours was not sent" in message["text"]
    teacher.modal.open = False
    await teacher.press("resume", on="message")
    assert screen_of(teacher) not in ("", "start", "closed")


async def test_a_page_that_another_device_overtook_says_so_and_its_words_are_one_press_away(stage: Stage) -> None:
    teacher = stage.human("UTEACHER")
    await teacher.command()
    await teacher.submit({"what": "worried"})
    first = teacher.modal
    await teacher.open_home()
    with stage.house.store.read() as unit:
        draft = unit.conversations.open_of(PersonId("brentside.teacher"))[0].id
    await teacher.press(f"resume:{draft}", on="home")
    await teacher.submit(HAPPENED)
    teacher.modal.open = False
    assert teacher.modal is first
    await teacher.submit({"saw": "from the first device"})
    assert "What you typed on that page is not saved yet" in teacher.page
    assert "from the first device" not in teacher.page
    await teacher.press("screen:happened")
    assert "from the first device" in teacher.page
    await teacher.submit({"saw": "from the first device"})
    assert screen_of(teacher) == "child"


@pytest.mark.parametrize("name", ["help_now", "worried"])
async def test_a_button_that_came_too_late_is_offered_again(stage: Stage, name: str) -> None:
    teacher = stage.human("UTEACHER")
    await teacher.command()
    await teacher.submit({"what": name})
    if name == "worried":
        await teacher.submit(HAPPENED)
    await teacher.open_home()
    draft = next(one.to for one in stage.house.desk.home("brentside.teacher").actions if one.id == "resume")
    stage.fake.moods["views.open"].append("expired_trigger_id")
    await teacher.press(str(draft), on="home")
    assert str(CHILD["name"]) not in json.dumps(stage.fake.rooms(TEAM, "UTEACHER"))
    await teacher.press(str(draft), on="message")
    assert screen_of(teacher) in ("child", "emergency")


async def leaves(stage: Stage, person: str, user: str) -> None:
    """The person is in the directory no more, and the account is no member of staff's."""
    schools, people, absences, rota = rows(directories()[0])
    with stage.house.store.write() as unit:
        unit.people.replace("ealing", schools, [one for one in people if one.id != person], absences, rota)
        unit.commit()
    stage.fake.workspaces[TEAM].users[user]["profile"]["email"] = "gone@elsewhere.example.invalid"


@pytest.mark.parametrize("minutes", [0, 6])
async def test_who_left_presses_an_old_alert_and_an_open_page_in_vain_and_reads_the_numbers(
    stage: Stage, minutes: int
) -> None:
    lead = await opened(stage)
    await leaves(stage, DSL, "UDSL")
    stage.clock.move(minutes=minutes)
    await pressed(lead, "have")
    assert str(HAPPENED["saw"]) not in lead.page
    assert "020 8825 8000" in lead.page
    await lead.press(f"concern:{the_concern(stage.house)}", on="message")
    assert str(HAPPENED["saw"]) not in lead.page
    assert "020 8825 8000" in lead.page
    assert stage_lead(stage, the_concern(stage.house)) is None


@pytest.mark.parametrize("forged", ["no-such-concern", "id1"])
async def test_a_foreign_or_made_up_concern_in_the_metadata_shows_nothing(stage: Stage, forged: str) -> None:
    lead, teacher = await opened(stage), stage.human("UDEPUTY")
    stand = json.loads(lead.modal.body["private_metadata"])
    await teacher.command()
    teacher.modal.body["private_metadata"] = json.dumps({**stand, "id": forged, "screen": "read"})
    for action in ("do.suggestion.0", "do.log.0", "do.hand_over.0", "do.unhide.0"):
        view = teacher.modal.payload()
        payload = teacher.body("block_actions", actions=[{"type": "button", "action_id": action}], view=view)
        assert (await teacher.send("block_actions", payload))[0] == 200
        assert str(HAPPENED["saw"]) not in teacher.page
        teacher.modal.body["private_metadata"] = json.dumps({**stand, "id": forged, "screen": "read"})
