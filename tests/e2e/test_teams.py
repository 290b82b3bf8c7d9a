"""A concern's whole life in Teams' own test client: two people, two windows, every page looked at.

Pictures of everything that is seen are kept under `artefacts/teams/path`. A dialog is opened there by the message
extension, since this client opens none from a card's button; the button's own request is posted to the bot.
"""

import json
import re
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from aiohttp.test_utils import unused_port
from playwright.sync_api import Browser, expect

from bot.channels.teams.names import COMMAND
from dialogs.words import Words
from tests.e2e.demo import Demo, running, sit
from tests.e2e.playground import BOT, PLAYGROUND, TENANT, Client, Somebody, Window, node, playground

pytestmark = pytest.mark.e2e

ROOT = Path(__file__).resolve().parents[2]
PICTURES = ROOT / "artefacts" / "teams" / "path"
TEACHER = Somebody(id="teacher", name="Pavel Oakhollow", email="pavel.oakhollow@ealing.example.invalid")
LEAD = Somebody(id="lead", name="Kezia Fernhollow", email="kezia.fernhollow@ealing.example.invalid")
SAID = "He came in without a coat.\nHis shoes were wet through."
CHILD = "Robin Example"
WROTE = "Robin is hungry"


@dataclass(frozen=True)
class Stage:
    """The demonstration with Teams before it, and a window each."""

    demo: Demo
    teacher: Window
    lead: Window
    clients: dict[str, Client]


