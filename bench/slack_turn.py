"""A full signed turn in Slack beside a bare Bolt view submission: the same bytes in, the same view out, on one core.

The server stands on one core, whoever asks on another. Ours verifies, loads, replays, evaluates, keeps durably and
answers; the peer verifies, parses and acknowledges with a view that stands ready. Run with `serve`, this is the server.
"""

import asyncio
import json
import os
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median, quantiles
from time import perf_counter, time
from typing import Any

from aiohttp import web
from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_bolt.authorization import AuthorizeResult

from bench.figures import Figure, Section
from bench.turn import SAID, TICKED
from bot.channels.slack import draw, read
from bot.channels.slack.install import Install
from bot.directory import load_directory
from bot.intake import Turn
from bot.logs import quieten_libraries, silent
from bot.reading import EXAMPLES, reading
from bot.seams import references, system_clock, system_id
from bot.wiring import House, World, assemble, slack_door
from dialogs.screens import NONE, NOT_KNOWN
from storage.shapes import Person, PersonId, SchoolId
from storage.unit import Store
from tests import postgres
from tests.bot.scenarios.house import KEY, migrated_at, peopled
from tests.fakes import SetClock
from tests.slack.fake import APP_ID, SECRET, FakeSlack, Json, encoded, field_of, signed, slack, state_of
from tests.slack.stage import TEAM
from tests.slack.walking import options

PEOPLE = 50
ROUNDS = 5
ALONE, AT_ONCE = 10, 32
"""Conversations of a round at c=1, and connections at c=32."""
STALL_SECONDS, STALLED = 10.0, 20
BARS = {"SQLite": (3.0, 0.33), "PostgreSQL": (4.0, 0.30)}
"""Median at c=1 at most so many times the peer's; turns a second at c=32 at least so many times the peer's."""
LATE, LATE_STALLED = 300.0, 2000.0
"""Milliseconds."""
MARK = "c0nver5at10n"
"""Stands for the conversation's id in the requests."""


# The servers


def serve(kind: str, address: str, api: str, views: Path) -> None:
    """Be a server on a free port, and say which."""
    os.sched_setaffinity(0, {min(range(os.cpu_count() or 1))})
    quieten_libraries(silent)
    app = _ours(address, api) if kind == "ours" else _peer(json.loads(views.read_text(encoding="utf-8")))
    asyncio.run(_until_told(app))


async def _until_told(app: web.Application) -> None:
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    print(runner.addresses[0][1], flush=True)
    await asyncio.to_thread(sys.stdin.read)
    await runner.cleanup()


def _ours(address: str, api: str) -> web.Application:
    house, world = _house(address)
    install = Install(tokens={TEAM: f"xoxb-{TEAM}"}, secret=SECRET, app=APP_ID, base_url=api)
    app = web.Application()
    app.add_subapp("/slack", slack_door(house, install, world, (draw, read)).web_app())
    return app


def _house(address: str) -> tuple[House, World]:
    world = World(
        clock=system_clock, new_id=system_id, new_reference=references(os.urandom), random=os.urandom, couriers={},
    )  # fmt: skip
    store = Store.open(address, [KEY], random_bytes=os.urandom)
    return assemble(store, reading().judge, (load_directory(EXAMPLES / "ealing.yaml"),), world), world


def _peer(views: dict[str, Json]) -> web.Application:
    """Bolt as it comes, with its own check of signatures."""

    async def authorize(team_id: str | None) -> AuthorizeResult:
        return AuthorizeResult(enterprise_id=None, team_id=team_id, bot_token="x", bot_id="B0", bot_user_id="U0")

    bolt = AsyncApp(signing_secret=SECRET, authorize=authorize, process_before_response=True)

    @bolt.view("swis")
    async def answered(ack: AsyncAck, view: Json) -> None:
        await ack(response_action="update", view=views[json.loads(view["private_metadata"])["screen"]])

    return bolt.web_app(path="/slack/events")


# What is asked


@dataclass(frozen=True, slots=True)
class Script:
    """A conversation as requests with `MARK` for its id, page by page, and the views that answer them."""

    bodies: tuple[bytes, ...]
    views: dict[str, Json]


@dataclass(slots=True)
class Times:
    """Seconds of each turn, and of the whole."""

    turns: list[float] = field(default_factory=list)
    whole: float = 0.0
    worked: float = 0.0
    """Processor time that the server took, in seconds."""

    @property
    def rate(self) -> float:
        """Turns a second."""
        return len(self.turns) / self.whole


