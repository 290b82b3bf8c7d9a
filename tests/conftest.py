"""What all tests share: no test reaches the outside network, and one PostgreSQL serves the whole run.

A connection to anything but this machine fails the test that made it.
"""

import ipaddress
import os
import sys
from collections.abc import Iterator
from typing import Any, NoReturn

import pytest

from tests.postgres import Missing, Server, shared


class OutsideNetworkError(RuntimeError):
    """A test tried to reach another machine."""


_HERE = frozenset({"localhost", "", None})


def _is_here(host: Any) -> bool:
    if host in _HERE:
        return True
    try:
        return ipaddress.ip_address(host if isinstance(host, str) else host.decode()).is_loopback
    except ValueError:
        return False


def _guard(event: str, arguments: tuple[Any, ...]) -> None:
    """An audit hook sees every socket, whichever library made it."""
    if event == "socket.getaddrinfo":
        _refuse_unless_here(arguments[0])
    elif event in ("socket.connect", "socket.sendto") and isinstance(arguments[1], tuple):
        _refuse_unless_here(arguments[1][0])


def _refuse_unless_here(host: Any) -> None:
    if not _is_here(host):
        raise OutsideNetworkError(f"a test must not reach {host!r}")


sys.addaudithook(_guard)


@pytest.fixture(scope="session")
def postgres(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The PostgreSQL of this run. Without one installed, its tests are skipped on a desk and fail in CI."""
    mine = tmp_path_factory.getbasetemp()
    root = mine.parent if hasattr(request.config, "workerinput") else mine
    try:
        with shared(root) as server:
            yield server
    except Missing as reason:
        absent(str(reason))


def absent(reason: str) -> NoReturn:
    """Skip a test for want of a program, loudly; where everything must be there, fail."""
    if os.environ.get("CI") == "true":  # noqa: TID251 - a test run's own switch
        pytest.fail(reason)
    pytest.skip(reason)
