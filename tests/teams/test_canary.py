"""Every request that Teams got over a whole concern's life: what anybody typed, a name, a level or a category stands in
nothing but the dialogs of whoever may read it, and in no button of those."""

import json
from collections.abc import Iterator

from tests.bot.scenarios.telling import WHEN
from tests.platforms import CHILD, GROUP, SIGN, TYPED, found_in, the_concern
from tests.teams.conftest import DEPUTY, DSL, HEAD, SW, TEACHER, Stage
from tests.teams.fake import Human
from tests.teams.path import ROAD, seen

ENTITLED = {TEACHER.id, DSL.id}


def sent_back(part: object) -> Iterator[str]:
    """What a page's buttons send of themselves, beside what is typed."""
    if isinstance(part, dict):
        if str(part.get("type")).startswith("Action."):
            yield json.dumps(part.get("data"))
        for value in part.values():
            yield from sent_back(value)
    elif isinstance(part, list):
        for one in part:
            yield from sent_back(one)


async def a_whole_life(stage: Stage) -> None:
    """Written about in the chat, told, opened, asked, answered, had, decided and added to."""
    await seen(stage, DSL, DEPUTY, SW, TEACHER, HEAD)
    teacher, lead = stage.human(TEACHER), stage.human(DSL)
    await teacher.write("qcanarychat hit the child")
    await teacher.command()
    await teacher.submit({"what": "worried"})
    await teacher.press("hide", {"saw": "qcanaryhalf of it"})
    await teacher.press("unhide")
    for values in (TYPED, CHILD, {"groups": [GROUP]}, {"signs": [SIGN]}):
        await teacher.submit(values)
    while teacher.stand["screen"] != "check":
        await teacher.submit(WHEN if teacher.stand["screen"] == "when" else {})
    await teacher.submit()
    await stage.deliver()
    concern = the_concern(stage.house)
    await lead.open(f"concern:{concern}")
    await lead.submit()
    assert "qcanarysaw" in lead.page
    await lead.press("suggestion")
    await lead.press("read")
    await lead.press("ask")
    await lead.submit({"question": "qcanaryquestion about the coat"})
    await stage.deliver()
    await teacher.open(f"concern:{concern}")
    await teacher.press("reply")
    await teacher.submit({"answer": "qcanaryreply in the cloakroom"})
    await lead.press("read")
    await lead.press("have")
    await stage.deliver()
    await lead.press("read")
    await decided(lead)
    await stage.deliver()
    await teacher.open(f"concern:{concern}")
    await teacher.press("add")
    for values in ({"saw": "qcanaryadded again today"}, {"groups": [GROUP]}, {"signs": [SIGN]}, {}):
        await teacher.submit(values)
    await stage.deliver()


async def decided(lead: Human) -> None:
    """The lead decides."""
    await lead.press("decide")
    road = {**ROAD, "level": {**ROAD["level"], "reason": "qcanaryreason for it"}}
    while (screen := lead.stand["screen"]) != "check":
        await lead.submit(road[screen])
    await lead.submit()


async def test_nothing_that_was_said_goes_to_teams_but_in_dialogs_of_those_who_may_read_it(stage: Stage) -> None:
    await a_whole_life(stage)
    with stage.house.store.read() as unit:
        assert [one.life.state for one in unit.concerns.open_everywhere()] == ["sent"]
    assert {one.method for one in stage.fake.calls} >= {"post", "put", "delete", "members"}
    for call in stage.fake.calls:
        assert not found_in(json.dumps(call.sent, ensure_ascii=False)), call
        assert not found_in(call.place)
    shown = [answer for _, answer in stage.answers]
    assert found_in(json.dumps(shown))
    for answer in shown:
        assert not [one for one in sent_back(answer) if found_in(one)]


async def test_nobody_elses_dialog_holds_any_of_it(stage: Stage) -> None:
    await a_whole_life(stage)
    for who in (DEPUTY, SW, HEAD):
        other = stage.human(who)
        await other.command()
        stage.fake.messages[f"a:{who.id}"]["1"] = list(stage.fake.messages[f"a:{DSL.id}"].values())[-1]
        await other.open(f"concern:{the_concern(stage.house)}")
    for account, answer in stage.answers:
        if account not in ENTITLED:
            assert not found_in(json.dumps(answer))


async def test_the_log_holds_none_of_it_either(stage: Stage) -> None:
    await a_whole_life(stage)
    assert not found_in(json.dumps(stage.log.kept))