def said_on(body: Json, screen: str) -> Json:
    """What is entered on a page, by field: as in the other measure of a turn."""
    found: dict[str, list[Json]] = {}
    for block in body["blocks"]:
        if block["type"] == "input" and not block["block_id"].endswith("~o"):
            found.setdefault(field_of(block["block_id"]), []).append(block["element"])
    chosen = {name: SAID.get(screen, {}).get(name, _plain(name, each)) for name, each in found.items()}
    return {name: value for name, value in chosen.items() if value is not None and value != NOT_KNOWN}


def _plain(name: str, elements: Sequence[Json]) -> object:
    offered = [one for each in elements for one in options(each) if one not in {NONE, NOT_KNOWN}]
    if elements[0]["type"] in ("checkboxes", "multi_static_select"):
        return offered[-TICKED:] if name == "signs" else None
    if offered:
        return "no" if "no" in offered else offered[0]
    return "2026-11-20" if elements[0]["type"] == "datepicker" else None


async def _script(url: str, house: House, user: str) -> Script:
    """Go through one conversation page by page up to the last, and keep what was sent and answered."""
    turn = await asyncio.to_thread(house.intake.begin, _person(0).id)
    bodies: list[bytes] = []
    views: dict[str, Json] = {}
    view = _first_view(turn)
    async with _asking(url) as ask:
        while True:
            stand = json.loads(view["private_metadata"])
            if stand["screen"] == "check":
                return Script(tuple(bodies), views)
            sent = {**view, "id": "V1", "hash": "h1", "team_id": TEAM}
            sent["state"] = {"values": state_of(view, said_on(view, stand["screen"]))}
            body = _submission(sent, user)
            answer = json.loads(await ask(body))
            if answer.get("response_action") != "update":
                raise RuntimeError(f"{stand['screen']} was refused: {answer}")
            bodies.append(body.replace(turn.conversation.encode(), MARK.encode()))
            views[stand["screen"]] = view = answer["view"]


def _first_view(turn: Turn) -> Json:
    stand = {"kind": "talk", "id": turn.conversation, "screen": turn.screen.id, "submit": "next"}
    return {**draw.modal(turn.screen), "callback_id": "swis", "private_metadata": json.dumps(stand)}


def _submission(view: Json, user: str) -> bytes:
    payload = {
        "type": "view_submission", "team": {"id": TEAM, "domain": "invented"}, "api_app_id": APP_ID,
        "user": {"id": user, "team_id": TEAM}, "trigger_id": "1.1", "view": view, "response_urls": [],
    }  # fmt: skip
    return encoded("view_submission", payload)[0]


@asynccontextmanager
async def _asking(url: str) -> AsyncIterator[Any]:
    """A connection that stays open, and what sends a signed body over it and gives the answer's body."""
    host, _, port = url.removeprefix("http://").partition(":")
    reader, writer = await asyncio.open_connection(host, int(port))

    async def ask(body: bytes) -> bytes:
        """One request; the time of its signature is now."""
        lines = [f"{name}: {value}" for name, value in signed(body, time()).items()]
        head = (
            f"POST /slack/events HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\n"
            f"Content-Length: {len(body)}\r\n" + "\r\n".join(lines) + "\r\n\r\n"
        )
        writer.write(head.encode() + body)
        raw = await reader.readuntil(b"\r\n\r\n")
        if not raw.startswith(b"HTTP/1.1 200"):
            raise RuntimeError(f"answered {raw[:40]!r}")
        length = next(line for line in raw.split(b"\r\n") if line.lower().startswith(b"content-length"))
        return await reader.readexactly(int(length.partition(b":")[2]))

    yield ask
    writer.close()
    await writer.wait_closed()


async def _talks(server: "Server", script: Script, ids: Sequence[tuple[str, str]], at_once: int) -> Times:
    """So many conversations at once, each by its own person (id of the conversation, account); every turn is timed."""
    times, left, before = Times(), iter(ids), server.worked()

    async def some() -> None:
        """One connection."""
        async with _asking(server.url) as ask:
            for conversation, user in left:
                for body in script.bodies:
                    sent = body.replace(MARK.encode(), conversation.encode()).replace(b"UBENCH0", user.encode())
                    start = perf_counter()
                    answer = await ask(sent)
                    times.turns.append(perf_counter() - start)
                    if b'"response_action": "update"' not in answer:
                        raise RuntimeError(f"refused: {answer[:200]!r}")

    start = perf_counter()
    await asyncio.gather(*(some() for _ in range(at_once)))
    times.whole, times.worked = perf_counter() - start, server.worked() - before
    return times


