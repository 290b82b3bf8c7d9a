"""One modal, page by page: errors, Back, Hide, danger, repeats, two devices, a slow database, forged places."""

import json

from storage.shapes import PersonId
from tests.bot.scenarios.house import PATIENT
from tests.bot.scenarios.telling import CHILD, DEPUTY, DSL, HAPPENED, TEACHER
from tests.platforms import told_of_adults
from tests.slack.conftest import TEAM, Stage, stalled
from tests.slack.fake import Human, state_of
from tests.slack.walking import at_happened


def place(human: Human) -> dict[str, object]:
    """Where the modal stands."""
    found: dict[str, object] = json.loads(human.modal.body["private_metadata"])
    return found


async def test_an_empty_page_stays_with_its_error_beside_the_field(stage: Stage) -> None:
    human = await at_happened(stage)
    before = human.modal.hash
    status, answer = await human.submit({})
    assert (status, answer["response_action"]) == (200, "errors")
    assert human.modal.hash == before
    await human.submit(HAPPENED)
    assert place(human)["screen"] == "child"


async def test_back_shows_the_page_before_and_keeps_what_stood_on_this_one(stage: Stage) -> None:
    human = await at_happened(stage)
    await human.press("back", values={"saw": "half a sentence"})
    assert place(human)["screen"] == "start"
    await human.submit({"what": "worried"})
    assert "half a sentence" in human.page


async def test_hide_shows_nothing_and_go_back_shows_the_page_with_what_was_typed(stage: Stage) -> None:
    human = await at_happened(stage)
    await human.press("hide", values={"saw": "half a sentence"})
    assert "half a sentence" not in human.page
    assert "concern" not in human.page.casefold()
    await human.press("unhide")
    assert "half a sentence" in human.page


async def test_a_page_sent_twice_changes_nothing_the_second_time(stage: Stage) -> None:
    human = await at_happened(stage)
    modal = human.modal
    sent = modal.payload(state_of(modal.body, HAPPENED))
    first = await human.submit(view=sent)
    second = await human.submit(view=sent)
    assert first[1]["view"]["private_metadata"] == second[1]["view"]["private_metadata"]
    assert place(human)["revision"] == 2


async def test_the_same_press_repeated_by_slack_opens_one_conversation(stage: Stage) -> None:
    human = stage.human("UTEACHER")
    trigger = stage.fake.trigger(TEAM, "UTEACHER")
    await human.command(trigger=trigger)
    await human.command(trigger=trigger)
    assert len(stage.fake.modals) == 1


async def test_danger_on_the_start_page_is_out_before_the_next_page_shows(stage: Stage) -> None:
    for user in ("UDSL", "UDEPUTY"):
        await stage.human(user).open_home()
    human = stage.human("UTEACHER")
    await human.open_home()
    await human.press("danger", on="home")
    assert place(human)["screen"] == "emergency"
    await human.press("danger", on="home")
    await stage.deliver()
    assert [len(stage.fake.rooms(TEAM, user)) for user in ("UDSL", "UDEPUTY")] == [1, 1]
    await human.submit({"place": "the hall"})
    assert place(human)["screen"] != "emergency"


async def test_danger_as_an_answer_goes_the_way_of_danger(stage: Stage) -> None:
    human = stage.human("UTEACHER")
    await human.command()
    await human.submit({"what": "help_now"})
    assert place(human)["screen"] == "emergency"
    with stage.house.store.read() as unit:
        assert len(unit.concerns.open_everywhere()) == 1


async def test_a_database_that_stalls_leaves_the_page_as_it_is_and_says_what_is_saved(stage: Stage) -> None:
    human = await at_happened(stage)
    stage.door.bridge.wait_seconds = 0.2
    with stalled(stage):
        status, answer = await human.submit(HAPPENED)
    assert (status, answer["response_action"]) == (200, "errors")
    assert "Not saved yet" in json.dumps(answer)
    stage.door.bridge.wait_seconds = PATIENT
    await human.submit(HAPPENED)
    assert place(human)["screen"] == "child"


async def test_a_foreign_or_deleted_conversation_in_the_metadata_is_refused(stage: Stage) -> None:
    human, other = await at_happened(stage), stage.human("UDEPUTY")
    await other.command()
    theirs = place(other)
    for forged in (json.dumps({**place(human), "id": theirs["id"]}), '{"kind":"talk","id":"gone"}', "nonsense", "[]"):
        human.modal.body["private_metadata"] = forged
        answer = (await human.submit(view=human.modal.payload()))[1]
        assert answer["response_action"] == "update"
        assert "submit" not in human.modal.body
        human.modal.body = {**human.modal.body, "submit": {"type": "plain_text", "text": "Go on"}}
    with stage.house.store.read() as unit:
        assert unit.conversations.open_of(PersonId(DEPUTY))[0].revision == 0
        assert unit.conversations.open_of(PersonId(TEACHER))[0].revision == 1


async def test_a_draft_is_taken_up_again_from_the_start_page(stage: Stage) -> None:
    human = await at_happened(stage)
    await human.submit(HAPPENED)
    human.modal.open = False
    await human.open_home()
    conversation = str(place_of_home(stage))
    await human.press(conversation, on="home")
    assert place(human)["screen"] == "child"
    assert str(CHILD["name"]) not in human.page


def place_of_home(stage: Stage) -> str:
    """The draft that the start page leads to."""
    return next(one.to for one in stage.house.desk.home(TEACHER).actions if one.id == "resume") or ""


async def test_a_modal_that_changed_meanwhile_is_left_alone(stage: Stage) -> None:
    human = await at_happened(stage)
    stale = human.modal.payload()
    await human.submit(HAPPENED)
    assert stale["hash"] != human.modal.hash
    before = human.modal.body
    payload = human.body("block_actions", actions=[{"type": "button", "action_id": "do.back.0"}], view=stale)
    await human.send("block_actions", payload)
    assert human.modal.body == before
    assert stage.log.named("modal_not_updated") == [{"channel": "slack", "code": "hash_conflict"}]


async def test_leads_find_their_own_presses_on_the_start_page(stage: Stage) -> None:
    human = stage.human("UDSL")
    await human.open_home()
    await human.press("in_lesson", on="home")
    await human.submit({"minutes": "15"})
    assert "999" in human.page
    with stage.house.store.read() as unit:
        assert unit.people.quiet_until(PersonId(DSL)) is not None


async def test_the_head_reads_the_register_behind_a_step(stage: Stage) -> None:
    told_of_adults(stage.house, "Mr Quux", "Sam Quux")
    human = stage.human("UHEAD")
    await human.open_home()
    await human.press("register", on="home")
    assert "Quux" not in human.page
    await human.submit({})
    assert "Sam Quux (2)" in human.page
    await human.press("hide")
    assert "Quux" not in human.page
