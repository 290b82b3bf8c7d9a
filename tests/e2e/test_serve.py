"""`swis serve --rehearsal` as it is really started: ready, measured, ended cleanly, alone on its file."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from bot.metrics import GAUGES
from tests.e2e.serving import Service, cluster, postgresql, rehearsing, swis

pytestmark = pytest.mark.e2e


@pytest.fixture(params=["sqlite", "postgresql"])
def services(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[list[Service]]:
    """One process on a SQLite file; two that share a PostgreSQL, started at the same moment."""
    with ExitStack() as held:
        if request.param == "sqlite":
            url, count = f"sqlite:///{tmp_path / 'swis.sqlite'}", 1
        else:
            programs = postgresql()
            if programs is None:
                pytest.fail("PostgreSQL is needed here: apt-get install postgresql")
            url, count = held.enter_context(cluster(programs)), 2
        done = swis(url, "migrate")
        assert done.returncode == 0, done.stderr
        yield held.enter_context(rehearsing(url, count))


def test_every_process_is_live_ready_and_measured_and_ends_cleanly(services: list[Service]) -> None:
    for one in services:
        assert one.ask("/healthz/live") == (200, '{"live": true}')
        assert one.is_ready(), one.ask("/healthz/ready")
        assert one.says("/healthz")["status"] == "ok"
        names = {family.name for family in text_string_to_metric_families(one.ask("/metrics")[1])}
        # The figures may have been looked up a moment before the first audit.
        assert names >= set(GAUGES) - {"swis_heartbeat_age_seconds"}
    assert [one.end() for one in services] == [0] * len(services)


def test_every_page_says_that_nobody_real_is_told(services: list[Service]) -> None:
    for path in ("/", "/sheet", "/nothing"):
        assert "Rehearsal: nobody real is told" in services[0].ask(path)[1]


def test_a_second_process_on_the_same_file_says_so_and_does_not_start(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'swis.sqlite'}"
    assert swis(url, "migrate").returncode == 0
    with rehearsing(url) as [first]:
        second = swis(url, "serve", "--rehearsal")
        assert (second.returncode, second.stdout) == (2, "")
        assert second.stderr.splitlines() == ["serve: another `swis serve` works on swis.sqlite"]
        assert first.ask("/healthz/live")[0] == 200


def test_a_port_that_is_taken_is_said_in_one_line(tmp_path: Path) -> None:
    urls = [f"sqlite:///{tmp_path / name}.sqlite" for name in ("one", "two")]
    for url in urls:
        swis(url, "migrate")
    with rehearsing(urls[0]) as [first]:
        port = int(first.address.rpartition(":")[2])
        second = swis(urls[1], "serve", "--rehearsal", port=port)
        assert second.returncode == 2
        assert second.stderr.splitlines() == [
            f"serve: 127.0.0.1 port {port} can't be used (Address already in use); choose another with PORT"
        ]
