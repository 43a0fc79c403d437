"""Ports on the loopback address: the documented one where it is free, else the next free one."""

import os
import socket

LOOPBACK = "127.0.0.1"
_LAST_PORT = 65535


class NoFreePort(Exception):
    """Every port from the preferred one up to the last is taken."""


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


def any_free_port() -> int:
    """A port the operating system picks."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.bind((LOOPBACK, 0))
        return int(probe.getsockname()[1])


class Ports:
    """Hands out ports for one platform; none twice, though nothing listens on them yet."""

    def __init__(self, *, offset: int = 0, ephemeral: bool = False) -> None:
        self._offset = offset
        self._ephemeral = ephemeral
        self._taken: set[int] = set()

    def take(self, preferred: int) -> int:
        """The preferred port plus the offset, or the next free one; any free port when ephemeral."""
        port = self._any() if self._ephemeral else self._next_free(preferred + self._offset)
        self._taken.add(port)
        return port

    def _next_free(self, first: int) -> int:
        for port in range(first, _LAST_PORT + 1):
            if port not in self._taken and is_free(port):
                return port
        raise NoFreePort(f"no free port at or above {first}")

    def _any(self) -> int:
        while (port := any_free_port()) in self._taken:
            continue
        return port
