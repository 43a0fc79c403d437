"""The rules a story is invented by: what can happen, how often, and with what."""

from collections.abc import Callable
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from shared.messaging.suspects import PROOFS
from tests.support.model.bus import BrokerOutcome
from tests.support.model.handler_faults import HandlerFault
from tests.support.model.readers import Fault
from tests.support.model.telling import Chronicle, Telling
from tests.support.model.world import LANES

schedules = st.integers(0, 255)
handler_faults = st.sampled_from([HandlerFault.EASY] * 5 + list(HandlerFault))
keys = st.integers(0, len(LANES) - 1)
lines = st.lists(st.tuples(keys, handler_faults), min_size=1, max_size=4)
mixed = st.lists(st.sampled_from([BrokerOutcome.TAKEN] * 2 + list(BrokerOutcome)), max_size=4)
doubts = st.integers(2, 6).map(lambda batches: [BrokerOutcome.DOUBTED] * batches)
broker_outcomes = mixed | mixed | mixed | doubts
either = st.integers(0, 1)
lanes = st.sampled_from(sorted(set(LANES)))
faults = st.sampled_from([Fault.NONE] * 2 + list(Fault))
moments = st.sampled_from([1.0, 11.0, 61.0])
sometimes = st.sampled_from([False, False, True])
rarely = st.sampled_from([False] * 5 + [True])


