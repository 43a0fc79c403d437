"""How each fault is done to real processes; what is down already is left alone and not counted."""

import asyncio
import random
import signal
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from functools import partial

from academy.local.processes import start_time
from tests.chaos import sieges, wiretap
from tests.chaos.poison import TOPIC, Poisons
from tests.chaos.schedule import Fault
from tests.chaos.site import Site
from tests.chaos.witness import APPLICATION, connect
from tests.chaos.writers import LOST, Writer

_FAILED = (*LOST, *wiretap.AWAY)
"""A fault may fail because of another one; that is noted, and the run goes on."""

_POISON_TRIES, _CUT_TRIES = 20, 5


class Faults:
    """Does what the schedule says; `done` counts what took effect, `failed` what did not and why."""

    def __init__(self, site: Site, writer: Writer, poisons: Poisons, draw: random.Random) -> None:
        self.done: Counter[str] = Counter()
        self.failed: Counter[str] = Counter()
        self._site = site
        self._draw = draw
        self._ways: Mapping[str, Callable[[Fault], Awaitable[bool]]] = {
            **dict.fromkeys(("relay_killed", "consumer_killed", "api_killed"), self._kill),
            **dict.fromkeys(("broker_killed", "two_brokers_killed"), self._kill),
            **dict.fromkeys(("relay_frozen", "consumer_frozen"), self._freeze),
            "postgres_stopped": self._stop_postgres,
            "sessions_cut": self._cut,
            "write_held": lambda fault: writer.hold(fault.seconds),
            "cut_before_delete": lambda _: sieges.cut_before_delete(site.databases["enrolment"], writer),
            "handler_held": lambda _: sieges.hold_handler(site.databases["talent"], site.kafka, "talent", TOPIC),
            "poison_too_large": partial(_until_sent, poisons.too_large),
            "poison_undecodable": partial(_until_sent, poisons.undecodable),
            "poison_malformed": partial(_until_sent, poisons.malformed),
            "poison_indigestible": partial(_until_sent, poisons.indigestible),
        }

    async def run(self, schedule: list[Fault]) -> None:
        """All of them at their time; returns when the last is over."""
        began = asyncio.get_running_loop().time()
        async with asyncio.TaskGroup() as group:
            for fault in schedule:
                await asyncio.sleep(max(0, began + fault.at - asyncio.get_running_loop().time()))
                group.create_task(self._inject(fault))

    async def _inject(self, fault: Fault) -> None:
        try:
            if await self._ways[fault.kind](fault):
                self.done[fault.kind] += 1
            else:
                self.failed[f"{fault.kind}: no effect"] += 1
        except _FAILED as error:
            self.failed[f"{fault.kind}: {type(error).__name__}"] += 1

    async def _kill(self, fault: Fault) -> bool:
        hit = [self._signal(name, signal.SIGKILL) for name in fault.targets]
        return all(hit)

    async def _stop_postgres(self, _: Fault) -> bool:
        """Immediate mode: no checkpoint, nobody is told, recovery at the next start."""
        return self._signal("postgres", signal.SIGQUIT)

    async def _freeze(self, fault: Fault) -> bool:
        """It keeps its sockets and locks, and says nothing; what was restarted meanwhile is not woken."""
        [name] = fault.targets
        pid = self._site.platform.pid(name)
        if not self._signal(name, signal.SIGSTOP):
            return False
        await asyncio.sleep(fault.seconds)
        return self._site.platform.pid(name) == pid and self._signal(name, signal.SIGCONT)

    async def _cut(self, fault: Fault) -> bool:
        """End a few of a service's database sessions, whatever they are at; wait a little while it has none."""
        for _ in range(_CUT_TRIES):
            if await self._cut_some(*fault.targets):
                return True
            await asyncio.sleep(1)
        return False

    async def _cut_some(self, service: str) -> bool:
        connection = await connect(self._site.databases[service])
        try:
            pids = [row["pid"] for row in await connection.fetch(_SESSIONS, APPLICATION)]
            chosen = self._draw.sample(pids, min(len(pids), self._draw.randint(1, 3)))
            return bool(await connection.fetchval(_TERMINATE, chosen))
        finally:
            await connection.close()

    def _signal(self, name: str, number: signal.Signals) -> bool:
        """False where it is down already."""
        if start_time(self._site.platform.pid(name)) is None:
            return False
        self._site.platform.kill(name, number)
        return True


async def _until_sent(send: Callable[[], Awaitable[None]], _fault: Fault) -> bool:
    for _ in range(_POISON_TRIES):
        try:
            await send()
        except (*wiretap.AWAY, *LOST):
            await asyncio.sleep(1)
        else:
            return True
    return False


_SESSIONS = """
select pid from pg_stat_activity
where datname = current_database() and backend_type = 'client backend' and application_name <> $1
order by pid
"""

_TERMINATE = "select count(*) from unnest($1::integer[]) as pid where pg_terminate_backend(pid)"
