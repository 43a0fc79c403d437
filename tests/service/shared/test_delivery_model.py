"""Whatever happens to writers, relays and readers, in whatever order: each committed event takes effect once, in order.

Hypothesis invents the story; outbox, relay sessions, inbox, deferral worker and verbs are the real ones, on real
Postgres. Only the broker is made of memory, for no real one can be told to lose an acknowledgement.

`ACADEMY_MODEL_EXAMPLES` stories are told (25 unless it is set), out of `ACADEMY_MODEL_SEED` (1 for the usual
25, else drawn and told); or the one story that `ACADEMY_MODEL_STORY` holds, as a failure prints it.
"""

import asyncio
import os
import random
from collections import Counter
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pprint import pformat
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.support.model.bus import BrokerOutcome
from tests.support.model.clock import same_surroundings
from tests.support.model.ground import Ground, on_ground
from tests.support.model.handler_faults import HandlerFault
from tests.support.model.readers import Fault
from tests.support.model.rules import DeliveryMachine
from tests.support.model.story import VARIABLE, Act, Story, command_of_run
from tests.support.model.telling import Chronicle, Telling, Told, assert_same, say, tell
from tests.support.model.world import LANES

USUAL, LONG = 25, 100
EXAMPLES = int(os.environ.get("ACADEMY_MODEL_EXAMPLES", USUAL))
SEED = int(os.environ.get("ACADEMY_MODEL_SEED") or (1 if EXAMPLES == USUAL else random.SystemRandom().getrandbits(32)))
ONE_STORY = os.environ.get(VARIABLE)
STEPS = 30
TOLD_TWICE = 3

TWO_GIVE_UP = Story(
    schedule=0,
    acts=[
        Act("begin", {}),
        Act("write", {"lines": [(0, HandlerFault.HOPELESS)]}),
        Act("relay", {"which": 0, "broker_outcomes": []}),
        Act("be_slow", {"lane": LANES[0], "killed": False}),
        Act("check", {}),
        Act("converge", {}),
    ],
)
"""A member loses a partition within a handler; it and its successor both find that the event can never be handled."""

HUNG_SECONDS = 1800 + 30 * EXAMPLES
"""So long that only what hangs is ended by it: no machine is that slow, and a failure has time to be shortened."""

MINIMUM_COUNTS = frozenset({
    "dead letters standing", "duplicates in a topic", "events parked", "events parked on proof", "gaps",
    "overlooked records", "unreadable records", "rebalances in mid-handler", "refused for a record",
    f"in a handler: {Fault.HANG}",
})  # fmt: skip
"""What has to happen in a run of the usual length, else it proves little."""

LONG_MINIMUM_COUNTS = MINIMUM_COUNTS | {f"batch {outcome}" for outcome in BrokerOutcome} | {
    "events replayed", "dead letters skipped", "heads skipped", "gaps accepted", "jumps",
    "parked events retried", "parked events skipped", "late arrivals",
    "late commits", "readers killed at work", "relay sessions lost", "relays drained", "relays frozen",
    "transactions given up", f"in a handler: {Fault.CUT}",
}  # fmt: skip
"""And in a long one."""


@dataclass(frozen=True, slots=True)
class Stage:
    """A loop that the rules drive themselves, and what all stories stand on."""

    runner: asyncio.Runner
    ground: Ground
    chronicle: Chronicle = field(default_factory=Chronicle)

    def machine(self) -> DeliveryMachine:
        return DeliveryMachine(lambda schedule: Telling(self.runner, self.ground, schedule), self.chronicle)

    def again(self, story: Story) -> Told:
        return tell(self.runner, self.ground, story)


@contextmanager
def _stage(admin: str) -> Generator[Stage]:
    """One database for all stories."""
    with same_surroundings() as same, asyncio.Runner(loop_factory=asyncio.new_event_loop) as runner:
        grounds = on_ground(admin, same)
        ground = runner.run(grounds.__aenter__())
        try:
            yield Stage(runner, ground)
        finally:
            runner.run(grounds.__aexit__(None, None, None))


@pytest.mark.timeout(HUNG_SECONDS)
@pytest.mark.parametrize("story", [TWO_GIVE_UP], ids=["two give up"])
def test_a_story_that_failed_once_does_not_fail_again(postgres_admin: str, story: Story) -> None:
    with _stage(postgres_admin) as stage:
        _tell_one(stage, story)


@pytest.mark.timeout(HUNG_SECONDS)
def test_each_committed_event_takes_effect_once_and_in_order_whatever_happens(postgres_admin: str) -> None:
    with _stage(postgres_admin) as stage:
        if ONE_STORY:
            _tell_one(stage, Story.of(ONE_STORY))
        else:
            _tell_all(stage)


def _tell_one(stage: Stage, story: Story) -> None:
    told = stage.again(story)
    say("\n".join(told.journal.lines))
    if told.failure is not None:
        told.failure.add_note(f"To tell this story again:  {story.command()}")
        raise told.failure
    assert_same(told, stage.again(story))


def _tell_all(stage: Stage) -> None:
    raised: Exception | None = None
    try:
        run_state_machine_as_test(_machines(stage), settings=_settings())
    except Exception as error:  # noqa: BLE001 raised below, with all that is known of it
        raised = error
    say(f"ACADEMY_MODEL_SEED={SEED}\n{pformat(dict(stage.ground.seen))}")
    failure = stage.chronicle.failure(raised, stage.again, run=command_of_run(SEED, EXAMPLES))
    if failure is not None:
        raise failure
    for told in stage.chronicle.liveliest(TOLD_TWICE):
        assert_same(told, stage.again(told.story))
    assert not _never(stage.ground.seen), "the stories did not come far enough to prove anything"


def _machines(stage: Stage) -> Any:
    @seed(SEED)
    def machine() -> DeliveryMachine:
        return stage.machine()

    return machine


def _settings() -> settings:
    return settings(
        max_examples=EXAMPLES,
        stateful_step_count=STEPS,
        database=None,
        deadline=None,
        phases=(Phase.generate, Phase.shrink),
        suppress_health_check=(HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much),
        print_blob=False,
        report_multiple_bugs=False,
    )


def _never(seen: Counter[str]) -> set[str]:
    floor = LONG_MINIMUM_COUNTS if EXAMPLES >= LONG else MINIMUM_COUNTS if EXAMPLES >= USUAL else ()
    return {what for what in floor if not seen[what]}
