"""Every request that Slack got over a whole concern's life: what anybody typed, a name, a level or a category stands in
nothing but the views opened for whoever may read it, and in no view's metadata, id or button."""

import json
from collections.abc import Iterator
from typing import Any

from tests.bot.scenarios.telling import HEAD
from tests.platforms import CHILD, GROUP, SIGN, TYPED, found_in, the_concern
from tests.slack.conftest import Stage
from tests.slack.fake import Human, Json
from tests.slack.test_every_press import joined
from tests.slack.test_responders import ROAD, pressed, screen_of
from tests.slack.test_whole_path import seen, to_check

ENTITLED = {"UTEACHER", "UDSL"}


def hidden_parts(view: Json) -> str:
    """What of a view a reader does not see and Slack keeps all the same: metadata, ids, buttons' values."""
    return json.dumps([view.get("private_metadata"), view.get("callback_id"), list(_ids(view.get("blocks", [])))])


def _ids(part: Any) -> Iterator[str]:
    """The ids of blocks and buttons, and buttons' values. Options' ids are what the page asks about."""
    if isinstance(part, list):
        for one in part:
            yield from _ids(one)
    elif isinstance(part, dict):
        names = ("block_id", "action_id", *(("value",) if part.get("type") == "button" else ()))
        yield from (str(part[name]) for name in names if name in part)
        for name in ("elements", "accessory", "element"):
            yield from _ids(part.get(name))


async def a_whole_life(stage: Stage) -> None:
    """Told, opened, asked, answered, had, decided and added to, with everybody's start pages drawn between."""
    head = joined(stage, HEAD)
    await seen(stage, "UDSL", "UDEPUTY", "USW", "UTEACHER", head.user)
    teacher = stage.human("UTEACHER")
    await teacher.command()
    for values in ({"what": "worried"}, TYPED, CHILD, {"groups": [GROUP]}, {"signs": [SIGN]}):
        await teacher.submit(values)
    await to_check(teacher)
    await teacher.submit()
    await stage.deliver()
    lead = stage.human("UDSL")
    concern = the_concern(stage.house)
    await lead.press(f"concern:{concern}", on="message")
    await lead.submit()
    assert "qcanarysaw" in lead.page
    await pressed(lead, "suggestion")
    await lead.press("read")
    await pressed(lead, "ask")
    await lead.press("hide", values={"question": "qcanaryhalf of it"})
    await lead.press("unhide")
    await lead.submit({"question": "qcanaryquestion about the coat"})
    await stage.deliver()
    await answered(teacher, concern)
    await pressed(lead, "read")
    await pressed(lead, "have")
    await stage.deliver()
    await pressed(lead, "read")
    await decided(lead)
    await stage.deliver()
    await added(teacher, concern)
    await stage.deliver()
    await seen(stage, "UDSL", "UDEPUTY", "USW", "UTEACHER", head.user)


async def answered(teacher: Human, concern: str) -> None:
    """The reporter answers the question."""
    await teacher.press(f"concern:{concern}", on="message")
    await pressed(teacher, "reply")
    await teacher.submit({"answer": "qcanaryreply in the cloakroom"})


async def decided(lead: Human) -> None:
    """The lead decides."""
    await pressed(lead, "decide")
    road = {**ROAD, "level": {**ROAD["level"], "reason": "qcanaryreason for it"}}
    for _ in range(len(road)):
        if (screen := screen_of(lead)) == "check":
            break
        await lead.submit(road[screen])
    await lead.submit()


async def added(teacher: Human, concern: str) -> None:
    """The reporter adds something and leaves it once on the way."""
    await teacher.press(f"concern:{concern}", on="message")
    await pressed(teacher, "add")
    await teacher.submit({"saw": "qcanaryadded again today"})
    await teacher.submit({"groups": [GROUP]})
    await teacher.submit({"signs": [SIGN]})
    await teacher.submit()


async def test_nothing_that_was_said_goes_to_slack_but_in_views_of_those_who_may_read_it(stage: Stage) -> None:
    await a_whole_life(stage)
    with stage.house.store.read() as unit:
        assert [one.life.state for one in unit.concerns.open_everywhere()] == ["sent"]
    methods = set()
    for call in stage.fake.calls:
        methods.add(call.method)
        if call.method in ("views.open", "views.update"):
            assert not found_in(hidden_parts(call.sent["view"])), call
        else:
            assert not found_in(json.dumps(call.sent)), call
    assert {"chat.postMessage", "chat.update", "views.publish", "views.open", "views.update"} <= methods


async def test_no_view_of_anybody_else_holds_any_of_it(stage: Stage) -> None:
    deputy = stage.human("UDEPUTY")
    await a_whole_life(stage)
    await deputy.command()
    await opened_by_nobody_else(stage)
    for modal in stage.fake.modals.values():
        if modal.user not in ENTITLED:
            assert not found_in(json.dumps({**modal.body, "blocks": [text_of(one) for one in modal.body["blocks"]]}))


async def opened_by_nobody_else(stage: Stage) -> None:
    """Others press *Open* and stop at the privacy step."""
    for user in ("UDEPUTY", "USW"):
        human = stage.human(user)
        await human.press(f"concern:{the_concern(stage.house)}", on="message")
        assert screen_of(human) == "privacy"


def text_of(block: Json) -> Json:
    """A block without the options of a question: those are the same for everybody."""
    return {name: value for name, value in block.items() if name != "element"}


async def test_the_log_holds_none_of_it_either(stage: Stage) -> None:
    await a_whole_life(stage)
    assert not found_in(json.dumps(stage.log.kept))
