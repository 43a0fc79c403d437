"""The consumers that subscribers copy, against real Kafka: the same comes out of all four, whatever the topics hold."""

import asyncio
import json
import re
from collections import defaultdict
from collections.abc import AsyncGenerator, Callable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any, TypeAlias
from uuid import UUID, uuid4

import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition

from academy.local.kafka_jars import pinned_hashes
from academy.local.layout import KAFKA
from academy.local.platform import Platform
from shared.contracts.enrolment.cohorts import CohortOpened
from shared.contracts.enrolment.learners import EnrolmentWithdrawn, LearnerEnrolled
from shared.contracts.envelope import Contract, EventSkipped
from shared.contracts.subscribers import Subscriber
from shared.contracts.topics import PARTITIONS, Topic
from shared.messaging import grants, topics
from shared.messaging.access import Access
from shared.messaging.cluster import Cluster, Login
from shared.messaging.endings import end_consumer
from shared.messaging.lanes import lane_of
from shared.messaging.producer import Producer
from shared.messaging.records import record_of
from shared.messaging.wire import HeaderEncoder, Headers
from tests.support.certificates import self_signed
from tests.support.delivery import NOW, PUBLIC_URL, SOURCE, keys_in
from tests.support.example_consumers import EXAMPLES, LANGUAGES, Ended, Example, Missing, run
from tests.support.folders import folder_anyone_may_cross
from tests.support.platform import a_plan

LEARNERS, COHORTS = LearnerEnrolled.topic, CohortOpened.topic
NEW_TYPE = "uk.nhs.midlands-leadership.enrolment.SeatWarmed.v1"
ENCODER = HeaderEncoder(SOURCE, public_url=PUBLIC_URL)

pytestmark = pytest.mark.timeout(400)


@dataclass(frozen=True, slots=True)
class Sent:
    """A record of a topic; without headers it is no event."""

    topic: str
    key: str
    value: bytes
    headers: Headers

    def unread(self) -> dict[str, Any]:
        """The line a consumer tells where it is no event, the first record of its partition."""
        return {"did": "unreadable", "topic": self.topic, "partition": lane_of(self.key), "offset": 0}

    def told(self, did: str, sequence: int, **effect: Any) -> dict[str, Any]:
        """The line a consumer tells of it."""
        known = dict(self.headers)
        names = {name: known[f"ce_{name}"].decode() for name in ("type", "id", "time")}
        return {"did": did, "topic": self.topic, "key": self.key, "sequence": sequence, **names, **effect}


@dataclass(frozen=True, slots=True)
class Place:
    """Two topics under a prefix of their own, and a subscriber's user who may read them."""

    kafka: Cluster
    login: Login
    prefix: str

    @property
    def topics(self) -> Sequence[str]:
        return [self.prefix + topic for topic in (LEARNERS, COHORTS)]

    def event(self, event: Contract, sequence: int) -> Sent:
        """As the relay sends it."""
        return self.record(event.topic, event.key(), event.event_type(), sequence, event.model_dump_json().encode())

    def record(self, topic: str, key: str, kind: str, sequence: int, value: bytes) -> Sent:
        headers = json.dumps({"time": NOW.isoformat(), "correlationid": "c"})
        row = {"event_id": uuid4(), "type": kind, "key": key, "version": sequence, "headers": headers}
        return Sent(self.prefix + topic, key, value, ENCODER.of(row))

    async def send(self, *records: Sent) -> None:
        producer = Producer(self.kafka)
        await producer.start()
        for record in records:
            batch = producer.batch()
            batch.add(record.key.encode(), record.value, record.headers)
            await producer.send(record.topic, lane_of(record.key), batch)
        await producer.stop()

    async def abort(self, record: Sent) -> None:
        """It stands in the topic, in a transaction that never was."""
        producer: Any = AIOKafkaProducer(**self.kafka.client(), transactional_id=self.prefix)
        await producer.start()
        try:
            await producer.begin_transaction()
            await producer.send_and_wait(
                record.topic, record.value, record.key.encode(), lane_of(record.key), headers=record.headers
            )
            await producer.abort_transaction()
        finally:
            await producer.stop()

    async def forget_offsets(self, group: str) -> None:
        """As after a crash between the effect and the commit, for all there is."""
        consumer: Any = AIOKafkaConsumer(**self.kafka.client(), group_id=group, enable_auto_commit=False)
        await consumer.start()
        try:
            everything = [TopicPartition(topic, number) for topic in self.topics for number in range(PARTITIONS)]
            consumer.assign(everything)
            await consumer.commit(dict.fromkeys(everything, 0))
        finally:
            await end_consumer(consumer)