# Putting it together


def _person(number: int) -> Person:
    return Person(
        id=PersonId(f"bench.{number}"), authority="ealing", name=f"Invented Reporter {number}",
        email=f"reporter{number}@ealing.example.invalid", role="reporter", school=SchoolId("brentside"),
    )  # fmt: skip


def _account(number: int) -> str:
    return f"UBENCH{number}"


@dataclass(frozen=True, slots=True)
class Server:
    """A server that runs, and its process."""

    url: str
    process: int

    def worked(self) -> float:
        """Processor time that it has taken so far, in seconds."""
        fields = Path(f"/proc/{self.process}/stat").read_text(encoding="ascii").rpartition(") ")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@contextmanager
def _server(kind: str, address: str, api: str, views: Path) -> Iterator[Server]:
    command = [sys.executable, "-W", "ignore", "-m", "bench.slack_turn", "serve", kind, address, api, str(views)]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdin is not None
    try:
        yield Server(f"http://127.0.0.1:{int(process.stdout.readline())}", process.pid)
    finally:
        process.stdin.close()
        process.wait(30)
        process.stdout.close()


@dataclass(kw_only=True, slots=True)
class Run:
    """Both servers on one database, and conversations that nobody has answered yet."""

    name: str
    ours: Server
    peer: Server
    script: Script
    house: House
    begun: int = 0

    def fresh(self, count: int) -> list[tuple[str, str]]:
        """So many new conversations, of everybody in turn."""
        found = []
        for _ in range(count):
            number = self.begun % PEOPLE
            found.append((self.house.intake.begin(_person(number).id).conversation, _account(number)))
            self.begun += 1
        return found


async def _measured(name: str, address: str, var: Path) -> tuple[Figure, ...]:
    async with slack(SetClock()) as fake:
        house, _ = _house(address)
        _join(fake, house)
        with (
            _server("ours", address, f"{fake.url}api/", var) as ours,
            tempfile.NamedTemporaryFile("w", suffix=".json", dir=var, encoding="utf-8") as views,
        ):
            script = await _script(ours.url, house, _account(0))
            json.dump(script.views, views)
            views.flush()
            with _server("peer", address, f"{fake.url}api/", Path(views.name)) as peer:
                run = Run(name=name, ours=ours, peer=peer, script=script, house=house)
                figures = await _figures(run)
                stalled = await _stalled(run, address) if name == "SQLite" else ()
        house.close()
    return (*figures, *stalled)


def _join(fake: FakeSlack, house: House) -> None:
    at = fake.workspace(TEAM)
    with house.store.write() as unit:
        for number in range(PEOPLE):
            person = _person(number)
            unit.people.add(person)
            at.join(_account(number), person.email, person.name)
        unit.commit()


async def _figures(run: Run) -> tuple[Figure, ...]:
    script = run.script
    # Everybody is seen once, and both are warm.
    await _talks(run.ours, script, run.fresh(PEOPLE), 8)
    await _talks(run.peer, script, run.fresh(PEOPLE), 8)
    alone: list[tuple[Times, Times]] = []
    many: list[tuple[Times, Times]] = []
    for _ in range(ROUNDS):
        alone.append(await _pair(run, ALONE, 1))
        many.append(await _pair(run, 2 * AT_ONCE, AT_ONCE))
    crowd = await _talks(run.ours, script, run.fresh(3 * PEOPLE), PEOPLE)
    slower = median(median(ours.turns) / median(peer.turns) for ours, peer in alone)
    share = median(ours.rate / peer.rate for ours, peer in many)
    name, (times, part) = run.name, BARS[run.name]
    return (
        Figure(what=f"{name}: ours at c=1, middle turn", value=1000 * _middle(alone, 0), unit="ms"),
        Figure(what=f"{name}: bare Bolt at c=1, middle turn", value=1000 * _middle(alone, 1), unit="ms"),
        Figure(what=f"{name}: ours to bare Bolt at c=1, times", value=slower, at_most=times),
        Figure(what=f"{name}: ours at c=32, turns a second", value=median(ours.rate for ours, _ in many)),
        Figure(what=f"{name}: bare Bolt at c=32, turns a second", value=median(peer.rate for _, peer in many)),
        Figure(what=f"{name}: ours to bare Bolt at c=32", value=share, at_least=part),
        Figure(what=f"{name}: processor time of a turn at c=32, ours to bare Bolt", value=_worked(many)),
        Figure(
            what=f"{name}: {PEOPLE} people at once, 99 of 100 answers within",
            value=1000 * quantiles(crowd.turns, n=100)[98], unit="ms", at_most=LATE,
        ),
    )  # fmt: skip


