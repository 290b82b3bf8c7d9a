"""The whole product path through Teams, against the fake: report, alert, open, I have it, stand-down, decide."""

import asyncio
import json

from tests.bot.scenarios.telling import CHILD
from tests.teams.conftest import DEPUTY, DSL, GUEST, HEAD, NEW, PUPIL, SW, TEACHER, Stage, account
from tests.teams.fake import Human
from tests.teams.path import SAID, SIGN, decided, opened, reported, seen, to_signs


def texts(cards: list[dict[str, object]]) -> str:
    """Everything on some cards."""
    return json.dumps(cards, ensure_ascii=False)


async def test_a_concern_goes_from_the_command_to_the_others_stood_down_and_a_decision(stage: Stage) -> None:
    teacher, lead = stage.human(TEACHER), stage.human(DSL)
    await seen(stage, DSL, DEPUTY, SW)
    await reported(teacher)
    assert "999" in teacher.page
    assert "Who has been told" in teacher.page
    assert "Reasons" in teacher.page
    await stage.deliver()
    assert [len(stage.fake.room(one.id)) for one in (DSL, DEPUTY, SW)] == [2, 2, 2]
    before = texts(stage.fake.room(DEPUTY.id))

    await lead.open("open")
    assert "private" in lead.page
    assert SAID not in lead.page
    await lead.submit()
    assert SAID in lead.page
    await lead.press("have")
    assert "It is yours until" in lead.page
    await stage.deliver()
    after = texts(stage.fake.room(DEPUTY.id))
    assert len(stage.fake.room(DEPUTY.id)) == 2
    assert after != before
    await lead.press("read")
    await decided(lead)
    with stage.house.store.read() as unit:
        assert [one.life.state for one in unit.concerns.open_everywhere()] == ["decided"]
    assert not stage.log.named("page_failed")


async def test_the_alert_is_taken_where_it_stands_and_the_others_cards_change(stage: Stage) -> None:
    await seen(stage, DSL, DEPUTY)
    await reported(stage.human(TEACHER))
    await stage.deliver()
    before = stage.fake.room(DEPUTY.id)[-1]
    lead, deputy = stage.human(DSL), stage.human(DEPUTY)
    await lead.execute("have")
    assert "yours until" in texts(stage.fake.room(DSL.id)[-1:])
    await stage.deliver()
    assert stage.fake.room(DEPUTY.id)[-1] != before
    await deputy.open("open")
    assert not stage.log.named("page_failed")


async def test_a_client_that_changes_no_card_in_place_gets_a_dialog_instead(stage: Stage) -> None:
    await seen(stage, DSL)
    teacher, lead = stage.human(TEACHER), stage.human(DSL)
    await reported(teacher)
    await stage.deliver()
    await lead.open("have")
    assert "It is yours until" in lead.page
    await teacher.command()
    await to_signs(teacher)
    await teacher.open("discard")
    assert "Delete this draft?" in teacher.page
    await teacher.press("discard")
    assert "The draft is deleted" in teacher.page
    assert "Draft" not in texts(stage.fake.room(TEACHER.id))


async def test_of_two_who_press_i_have_it_at_once_one_wins_and_the_other_is_told_who(stage: Stage) -> None:
    await seen(stage, DSL, DEPUTY)
    await reported(stage.human(TEACHER))
    await stage.deliver()
    await asyncio.gather(stage.human(DSL).execute("have"), stage.human(DEPUTY).execute("have"))
    cards = [texts(stage.fake.room(one.id)[-1:]) for one in (DSL, DEPUTY)]
    assert sum("It is yours until" in card for card in cards) == 1
    assert sum("Somebody has it already" in card for card in cards) == 1


async def test_nothing_typed_and_no_name_level_or_category_goes_to_teams_but_in_the_entitled_ones_dialogs(
    stage: Stage,
) -> None:
    teacher, lead = stage.human(TEACHER), stage.human(DSL)
    await opened(stage, lead, teacher)
    await lead.press("have")
    await lead.press("read")
    await lead.press("ask")
    await lead.submit({"question": "Where is the coat now?"})
    await lead.press("read")
    await decided(lead)
    await stage.deliver()
    sent = stage.fake.everything_sent()
    words = (SAID, CHILD["name"], SIGN, "Level 4", "hurt_or_afraid", "the coat now", "Ring the front door")
    assert not [one for one in words if str(one) in sent]
    logged = json.dumps(stage.log.kept)
    assert not [one for one in words if str(one) in logged]