@asynccontextmanager
async def a_place(kafka: Cluster) -> AsyncGenerator[Place]:
    """What the operators do for a new subscriber; taken back in the end."""
    prefix, access = f"t{uuid4().hex[:8]}.", Access(kafka)
    declared = tuple(Topic(topic, "open", "") for topic in (LEARNERS, COHORTS))
    assert await topics.apply(kafka, declared, brokers=1, prefix=prefix) == {}
    login = Login(f"{prefix}subscriber", uuid4().hex)
    await access.admit(login)
    granted = [grant.under(prefix) for grant in grants.of_subscriber(Subscriber("subscriber"))]
    assert (await access.apply(granted, users=[login.user])).lines() == []
    try:
        yield Place(kafka, login, prefix)
    finally:
        await access.expel(login.user)


Ready: TypeAlias = Callable[[str], Example]


@pytest.fixture(scope="module")
def ready(tmp_path_factory: pytest.TempPathFactory) -> Ready:
    """How the consumer of a language is run; made once."""

    @cache
    def made(language: str) -> Example:
        return Example.made(language, tmp_path_factory.mktemp(language))

    return made


@pytest.fixture(params=LANGUAGES)
def example(request: pytest.FixtureRequest, ready: Ready) -> Example:
    try:
        return ready(request.param)
    except Missing as missing:
        pytest.skip(f"{request.param}: {missing}")


def enrolled(person: UUID, cohort: UUID) -> LearnerEnrolled:
    payload = record_of(LearnerEnrolled)["payload"]
    return LearnerEnrolled.model_validate_json(
        json.dumps(payload | {"person_id": str(person), "cohort_id": str(cohort)})
    )


def withdrawn(person: UUID, cohort: UUID) -> EnrolmentWithdrawn:
    payload = record_of(EnrolmentWithdrawn)["payload"]
    return EnrolmentWithdrawn.model_validate_json(
        json.dumps(payload | {"person_id": str(person), "cohort_id": str(cohort)})
    )


def opened(cohort: UUID) -> CohortOpened:
    payload = record_of(CohortOpened)["payload"]
    return CohortOpened.model_validate_json(json.dumps(payload | {"cohort_id": str(cohort)}))


def by_key(lines: Sequence[Mapping[str, Any]]) -> dict[tuple[str, str], list[Mapping[str, Any]]]:
    """Between keys there is no order; what cannot be read has none, and stands by its partition."""
    found: defaultdict[tuple[str, str], list[Mapping[str, Any]]] = defaultdict(list)
    for line in lines:
        found[line["topic"], str(line.get("key", line.get("partition")))].append(line)
    return dict(found)


def well(ended: Ended) -> dict[tuple[str, str], list[Mapping[str, Any]]]:
    assert not ended.failed, ended.complaints
    return by_key(ended.lines)


