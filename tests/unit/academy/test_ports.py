import socket
from collections.abc import Iterator

import pytest

from academy.local.ports import LOOPBACK, Ports, any_free_port, is_free


@pytest.fixture
def taken_port() -> Iterator[int]:
    with socket.create_server((LOOPBACK, 0)) as server:
        yield server.getsockname()[1]


def test_the_documented_port_is_taken_when_it_is_free() -> None:
    free = any_free_port()
    assert Ports().take(free) == free


def test_a_taken_port_is_replaced_by_a_later_free_one(taken_port: int) -> None:
    chosen = Ports().take(taken_port)
    assert chosen > taken_port
    assert is_free(chosen)


def test_no_port_is_handed_out_twice() -> None:
    ports, free = Ports(), any_free_port()
    assert ports.take(free) != ports.take(free)


def test_the_offset_moves_every_port() -> None:
    free = any_free_port()
    assert Ports(offset=7).take(free - 7) == free


def test_ephemeral_ports_leave_the_documented_ones_alone() -> None:
    documented = any_free_port()
    assert Ports(ephemeral=True).take(documented) != documented