async def _pair(run: Run, conversations: int, at_once: int) -> tuple[Times, Times]:
    ours = await _talks(run.ours, run.script, run.fresh(conversations), at_once)
    return ours, await _talks(run.peer, run.script, [("c" * 12, _account(0))] * conversations, at_once)


def _worked(pairs: Sequence[tuple[Times, Times]]) -> float:
    """Holds on a busy machine too, where the clock on the wall says little."""
    return median((ours.worked / len(ours.turns)) / (peer.worked / len(peer.turns)) for ours, peer in pairs)


def _middle(pairs: Sequence[tuple[Times, Times]], side: int) -> float:
    return median(second for pair in pairs for second in pair[side].turns)


async def _stalled(run: Run, address: str) -> tuple[Figure, ...]:
    """Somebody else holds the database; people send a page meanwhile, and are answered that it is not saved yet."""
    ids, first = run.fresh(STALLED), run.script.bodies[1]
    await _talks(run.ours, Script(run.script.bodies[:1], {}), ids, STALLED)
    holder = sqlite3.connect(address.removeprefix("sqlite:///"), isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    until = perf_counter() + STALL_SECONDS
    slowest, said = 0.0, 0

    async def one(conversation: str, user: str) -> None:
        """One person, who presses again and again."""
        nonlocal slowest, said
        body = first.replace(MARK.encode(), conversation.encode()).replace(b"UBENCH0", user.encode())
        async with _asking(run.ours.url) as ask:
            while perf_counter() < until - LATE_STALLED / 1000:
                start = perf_counter()
                answer = await ask(body)
                slowest, said = max(slowest, perf_counter() - start), said + (b"Not saved yet" in answer)

    await asyncio.gather(*(one(*each) for each in ids))
    holder.execute("ROLLBACK")
    holder.close()
    return (
        Figure(what="SQLite: answers while it stalls for 10 s", value=float(said), at_least=STALLED),
        Figure(
            what="SQLite: the slowest of them", value=1000 * slowest, unit="ms", at_most=LATE_STALLED
        ),
    )  # fmt: skip


def main(var: Path) -> Section:
    """Measure on both databases, which stand below `var`; whoever asks is kept off the server's core."""
    before = os.sched_getaffinity(0)
    cores = set(range(os.cpu_count() or 1))
    os.sched_setaffinity(0, cores - {min(cores)} or cores)
    quieten_libraries(silent)
    try:
        figures = _everything(var)
    finally:
        os.sched_setaffinity(0, before)
    return Section(
        title="A signed turn in Slack beside bare Bolt",
        how="A page sent to /slack/events, signed, several KB each way; the server on one core, whoever asks on\n"
        "another. Ours is kept durably (SQLite FULL, PostgreSQL with fsync); bare Bolt (`process_before_response`)\n"
        "checks the signature, parses and acknowledges with the same view. The middle of 5 rounds, turn about.",
        figures=figures,
    )


def _everything(var: Path) -> tuple[Figure, ...]:
    with tempfile.TemporaryDirectory(dir=var) as folder:
        address = migrated_at(f"sqlite:///{Path(folder).resolve()}/slack.sqlite")
        peopled(address)
        figures = asyncio.run(_measured("SQLite", address, Path(folder)))
        with postgres.private(durable=True) as server:
            server.run("CREATE DATABASE slack")
            peopled(migrated_at(server.url("slack")))
            return (*figures, *asyncio.run(_measured("PostgreSQL", server.url("slack"), Path(folder))))


if __name__ == "__main__":
    serve(sys.argv[2], sys.argv[3], sys.argv[4], Path(sys.argv[5]))
