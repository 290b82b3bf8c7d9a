"""One concern across both platforms: told in Teams, taken in Slack and Teams; one *I have it* a role, cards change."""

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.channels.slack import draw as slack_draw
from bot.channels.slack import read as slack_read
from bot.channels.slack.courier import SlackCourier
from bot.channels.slack.install import Install
from bot.channels.teams import draw, read
from bot.channels.teams.courier import TeamsCourier
from bot.wiring import World, slack_door, teams_door
from dialogs.words import Words
from tests.bot.scenarios.house import PATIENT, migrated, open_house, peopled, sqlite
from tests.fakes import SetClock
from tests.slack import conftest as in_slack
from tests.slack.fake import APP_ID, SECRET, slack
from tests.slack.test_responders import pressed
from tests.teams import conftest as in_teams
from tests.teams.conftest import DSL, TEACHER, account, outside_of
from tests.teams.fake import teams
from tests.teams.path import SAID, opened, reported, seen

DUTY = account(11, "bram.wrenfield", "Bram Wrenfield")
"""Invented, as in the example directory."""


@dataclass
class Both:
    """The two stages over one house."""

    slack: in_slack.Stage
    teams: in_teams.Stage


@pytest.fixture
async def both(tmp_path: Path) -> AsyncIterator[Both]:
    """A house with both platforms before it."""
    url = sqlite(tmp_path, migrated(tmp_path))
    peopled(url)
    clock, log = SetClock(), in_slack.Lines()
    async with slack(clock) as fake_slack, teams(clock) as fake_teams, aiohttp.ClientSession() as session:
        workspace = fake_slack.workspace(in_slack.TEAM)
        for user, (email, name) in in_slack.PEOPLE.items():
            workspace.join(user, email, name)
        for who in (TEACHER, DSL, DUTY):
            fake_teams.join(who)
        install = Install(
            tokens={in_slack.TEAM: workspace.token}, secret=SECRET, app=APP_ID, base_url=f"{fake_slack.url}api/"
        )
        teams_install = fake_teams.install()
        outside = outside_of(teams_install, clock)
        courier = TeamsCourier(teams_install, outside.connector, draw, Words.load())
        house = open_house(url, clock, courier, more=(SlackCourier(install, slack_draw.message),), log=log)
        world = World(clock=clock, new_id=str, new_reference=str, random=bytes, couriers={}, log=log)
        one = slack_door(house, install, world, (slack_draw, slack_read))
        two = teams_door(house, teams_install, world, outside, (draw, read))
        for bridge in (one.bridge, two.bridge, two.outside):
            bridge.wait_seconds = PATIENT
        two.listeners.patience = (PATIENT, PATIENT)
        app = web.Application()
        app.add_subapp("/slack", one.web_app())
        app.add_subapp("/api", two.web_app())
        async with TestServer(app, host="127.0.0.1") as server:
            yield Both(
                in_slack.Stage(fake_slack, house, one, clock, log, str(server.make_url("/slack/events")), session),
                in_teams.Stage(
                    fake_teams, house, two, clock, log, str(server.make_url("/api/messages")), session, teams_install
                ),
            )  # fmt: skip
        house.close()


async def test_a_teachers_concern_in_teams_reaches_slack_and_teams_and_one_of_a_role_has_it(both: Both) -> None:
    on_teams, on_slack = both.teams, both.slack
    teacher, lead = on_teams.human(TEACHER), on_teams.human(DSL)
    worker, deputy = on_slack.human("USW"), on_slack.human("UDEPUTY")
    await seen(on_teams, DSL, DUTY)
    for one in (worker, deputy):
        await one.open_home()
    await reported(teacher)
    await on_teams.deliver()
    rooms = {user: on_slack.fake.rooms(in_slack.TEAM, user) for user in ("USW", "UDEPUTY")}
    assert [len(found) for found in rooms.values()] == [1, 1]
    assert len(on_teams.fake.room(DSL.id)) == 2
    before = [rooms["UDEPUTY"][-1]["text"], rooms["USW"][-1]["text"]]

    await worker.press("open", on="message")
    await worker.submit()
    assert SAID in worker.page
    await pressed(worker, "have")
    await on_teams.deliver()
    assert "have" in {one["data"]["swis"]["do"] for one in on_teams.fake.room(DSL.id)[-1]["actions"]}

    await deputy.press("open", on="message")
    await deputy.submit()
    await asyncio.gather(lead.execute("have"), pressed(deputy, "have"))
    had = ["It is yours until" in text for text in (json.dumps(on_teams.fake.room(DSL.id)[-1]), deputy.page)]
    assert sorted(had) == [False, True]
    await on_teams.deliver()
    loser = on_slack.fake.rooms(in_slack.TEAM, "UDEPUTY") if had[0] else on_teams.fake.room(DSL.id)
    assert "has this safeguarding concern" in json.dumps(loser[-1])
    assert on_slack.fake.rooms(in_slack.TEAM, "USW")[-1]["text"] != before[1]
    assert not on_teams.log.named("page_failed")


async def test_a_duty_worker_in_teams_hears_of_it_in_time_and_all_cards_change_when_a_lead_has_it(both: Both) -> None:
    on_teams, on_slack = both.teams, both.slack
    await seen(on_teams, DSL, DUTY)
    await on_slack.human("USW").open_home()
    await reported(on_teams.human(TEACHER))
    await on_teams.deliver()
    on_teams.clock.move(minutes=16)
    await on_teams.deliver()
    assert len(on_teams.fake.room(DUTY.id)) == 2
    cards = [json.dumps(on_teams.fake.room(DUTY.id)[-1]), on_slack.fake.rooms(in_slack.TEAM, "USW")[-1]["text"]]
    await opened_and_had(both)
    after = [json.dumps(on_teams.fake.room(DUTY.id)[-1]), on_slack.fake.rooms(in_slack.TEAM, "USW")[-1]["text"]]
    assert all(one != two for one, two in zip(cards, after, strict=True))


async def opened_and_had(both: Both) -> None:
    """The lead takes it on the card."""
    await both.teams.human(DSL).execute("have")
    await both.teams.deliver()


async def test_no_word_of_it_is_pushed_over_either_platform(both: Both) -> None:
    await both.slack.human("USW").open_home()
    await opened(both.teams, both.teams.human(DSL), both.teams.human(TEACHER))
    await both.teams.deliver()
    pushed = both.teams.fake.everything_sent() + both.slack.fake.everything_sent("chat.postMessage", "chat.update")
    assert not [one for one in (SAID, "Robin Invented", "Level 4") if one in pushed]
