"""What is typed in a form and left, refused or overtaken: sealed as a draft, shown back, in another process too."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from bot.access import Denied
from storage import schema
from storage.engine import make_engine
from storage.errors import NotFound
from storage.shapes import FORM, PersonId
from storage.whole import flows_in_use
from tests.bot.scenarios.telling import CHECKLIST, DSL, SW, TEACHER
from tests.bot.slack.checking import elements
from tests.platforms import the_concern
from tests.slack.conftest import TEAM, Stage, a_stage, stalled
from tests.slack.fake import Human
from tests.slack.test_responders import ROAD, opened, pressed, screen_of
from tests.slack.test_whole_path import seen
from tests.slack.walking import place

UNSAID = "Where is the coat that was left behind"


@dataclass(frozen=True, kw_only=True)
class Form:
    """A form with a text in it: who opens it by which button, and where."""

    user: str
    person: str
    press: str
    field: str
    at_home: bool
    rest: Mapping[str, object]


FORMS = (
    Form(user="UDSL", person=DSL, press="ask", field="question", at_home=False, rest={}),
    Form(user="UDSL", person=DSL, press="wrong_child", field="name", at_home=False, rest={}),
    Form(user="USW", person=SW, press="drop_in", field="room", at_home=True, rest={}),
)


async def in_front_of(stage: Stage, form: Form) -> Human:
    """Somebody with the form, from the start page."""
    human = stage.human(form.user)
    await human.open_home()
    if form.at_home:
        await human.press(form.press, on="home")
        return human
    await human.press(f"concern:{the_concern(stage.house)}", on="home")
    await human.submit()
    await pressed(human, form.press)
    return human


def kept(stage: Stage, form: Form, screen: str) -> Mapping[str, object]:
    """What the database has of it."""
    return stage.house.forms.kept(form.person, None if form.at_home else the_concern(stage.house), screen)


def everywhere(url: str) -> bytes:
    """Every byte of the database's files."""
    path = Path(url.removeprefix("sqlite:///"))
    return b"".join(one.read_bytes() for one in path.parent.glob(f"{path.name}*"))


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.press)
async def test_what_was_typed_in_a_form_and_not_taken_stands_there_again_in_another_process(
    url: str, form: Form
) -> None:
    async with a_stage(url) as stage:
        await opened(stage)
        human = await in_front_of(stage, form)
        screen = screen_of(human)
        if form.at_home:
            _, answer = await human.submit({form.field: UNSAID})
            assert answer["response_action"] == "errors"
        else:
            await human.press("hide", values={form.field: UNSAID})
            assert UNSAID not in human.page
        assert kept(stage, form, screen)[form.field] == UNSAID
        assert UNSAID.encode() not in everywhere(url)
    async with a_stage(url) as other:
        assert UNSAID in (await in_front_of(other, form)).page


async def test_what_is_kept_of_a_form_goes_with_its_key_once_the_form_is_taken(stage: Stage, url: str) -> None:
    lead = await opened(stage)
    await pressed(lead, "ask")
    await lead.press("hide", values={"question": UNSAID})
    await lead.press("unhide")
    assert len(sealed_forms(url)) == 1
    assert {flow for flow, _ in flows_in_use(url)} == {"concern"}, "the deploy gate looks for no flow of forms"
    await lead.submit({"question": UNSAID})
    assert kept(stage, FORMS[0], "ask") == {}
    assert sealed_forms(url) == []


def sealed_forms(url: str) -> list[str]:
    """The drafts of forms whose key is there."""
    columns, engine = schema.conversations.c, make_engine(url)
    with engine.connect() as connection:
        found = select(columns.id).where(columns.flow == "form", columns.data_key.is_not(None))
        ids = [str(one) for one in connection.execute(found).scalars()]
        assert connection.execute(select(func.count()).select_from(schema.entries)).scalar_one() > 0
    engine.dispose()
    return ids