async def test_a_consumer_tells_each_event_once_and_in_order(example: Example, kafka: Cluster, tmp_path: Path) -> None:
    """Repeats, a gap, types it does not know, headers it cannot read, records that are no events, and two restarts."""
    async with a_place(kafka) as place:
        [person], [other], [nobody], [nothing] = (keys_in(lane, 1) for lane in range(4))
        cohort = uuid4()
        effect = {"cohort_id": str(cohort)}
        first = place.event(enrolled(person, cohort), 1)
        new = place.record(LEARNERS, str(person), NEW_TYPE, 2, b"\xff no JSON")
        skipped = place.record(LEARNERS, str(person), EventSkipped.TYPE, 3, b"{}")
        fourth, fifth, sixth = (place.event(withdrawn(person, cohort), number) for number in (4, 5, 6))
        aborted = place.event(enrolled(person, cohort), 4)
        old = before_padding(place.event(enrolled(other, cohort), 1))
        foreign = replace(opening := place.event(opened(cohort), 1), headers=[*opening.headers, ("x-theirs", b"\xff")])
        stray = Sent(place.topics[0], str(nothing), b"no event", [])
        torn = place.record(LEARNERS, str(nobody), LearnerEnrolled.event_type(), 1, b"{")

        async def told() -> dict[tuple[str, str], list[Mapping[str, Any]]]:
            return well(await run(example, place.kafka, place.login, place.topics, tmp_path / "journal"))

        await place.send(first)
        await place.abort(aborted)
        await place.send(first, new, skipped, fifth, old, foreign, stray, torn)
        unreadable = [stray.unread(), torn.unread()]
        assert await told() == by_key(
            [
                first.told("applied", 1, **effect),
                first.told("repeat", 1, **effect),
                new.told("passed over", 2),
                skipped.told("passed over", 3),
                fifth.told("waiting", 5, **effect),
                old.told("applied", 1, **effect),
                foreign.told("applied", 1, **effect),
                *unreadable,
            ]
        )

        await place.send(fourth, sixth)
        late = ((fourth, 4), (fifth, 5), (sixth, 6))
        assert await told() == by_key([record.told("applied", number, **effect) for record, number in late])

        await place.forget_offsets(example.group(place.login))
        assert await told() == by_key(
            [
                *(first.told("repeat", 1, **effect) for _ in range(2)),
                new.told("repeat", 2),
                skipped.told("repeat", 3),
                *(record.told("repeat", number, **effect) for record, number in ((fifth, 5), (fourth, 4), (sixth, 6))),
                old.told("repeat", 1, **effect),
                foreign.told("repeat", 1, **effect),
                *unreadable,
            ]
        )


def before_padding(sent: Sent) -> Sent:
    """Its sequence has no zeros in front."""
    headers = [(name, b"1" if name == "ce_sequence" else value) for name, value in sent.headers]
    return replace(sent, headers=headers)


async def test_consumers_enter_by_tls_and_end_where_they_are_not_let_in(ready: Ready, tmp_path: Path) -> None:
    """Every language that is here; which are not, the test above says."""
    broker, authority = self_signed(tmp_path)
    with folder_anyone_may_cross() as folder:
        plain = a_plan(folder, parts=frozenset({KAFKA}))
        told = {"ACADEMY_KAFKA_CERTIFICATE": str(broker), "ACADEMY_KAFKA_AUTHORITY": str(authority)}
        async with Platform(replace(plain, environment=dict(plain.environment) | told)) as platform:
            kafka = platform.kafka_as_admin
            await asyncio.gather(*(_enters(one, kafka, tmp_path / one.language) for one in _here(ready)))


async def _enters(example: Example, kafka: Cluster, journal: Path) -> None:
    async with a_place(kafka) as place:
        sent = place.event(opened(uuid4()), 1)
        await place.send(sent)
        stranger = replace(place.login, password="another's")
        outside = await run(example, kafka, stranger, place.topics, journal)
        assert (outside.failed, outside.lines) == (True, [])
        inside = await run(example, kafka, place.login, place.topics, journal)
        assert well(inside) == by_key([sent.told("applied", 1, cohort_id=sent.key)])


def _here(ready: Ready) -> Iterator[Example]:
    for language in LANGUAGES:
        with suppress(Missing):
            yield ready(language)


def test_maven_is_told_of_the_jars_that_are_tried_here() -> None:
    dependencies = (EXAMPLES / "java" / "pom.xml").read_text().partition("</dependencies>")[0]
    found = re.findall(r"<artifactId>(.+)</artifactId>\s*<version>(.+)</version>\s*</dependency>", dependencies)
    assert len(found) == 3
    assert {f"{name}-{version}.jar" for name, version in found} <= pinned_hashes().keys()
