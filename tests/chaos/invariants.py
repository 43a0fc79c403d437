"""The invariants of the delivery promise, each a pure function over what was left; none of them trusts the product."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from itertools import count
from types import MappingProxyType
from uuid import UUID

from shared.messaging.lanes import lane_of
from tests.chaos import effects
from tests.chaos.dumps import Dumps, Sample, Seen, Stream
from tests.chaos.poison import Poison

_NOTHING_GONE: Mapping[Stream, AbstractSet[int]] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Finding:
    """How often an invariant was checked, and every time it did not hold."""

    number: int
    invariant: str
    checked: int
    violations: Sequence[str]


def delivered(dumps: Dumps) -> Finding:
    """Whatever was committed stands in its topic."""
    present = {r.mark for r in dumps.seen}
    lost = [f"{w.topic} {w.key} v{w.version}" for mark, w in dumps.written.items() if mark not in present]
    return Finding(1, "every committed event in its topic at least once", len(dumps.written), lost)


def no_phantoms(dumps: Dumps, aborted: Iterable[UUID], strangers: Collection[str | None]) -> Finding:
    """Nothing stands in a topic that no committed transaction announced; `strangers` is where we put what is none."""
    phantoms = [_at(r) for r in dumps.seen if r.mark is not None and r.mark not in dumps.written]
    phantoms += [_at(r) for r in dumps.seen if r.mark is None and f"{_at(r)}" not in strangers]
    undone = set(aborted)
    phantoms += [f"rolled back: {r.event_id}" for r in dumps.seen if r.event_id in undone]
    return Finding(2, "none from a rolled-back transaction", len(dumps.seen) + len(undone), phantoms)


def first_seen_in_order(dumps: Dumps, gone: Mapping[Stream, AbstractSet[int]] = _NOTHING_GONE) -> Finding:
    """Per key, events are first seen as 1, 2, 3 …; only what is `gone`, for nobody wrote it, may be left out."""
    wrong = [
        f"{stream}: v{record.version} where v{due} was due"
        for stream, records in dumps.firsts.items()
        for due, record in zip(_due(gone.get(stream, frozenset())), records, strict=False)
        if record.version != due
    ]
    return Finding(3, "first occurrences per key are 1, 2, 3 …", len(dumps.firsts), wrong)


def _due(gone: AbstractSet[int]) -> Iterator[int]:
    return (version for version in count(1) if version not in gone)


def well_placed(dumps: Dumps) -> Finding:
    """The partition is the key's, and the record says of itself what the outbox said."""
    wrong: list[str] = []
    events = [r for r in dumps.seen if r.mark in dumps.written]
    for record in events:
        assert record.mark is not None
        row = dumps.written[record.mark]
        if record.partition != lane_of(record.key) or row.lane != record.partition:
            wrong.append(f"{_at(record)}: partition of another key")
        if (record.topic, record.key, record.type) != (row.topic, row.key, row.type):
            wrong.append(f"{_at(record)}: not what was written")
    return Finding(4, "right partition, right sequence", len(events), wrong)


def one_effect_each(dumps: Dumps, hopeless: AbstractSet[UUID]) -> Finding:
    """Each event a consumer has passed had its effect once, and nothing else had one; the `hopeless` have none."""
    checked, wrong = 0, list[str]()
    for consumer, stream, wanted, had in _effects(dumps, hopeless):
        checked += len(wanted)
        missing, extra = Counter(wanted) - Counter(had), Counter(had) - Counter(wanted)
        wrong += [f"{consumer} {stream}: no effect of {effect}" for effect in missing]
        wrong += [f"{consumer} {stream}: {count} too many of {effect}" for effect, count in extra.items()]
    return Finding(5, "one effect per consumer and event", checked, wrong)


def effects_in_order(dumps: Dumps, hopeless: AbstractSet[UUID]) -> Finding:
    """Cursors only rise, and effects of a key come in the order of its versions."""
    checked, wrong = 0, list[str]()
    for service in dumps.services:
        last: dict[tuple[str, Stream], int] = {}
        for moved in service.moved:
            of = moved.consumer, (moved.topic, moved.key)
            if moved.version <= last.get(of, 0):
                wrong.append(f"{of}: from {last[of]} to {moved.version}")
            last[of] = moved.version
            checked += 1
    for consumer, stream, wanted, had in _effects(dumps, hopeless):
        checked += len(had)
        if Counter(wanted) == Counter(had) and list(wanted) != list(had):
            wrong += [
                f"{consumer} {stream}: {came} before {due}"
                for due, came in zip(wanted, had, strict=True)
                if due != came
            ]
    return Finding(6, "effects in version order", checked, wrong)


def _effects(
    dumps: Dumps, hopeless: AbstractSet[UUID]
) -> Iterator[tuple[str, Stream, Sequence[effects.Effect], Sequence[effects.Effect]]]:
    for sample in dumps.final:
        wanted = effects.expected(dumps, sample.group, hopeless)
        had = effects.found(dumps, dumps.of(sample.group))
        for stream in wanted.keys() | had.keys():
            yield sample.group, stream, wanted.get(stream, ()), had.get(stream, ())


def offsets_behind_work(dumps: Dumps, unreadable: AbstractSet[UUID] = frozenset()) -> Finding:
    """Whatever a committed offset has passed was absorbed or deferred by then; the `unreadable` can be neither."""
    checked, wrong = 0, list[str]()
    for sample in (*dumps.samples, *dumps.final):
        for place, offset in sample.committed.items():
            for record in dumps.by_place.get(place, ()):
                if record.offset < offset and record.mark is not None and record.event_id not in unreadable:
                    checked += 1
                    if not _absorbed(sample, record):
                        wrong.append(f"{sample.group} at {offset} of {place}: {record.key} v{record.version}")
    return Finding(7, "offsets never past unfinished work", checked, wrong)


def _absorbed(sample: Sample, record: Seen) -> bool:
    deferred = (record.topic, record.key, record.version) in sample.deferred
    return deferred or record.version <= sample.cursors.get(record.stream, 0)


def converged(dumps: Dumps, poisons: Sequence[Poison]) -> Finding:
    """When all is well again nothing is left over but the poison that stays."""
    kept = {p.key for p in poisons if p.stays}
    left = [f"{s.service}: {event_id} still in the outbox" for s in dumps.services for event_id in s.left]
    left += [
        f"{a.consumer}: {a.key} v{a.version} still {a.state}"
        for s in dumps.services
        for a in s.deferred
        if a.key not in kept
    ]
    for sample in dumps.final:
        read = {place: end for place, end in dumps.ends.items() if place[0] in sample.topics}
        behind = {place: end - sample.committed.get(place, 0) for place, end in read.items()}
        left += [f"{sample.group}: {lag} behind in {place}" for place, lag in behind.items() if lag > 0]
    checked = sum(len(s.written) for s in dumps.services) + len(dumps.ends)
    return Finding(9, "outbox, lag and deferred reach zero", checked, left)


def _at(record: Seen) -> str:
    return f"{record.topic}/{record.partition}/{record.offset}"