async def test_what_is_written_to_the_bot_is_neither_read_nor_kept_and_is_answered_once(stage: Stage) -> None:
    teacher = stage.human(TEACHER)
    activity = teacher.activity("message", text="Robin Invented has a bruise")
    for _ in range(3):
        assert (await stage.send(activity))[0] == 200
    [card] = stage.fake.room(TEACHER.id)
    assert "Nobody has been told. Delete what you wrote." in texts([card])
    assert "Robin" not in stage.fake.everything_sent()
    await teacher.open("begin")
    assert teacher.stand["screen"] == "start"


async def test_the_card_of_a_draft_says_how_far_it_is_and_leads_back_to_it(stage: Stage) -> None:
    teacher = stage.human(TEACHER)
    await teacher.command()
    assert not stage.fake.room(TEACHER.id)
    await to_signs(teacher)
    [card] = stage.fake.room(TEACHER.id)
    assert card["fallbackText"].startswith("Draft · step 5 of ")
    teacher.dialog = None
    await teacher.open("resume")
    assert teacher.stand["screen"] == "signs"
    await teacher.press("back")
    await teacher.submit({})
    assert len(stage.fake.room(TEACHER.id)) == 1


async def test_the_card_of_a_draft_is_changed_after_a_restart_too(stage: Stage) -> None:
    teacher = stage.human(TEACHER)
    await teacher.command()
    await to_signs(teacher)
    stage.door.listeners.drafts._cards.clear()
    await teacher.open("resume")
    await teacher.submit({"signs": [SIGN]})
    assert len(stage.fake.room(TEACHER.id)) == 1
    assert "step 6" in texts(stage.fake.room(TEACHER.id))


async def test_a_draft_is_deleted_only_when_that_was_said_twice(stage: Stage) -> None:
    teacher = stage.human(TEACHER)
    await teacher.command()
    await to_signs(teacher)
    await teacher.execute("discard")
    assert "Delete this draft?" in texts(stage.fake.room(TEACHER.id))
    await teacher.open("resume")
    assert teacher.stand["screen"] == "signs"
    await teacher.execute("discard")
    await teacher.execute("discard")
    assert "The draft is deleted" in texts(stage.fake.room(TEACHER.id))
    await teacher.submit({"signs": [SIGN]})
    assert teacher.stand["kind"] == "end"


async def test_the_card_of_a_draft_goes_when_the_concern_is_sent(stage: Stage) -> None:
    teacher = stage.human(TEACHER)
    await reported(teacher)
    assert "Draft" not in texts(stage.fake.room(TEACHER.id))


async def test_the_card_of_a_draft_that_cannot_be_taken_away_says_nothing_untrue(stage: Stage) -> None:
    stage.fake.always["delete"] = "forbidden"
    teacher = stage.human(TEACHER)
    await reported(teacher)
    assert "Nobody has been told" not in texts(stage.fake.room(TEACHER.id))
    assert "This is no draft any more" in texts(stage.fake.room(TEACHER.id))


async def test_a_page_with_errors_stays_with_what_was_typed(stage: Stage) -> None:
    teacher = stage.human(TEACHER)
    await teacher.command()
    await teacher.submit({"what": "worried"})
    await teacher.submit({})
    assert teacher.stand["screen"] == "happened"
    assert "Attention" in teacher.page
    await teacher.submit({"saw": "Something seen"})
    await teacher.submit({"name": "Robin Invented"})
    assert teacher.stand["screen"] == "child"
    assert "Robin Invented" in teacher.page


async def test_half_a_character_at_a_cut_off_end_keeps_no_page_from_coming_back(stage: Stage) -> None:
    teacher = stage.human(TEACHER)
    await teacher.command()
    await teacher.submit({"what": "worried"})
    await teacher.submit({"saw": "Something seen"})
    status, _ = await teacher.submit({"name": "Robin Invented \ud83d"})
    assert (status, teacher.stand["screen"]) == (200, "child")
    assert "Robin Invented" in teacher.page
    assert not stage.log.named("page_failed")


