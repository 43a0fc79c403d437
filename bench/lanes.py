"""Who owns which lanes, as Postgres sees it: to wait until relays have shared them out, and to pick one to strike."""

import asyncpg
import psutil

from academy.local.readiness import until
from bench.stage import Role, Room
from shared.contracts.topics import PARTITIONS
from shared.messaging.lanes import NAMESPACE, PRESENCE

_OWNED = """
select a.client_port, l.objid::int as lane
from pg_locks l
join pg_stat_activity a using (pid)
join pg_database d on d.oid = l.database
where l.locktype = 'advisory' and l.classid = $1::int4::oid and l.granted and l.objid::int <> $2
  and d.datname = current_database()
"""
_PATIENCE_SECONDS = 30


async def owners(room: Room) -> dict[int, set[int]]:
    """The lanes each relay owns, by the port its connection comes from."""
    connection = await asyncpg.connect(room.database)
    try:
        rows = await connection.fetch(_OWNED, NAMESPACE, PRESENCE)
    finally:
        await connection.close()
    lanes: dict[int, set[int]] = {}
    for row in rows:
        lanes.setdefault(row["client_port"], set()).add(row["lane"])
    return lanes


async def shared_out(room: Room, relays: int) -> None:
    """Wait until so many relays own all lanes in equal shares."""
    even = [PARTITIONS // relays] * relays

    async def are_even() -> bool:
        return [len(lanes) for lanes in (await owners(room)).values()] == even

    await until(are_even, seconds=_PATIENCE_SECONDS)


async def lanes_of(role: Role, room: Room) -> set[int]:
    """The lanes that process owns."""
    ports = ports_of(role)
    return {lane for port, lanes in (await owners(room)).items() if port in ports for lane in lanes}


def ports_of(role: Role) -> set[int]:
    """The ports its connections come from."""
    return {c.laddr.port for c in psutil.Process(role.process.pid).net_connections("tcp") if c.laddr}