@pytest.fixture(scope="module")
def stage(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    if node() is None or not PLAYGROUND.is_file():
        pytest.fail("the Playground is needed here: `make test` installs it")
    folder = tmp_path_factory.mktemp("teams")
    with ExitStack() as opened:
        demo = opened.enter_context(running(folder / "demo", unused_port(), {"SWIS_TEAMS_TENANTS": TENANT}))
        ends = f"{demo.address}/api/messages"
        clients = {one.id: opened.enter_context(playground(folder / one.id, one, ends)) for one in (LEAD, TEACHER)}
        lead, teacher = (Window.of(browser, clients[one.id], PICTURES) for one in (LEAD, TEACHER))
        yield Stage(demo, teacher, lead, clients)
        lead.page.context.close()
        teacher.page.context.close()


def tell(teacher: Window) -> None:
    """The whole conversation, left once and taken up again, to the page that says what will be sent."""
    teacher.start(COMMAND)
    teacher.on("What is it?")
    teacher.choose("What do you want to tell us?", "I am worried about a child")
    teacher.press("Continue")
    teacher.on("What happened")
    teacher.press("Continue")
    teacher.sees_in_dialog("To put right:")
    teacher.fill("What I saw", SAID)
    teacher.press("Continue")
    teacher.on("The child")
    teacher.press("Back")
    teacher.on("What happened")
    expect(teacher.dialog.get_by_role("textbox").first).to_have_value(SAID)
    teacher.press("Continue")
    teacher.on("The child")
    teacher.fill("The child's name", CHILD)
    teacher.choose("How old", "7 to 9")
    teacher.pick("In which council", "Ealing")
    teacher.choose("Does a social worker", "No")
    teacher.choose("Who is the child with", "Someone the child is safe")
    teacher.press("Continue")
    teacher.on("What it is about")
    leave_and_come_back(teacher)
    teacher.on("What it is about")
    teacher.tick("Care and home")
    teacher.press("Continue")
    teacher.on("What you have noticed")
    teacher.tick("Often hungry")
    teacher.press("Continue")
    teacher.on("A few more questions")
    teacher.choose_everywhere("I don't know")
    teacher.press("Continue")
    teacher.on("When, and what was done")
    teacher.tick("I don't know")
    teacher.choose("Have you told", "Not yet")
    teacher.press("Continue")
    teacher.on("Check your answers")


def leave_and_come_back(teacher: Window) -> None:
    """The draft's card stands in the chat meanwhile; this client opens nothing from it; the start page leads back."""
    teacher.close()
    teacher.sees("Draft · step 4 of")
    teacher.start(COMMAND)
    teacher.press("Start page")
    teacher.dialog.get_by_role("button", name=re.compile("^Go on with the draft")).first.click()


def open_it(lead: Window) -> None:
    """From the start page to the decision, in one dialog."""
    lead.start(COMMAND)
    lead.on("What is it?")
    lead.press("Start page")
    lead.on("Start")
    lead.dialog.get_by_role("button", name=re.compile("^Open ")).first.click()
    lead.on("Is your screen private?")
    lead.press(Words.load()("cards.privacy.open"))
    lead.on("Safeguarding concern")
    expect(lead.dialog.get_by_text("His shoes were wet through.")).to_be_visible()
    lead.press("Show suggestion")
    lead.on("Suggestion")
    lead.press("Back to the concern")
    lead.on("Safeguarding concern")
    lead.press("Decide")


def decide(lead: Window) -> None:
    """The pages of the decision, to the one that says what will be recorded."""
    lead.on("Before you decide")
    lead.choose_everywhere("I don't know")
    lead.press("Continue")
    lead.on("Level and reason")
    lead.choose("The level you decide on", "Level 3")
    lead.fill("The reason", "Invented for the test: often hungry, and help has not lasted.")
    lead.press("Continue")
    lead.on("What will be done")
    lead.fill("First action", "Invented for the test: ring the front door")
    lead.choose("By whom", "Designated safeguarding lead")
    lead.day("By when")
    lead.choose("Is there another action?", "No")
    lead.press("Continue")
    lead.on("What is shared")
    lead.choose("Has information been shared", "No")
    lead.press("Continue")
    lead.on("Not shared")
    lead.fill("How sharing would harm", "Invented for the test.")
    lead.press("Continue")
    lead.on("The family")
    lead.choose("Has the family agreed", "Not needed")
    lead.choose("Have the parents been told?", "Yes")
    lead.press("Continue")
    lead.on("Feedback to the reporter")
    lead.choose("What the reporter reads", "Your concern is being acted on.")
    lead.press("Continue")
    lead.on("Check the decision")


def test_a_concern_goes_from_teacher_to_lead_to_decision(stage: Stage) -> None:
    teacher, lead = stage.teacher, stage.lead
    teacher.sees("Safeguarding concerns start here")
    lead.sees("Safeguarding concerns start here")
    teacher.write(WROTE)
    teacher.sees("Nobody has been told")
    tell(teacher)
    teacher.press("Send concern")
    teacher.on("Concern sent")
    teacher.sees_in_dialog("Who has been told")
    teacher.close()
    teacher.sees("This is no draft any more")
    lead.sees("A safeguarding concern needs you")
    lead.page.get_by_role("button", name="I have it").last.click()
    lead.sees("You have it")
    open_it(lead)
    decide(lead)
    lead.press("Record the decision")
    lead.on("Decision recorded")
    lead.close()
    teacher.sees("There is news of your safeguarding concern")
    move_on(stage)
    move_on(stage)
    lead.sees("A safeguarding task is due")
    for window in (teacher, lead):
        chat = window.page.locator("body").inner_text().replace(WROTE, "")
        assert not [word for word in (CHILD, "coat", "hungry", "Level 3", "Section 17") if word in chat]


def move_on(stage: Stage) -> None:
    """The demonstration's clock, on its own page: to the next school day's morning."""
    browser = stage.lead.page.context.browser
    assert browser is not None
    page = browser.new_page()
    sit(page, stage.demo, "Designated safeguarding lead", "ealing")
    page.locator("summary", has_text="Move the demonstration").click()
    page.get_by_role("button", name="Next school day, 08:15").click()
    page.close()


def fetch(stage: Stage, client: Client, data: dict[str, Any]) -> Any:
    """What the bot answers when a card's button asks for a dialog."""
    activity = {
        "type": "invoke", "name": "task/fetch", "id": "fetched-by-the-test", "channelId": "msteams",
        "serviceUrl": f"{client.address}/_connector", "recipient": {"id": BOT},
        "from": {"id": client.somebody.id, "aadObjectId": client.somebody.account},
        "conversation": {"id": client.chat, "conversationType": "personal", "tenantId": TENANT},
        "channelData": {"tenant": {"id": TENANT}}, "value": {"data": data},
    }  # fmt: skip
    request = urllib.request.Request(
        f"{stage.demo.address}/api/messages", json.dumps(activity).encode(), {"Content-Type": "application/json"}
    )
    with urllib.request.urlopen(request, timeout=20) as answer:
        return json.loads(answer.read())


def test_a_button_of_a_card_opens_its_dialog(stage: Stage) -> None:
    data = {"msteams": {"type": "task/fetch"}, "swis": {"do": "begin", "to": "begin"}}
    task = fetch(stage, stage.clients["teacher"], data)["task"]
    assert (task["type"], task["value"]["title"]) == ("continue", "Safeguarding")
    assert "What is it?" in json.dumps(task["value"]["card"])