async def test_an_invoke_that_teams_repeats_changes_nothing_and_gets_the_same_answer(stage: Stage) -> None:
    teacher = stage.human(TEACHER)
    value = {"commandId": "concern"}
    again = teacher.activity("invoke", name="composeExtension/fetchTask", value=value)
    answers = [await stage.send(again) for _ in range(3)]
    assert answers[0] == answers[1] == answers[2]
    with stage.house.store.read() as unit:
        assert len(unit.conversations.open_of("brentside.teacher")) == 1  # type: ignore[arg-type]


async def test_an_activity_of_somebody_else_is_no_repeat_whatever_its_id(stage: Stage) -> None:
    first = stage.human(TEACHER).activity("invoke", name="composeExtension/fetchTask", value={}, id="same")
    second = {**first, "from": stage.human(PUPIL).activity("invoke")["from"]}
    assert "What is it?" in str(await stage.send(first))
    assert "What is it?" not in str(await stage.send(second))


async def test_a_second_account_with_the_leads_address_reads_nothing_and_is_sent_nothing(stage: Stage) -> None:
    await seen(stage, DSL)
    more = {"userPrincipalName": "somebody@other.example.invalid"}
    second = account(99, "kezia.fernhollow", "Somebody Invented", more=more)
    stage.fake.join(second)
    stage.clock.move(seconds=5)
    human = stage.human(second)
    await human.write("hello")
    await reported(stage.human(TEACHER))
    await stage.deliver()
    assert len(stage.fake.room(DSL.id)) == 2
    assert SAID not in str(stage.fake.room(second.id))
    assert "needs you" not in str(stage.fake.room(second.id))
    await human.command()
    assert "not confirmed yet" in human.page


async def test_two_people_report_at_the_same_time_and_neither_sees_the_others_words(stage: Stage) -> None:
    await asyncio.gather(reported(stage.human(TEACHER)), reported(stage.human(DEPUTY)))
    with stage.house.store.read() as unit:
        assert len(unit.concerns.open_everywhere()) == 2
    assert not stage.log.named("page_failed")


async def test_hidden_pages_show_nothing_and_come_back_with_what_was_typed(stage: Stage) -> None:
    teacher = stage.human(TEACHER)
    await teacher.command()
    await teacher.submit({"what": "worried"})
    await teacher.press("hide", {"saw": "Half a sentence"})
    assert "Half a sentence" not in teacher.page
    await teacher.press("unhide")
    assert "Half a sentence" in teacher.page


async def test_after_ten_minutes_the_privacy_step_comes_back_before_anything_is_shown(stage: Stage) -> None:
    lead = stage.human(DSL)
    await opened(stage, lead, stage.human(TEACHER))
    stage.clock.move(minutes=11)
    await lead.press("suggestion")
    assert lead.stand["screen"] == "privacy"
    assert SAID not in lead.page


async def test_nobody_else_opens_it_with_the_same_button(stage: Stage) -> None:
    lead, head = stage.human(DSL), stage.human(HEAD)
    await opened(stage, lead, stage.human(TEACHER))
    await head.write("hello")
    stage.fake.messages[f"a:{HEAD.id}"]["1"] = list(stage.fake.messages[f"a:{DSL.id}"].values())[-1]
    await head.open("open")
    assert SAID not in head.page
    assert str(CHILD["name"]) not in head.page
    await head.execute("have")
    assert "not open to you" in head.said


async def test_a_newcomer_chooses_the_school_once_and_goes_on(stage: Stage) -> None:
    new = stage.human(NEW)
    await new.command()
    assert new.stand["kind"] == "arrive"
    await new.submit({})
    assert new.stand["kind"] == "arrive"
    await new.submit({"school": "brentside"})
    await new.press("begin")
    assert new.stand["screen"] == "start"


async def test_guests_pupils_and_other_accounts_get_the_numbers_and_nothing_to_press(stage: Stage) -> None:
    for who in (GUEST, PUPIL):
        stranger = stage.human(who)
        await stranger.command()
        assert "999" in stranger.page
        assert "Action." not in stranger.page
        await stranger.write("hello")
        assert not stage.fake.room(who.id)[-1].get("actions")
    assert {line["code"] for line in stage.log.named("stranger_refused")} == {"guest", "not_staff"}
    with stage.house.store.read() as unit:
        assert not unit.concerns.open_everywhere()


