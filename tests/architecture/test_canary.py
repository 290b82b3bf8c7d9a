"""The canary: what somebody types stands in sealed columns and on that person's screens, and nowhere else at all."""

import io
import logging
import os
import re
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
from aiohttp.test_utils import TestClient, TestServer, unused_port

from bot.access import Denied
from bot.channels.web.app import create_app
from bot.channels.web.ports import AuthorityView, Front, Ports
from bot.logs import open_log
from storage.errors import NotFound
from tests.bot.scenarios.canary import CHILD_NAME, DATE, Canary, every_typed_field, everything
from tests.bot.scenarios.house import Scene, migrated, open_house, opening, sqlite
from tests.bot.scenarios.telling import DSL, HEAD, TEACHER
from tests.bot.web.browser import Pairs, Sent, Visitor
from tests.bot.web.small import Small
from tests.fakes import ListCourier, SetClock


@dataclass
class Told:
    """Everything was typed: by whom, in what house, what came of it."""

    canary: Canary
    concerns: tuple[str, ...]
    folder: Path
    log: str

    @property
    def marks(self) -> list[str]:
        """What must not be found: every mark, the child's names, and a danger word from what was written."""
        names = [name.lower() for name in CHILD_NAME.split()]
        return [*self.canary.marks.values(), *names, "swallowed tablets", "swallowed", "01632960961"]

    def found_in(self, text: str | bytes) -> list[str]:
        """The marks that a text holds, however it is encoded or cased."""
        raw = (text if isinstance(text, bytes) else text.encode()).lower()
        wanted = {
            mark: (mark.encode(), mark.encode("utf-16-le"), mark.replace(" ", "+").encode()) for mark in self.marks
        }
        return [mark for mark, forms in wanted.items() if any(form in raw for form in forms)]


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Told]:
    """A house in which everything was typed, at the loudest log there is."""
    folder, stream, clock = tmp_path_factory.mktemp("canary"), io.StringIO(), SetClock()
    courier = ListCourier(clock)
    url = sqlite(folder, migrated(tmp_path_factory.mktemp("template")))
    with _loud(stream):
        house = open_house(url, clock, courier, log=open_log(clock, stream, strict=True))
        opening(house, clock())
        canary = Canary(Scene(house, clock, courier, url))
        concerns = everything(canary)
    yield Told(canary, concerns, folder, stream.getvalue())
    house.store.close()


@contextmanager
def _loud(stream: io.StringIO) -> Iterator[None]:
    """Every library says everything it can."""
    heard, libraries = (
        logging.StreamHandler(stream),
        [logging.getLogger(name) for name in ("", "sqlalchemy", "aiohttp")],
    )
    levels = [library.level for library in libraries]
    libraries[0].addHandler(heard)
    for library in libraries:
        library.setLevel(logging.DEBUG)
    yield
    libraries[0].removeHandler(heard)
    for library, level in zip(libraries, levels, strict=True):
        library.setLevel(level)


def test_every_field_that_takes_words_was_filled(told: Told) -> None:
    assert every_typed_field() - set(told.canary.marks) == set()


def test_nothing_typed_stands_in_the_databases_bytes(told: Told) -> None:
    files = sorted(told.folder.iterdir())
    assert {"swis.sqlite", "swis.sqlite-wal"} <= {path.name for path in files}
    assert {path.name: told.found_in(path.read_bytes()) for path in files} == {path.name: [] for path in files}


def test_nothing_typed_stands_in_any_log_line(told: Told) -> None:
    assert "INSERT INTO concerns" in told.log
    assert "delivery_failed" in told.log
    assert told.found_in(told.log) == []


def test_nothing_typed_stands_in_the_lines_of_the_audit_or_the_outbox(told: Told) -> None:
    with told.canary.scene.house.store.read() as unit:
        for concern in told.canary.scene.concerns():
            assert told.found_in(repr(unit.audit.entries(concern.id))) == []
            assert told.found_in(repr(unit.outbox.of_concern(concern.id))) == []
            assert told.found_in(repr(concern)) == []


def test_nothing_typed_nor_any_level_stands_on_a_pushed_card(told: Told) -> None:
    cards = [one.card for one in told.canary.scene.courier.handed]
    assert len(cards) > 20
    assert told.found_in(repr(cards)) == []
    assert not re.search(r"level|section 47|section 17|hurt|abuse|Robin", repr([card.title for card in cards]))
    assert not [card for card in cards if "Level" in repr(card)]


def test_no_title_and_no_address_of_any_screen_holds_content(told: Told) -> None:
    screens = told.canary.screens
    assert any(told.found_in(repr(screen)) for screen in screens), "people do see their own words"
    assert told.found_in(repr([screen.title for screen in screens])) == []
    assert told.found_in(repr([action for screen in screens for action in screen.actions])) == []


def test_what_was_typed_can_be_read_by_who_may(told: Told) -> None:
    mild = told.concerns[0]
    seen = told.found_in(repr(told.canary.scene.house.responding.open(DSL, mild)))
    assert {told.canary.marks["concern", "happened", "saw"], "quaxworthyq", "zebedeeq"} <= set(seen)
    with pytest.raises(Denied):
        told.canary.scene.house.responding.open(HEAD, mild)


def _front(port: int) -> Front:
    return Front(
        port=port,
        authorities=(AuthorityView(id="ealing", name="Ealing", numbers=()),),
        key=bytes(32),
        random_bytes=os.urandom,
        clock=lambda: datetime.fromisoformat(f"{DATE}T12:00:00+00:00").astimezone(UTC),
        next_school_morning=lambda now: now,
        refused=(Denied,),
        missing=(NotFound,),
    )


async def test_no_page_title_and_no_address_in_the_browser_holds_content(told: Told) -> None:
    house, port = told.canary.scene.house, unused_port()
    ports = Ports(intake=house.intake, danger=house.danger, desk=house.desk, responding=house.responding)
    server = TestServer(create_app(ports, _front(port)), host="127.0.0.1", port=port)
    async with TestClient(server) as client:
        visitor = Visitor(client=client, small=Small(), port=port)
        pages = [page async for page in _pages(visitor, told)]
    assert any(told.found_in(text) for _, text in pages)
    for address, text in pages:
        assert told.found_in(address) == []
        assert told.found_in(Sent(text).title) == []
        assert told.found_in(" ".join(re.findall(r'(?:href|src|action)="([^"]*)"', text))) == []


async def _pages(visitor: Visitor, told: Told) -> AsyncIterator[tuple[str, str]]:
    concern = told.concerns[0]
    for person in (TEACHER, DSL):
        await visitor.get("/")
        await visitor.send("/seat", [("authority", "ealing"), ("person", person)])
        for path in ("/home", f"/concern/{concern}"):
            yield path, (await visitor.get(path)).text
    yield (await visitor.send(f"/concern/{concern}/open", [])).to, ""
    for view in ("read", "suggestion", "log"):
        yield view, (await visitor.get(f"/concern/{concern}/{view}")).text
    began = await visitor.send("/begin", [("flow", "addition"), ("concern", concern)])
    typed: Pairs = [("revision", "0"), ("screen", "happened"), ("saw", CHILD_NAME), ("action", "next")]
    yield began.to, (await visitor.get(began.to)).text
    moved = await visitor.send(began.to, typed)
    yield moved.to, (await visitor.get(moved.to)).text
