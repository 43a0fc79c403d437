"""How each fault is done to real processes: to those at large, so what is down or frozen is waited for.

Whether a fault takes effect is thus decided by the plan, and not by how quickly this machine starts a process.
"""

import asyncio
import contextlib
import random
import signal
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import partial

from academy.local.processes import is_same_process, start_time
from tests.chaos import durability, patience, targeted_faults, wiretap
from tests.chaos.audit_triggers import APPLICATION, connect
from tests.chaos.mail_server import MOODS, Mood
from tests.chaos.poison import TOPIC
from tests.chaos.schedule import POISONS, Fault
from tests.chaos.site import Site
from tests.chaos.trials import Trials
from tests.chaos.writers import LOST, Writer

_FAILED = (*LOST, *wiretap.UNAVAILABLE)
"""A fault may fail because of another one; that is noted, and the run goes on."""

_TRIES = 60
"""How often, a second apart, something is tried that others may keep from being done."""

_DELICATE = frozenset(
    {
        *(
            "snapshot_held",
            "write_held",
            "cut_before_delete",
            "handler_held",
            "hole_dug",
            "versions_jumped",
            "strangers",
        ),
        *(f"poison_{name}" for name in POISONS),
    }
)
_BLUNT = frozenset({"two_brokers_killed", "postgres_stopped", "broker_killed", "broker_missed"})
"""They would end every delicate fault under way without effect, so they come after those, however long those take."""


