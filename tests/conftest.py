"""No test reaches the outside network: a connection to anything but this machine fails the test that made it."""

import ipaddress
import sys
from typing import Any


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
