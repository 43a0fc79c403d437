import socket
import subprocess
import sys
from collections.abc import Iterator

import pytest

from academy.local.layout import ROOT
from academy.local.ports import LOOPBACK, Ports, any_free_port, is_free, is_held


@pytest.fixture
def free_port() -> int:
    """Nobody listens there, and nobody holds it."""
    with socket.create_server((LOOPBACK, 0)) as server:
        return server.getsockname()[1]


@pytest.fixture
def taken_port() -> Iterator[int]:
    with socket.create_server((LOOPBACK, 0)) as server:
        yield server.getsockname()[1]


def test_the_documented_port_is_taken_when_it_is_free(free_port: int) -> None:
    assert Ports().take(free_port) == free_port


def test_a_taken_port_is_replaced_by_a_later_free_one(taken_port: int) -> None:
    ports = Ports()
    chosen = ports.take(taken_port)
    assert chosen > taken_port
    assert is_free(chosen)


def test_no_port_is_handed_out_twice_though_nothing_listens_on_it_yet(free_port: int) -> None:
    ports, another = Ports(), Ports()
    assert len({ports.take(free_port), ports.take(free_port), another.take(free_port)}) == 3


def test_another_process_keeps_away_from_a_held_port_until_its_holder_is_gone(free_port: int) -> None:
    held = Ports()
    assert held.take(free_port) == free_port
    assert chosen_elsewhere(free_port) != free_port
    del held
    assert chosen_elsewhere(free_port) == free_port


def test_a_port_whose_number_a_strangers_udp_has_is_passed_over_and_said_to_be_held(free_port: int) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as stranger:
        stranger.bind(("", free_port))
        assert is_held(free_port)
        assert Ports().take(free_port) != free_port
    assert not is_held(free_port)


def test_a_held_port_can_be_listened_on() -> None:
    with socket.create_server((LOOPBACK, any_free_port())) as server:
        assert server.getsockname()[1]


def test_the_offset_moves_every_port(free_port: int) -> None:
    assert Ports(offset=7).take(free_port - 7) == free_port


def test_ephemeral_ports_leave_the_documented_ones_alone(free_port: int) -> None:
    assert Ports(ephemeral=True).take(free_port) != free_port


def chosen_elsewhere(port: int) -> int:
    """What another process is given when it asks for that port."""
    code = f"from academy.local.ports import Ports; print(Ports().take({port}))"
    return int(subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, cwd=ROOT).stdout)