async def test_in_a_group_or_channel_it_says_write_to_me_privately_and_shows_nothing(stage: Stage) -> None:
    teacher = stage.human(TEACHER)
    stage.fake.teams["19:invented@thread.tacv2"] = {TEACHER.id}
    for kind in ("channel", "groupChat"):
        await teacher.write("Robin has a bruise", conversation=teacher.elsewhere(kind))
    found = stage.fake.messages["19:invented@thread.tacv2"]
    assert [one["summary"] for one in found.values()] == ["Write to me privately"] * 2
    assert "Action." not in json.dumps(list(found.values()))
    for name in ("task/fetch", "adaptiveCard/action"):
        value = {"data": {"swis": {"do": "home", "to": "home"}}}
        activity = teacher.activity("invoke", name=name, value=value, conversation=teacher.elsewhere())
        body = (await stage.send(activity))[1]
        assert body.get("task", body)["value"] == "Write to me privately"


async def test_the_command_works_beside_any_chat_and_takes_nothing_from_the_message(stage: Stage) -> None:
    teacher = stage.human(TEACHER)
    await teacher.command(conversation=teacher.elsewhere())
    assert teacher.stand["screen"] == "start"
    await to_signs(teacher)
    assert len(stage.fake.room(TEACHER.id)) == 1


async def test_somebody_who_has_not_the_app_is_served_beside_a_chat_of_which_it_is_part(stage: Stage) -> None:
    stage.fake.installed.discard(TEACHER.id)
    stage.fake.teams["19:invented@thread.tacv2"] = {TEACHER.id}
    teacher = stage.human(TEACHER)
    await teacher.command(conversation=teacher.elsewhere())
    assert teacher.stand["screen"] == "start"


async def test_whoever_took_the_app_away_is_reached_there_no_more_until_it_comes_back(stage: Stage) -> None:
    await seen(stage, DSL)
    await stage.human(DSL).installs("remove")
    await reported(stage.human(TEACHER))
    await stage.deliver()
    assert len(stage.fake.room(DSL.id)) == 1
    await seen(stage, DSL)
    stage.clock.move(minutes=10)
    await stage.deliver()
    assert len(stage.fake.room(DSL.id)) > 2


async def test_the_start_page_stands_behind_the_first_page(stage: Stage) -> None:
    teacher = stage.human(TEACHER)
    await teacher.command()
    await teacher.press("home")
    assert teacher.stand["screen"] == "home"


async def test_who_cannot_be_answered_in_time_is_told_so_and_finds_it_done_when_asking_again(stage: Stage) -> None:
    teacher = stage.human(TEACHER)
    await teacher.write("hello")
    stage.fake.released.clear()
    stage.clock.move(hours=1)
    stage.fake.always["members"] = "slow"
    stage.door.listeners.patience = (0.05, 0.05)
    await teacher_commands_without_waiting(stage, teacher)
    assert "That took too long" in teacher.page
    stage.fake.released.set()
    stage.door.listeners.patience = (60.0, 60.0)
    await stage.door.idle()
    await teacher.press("begin")
    assert teacher.stand["screen"] == "start"


async def teacher_commands_without_waiting(stage: Stage, teacher: Human) -> None:
    """The command, answered before everything that it set off has ended."""
    activity = teacher.activity("invoke", name="composeExtension/fetchTask", value={"commandId": "concern"})
    _, body = await stage.post(activity, stage.fake.token())
    teacher.opened_by = "composeExtension/submitAction"
    teacher.dialog = body["task"]["value"]["card"]["content"]


async def test_the_reporter_has_one_card_a_concern_which_changes_in_place(stage: Stage) -> None:
    teacher, lead = stage.human(TEACHER), stage.human(DSL)
    await seen(stage, TEACHER)
    await opened(stage, lead, teacher)
    await stage.deliver()
    [_, card] = stage.fake.room(TEACHER.id)
    assert "Seen" in texts([card])
    await lead.press("have")
    await stage.deliver()
    [_, card] = stage.fake.room(TEACHER.id)
    assert "Somebody has it" in texts([card])
    await lead.press("read")
    await decided(lead)
    await stage.deliver()
    [living, *_] = [one for one in stage.fake.room(TEACHER.id) if one["fallbackText"].startswith("Your safeguarding")]
    assert "Decided" in texts([living])
