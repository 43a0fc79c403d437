"""The writers, relays, readers and operators of one example, on one database and one bus."""

import asyncio
from collections.abc import Sequence

from shared.messaging.deferred import Deferred
from shared.postgres.database import Transaction
from tests.support.delivery import TOPIC
from tests.support.model.bus import BrokerOutcome, Bus
from tests.support.model.ground import Ground
from tests.support.model.handler_faults import HandlerFault, HandlerFaults
from tests.support.model.ids import Keys
from tests.support.model.invariants import (
    ALWAYS,
    LETTERS,
    Evidence,
    Promise,
    nothing_waits,
    only_dead_letters_and_what_follows_them_wait,
)
from tests.support.model.journal import Journal
from tests.support.model.operators import Operators
from tests.support.model.picture import SQL, Picture
from tests.support.model.readers import ECHOES, GROUP, Fault, Group, Hand
from tests.support.model.relays import RelayProcess
from tests.support.model.under_way import UnderWay
from tests.support.model.writers import Writers

LANES = (0, 0, 0, 5, 11)
"""The lanes of the keys: three share one."""

TOPICS = (TOPIC, LETTERS, ECHOES)
MOST_HELD = 3
QUIET_AFTER = 60
"""Rounds within which everything is to come to rest; it takes five to twenty."""

LONGEST_WAIT = 61.0
"""Seconds after which the relay waits for nothing any more."""


