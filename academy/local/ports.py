"""Ports on the loopback address: the documented one where it is free, else the next free one; held from the choice on.

What holds a port is a UDP socket of the same number: it hinders nobody who listens on TCP, keeps every other platform
of this machine away while nothing listens yet, and goes with its process.
"""

import os
import secrets
import socket
from collections.abc import Iterable

LOOPBACK = "127.0.0.1"
_LAST_PORT = 65535
_ANY = range(15_000, 32_768)
"""Below what operating systems give to outgoing connections, one of which could take a port before it is bound."""

_DRAWS = 1_000


class NoFreePort(Exception):
    """Every port that could have been taken is held already."""


def listening_address() -> str:
    """Where our own processes listen: for this machine only, unless a container has to say otherwise."""
    return os.environ.get("ACADEMY_LISTEN", LOOPBACK)


def is_free(port: int) -> bool:
    """A port is free when it can be bound; a connection that lingers after its end does not count as taken."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError:
            return False
    return True


def is_held(port: int) -> bool:
    """Whether a platform has chosen it, or a stranger's UDP stands on the same number; either way it is passed over."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.bind((LOOPBACK, port))
        except OSError:
            return True
    return False


def any_free_port() -> int:
    """A port nobody else will choose for as long as this process lives."""
    return _OF_THIS_PROCESS.take()


class Ports:
    """Hands out ports for one platform, and holds them as long as it exists; none twice, whoever asks."""

    def __init__(self, *, offset: int = 0, ephemeral: bool = False) -> None:
        self._offset = offset
        self._ephemeral = ephemeral
        self._held: list[socket.socket] = []

    def take(self, preferred: int = 0) -> int:
        """The preferred port plus the offset, or the next free one; any free port when ephemeral."""
        wanted = _drawn() if self._ephemeral else range(preferred + self._offset, _LAST_PORT + 1)
        for port in wanted:
            if held := _hold(port):
                self._held.append(held)
                return port
        raise NoFreePort("no free port" if self._ephemeral else f"no free port at or above {preferred + self._offset}")


_OF_THIS_PROCESS = Ports(ephemeral=True)


def _drawn() -> Iterable[int]:
    return (_ANY[secrets.randbelow(len(_ANY))] for _ in range(_DRAWS))


def _hold(port: int) -> socket.socket | None:
    """None where somebody holds it, or listens there without holding anything."""
    holder = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    try:
        holder.bind((LOOPBACK, port))
    except OSError:
        holder.close()
        return None
    if is_free(port):
        return holder
    holder.close()
    return None
