"""The demonstration answers Teams' stand-in on this machine when a tenant is set, beside its own page."""

from pathlib import Path

import aiohttp
import pytest
from aiohttp.test_utils import TestServer, unused_port

from bot.commands.demo import demonstration
from bot.metrics import Metrics
from bot.serve import front_door
from tests.bot.test_serve import SetHealth
from tests.fakes import SetClock
from tests.slack.conftest import Lines
from tests.teams.conftest import TEACHER
from tests.teams.fake import TENANT, Human, Json, teams


async def test_with_a_tenant_the_demonstration_takes_a_concern_in_teams_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SWIS_TEAMS_TENANTS", TENANT)
    log, port = Lines(), unused_port()
    running = demonstration(tmp_path, port, log)
    app = front_door(SetHealth(), Metrics(), running.channels)
    async with (
        teams(SetClock()) as fake,
        TestServer(app, host="127.0.0.1", port=port) as server,
        aiohttp.ClientSession() as session,
    ):
        fake.join(TEACHER)
        fake.tokens.add("")

        async def send(activity: Json) -> tuple[int, Json]:
            async with session.post(server.make_url("/api/messages"), json=activity) as found:
                return found.status, await found.json() if found.content_length else {}

        teacher = Human(fake, send, TEACHER)
        await teacher.command()
        assert teacher.stand["screen"] == "start"
        async with session.get(server.make_url("/")) as page:
            assert page.status == 200
    assert log.named("teams_local_only")
    running.house.close()