class World:
    """What the rules of the model do; every act ends when nothing moves of itself any more."""

    def __init__(self, ground: Ground, journal: Journal, schedule: int) -> None:
        """`schedule` says who of several goes first, each time."""
        self.seen = journal.seen
        self._ground, self._journal, self._schedule = ground, journal, schedule
        self._new_key = Keys().next_in
        self._keys = [self._new_key(lane) for lane in LANES]
        self._under_way = under_way = UnderWay(ground.watcher, journal, schedule)
        self._bus = bus = Bus(journal)
        self._handler_faults = handler_faults = HandlerFaults()
        self._writers = Writers(ground.db, bus, handler_faults, under_way, journal)
        self._operators = Operators(ground.db, TOPICS, journal)
        self._group = Group(ground.db, bus, handler_faults, under_way, journal)
        self._relays = [
            RelayProcess(f"relay {n}", ground.address, bus, TOPICS, self._vanished, journal=journal) for n in range(2)
        ]

    async def begin(self) -> None:
        """Nothing is left of the example before."""
        self.seen["stories"] += 1
        self._ground.surroundings.restart(self._schedule)
        await self._ground.watcher.execute(SQL["clear"])

    async def forget_old_records(self) -> None:
        """Kafka drops old records of the topic: what was overlooked once may be gone for good."""
        self._ground.surroundings.declared.forgets = True

    async def write(
        self, lines: Sequence[tuple[int, HandlerFault]], *, held: bool = False, gives_up: bool = False
    ) -> None:
        """A command announces these events, by number of their key."""
        if not held or self._writers.held < MOST_HELD:
            chosen = [(self._keys[key], handler_fault) for key, handler_fault in lines]
            self._writers.write(chosen, held=held, gives_up=gives_up)
        await self._settle()

    async def close_held(self, which: int, *, gives_up: bool) -> None:
        """A transaction held open is committed late, or given up."""
        self._writers.close(which, gives_up=gives_up)
        await self._settle()

    async def commit_late(
        self, lines: Sequence[tuple[int, HandlerFault]], meanwhile: Sequence[tuple[int, HandlerFault]]
    ) -> None:
        """A transaction takes its place in the outbox, others that came after it are sent, then it is committed."""
        await self.write(lines, held=True)
        await self.write(meanwhile)
        await self.relay_in_turns(1, seconds=1.0)
        await self.close_held(-1, gives_up=False)

    async def relay_in_turns(
        self, rounds: int, *, seconds: float, broker_outcomes: Sequence[BrokerOutcome] = ()
    ) -> None:
        """Both relays make a wave, again and again, while time goes by."""
        for which in (0, 1) * rounds:
            await self.relay(which, broker_outcomes)
            await self.pass_time(seconds)

    async def relay(self, which: int, broker_outcomes: Sequence[BrokerOutcome]) -> None:
        """One wave of a relay, and what becomes of the batches it sends."""
        self._bus.broker_outcomes.extend(broker_outcomes)
        await self._relays[which].step()
        self._bus.broker_outcomes.clear()

    async def be_ill(self, lanes: Sequence[int], rounds: int, *, seconds: float) -> None:
        """Brokers answer UnknownError to whatever these partitions are sent, while time goes by, and then are well."""
        self._bus.ill.update(lanes)
        await self.relay_in_turns(rounds, seconds=seconds)
        self._bus.ill.clear()

    async def arrive(self, which: int, *, taken: bool) -> None:
        """A batch that was long on its way is taken or refused."""
        self._bus.arrive(which, taken=taken)

    async def pass_time(self, seconds: float) -> None:
        """Back-offs end, shares are due, and a minute's silence is too long."""
        self._ground.surroundings.clock.skip(seconds)

    async def kill_relay(self, which: int) -> None:
        """kill -9."""
        await self._relays[which].kill()

    async def freeze_relay(self, which: int) -> None:
        """SIGSTOP, and SIGCONT when Postgres has given it up."""
        await self._relays[which].freeze()

    async def drain_relay(self, which: int) -> None:
        """SIGTERM."""
        await self._relays[which].drain()

    async def poll(self, lane: int, most: int, fault: Fault = Fault.NONE, *, overlooks: int | None = None) -> None:
        """The owner of a partition applies its next records, or all of them but one."""
        self._group.poll(lane, most, fault, overlooks)
        await self._settle()

    async def read_on(self, which: int, fault: Fault = Fault.NONE) -> None:
        """All partitions are polled by their owners, the fault met by each, and one member commits."""
        for lane in sorted(set(LANES)):
            await self.poll(lane, 50, fault)
        await self.commit_offsets(which)

    async def commit_offsets(self, which: int) -> None:
        """A member commits the offsets of what it applied."""
        self._group.commit(which)

    async def overlook_the_first_of_a_key(self, number: int, second: HandlerFault = HandlerFault.EASY) -> None:
        """A key nobody has met is written twice, and the owner of its partition does not get its first event."""
        self._keys[number] = self._new_key(LANES[number])
        await self.write([(number, HandlerFault.EASY), (number, second)])
        await self.relay_in_turns(1, seconds=1.0)
        await self.poll(LANES[number], 50, overlooks=-2)

    async def read_again(self, lane: int, *, repaired: bool) -> None:
        """A partition is read from its start again, after the handlers were repaired or not."""
        if repaired:
            self._handler_faults.fix()
        self._group.rewind(lane)
        await self.poll(lane, 50)

    async def rebalance(self, lane: int) -> None:
        """A partition goes to the other member."""
        self._group.rebalance(lane)

    async def be_slow(self, lane: int, *, killed: bool) -> None:
        """The owner of a partition is stuck in a handler, loses it, and then goes on, or is killed."""
        slow = self._group.owner(lane)
        await self.poll(lane, 50, Fault.HANG)
        await self.rebalance(lane)
        await self.poll(lane, 50)
        await (self.kill_reader(slow) if killed else self.let_go(slow))

    async def let_go(self, which: int) -> None:
        """A member that was stuck in a handler goes on."""
        self._group.let_go(which)
        await self._settle()

    async def kill_reader(self, which: int) -> None:
        """kill -9."""
        await self._group.kill(which)
        await self._settle()

    async def retry_deferred(self, times: int, *, fault: Fault = Fault.NONE) -> None:
        """The deferral worker finds everything due, so many times."""
        for _ in range(times):
            self._under_way.begin("worker", self._run_due(self._hand(fault)))
            await self._settle()

    async def retry_deferred_by_two(self) -> None:
        """One deferral worker is slow in a handler while another finds the same to be due."""
        for hand in (slow := self._hand(Fault.HANG, "slow worker"), self._hand(Fault.NONE)):
            self._under_way.begin(hand.name, self._run_due(hand))
            await self._settle()
        slow.fault = Fault.NONE
        slow.gate.set()
        await self._settle()

    def _hand(self, fault: Fault, name: str = "worker") -> Hand:
        hand = Hand(name, self._ground.db, self._handler_faults, self._under_way, self._journal)
        hand.fault = fault
        return hand

    async def _run_due(self, hand: Hand) -> None:
        await self._ground.db.run(_make_due)
        await Deferred(GROUP, self._ground.db, hand.inbox.handle).run_due()

    async def release_dead(self, *, skips: bool, repaired: bool) -> None:
        """Operators replay or skip all dead letters, having repaired the handlers or not."""
        if repaired:
            self._handler_faults.fix()
        self._under_way.begin("operator", self._operators.skip() if skips else self._operators.replay())
        await self._settle()

    async def accept_gaps(self) -> None:
        """Operators wait for nothing that is missing any more."""
        self._under_way.begin("operator", self._operators.accept_gaps())
        await self._settle()

    async def skip_heads(self) -> None:
        """Operators pass over whatever stands first on a key now, dead or not."""
        self._under_way.begin("operator", self._operators.skip_these((await self._look()).heads))
        await self._settle()

    async def release_parked(self, *, skips: bool) -> None:
        """Kafka takes any record now, or a marker is sent in place of those it refused."""
        self._bus.too_large.clear()
        self._bus.invalid.clear()
        self._under_way.begin("operator", self._operators.skip_parked() if skips else self._operators.retry_parked())
        await self._settle()

    async def _settle(self) -> None:
        await self._under_way.settle()
        self._writers.collect()

    async def _vanished(self, pid: int) -> None:
        """Return when Postgres has noticed that the connection is gone, and so freed its lanes."""
        while not await self._ground.watcher.fetchval(SQL["vanished"], pid):  # noqa: ASYNC110 another process does it
            await asyncio.sleep(0.001)

    async def check(self, *more: Promise) -> None:
        """AssertionError telling every invariant that is broken."""
        picture = await self._look()
        self._journal.picture(picture)
        forgets = self._ground.surroundings.declared.forgets
        picture.count(self.seen, invalid=self._bus.invalid, forgets=forgets)
        evidence = Evidence(picture, self._bus, self._group, self._writers, self._operators, forgets=forgets)
        broken = [f"{p.__name__}: {what}" for p in (*ALWAYS, *more) for what in p(evidence)]
        assert not broken, "\n".join(broken)

    async def _look(self) -> Picture:
        row = await self._ground.watcher.fetchrow(SQL["take"])
        assert row is not None
        return Picture.of(row)

    async def converge(self) -> None:
        """No new faults: all comes to rest but what is dead by design, and after the last fixing and replay that too.

        What was never answered stays so for as long as it takes the relay to wait no longer; then it still arrives.
        """
        while self._writers.held:
            await self.close_held(0, gives_up=False)
        for which in range(2):
            await self.let_go(which)
        await self._come_to_rest()
        self._bus.arrive_all()
        await self._come_to_rest()
        await self.check(only_dead_letters_and_what_follows_them_wait)
        await self.release_dead(skips=False, repaired=True)
        await self._come_to_rest()
        while (await self._look()).deferred:
            await self.accept_gaps()
            await self._come_to_rest()
        await self.check(nothing_waits)

    async def _come_to_rest(self) -> None:
        for _ in range(QUIET_AFTER):
            await self._everybody_works()
            if await self._is_quiet():
                return
        raise AssertionError(f"not quiet after {QUIET_AFTER} rounds")

    async def _everybody_works(self) -> None:
        await self.pass_time(LONGEST_WAIT)
        await self.release_parked(skips=False)
        for which in range(2):
            await self.relay(which, ())
        for which in range(2):
            await self.read_on(which)
        await self.retry_deferred(2)

    async def _is_quiet(self) -> bool:
        picture = await self._look()
        held = {d.key for d in picture.deferred if d.state in {"dead", "gap"}}
        waits = any(map(self._group.lag, set(LANES))) or any(d.key not in held for d in picture.deferred)
        return not picture.outbox and not waits

    async def end(self) -> None:
        """Leave nothing running, whatever happened."""
        await self._under_way.abandon()
        for relay in self._relays:
            await relay.kill()


async def _make_due(tx: Transaction) -> None:
    await tx.execute(SQL["make_due"])
