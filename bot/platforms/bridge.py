"""The one crossing from a channel's event loop into the synchronous core: bounded pools, and patience with an end."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import partial
from typing import Any, ParamSpec, TypeAlias, TypeVar, cast

from bot.seams import Ticks, system_ticks

WAIT_SECONDS = 1.5
"""How long a use case may take before the person is told what was saved."""
ANSWER_SECONDS = 1.9
"""How long all that stands before one answer may take together; a platform itself gives up after three."""
URGENT = 16
"""Presses of danger that may be waited for at the same time, each for two seconds at most."""
_until: ContextVar[float | None] = ContextVar("until", default=None)

Given = ParamSpec("Given")
Result = TypeVar("Result")


Pause: TypeAlias = Callable[[Awaitable[Any], float | None], Awaitable[Any]]
"""Wait for something, for so many seconds at the most (None: as long as it takes); else `TimeoutError`."""


class Slow(Exception):  # noqa: N818 - what it is
    """The core did not answer in time. It may still come through; repeating it harms nothing."""


@dataclass(slots=True)
class Bridge:
    """Pools of threads, and the tasks that go on after the platform was answered."""

    workers: int
    failed: Callable[[str, str], None]
    wait_seconds: float | None = WAIT_SECONDS
    name: str = "turns"
    answer_seconds: float = ANSWER_SECONDS
    pause: Pause = asyncio.wait_for
    ticks: Ticks = system_ticks
    _pool: ThreadPoolExecutor = field(init=False)
    _urgent: ThreadPoolExecutor = field(init=False)
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)
    _loop: asyncio.AbstractEventLoop | None = None
    _ending: asyncio.Event = field(default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        """Make the pools; their threads start with the first work."""
        self._pool = ThreadPoolExecutor(self.workers, self.name)
        self._urgent = ThreadPoolExecutor(URGENT, f"{self.name}-danger")

    @contextmanager
    def answering(self) -> Iterator[None]:
        """What is called in here stands before an answer that somebody waits for, and has so long together."""
        token = _until.set(self.ticks() + self.answer_seconds)
        try:
            yield
        finally:
            _until.reset(token)

    def left(self, most: float | None) -> float | None:
        """Seconds that one wait may take now; `most` of them."""
        until = _until.get()
        if until is None:
            return most
        rest = max(until - self.ticks(), 0.0)
        return rest if most is None else min(most, rest)

    async def call(self, use_case: Callable[Given, Result], *args: Given.args, **kwargs: Given.kwargs) -> Result:
        """Run a use case outside the event loop.

        Raises:
            Slow: it did not end in time; what still waited for a thread is not run.
        """
        return await self._run(self._pool, partial(use_case, *args, **kwargs), self.left(self.wait_seconds))

    async def call_urgently(
        self, use_case: Callable[Given, Result], *args: Given.args, **kwargs: Given.kwargs
    ) -> Result:
        """As `call`, where turns that hang keep no danger waiting. The press of danger has an end of its own."""
        return await self._run(self._urgent, partial(use_case, *args, **kwargs), None)

    async def _run(self, pool: ThreadPoolExecutor, work: Callable[[], Result], wait: float | None) -> Result:
        running = asyncio.get_running_loop().run_in_executor(pool, work)
        try:
            return cast("Result", await self.pause(running, wait))
        except TimeoutError:
            raise Slow("the core took too long") from None

    def spawn(self, name: str, work: Coroutine[Any, Any, None]) -> None:
        """Go on with something after the platform was answered; a fault is logged by its class."""
        task = asyncio.get_running_loop().create_task(self._watched(name, work))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _watched(self, name: str, work: Coroutine[Any, Any, None]) -> None:
        try:
            await work
        except Exception as error:  # noqa: BLE001 - nobody waits for it any more
            self.failed(name, type(error).__name__)

    def begin(self) -> None:
        """From now on other threads may reach this event loop."""
        self._loop = asyncio.get_running_loop()

    def soon(self, work: Callable[[], None]) -> None:
        """Run something on the event loop, soon; from any thread. Nothing where it has not begun, or has ended."""
        loop = self._loop
        if loop is not None:
            with suppress(RuntimeError):
                loop.call_soon_threadsafe(work)

    @property
    def ends(self) -> bool:
        """Whether it is about to end: nothing is tried twice any more."""
        return self._ending.is_set()

    async def rest(self, seconds: float) -> None:
        """Wait so long; no longer once it ends here."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self._ending.wait(), seconds)

    async def idle(self) -> None:
        """Wait until everything that was begun has ended."""
        while self._tasks:
            await asyncio.wait(tuple(self._tasks))

    async def close(self) -> None:
        """End: what is under way ends first, and what rests does so no more."""
        self._loop = None
        self._ending.set()
        await self.idle()
        self._pool.shutdown(wait=True, cancel_futures=True)
        self._urgent.shutdown(wait=True)
