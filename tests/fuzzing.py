"""Requests that nobody should send, to whichever platform's door: spoilt by chance, and what they leave behind.

From outside (unsigned, from elsewhere, from strangers) nothing at all may change. From a teacher, with parts spoilt and
with the places of other people, nothing but that teacher's own drafts and accounts may.
"""

import asyncio
import json
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass, field
from random import Random  # noqa: TID251 - seeded: the same requests every time
from typing import Any, Generic, TypeVar

from sqlalchemy import Connection, create_engine, text

Json = dict[str, Any]
AT_ONCE = 8
SAID = "a sentence that nobody may find again"
_MINE = "person = 'brentside.teacher'"
OWN: Mapping[str, str] = {
    "conversations": _MINE,
    "entries": f"conversation IN (SELECT id FROM conversations WHERE {_MINE})",
    "identities": _MINE,
    "audit": "1 = 1",
}
"""By table, which rows a teacher's own requests may change."""
ODD: tuple[Any, ...] = (
    None, True, -1, 7, 1e308, "", "x", "\ud800", "\x00", "💥" * 900, "x" * 9000, [], {}, ["x"], [[]], {"id": []},
    {"id": "../../etc"}, "'; DROP TABLE concerns; --", "{{7*7}}", "concern:c1", "resume:id1", "part:9999999999", "swis",
)  # fmt: skip
"""What may stand where something else is meant to; each platform has more of it."""

Shot = TypeVar("Shot")


@dataclass
class Came:
    """What came of the requests: how many of each group and of each status, and everything that must not be."""

    groups: Counter[str] = field(default_factory=Counter)
    statuses: Counter[int] = field(default_factory=Counter)
    broken: list[str] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class Door(Generic[Shot]):
    """What is shot at. `send` gives an answer's status and text; `idle` waits until what was set off has ended.

    `url` is the database behind it, `logged` all that was logged or sent on. `fine`: statuses from 500 on that are no
    fault here.
    """

    url: str
    send: Callable[[Shot], Awaitable[tuple[int, str]]]
    idle: Callable[[], Awaitable[None]]
    logged: Callable[[], str]
    fine: frozenset[int] = frozenset()


async def fired(door: Door[Shot], shot: Callable[[], tuple[str, Shot]], count: int) -> Came:
    """Send so many requests, half of each group, a few at once, and look at what is kept before and after."""
    came = Came()
    rows: tuple[tuple[str, Mapping[str, str]], ...] = (("outside", {}), ("teacher", OWN))
    for group, own in rows:
        before = _kept(door.url, own)
        await _sent(door, group, _of(shot, group, count // 2), came)
        after = _kept(door.url, own)
        came.broken += [f"{group}: {table} changed" for table in before if before[table] != after[table]]
    if SAID in door.logged():
        came.broken.append("a typed sentence was logged or sent on")
    return came


def _of(shot: Callable[[], tuple[str, Shot]], wanted: str, count: int) -> Iterator[Shot]:
    left = count
    while left:
        group, made = shot()
        if group == wanted:
            left -= 1
            yield made


async def _sent(door: Door[Shot], group: str, left: Iterator[Shot], came: Came) -> None:
    async def some() -> None:
        """One sender."""
        for shot in left:
            status, said = await door.send(shot)
            came.groups[group] += 1
            came.statuses[status] += 1
            if (status >= 500 and status not in door.fine) or "Traceback" in said:
                came.broken.append(f"{status} for {shot!r:.400}")

    await asyncio.gather(*(some() for _ in range(AT_ONCE)))
    await door.idle()


def with_odd(payload: Json, chance: Random, odd: tuple[Any, ...]) -> Json:
    """A copy with one part, anywhere, put in the place of another, or gone."""
    copy: Json = json.loads(json.dumps(payload))
    at = chance.choice(list(_places(copy)) or [()])
    if not at:
        return copy
    inner: Any = copy
    for key in at[:-1]:
        inner = inner[key]
    if chance.random() < 0.15 and isinstance(inner, dict):
        del inner[at[-1]]
    else:
        inner[at[-1]] = chance.choice(odd)
    return copy


def _places(payload: Any, at: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    if at:
        yield at
    parts = payload.items() if isinstance(payload, dict) else enumerate(payload) if isinstance(payload, list) else ()
    for key, value in parts:
        yield from _places(value, (*at, key))


def noisy(body: bytes, chance: Random) -> bytes:
    """A body cut off, with noise in it, or nothing but noise."""
    cut = chance.randrange(len(body) + 1)
    return chance.choice((body[:cut], body[:cut] + chance.randbytes(9) + body[cut:], chance.randbytes(60)))


def stands(theirs: str, mine: str) -> tuple[str, ...]:
    """Places as they go round through a platform: somebody else's, forged ones, and what is none."""
    forged = json.dumps({**json.loads(mine), "id": json.loads(theirs)["id"]})
    return (
        theirs, forged, "", "null", "[]", "{}", '{"kind":"talk","id":"gone"}', '{"kind":"concern","id":"c1"}',
        '{"kind":"concern","id":"c1","opened":9999999999,"view":"read"}', '{"kind":"kept","id":"k1"}',
        '{"kind":"own","submit":"away"}', '{"kind":"end"}', '{"kind":["talk"]}', "[" * 5000,
        '{"kind":"talk","revision":1e99}',
    )  # fmt: skip


def _kept(url: str, own: Mapping[str, str]) -> dict[str, int]:
    """A number for what stands in each table, without the rows that may change."""
    engine = create_engine(url)
    with engine.connect() as connection:
        found = {table: _hash(connection, table, own.get(table, "1 = 0")) for table in _tables(connection)}
    engine.dispose()
    return found


def _tables(connection: Connection) -> list[str]:
    found = connection.execute(text("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name"))
    return [str(name) for (name,) in found]


def _hash(connection: Connection, table: str, may_change: str) -> int:
    rows = connection.execute(text(f'SELECT * FROM "{table}" WHERE NOT ({may_change})'))
    return hash(tuple(sorted(map(repr, rows))))