class Faults:
    """Does what the schedule says; `done` counts what took effect, `failed` what did not and why."""

    def __init__(self, site: Site, writer: Writer, trials: Trials, draw: random.Random) -> None:
        self.done: Counter[str] = Counter()
        self.failed: Counter[str] = Counter()
        self._site = site
        self._frozen: set[str] = set()
        self._mailing = asyncio.Lock()
        self._draw = draw
        poisons, setbacks = trials.poisons, trials.setbacks
        self._ways: Mapping[str, Callable[[Fault], Awaitable[bool]]] = {
            **dict.fromkeys(("relay_killed", "consumer_killed", "api_killed"), self._kill),
            **dict.fromkeys(("broker_killed", "two_brokers_killed"), self._kill),
            **dict.fromkeys(("relay_frozen", "consumer_frozen"), self._freeze),
            "postgres_stopped": self._stop_postgres,
            "broker_missed": self._miss_a_broker,
            "snapshot_held": lambda fault: targeted_faults.hold_snapshot(site.databases["enrolment"], fault.seconds),
            **{f"mail_{mood}": partial(self._mail, mood) for mood in MOODS},
            "sessions_cut": self._cut,
            "write_held": lambda fault: writer.hold(fault.seconds),
            "cut_before_delete": lambda _: targeted_faults.cut_before_delete(site.databases["enrolment"], writer),
            "handler_held": lambda _: targeted_faults.hold_handler(
                site.databases["talent"], site.kafka, "talent", TOPIC
            ),
            "poison_too_large": partial(_until_sent, poisons.too_large),
            "poison_undecodable": partial(_until_sent, poisons.undecodable),
            "poison_malformed": partial(_until_sent, poisons.malformed),
            "poison_indigestible": partial(_until_sent, poisons.indigestible),
            "event_delayed": partial(_until_lifted, setbacks.delayed, partial(setbacks.lift, "delayed")),
            "jump_delayed": partial(_until_lifted, setbacks.delayed_jump, partial(setbacks.lift, "delayed_jump")),
            "versions_jumped": partial(_until_sent, setbacks.jump),
            "hole_dug": partial(_until_sent, trials.holes.dig),
            "strangers": partial(_until_sent, trials.strangers.send),
        }

    async def run(self, schedule: list[Fault]) -> None:
        """All of them at their time or soon after; returns when the last is over."""
        began, delicate = asyncio.get_running_loop().time(), list[asyncio.Task[None]]()
        async with asyncio.TaskGroup() as group:
            for fault in schedule:
                await asyncio.sleep(max(0, began + fault.at - asyncio.get_running_loop().time()))
                task = group.create_task(self._inject(fault, delicate if fault.kind in _BLUNT else ()))
                if fault.kind in _DELICATE:
                    delicate.append(task)

    async def _inject(self, fault: Fault, before: Sequence["asyncio.Task[None]"]) -> None:
        await asyncio.gather(*before)
        try:
            if await self._ways[fault.kind](fault):
                self.done[fault.kind] += 1
            else:
                self.failed[f"{fault.kind}: no effect"] += 1
        except _FAILED as error:
            self.failed[f"{fault.kind}: {type(error).__name__}"] += 1

    async def _kill(self, fault: Fault) -> bool:
        await self._at_large(*fault.targets)
        hit = [self._signal(name, signal.SIGKILL) for name in fault.targets]
        return all(hit)

    async def _stop_postgres(self, _: Fault) -> bool:
        """Immediate mode: no checkpoint, nobody is told, recovery at the next start."""
        await self._at_large("postgres")
        return self._signal("postgres", signal.SIGQUIT)

    async def _miss_a_broker(self, fault: Fault) -> bool:
        """Topics are applied while the broker is down, as by a deployment at a bad moment."""
        if not await self._kill(fault):
            return False
        await durability.apply(self._site)
        return True

    async def _mail(self, mood: Mood, fault: Fault) -> bool:
        """One mood after the other; one that was shown to no mail had no effect."""
        async with self._mailing:
            return await self._site.mail_server.be(mood, seconds=fault.seconds, longest=_TRIES)

    async def _freeze(self, fault: Fault) -> bool:
        """It keeps its sockets and locks, and says nothing; what was restarted meanwhile is not woken."""
        [name] = fault.targets
        await self._at_large(name)
        pid = self._site.platform.pid(name)
        if not self._signal(name, signal.SIGSTOP):
            return False
        self._frozen.add(name)
        try:
            await asyncio.sleep(fault.seconds)
        finally:
            self._frozen.discard(name)
        return self._site.platform.pid(name) == pid and self._signal(name, signal.SIGCONT)

    async def _cut(self, fault: Fault) -> bool:
        """End a few of a service's database sessions, whatever they are at; wait while it has none."""
        for _ in range(_TRIES):
            with contextlib.suppress(*LOST):
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

    async def _at_large(self, *names: str) -> None:
        """Returns when all of them run and none is frozen; TimeoutError when one does not come back."""
        async with asyncio.timeout(patience.RETURN):
            while not all(name not in self._frozen and self._runs(name) for name in names):  # noqa: ASYNC110 nobody tells
                await asyncio.sleep(0.1)

    def _signal(self, name: str, number: signal.Signals) -> bool:
        """False where it is down already."""
        if not self._runs(name):
            return False
        self._site.platform.kill(name, number)
        return True

    def _runs(self, name: str) -> bool:
        pid = self._site.platform.pid(name)
        started_at = start_time(pid)
        return started_at is not None and is_same_process(pid, started_at)


async def _until_sent(send: Callable[[], Awaitable[None]], _fault: Fault) -> bool:
    for _ in range(_TRIES):
        try:
            await send()
        except (*wiretap.UNAVAILABLE, *LOST):
            await asyncio.sleep(1)
        else:
            return True
    return False


async def _until_lifted(send: Callable[[], Awaitable[None]], lift: Callable[[], Awaitable[bool]], fault: Fault) -> bool:
    """Others may come and go meanwhile: what is refused outlives them."""
    return await _until_sent(send, fault) and await lift()


_SESSIONS = """
select pid from pg_stat_activity
where datname = current_database() and backend_type = 'client backend' and application_name <> $1
order by pid
"""

_TERMINATE = "select count(*) from unnest($1::integer[]) as pid where pg_terminate_backend(pid)"