async def test_whoever_decides_too_late_is_told_so_and_what_they_wrote_stays_sealed(stage: Stage) -> None:
    await seen(stage, "UDEPUTY")
    lead, deputy = await opened(stage), stage.human("UDEPUTY")
    await deputy.press("open", on="message")
    await deputy.submit()
    for human in (lead, deputy):
        await pressed(human, "decide")
        await human.submit(dict(CHECKLIST))
        assert screen_of(human) == "level"
    mine = place(deputy)
    while place(lead)["kind"] == "talk":
        await lead.submit(ROAD.get(screen_of(lead), {}))
    with stage.house.store.read() as unit:
        assert unit.concerns.get(the_concern(stage.house)).life.decided_at is not None
    await deputy.submit({**ROAD["level"], "reason": UNSAID})
    while place(deputy)["kind"] == "talk":
        await deputy.submit(ROAD.get(screen_of(deputy), {}))
    assert screen_of(deputy) == "not_done"
    with stage.house.store.read() as unit:
        entries = unit.conversations.load(mine["id"])[1]
    assert any(UNSAID in str(one.content) for one in entries)


async def test_the_form_of_somebody_who_left_is_refused_with_the_numbers_and_hands_the_text_back(stage: Stage) -> None:
    lead = await opened(stage)
    await pressed(lead, "ask")
    with stage.house.store.write() as unit:
        people = [one for one in unit.people.all("ealing") if one.id != DSL]
        unit.people.replace("ealing", unit.people.schools("ealing"), people, [])
        unit.commit()
    await lead.submit({"question": UNSAID})
    assert UNSAID in lead.page
    assert "999" in lead.page
    with stage.house.store.read() as unit:
        assert "asked" not in {one.kind for one in unit.audit.entries(the_concern(stage.house))}


async def test_a_form_kept_longer_than_open_holds_shows_the_privacy_step_first(stage: Stage) -> None:
    lead = await opened(stage)
    await pressed(lead, "ask")
    await lead.press("hide", values={"question": UNSAID})
    await lead.press("unhide")
    await lead.press("read", values={"question": UNSAID})
    stage.clock.move(minutes=11)
    await pressed(lead, "ask")
    assert screen_of(lead) == "privacy"
    assert UNSAID not in lead.page


async def test_a_form_of_which_nothing_is_kept_stands_as_it_is_offered(stage: Stage) -> None:
    human = await in_front_of(stage, FORMS[2])
    offered = {one.id: one.value for one in stage.house.desk.act(SW, "drop_in", {}).fields if one.value}
    assert len(offered) > 1
    chosen = [one["initial_option"]["value"] for one in elements(human.modal.body["blocks"]) if "initial_option" in one]
    assert set(offered.values()) <= set(chosen)


async def test_nothing_is_kept_of_a_form_about_a_concern_that_the_person_may_not_open(stage: Stage) -> None:
    await opened(stage)
    for concern in (the_concern(stage.house), "gone"):
        with pytest.raises((Denied, NotFound)):
            stage.house.forms.keep(TEACHER, concern, "ask", {"question": UNSAID})
    with stage.house.store.read() as unit:
        assert not [one for one in unit.conversations.open_of(PersonId(TEACHER)) if one.flow == FORM]


async def test_what_is_kept_of_a_form_lapses_as_a_draft_does(stage: Stage) -> None:
    lead = await opened(stage)
    await pressed(lead, "ask")
    await lead.press("hide", values={"question": UNSAID})
    stage.clock.move(seconds=timedelta(days=7, minutes=1).total_seconds())
    stage.house.tidy.tidy()
    assert kept(stage, FORMS[0], "ask") == {}


async def test_a_draft_of_a_form_can_not_be_taken_up_as_a_conversation(stage: Stage) -> None:
    lead = await opened(stage)
    await pressed(lead, "ask")
    await lead.press("hide", values={"question": UNSAID})
    with stage.house.store.read() as unit:
        [draft] = [one.id for one in unit.conversations.open_of(PersonId(DSL)) if one.flow == FORM]
    await lead.press("unhide")
    lead.modal.body["private_metadata"] = f'{{"kind":"talk","id":"{draft}","screen":"ask","submit":"next"}}'
    await lead.submit(view=lead.modal.payload())
    assert "999" in lead.page
    assert not stage.log.named("page_failed")


async def test_while_the_database_is_away_the_page_stays_with_what_was_typed(stage: Stage) -> None:
    lead = await opened(stage)
    await pressed(lead, "ask")
    before = lead.modal.hash
    stage.door.bridge.wait_seconds = 0.2
    with stalled(stage):
        status, answer = await lead.submit({"question": UNSAID})
    assert (status, answer["response_action"], lead.modal.hash) == (200, "errors", before)
    assert lead.team == TEAM
