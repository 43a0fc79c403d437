"""The invariants of delivery, each a function that tells where it is broken; nothing told means kept."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TypeAlias
from uuid import UUID

from shared.contracts.enrolment.cohorts import RecordingPublished
from shared.messaging.dead_letters import topic_of
from tests.support.delivery import TOPIC
from tests.support.model.bus import Bus, Record, Stream
from tests.support.model.operators import Operators
from tests.support.model.picture import DeferredEvent, Numbered, Picture
from tests.support.model.readers import ECHOES, GROUP, Group
from tests.support.model.writers import Writers

LETTERS = topic_of(TOPIC, GROUP)


@dataclass(frozen=True, slots=True)
class Evidence:
    """All there is to look at."""

    picture: Picture
    bus: Bus
    group: Group
    writers: Writers
    operators: Operators
    forgets: bool

    def known(self, stream: Stream) -> dict[int, UUID]:
        """Version to event id of what stands in the topic or still in the outbox."""
        sent = {record.version: record.event_id for record in self.bus.firsts[stream]}
        return sent | {w.version: w.event_id for w in self.picture.outbox if w.stream == stream}

    def committed(self, key: str) -> set[UUID]:
        """Ids of the key's events that were committed."""
        return {i for writings in self.writers.rounds for w in writings for i in w.of_key(key)}

    def may_be_missing(self, record: Record) -> bool:
        """Unreadable, given up by operators, or gone from a topic that forgets before anybody read it."""
        overlooked = self.forgets and record.event_id in self.group.overlooked
        return overlooked or not record.readable or (record.stream[1], record.version) in self.operators.passed

    def written(self) -> set[str]:
        """Every key that was written, committed or not."""
        return {key for topic, key in (*self.bus.firsts, *self.picture.streams) if topic == TOPIC}


Promise: TypeAlias = Callable[[Evidence], Iterator[str]]


def nothing_the_broker_would_not_forgive(e: Evidence) -> Iterator[str]:
    """Producers are used as Kafka allows; first occurrences of each key are 1, 2, 3 …"""
    yield from e.bus.wrongs


def committed_and_nothing_else_is_in_the_outbox_or_its_topic(e: Evidence) -> Iterator[str]:
    """No event is lost, none comes from a transaction that was given up, and versions have no gap."""
    for key in e.written():
        known, committed = e.known((TOPIC, key)), e.committed(key)
        if lost := committed - set(known.values()):
            yield f"{key}: {len(lost)} committed events are nowhere"
        if phantoms := set(known.values()) - committed:
            yield f"{key}: {len(phantoms)} events were never committed"
        if sorted(known) != list(range(1, e.picture.streams.get((TOPIC, key), 0) + 1)):
            yield f"{key}: versions {sorted(known)}, stream {e.picture.streams.get((TOPIC, key))}"


def versions_follow_commits(e: Evidence) -> Iterator[str]:
    """What was committed later has the higher version; within a transaction the order of announcement counts."""
    for key in e.written():
        version_of = {event_id: version for version, event_id in e.known((TOPIC, key)).items()}
        before = 0
        for writings in e.writers.rounds:
            of_each = [[version_of.get(i, 0) for i in w.of_key(key)] for w in writings]
            of_round = sorted(version for of_one in of_each for version in of_one)
            if of_each != [sorted(of_one) for of_one in of_each] or min(of_round, default=before) < before:
                yield f"{key}: versions {of_each} were committed after {before}"
            before = max([before, *of_round])


def one_effect_each_in_version_order(e: Evidence) -> Iterator[str]:
    """Effects of a key are those of versions 1 to its cursor, each once; cursor and effect were committed together."""
    for key in e.written():
        effects = list(e.picture.effects.get(key, ()))
        if effects != (due := _due(e, key, effects)):
            yield f"{key}: effects {_versions(effects)}, due {_versions(due)}, cursor {e.picture.cursors.get(key)}"


def _due(e: Evidence, key: str, had: list[Numbered]) -> list[Numbered]:
    """Markers and skipped events have no effect; what may be missing may have had one."""
    records = [r for r in e.bus.firsts[TOPIC, key][: e.picture.cursors.get(key, 0)] if _is_real(r)]
    due = [(r.version, r.event_id) for r in records if not e.may_be_missing(r) or (r.version, r.event_id) in had]
    return [(version, event_id) for version, event_id in due if event_id not in e.operators.skipped]


def _is_real(record: Record) -> bool:
    return record.header("ce_type") == RecordingPublished.event_type()


def _versions(numbered: list[Numbered]) -> list[int]:
    return [version for version, _ in numbered]


