"""A service whose database was set back publishes nothing until its versions follow on what its topics hold.

A restored database would give versions again that subscribers have seen, and they would drop the new events as
repeats. Lane by lane the topic is read to its end and the database's counters are moved to what it holds, so that the
next version is the one subscribers wait for: no repeat, and no gap.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, Protocol, TypeAlias
from uuid import UUID

from shared.contracts.envelope import Envelope
from shared.contracts.topics import PARTITIONS, shown_key
from shared.errors import Conflict, NotFound, Unavailable
from shared.messaging import wire
from shared.messaging.cluster import Cluster
from shared.messaging.kafka import KafkaUnavailable, Tape
from shared.messaging.recovery import ActionContext, note
from shared.messaging.wire import Undecodable
from shared.postgres.database import Database, Transaction
from shared.postgres.queries import Queries

if TYPE_CHECKING:
    from shared.postgres.database import Record

SQL = Queries(__file__)
LISTED = 1_000
"""How many lost events of a lane are named; all are counted."""

_ONE_AT_A_TIME = 7_301_947

Reason: TypeAlias = Literal["restored", "recovering"]


class NotWithheld(Conflict):
    """The service publishes: its database is the one it published from before, and nothing may be renumbered."""

    code = "not_withheld"


class StreamsUnreconciled(Conflict):
    """Publishing goes on when every lane of every topic was reconciled, not before."""

    code = "streams_unreconciled"


class StillRecovering(Unavailable):
    """A database that is being restored, or is a standby, cannot be written."""

    code = "database_recovering"


class NoSuchLane(NotFound):
    """The service does not write that topic, or the topic has no such lane."""

    code = "no_such_lane"


class TopicUnread(Unavailable):
    """The topic could not be read to its end."""

    code = "topic_unread"


class Asked(Protocol):
    """Whoever can be asked for one value: a connection or a transaction."""

    async def fetchval(self, query: str, /) -> Any:
        """The first column of the first row."""
        ...


async def withheld(asked: Asked) -> Reason | None:
    """Why the service may not publish from this database; None where it may."""
    return await asked.fetchval(SQL["withheld"])


@dataclass(frozen=True, slots=True)
class Lost:
    """An event subscribers have and the restored database knows nothing of; its key as people may see it."""

    event_id: UUID
    key: str
    version: int
    type: str


@dataclass(slots=True)
class Survey:
    """One lane of a topic beside the database's counters; `known` and `unsent` are of one moment.

    `known` is each key's last version that left before anything now unsent; holds no more than one number a key.
    """

    topic: str
    lane: int
    known: Mapping[str, int]
    unsent: frozenset[UUID]
    records: int = 0
    undecodable: int = 0
    heads: dict[str, int] = field(default_factory=dict[str, int])
    published: set[UUID] = field(default_factory=set[UUID])
    lost: int = 0
    lost_events: list[Lost] = field(default_factory=list[Lost])

    def add(self, content: wire.Event | Undecodable) -> None:
        """Count the next record of the lane."""
        self.records += 1
        if isinstance(content, Undecodable) or self._leaps(content.envelope):
            self.undecodable += 1
        else:
            self._count(content.envelope)

    @property
    def behind(self) -> dict[str, int]:
        """The keys of which the topic holds more than the database knows, with the version it holds."""
        return {key: head for key, head in sorted(self.heads.items()) if head > self.known.get(key, 0)}

    def _leaps(self, envelope: Envelope) -> bool:
        """Nobody believed it, and a counter that followed it would be believed by nobody."""
        return wire.leaps(envelope, max(self.heads.get(envelope.key, 0), self.known.get(envelope.key, 0)))

    def _count(self, envelope: Envelope) -> None:
        ours = envelope.id in self.unsent
        if ours:
            self.published.add(envelope.id)
        if envelope.sequence <= self.heads.get(envelope.key, 0):
            return
        self.heads[envelope.key] = envelope.sequence
        if not ours and envelope.sequence > self.known.get(envelope.key, 0):
            self._lose(envelope)

    def _lose(self, envelope: Envelope) -> None:
        self.lost += 1
        if len(self.lost_events) < LISTED:
            key = shown_key(self.topic, envelope.key)
            self.lost_events.append(Lost(envelope.id, key, envelope.sequence, envelope.type))


@dataclass(frozen=True, slots=True)
class Reconciled:
    """What was done to a lane, or would be done."""

    topic: str
    lane: int
    dry_run: bool
    records: int
    undecodable: int
    keys_behind: int
    already_published: int
    renumbered: int
    lost: int
    lost_events: Sequence[Lost]


@dataclass(frozen=True, slots=True)
class Standing:
    """Whether the service publishes, and how far the reconciling has come."""

    withheld: Reason | None
    topics: Sequence[str]
    lanes: int
    lanes_left: int


@dataclass(frozen=True, slots=True)
class Streams:
    """The topics a service writes, as the cluster knows them."""

    cluster: Cluster
    topics: Sequence[str]
    prefix: str = ""

    async def survey(self, db: Database, topic: str, lane: int) -> Survey:
        """Read one lane to its end; NoSuchLane for one the service does not write, TopicUnread when Kafka is away."""
        if topic not in self.topics or not 0 <= lane < PARTITIONS:
            raise NoSuchLane(f"the service writes no lane {lane} of {topic}")
        try:
            async with Tape(self.cluster, self.prefix + topic, lane) as tape:
                survey = _survey(topic, lane, await db.read(_known, topic))
                async for records in tape.records():
                    for record in records:
                        survey.add(wire.decode(record, topic))
        except KafkaUnavailable as error:
            raise TopicUnread(f"{topic} cannot be read now ({error})") from error
        return survey

    async def standing(self, tx: Transaction) -> Standing:
        """How it stands now."""
        done = await tx.fetchval(SQL["reconciled"], self.topics)
        lanes = len(self.topics) * PARTITIONS
        return Standing(await withheld(tx), self.topics, lanes, lanes - done)

    async def resume(self, tx: Transaction, context: ActionContext) -> Standing:
        """Publish from this database from now on; StreamsUnreconciled while a lane is left."""
        await _guard(tx)
        standing = await self.standing(tx)
        if standing.lanes_left:
            raise StreamsUnreconciled(f"{standing.lanes_left} of {standing.lanes} lanes are still to be reconciled")
        if context.dry_run:
            return standing
        await tx.execute(SQL["resume"])
        await tx.execute(SQL["forget_lanes"])
        await note(tx, "resume_publishing", context, [])
        return await self.standing(tx)


async def _known(tx: Transaction, topic: str) -> "list[Record]":
    return await tx.fetch(SQL["known"], topic)


def _survey(topic: str, lane: int, rows: "Iterable[Record]") -> Survey:
    known: dict[str, int] = {}
    unsent: set[UUID] = set()
    for row in rows:
        known[row["key"]] = row["version"]
        unsent.update(row["unsent"] or ())
    return Survey(topic, lane, known, frozenset(unsent))


async def _guard(tx: Transaction) -> None:
    """Two people reconcile one after the other; NotWithheld when there is nothing to reconcile any more."""
    await tx.fetchval(SQL["guard"], _ONE_AT_A_TIME)
    match await withheld(tx):
        case None:
            raise NotWithheld("the service publishes from this database: there is nothing to reconcile")
        case "recovering":
            raise StillRecovering("the database still recovers: let it come to its end, and promote it")
        case "restored":
            pass


async def reconcile(tx: Transaction, survey: Survey, context: ActionContext) -> Reconciled:
    """Let the lane's versions follow on what its topic holds; a dry run tells what that would change.

    What stands in the outbox and in the topic, by event id, left before the loss: it is dropped. What stands in the
    outbox alone is numbered on from the topic's last version, in its order and under its id.
    """
    if not context.dry_run:
        await _guard(tx)
        await tx.execute(SQL["raise"], survey.topic, list(survey.behind), list(survey.behind.values()))
    survivors = await _survivors(tx, survey)
    moved = [row for row in survivors if row["version"] != row["new_version"]]
    if not context.dry_run:
        await _renumber(tx, survey, survivors, moved)
        await tx.execute(SQL["note_lane"], survey.topic, survey.lane)
        await _note(tx, survey, context, moved)
    return _outcome(survey, context, len(moved))


async def _survivors(tx: Transaction, survey: Survey) -> "list[Record]":
    keys, heads = list(survey.behind), list(survey.behind.values())
    return await tx.fetch(SQL["survivors"], survey.topic, survey.lane, keys, heads, list(survey.published))


async def _renumber(tx: Transaction, survey: Survey, survivors: "Sequence[Record]", moved: "Sequence[Record]") -> None:
    place = (survey.topic, survey.lane)
    await tx.execute(SQL["drop_published"], *place, list(survey.published))
    await tx.execute(SQL["renumber"], *place, [row["seq"] for row in moved], [row["new_version"] for row in moved])
    last = {row["key"]: row["new_version"] for row in survivors}
    await tx.execute(SQL["settle"], survey.topic, list(last), list(last.values()))


async def _note(tx: Transaction, survey: Survey, context: ActionContext, moved: "Sequence[Record]") -> None:
    changed = [*sorted(survey.published), *(row["event_id"] for row in moved)]
    if survey.behind or changed:
        await note(tx, "reconcile_lane", context, changed)


def _outcome(survey: Survey, context: ActionContext, renumbered: int) -> Reconciled:
    return Reconciled(
        topic=survey.topic,
        lane=survey.lane,
        dry_run=context.dry_run,
        records=survey.records,
        undecodable=survey.undecodable,
        keys_behind=len(survey.behind),
        already_published=len(survey.published),
        renumbered=renumbered,
        lost=survey.lost,
        lost_events=survey.lost_events,
    )
