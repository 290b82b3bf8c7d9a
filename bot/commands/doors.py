"""What a platform brings to a process: a channel is set up by one file beside this one and a line in `platforms_of`.

`swis serve`, `swis demo` and `swis check` go through them and know none by name.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from aiohttp import web

from bot.directory import Directory
from bot.health import Link
from bot.platforms.reached import Reached
from bot.seams import Courier
from bot.wiring import House, World


@dataclass(frozen=True, kw_only=True, slots=True)
class Open:
    """A door that was opened: the application below its place, and its standing connection if it keeps one."""

    place: str
    app: web.Application
    links: tuple[Link, ...] = ()


class Platform(Protocol):
    """One platform as the settings set it up."""

    @property
    def name(self) -> str:
        """As its courier and the metrics call it."""
        ...

    @property
    def unsafe(self) -> str:
        """Why no real person may come in here, as a sentence that says what to set; empty if they may."""
        ...

    def courier(self) -> Courier:
        """What hands cards to it."""
        ...

    def open(self, house: House, world: World, workers: int) -> Open:
        """Its door to a house, with so many threads for turns."""
        ...

    def standing(self, processes: int) -> Reached:
        """How it comes in, without asking anybody; so many processes will serve at the same time."""
        ...

    def reach(self, directories: Sequence[Directory]) -> Iterator[Reached]:
        """Whether it answers, for what these directories need of it."""
        ...