def each_effect_announced_once(e: Evidence) -> Iterator[str]:
    """What a handler announces is committed with its effect, or not at all."""
    for key in e.written():
        echoes, effects = e.known((ECHOES, key)), e.picture.effects.get(key, ())
        if sorted(echoes) != list(range(1, len(effects) + 1)):
            yield f"{key}: {len(effects)} effects, announcements {sorted(echoes)}"


def offsets_never_lead(e: Evidence) -> Iterator[str]:
    """Every record below a committed offset is applied, a duplicate, or stands deferred."""
    deferred = {(d.key, d.version) for d in e.picture.deferred}
    for (topic, partition), log in e.bus.logs.items():
        for record in log[: e.group.committed[partition]] if topic == TOPIC else ():
            done = record.version <= e.picture.cursors.get(record.stream[1], 0) or not record.readable
            if not done and (record.stream[1], record.version) not in deferred:
                yield f"{record.stream}: version {record.version} is below the committed offset and not done"


def what_is_deferred_holds_its_key(e: Evidence) -> Iterator[str]:
    """The head of a chain alone is tried, or dead, and then it stands right behind the cursor unless the topic forgets.

    One member may defer an event that another waits to apply: it is found to be a repeat when it is tried.
    """
    chains: defaultdict[str, list[DeferredEvent]] = defaultdict(list)
    for row in e.picture.deferred:
        chains[row.key].append(row)
    for key, chain in chains.items():
        cursor = e.picture.cursors.get(key, 0)
        if chain[0].version <= cursor and chain[0].state == "dead":
            yield f"{key}: version {chain[0].version} is dead, the cursor stands at {cursor}"
        if [d.state == "behind" for d in chain] != [False] + [True] * (len(chain) - 1):
            yield f"{key}: deferred are {[f'{d.version} {d.state}' for d in chain]}"
        if chain[0].state == "dead" and chain[0].version != cursor + 1 and not e.forgets:
            yield f"{key}: a dead letter does not stand right behind cursor {cursor}"


def one_dead_letter_each_time(e: Evidence) -> Iterator[str]:
    """A letter is sent when an event is given up, once, again only if it is given up again after a replay."""
    letters = {w.event_id: w.origin for w in e.picture.outbox if w.stream[0] == LETTERS}
    for (topic, _), records in e.bus.firsts.items():
        if topic == LETTERS:
            letters |= {r.event_id: UUID(r.header("ce_originid")) for r in records}
    found, due = Counter(letters.values()), e.operators.released + Counter(d.event_id for d in e.picture.dead)
    if found != due:
        yield f"dead letters {sorted(found.values())}, events given up {sorted(due.values())}"


def only_what_was_refused_alone_is_parked(e: Evidence) -> Iterator[str]:
    """A record that Kafka refuses takes no other with it, and a broker that is ill has no record parked."""
    parked = {w.event_id for w in e.picture.outbox if w.parked}
    if innocent := parked - e.bus.suspicions.guilty:
        yield f"{len(innocent)} events are parked of which nothing was proven"


ALWAYS: tuple[Promise, ...] = (
    nothing_the_broker_would_not_forgive,
    committed_and_nothing_else_is_in_the_outbox_or_its_topic,
    versions_follow_commits,
    one_effect_each_in_version_order,
    each_effect_announced_once,
    offsets_never_lead,
    what_is_deferred_holds_its_key,
    one_dead_letter_each_time,
    only_what_was_refused_alone_is_parked,
)


def only_dead_letters_and_what_follows_them_wait(e: Evidence) -> Iterator[str]:
    """When all is quiet the outbox is empty and every key is done, but for those held by a dead letter or a hole."""
    if e.picture.outbox:
        yield f"{len(e.picture.outbox)} rows are left in the outbox"
    dead = {d.key for d in e.picture.dead}
    for key in e.written():
        held = {d.version for d in e.picture.deferred if d.key == key}
        waiting = [r for r in e.bus.firsts[TOPIC, key][e.picture.cursors.get(key, 0) :] if r.version not in held]
        if any(not e.may_be_missing(record) for record in waiting):
            yield f"{key}: events after {e.picture.cursors.get(key)} are neither done nor held"
        if held and key not in dead and not any(record.version < min(held) for record in waiting):
            yield f"{key}: {sorted(held)} are deferred behind nothing dead and nothing missing"


def nothing_waits(e: Evidence) -> Iterator[str]:
    """When all is repaired and replayed too, nothing is left anywhere."""
    if e.picture.outbox or e.picture.deferred:
        yield f"{len(e.picture.outbox)} rows wait in the outbox, {len(e.picture.deferred)} are deferred"
