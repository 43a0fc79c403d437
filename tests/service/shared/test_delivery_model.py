"""Whatever happens to writers, relays and readers, in whatever order: each committed event takes effect once, in order.

Hypothesis invents the story; outbox, relay sessions, inbox, deferral worker and verbs are the real ones, on real
Postgres. Only the broker is made of memory, for no real one can be told to lose an acknowledgement.

`ACADEMY_MODEL_EXAMPLES` stories are told (25 unless it is set), out of `ACADEMY_MODEL_SEED` (1 for the usual
25, else drawn and told).
"""

import asyncio
import os
import random
import sys
from collections import Counter
from collections.abc import Coroutine, Generator
from contextlib import contextmanager
from pprint import pformat
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from tests.support.model.bus import Fate
from tests.support.model.clock import relay_clock
from tests.support.model.ground import Ground, on_ground
from tests.support.model.readers import Fault
from tests.support.model.tempers import Temper
from tests.support.model.world import LANES, World

USUAL, LONG = 25, 100
EXAMPLES = int(os.environ.get("ACADEMY_MODEL_EXAMPLES", USUAL))
SEED = int(os.environ.get("ACADEMY_MODEL_SEED") or (1 if EXAMPLES == USUAL else random.SystemRandom().getrandbits(32)))
STEPS = 30

FLOOR = frozenset({
    "dead letters standing", "duplicates in a topic", "events parked", "gaps", "overlooked records",
    "rebalances in mid-handler", "refused for a record", f"in a handler: {Fault.HANG}",
})  # fmt: skip
"""What has to happen in a run of the usual length, else it proves little."""

LONG_FLOOR = FLOOR | {f"batch {fate}" for fate in Fate} | {
    "dead letters replayed", "dead letters skipped", "parked events retried", "parked events skipped", "late arrivals",
    "late commits", "readers killed at work", "relay sessions lost", "relays drained", "relays frozen",
    "transactions given up", f"in a handler: {Fault.CUT}",
}  # fmt: skip
"""And in a long one."""

tempers = st.sampled_from([Temper.EASY] * 5 + list(Temper))
keys = st.integers(0, len(LANES) - 1)
lines = st.lists(st.tuples(keys, tempers), min_size=1, max_size=4)
fates = st.lists(st.sampled_from([Fate.TAKEN] * 2 + list(Fate)), max_size=4)
either = st.integers(0, 1)
lanes = st.sampled_from(sorted(set(LANES)))
faults = st.sampled_from([Fault.NONE] * 2 + list(Fault))
moments = st.sampled_from([1.0, 11.0, 61.0])
rarely = st.sampled_from([False] * 5 + [True])


