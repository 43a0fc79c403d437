"""The documented ports: free, ours, or taken by whom."""

import socket
from collections.abc import Iterator, Mapping
from typing import Any

import psutil

from academy.local.doctor.check import Check, note, ok
from academy.local.layout import PREFERRED_PORTS
from academy.local.ports import is_free, is_held
from academy.local.state import State


def listeners(state: State, offset: int) -> Iterator[Check]:
    """A taken port stops nothing, for the next free one is used; but people look for the documented one."""
    ours = {part.pid for part in state.parts.values() if part.pid is not None}
    for name, preferred in PREFERRED_PORTS.items():
        yield port(name, preferred + offset, ours)


def port(name: str, number: int, ours: set[int]) -> Check:
    """One port: who holds it, if anybody."""
    label = f"port {number} ({name})"
    if is_free(number) and not is_held(number):
        return ok(label, "free")
    holders = holders_of(number)
    if holders and set(holders) <= ours:
        return ok(label, "ours")
    who = ", ".join(f"{what} (pid {pid})" for pid, what in holders.items()) or "a process of another user"
    return note(label, f"taken by {who}", "stop that process, or leave it: the next free port is used and shown")


def holders_of(number: int) -> Mapping[int, str]:
    """Pid and command line of whoever listens there or holds the number, as far as we may see."""
    found: dict[int, str] = {}
    for process in psutil.process_iter():
        try:
            connections = process.net_connections("inet4")
            if any(_takes(c) and c.laddr and c.laddr.port == number for c in connections):
                found[process.pid] = " ".join(process.cmdline())[:80] or process.name()
        except (psutil.AccessDenied, psutil.NoSuchProcess):
            continue
    return found


def _takes(connection: Any) -> bool:
    return connection.type == socket.SOCK_DGRAM or connection.status == psutil.CONN_LISTEN
