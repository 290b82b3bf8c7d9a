"""The guard in `tests/conftest.py` stops what would leave this machine, and nothing else."""

import socket

import pytest


@pytest.mark.parametrize("address", [("192.0.2.1", 443), ("example.invalid", 443)])
def test_no_test_can_reach_another_machine(address: tuple[str, int]) -> None:
    with pytest.raises(RuntimeError, match="must not reach"), socket.socket() as outside:
        outside.connect(address)


def test_no_name_of_another_machine_is_looked_up() -> None:
    with pytest.raises(RuntimeError, match="must not reach"):
        socket.getaddrinfo("example.invalid", 443)


def test_this_machine_can_be_reached() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server, socket.create_connection(server.getsockname()) as here:
        assert here.getpeername() == server.getsockname()