class DeliveryMachine(RuleBasedStateMachine):
    """Rules draw what happens without looking at what is there: an act that finds nothing to do does nothing."""

    def __init__(self, tell: Callable[[int], Telling], chronicle: Chronicle) -> None:
        super().__init__()
        self._tell = tell
        self._chronicle = chronicle
        self._telling: Telling | None = None

    @initialize(schedule=schedules, forgets=sometimes)
    def begin(self, schedule: int, *, forgets: bool) -> None:
        self._telling = self._tell(schedule)
        if forgets:
            self._do("forget_old_records")

    def _do(self, act: str, **arguments: Any) -> None:
        assert self._telling is not None
        self._telling.do(act, **arguments)

    @rule(lines=lines)
    def write(self, lines: list[tuple[int, HandlerFault]]) -> None:
        self._do("write", lines=lines)

    @rule(lines=lines)
    def write_and_give_up(self, lines: list[tuple[int, HandlerFault]]) -> None:
        self._do("write", lines=lines, gives_up=True)

    @rule(lines=lines)
    def write_and_hold(self, lines: list[tuple[int, HandlerFault]]) -> None:
        self._do("write", lines=lines, held=True)

    @rule(which=st.integers(0, 5), gives_up=rarely)
    def close_held(self, which: int, *, gives_up: bool) -> None:
        self._do("close_held", which=which, gives_up=gives_up)

    @rule(lines=lines, meanwhile=lines)
    def commit_late(self, lines: list[tuple[int, HandlerFault]], meanwhile: list[tuple[int, HandlerFault]]) -> None:
        self._do("commit_late", lines=lines, meanwhile=meanwhile)

    @rule(lines=lines, key=keys)
    def write_behind_what_kafka_refuses(self, lines: list[tuple[int, HandlerFault]], key: int) -> None:
        self._do("write", lines=[(key, HandlerFault.TOO_LARGE), *lines, (key, HandlerFault.EASY)])
        self._do("relay_in_turns", rounds=3, seconds=1.0)

    @rule(lines=lines, key=st.integers(0, 2))
    def write_behind_what_kafka_doubts(self, lines: list[tuple[int, HandlerFault]], key: int) -> None:
        """Enough of other keys of the lane, and enough waves to halve, to hear witnesses and to ask again each time."""
        witnesses = [((key + 1) % 3, HandlerFault.EASY)] * PROOFS
        self._do("write", lines=[(key, HandlerFault.INVALID), *lines, *witnesses, (key, HandlerFault.EASY)])
        self._do("relay_in_turns", rounds=24, seconds=11.0)

    @rule(lines=lines, ill=st.sets(st.sampled_from(LANES), min_size=1), seconds=moments)
    def write_while_brokers_are_ill(self, lines: list[tuple[int, HandlerFault]], ill: set[int], seconds: float) -> None:
        """Those of one lane or of all; most of the time others are well."""
        self._do("write", lines=lines)
        self._do("be_ill", lanes=sorted(ill), rounds=6, seconds=seconds)

    @rule(lines=lines, which=either, broker_outcomes=broker_outcomes, fault=faults, reader=either)
    def write_and_deliver(
        self,
        lines: list[tuple[int, HandlerFault]],
        which: int,
        broker_outcomes: list[BrokerOutcome],
        fault: Fault,
        reader: int,
    ) -> None:
        """Most of the time things are carried through; without this rule few stories would come far."""
        self._do("write", lines=lines)
        self._do("relay", which=which, broker_outcomes=broker_outcomes)
        self._do("read_on", which=reader, fault=fault)

    @rule(seconds=moments, broker_outcomes=broker_outcomes)
    def relay_for_a_while(self, seconds: float, broker_outcomes: list[BrokerOutcome]) -> None:
        self._do("relay_in_turns", rounds=3, seconds=seconds, broker_outcomes=broker_outcomes)

    @rule(which=either, broker_outcomes=broker_outcomes)
    def relay(self, which: int, broker_outcomes: list[BrokerOutcome]) -> None:
        self._do("relay", which=which, broker_outcomes=broker_outcomes)

    @rule(which=st.integers(0, 5), taken=st.booleans())
    def arrive(self, which: int, *, taken: bool) -> None:
        self._do("arrive", which=which, taken=taken)

    @rule(seconds=moments)
    def pass_time(self, seconds: float) -> None:
        self._do("pass_time", seconds=seconds)

    @rule(which=either)
    def kill_relay(self, which: int) -> None:
        self._do("kill_relay", which=which)

    @rule(which=either)
    def freeze_relay(self, which: int) -> None:
        self._do("freeze_relay", which=which)

    @rule(which=either)
    def drain_relay(self, which: int) -> None:
        self._do("drain_relay", which=which)

    @rule(lane=lanes, most=st.integers(1, 8), fault=faults, overlooks=st.none() | st.integers(0, 7))
    def poll(self, lane: int, most: int, fault: Fault, overlooks: int | None) -> None:
        self._do("poll", lane=lane, most=most, fault=fault, overlooks=overlooks)

    @rule(key=keys, second=handler_faults)
    def overlook_the_first_of_a_key(self, key: int, second: HandlerFault) -> None:
        self._do("overlook_the_first_of_a_key", number=key, second=second)

    @rule(lane=lanes, repaired=st.booleans())
    def read_again(self, lane: int, *, repaired: bool) -> None:
        self._do("read_again", lane=lane, repaired=repaired)

    @rule(which=either)
    def commit_offsets(self, which: int) -> None:
        self._do("commit_offsets", which=which)

    @rule(lines=lines, which=either, killed=rarely)
    def be_slow_and_lose_the_partition(
        self, lines: list[tuple[int, HandlerFault]], which: int, *, killed: bool
    ) -> None:
        """A reader is stuck in a handler past its session; the other reads the same, and then both go on."""
        self._do("write", lines=lines)
        self._do("relay", which=which, broker_outcomes=())
        self._do("be_slow", lane=LANES[lines[0][0]], killed=killed)

    @rule(lane=lanes)
    def rebalance(self, lane: int) -> None:
        self._do("rebalance", lane=lane)

    @rule(which=either)
    def let_go(self, which: int) -> None:
        self._do("let_go", which=which)

    @rule(which=either)
    def kill_reader(self, which: int) -> None:
        self._do("kill_reader", which=which)

    @rule(times=st.sampled_from([1, 12]), fault=st.sampled_from([Fault.NONE, Fault.NONE, Fault.CUT]))
    def retry_deferred(self, times: int, fault: Fault) -> None:
        self._do("retry_deferred", times=times, fault=fault)

    @rule()
    def retry_deferred_by_two(self) -> None:
        self._do("retry_deferred_by_two")

    @rule(skips=st.booleans(), repaired=st.booleans())
    def release_dead(self, *, skips: bool, repaired: bool) -> None:
        self._do("release_dead", skips=skips, repaired=repaired)

    @rule()
    def accept_gaps(self) -> None:
        self._do("accept_gaps")

    @rule()
    def skip_heads(self) -> None:
        self._do("skip_heads")

    @rule(skips=st.booleans())
    def release_parked(self, *, skips: bool) -> None:
        self._do("release_parked", skips=skips)

    @invariant()
    def keeps_every_promise(self) -> None:
        self._do("check")

    def teardown(self) -> None:
        if self._telling is not None:
            try:
                self._telling.end(converge=True)
            finally:
                self._chronicle.keep(self._telling.told)