class Delivery(RuleBasedStateMachine):
    """Rules draw what happens without looking at what is there: an act that finds nothing to do does nothing."""

    def __init__(self, runner: asyncio.Runner, ground: Ground) -> None:
        super().__init__()
        self._runner = runner
        self._world = World(ground)
        self._broken = False
        self._do(self._world.begin())

    def _do(self, act: Coroutine[Any, Any, None]) -> None:
        try:
            self._runner.run(act)
        except BaseException:
            self._broken = True
            raise

    @rule(lines=lines)
    def write(self, lines: list[tuple[int, Temper]]) -> None:
        self._do(self._world.write(lines))

    @rule(lines=lines)
    def write_and_give_up(self, lines: list[tuple[int, Temper]]) -> None:
        self._do(self._world.write(lines, gives_up=True))

    @rule(lines=lines)
    def write_and_hold(self, lines: list[tuple[int, Temper]]) -> None:
        self._do(self._world.write(lines, held=True))

    @rule(which=st.integers(0, 5), gives_up=rarely)
    def close_held(self, which: int, *, gives_up: bool) -> None:
        self._do(self._world.close_held(which, gives_up=gives_up))

    @rule(lines=lines, meanwhile=lines)
    def commit_late(self, lines: list[tuple[int, Temper]], meanwhile: list[tuple[int, Temper]]) -> None:
        self._do(self._world.commit_late(lines, meanwhile))

    @rule(lines=lines, key=keys)
    def write_behind_what_kafka_refuses(self, lines: list[tuple[int, Temper]], key: int) -> None:
        self._do(self._world.write([(key, Temper.TOO_LARGE), *lines, (key, Temper.EASY)]))
        self._do(self._world.relay_in_turns(3, seconds=1.0))

    @rule(lines=lines, which=either, fates=fates, fault=faults, reader=either)
    def write_and_deliver(
        self, lines: list[tuple[int, Temper]], which: int, fates: list[Fate], fault: Fault, reader: int
    ) -> None:
        """Most of the time things are carried through; without this rule few stories would come far."""
        self._do(self._world.write(lines))
        self._do(self._world.relay(which, fates))
        self._do(self._world.read_on(reader, fault))

    @rule(seconds=moments, fates=fates)
    def relay_for_a_while(self, seconds: float, fates: list[Fate]) -> None:
        self._do(self._world.relay_in_turns(3, seconds=seconds, fates=fates))

    @rule(which=either, fates=fates)
    def relay(self, which: int, fates: list[Fate]) -> None:
        self._do(self._world.relay(which, fates))

    @rule(which=st.integers(0, 5), taken=st.booleans())
    def arrive(self, which: int, *, taken: bool) -> None:
        self._do(self._world.arrive(which, taken=taken))

    @rule(seconds=moments)
    def pass_time(self, seconds: float) -> None:
        self._do(self._world.pass_time(seconds))

    @rule(which=either)
    def kill_relay(self, which: int) -> None:
        self._do(self._world.kill_relay(which))

    @rule(which=either)
    def freeze_relay(self, which: int) -> None:
        self._do(self._world.freeze_relay(which))

    @rule(which=either)
    def drain_relay(self, which: int) -> None:
        self._do(self._world.drain_relay(which))

    @rule(lane=lanes, most=st.integers(1, 8), fault=faults, overlooks=st.none() | st.integers(0, 7))
    def poll(self, lane: int, most: int, fault: Fault, overlooks: int | None) -> None:
        self._do(self._world.poll(lane, most, fault, overlooks=overlooks))

    @rule(key=keys)
    def overlook_the_first_of_a_key(self, key: int) -> None:
        self._do(self._world.overlook_the_first_of_a_key(key))

    @rule(lane=lanes, mended=st.booleans())
    def read_again(self, lane: int, *, mended: bool) -> None:
        self._do(self._world.read_again(lane, mended=mended))

    @rule(which=either)
    def commit_offsets(self, which: int) -> None:
        self._do(self._world.commit_offsets(which))

    @rule(lines=lines, which=either, killed=rarely)
    def be_slow_and_lose_the_partition(self, lines: list[tuple[int, Temper]], which: int, *, killed: bool) -> None:
        """A reader stands still in a handler past its session; the other reads the same, and then both go on."""
        self._do(self._world.write(lines))
        self._do(self._world.relay(which, ()))
        self._do(self._world.be_slow(LANES[lines[0][0]], killed=killed))

    @rule(lane=lanes)
    def rebalance(self, lane: int) -> None:
        self._do(self._world.rebalance(lane))

    @rule(which=either)
    def let_go(self, which: int) -> None:
        self._do(self._world.let_go(which))

    @rule(which=either)
    def kill_reader(self, which: int) -> None:
        self._do(self._world.kill_reader(which))

    @rule(times=st.sampled_from([1, 12]), fault=st.sampled_from([Fault.NONE, Fault.NONE, Fault.CUT]))
    def retry_deferred(self, times: int, fault: Fault) -> None:
        self._do(self._world.retry_deferred(times, fault=fault))

    @rule()
    def retry_deferred_by_two(self) -> None:
        self._do(self._world.retry_deferred_by_two())

    @rule(skips=st.booleans(), mended=st.booleans())
    def release_dead(self, *, skips: bool, mended: bool) -> None:
        self._do(self._world.release_dead(skips=skips, mended=mended))

    @rule(skips=st.booleans())
    def release_parked(self, *, skips: bool) -> None:
        self._do(self._world.release_parked(skips=skips))

    @invariant()
    def keeps_every_promise(self) -> None:
        self._do(self._world.check())

    def teardown(self) -> None:
        try:
            if not self._broken:
                self._do(self._world.heal())
        finally:
            self._do(self._world.end())


@contextmanager
def _stage(admin: str) -> Generator[tuple[asyncio.Runner, Ground]]:
    """A loop that the rules drive themselves, and a database for all stories."""
    with relay_clock() as clock, asyncio.Runner(loop_factory=asyncio.new_event_loop) as runner:
        grounds = on_ground(admin, clock)
        ground = runner.run(grounds.__aenter__())
        try:
            yield runner, ground
        finally:
            runner.run(grounds.__aexit__(None, None, None))


@pytest.mark.timeout(400 + 4 * EXAMPLES)
def test_each_committed_event_takes_effect_once_and_in_order_whatever_happens(postgres_admin: str) -> None:
    with _stage(postgres_admin) as (runner, ground):
        try:
            run_state_machine_as_test(_machines(runner, ground), settings=_settings())
        finally:
            sys.stdout.write(f"ACADEMY_MODEL_SEED={SEED}\n{pformat(dict(ground.seen))}\n")
    assert not _never(ground.seen), "the stories did not come far enough to prove anything"


def _machines(runner: asyncio.Runner, ground: Ground) -> Any:
    @seed(SEED)
    def machine() -> Delivery:
        return Delivery(runner, ground)

    return machine


def _settings() -> settings:
    return settings(
        max_examples=EXAMPLES,
        stateful_step_count=STEPS,
        database=None,
        deadline=None,
        phases=(Phase.generate, Phase.shrink),
        suppress_health_check=(HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much),
        print_blob=True,
        report_multiple_bugs=False,
    )


def _never(seen: Counter[str]) -> set[str]:
    floor = LONG_FLOOR if EXAMPLES >= LONG else FLOOR if EXAMPLES >= USUAL else ()
    return {what for what in floor if not seen[what]}
