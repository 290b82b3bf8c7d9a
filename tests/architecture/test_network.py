"""The guard in `tests/conftest.py` stops what would leave this machine, and nothing else."""

import socket

import pytest


def test_no_test_can_reach_another_machine() -> None:
    with pytest.raises(RuntimeError, match="must not reach"), socket.socket() as outside:
        outside.connect(("192.0.2.1", 443))


def test_no_name_of_another_machine_is_looked_up() -> None:
    with pytest.raises(RuntimeError, match="must not reach"):
        socket.getaddrinfo("example.invalid", 443)


def test_this_machine_can_be_reached() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server, socket.create_connection(server.getsockname()) as here:
        assert here.getpeername() == server.getsockname()
