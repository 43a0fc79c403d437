"""Every user of Kafka does exactly what the table of access says; nobody else is let in at all."""

import asyncio
import secrets
from collections.abc import Coroutine
from dataclasses import dataclass, replace
from typing import Any
from uuid import uuid4

import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewPartitions, NewTopic
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType
from aiokafka.errors import GroupAuthorizationFailedError, KafkaConnectionError, TopicAuthorizationFailedError

from academy.operations import topic_access
from academy.operations.wiring import dead_letter_topics
from shared.contracts.topics import OPEN, TOPICS, owner
from shared.messaging import topics
from shared.messaging.access import Access, AccessUnknown
from shared.messaging.cluster import Cluster, Login
from shared.messaging.endings import end_admin, end_consumer
from shared.messaging.grants import Grant
from shared.messaging.kafka import Admin, KafkaUnavailable
from tests.support.packages import SERVICES

DECLARED = [*TOPICS, *dead_letter_topics()]
NAMES = [topic.name for topic in DECLARED]
USERS = (*SERVICES, "ops", "subscriber")


@dataclass(frozen=True, slots=True)
class Kingdom:
    """The run's Kafka under a prefix of its own, with a password for each user."""

    admin: Cluster
    prefix: str
    passwords: dict[str, str]

    def entered(self, user: str) -> Cluster:
        return replace(self.admin, login=Login(self.prefix + user, self.passwords[user]))


@pytest.fixture(scope="module")
async def kingdom(kafka: Cluster) -> Kingdom:
    prefix = f"t{uuid4().hex[:8]}."
    assert await topics.apply(kafka, DECLARED, brokers=1, prefix=prefix) == {}
    made = Kingdom(kafka, prefix, {user: secrets.token_urlsafe(24) for user in USERS})
    access = Access(kafka)
    for user in USERS:
        await access.admit(made.entered(user).login or Login("", ""))
    granted = [grant.under(prefix) for grant in topic_access.declared()]
    assert (await access.apply(granted, users=sorted({grant.user for grant in granted}))).lines() == []
    async with _producer(kafka) as producer:
        await asyncio.gather(*(producer.send_and_wait(prefix + name, b"{}", partition=0) for name in NAMES))
    return made


class _producer:  # noqa: N801 a context manager as a function would be
    """As any system would write: not idempotent, so each topic answers for itself."""

    def __init__(self, cluster: Cluster) -> None:
        self._producer: Any = AIOKafkaProducer(**cluster.client(), acks="all", request_timeout_ms=10_000)

    async def __aenter__(self) -> Any:
        await self._producer.start()
        return self._producer

    async def __aexit__(self, *_: object) -> None:
        await self._producer.stop()


async def _outcome(doing: Coroutine[Any, Any, Any]) -> str:
    try:
        await asyncio.wait_for(doing, 20)
    except TopicAuthorizationFailedError:
        return "refused"
    return "done"


def _may(user: str, operation: str) -> set[str]:
    """What the product's table says, in the words a person would check it by."""
    _, rows = topic_access.table(topic_access.declared())
    return {topic for topic, may in rows if operation in may[user]}


async def test_the_table_says_who_reads_and_writes_what() -> None:
    """Written down once more by hand, so that a slip in what it is derived from is seen."""
    heard = {
        "enrolment": set[str](),
        "coaching": {"enrolment.learners", "talent.members"},
        "talent": {"enrolment.learners"},
        "notifications": {t.name for t in TOPICS} - {"enrolment.activity", "coaching.practitioners", "talent.pools"},
    }
    assert heard.keys() == set(SERVICES)
    for user, topics_heard in heard.items():
        own = {t.name for t in TOPICS if owner(t.name) == user}
        assert _may(user, "write") == own, user
        assert _may(user, "read") == own | topics_heard, user
    assert _may("subscriber", "read") == set(OPEN)
    assert _may("subscriber", "write") == _may("ops", "write") == set()


@pytest.mark.parametrize("user", USERS)
async def test_each_writes_its_own_topics_and_no_other(kingdom: Kingdom, user: str) -> None:
    async with _producer(kingdom.entered(user)) as producer:
        sending = [_outcome(producer.send_and_wait(kingdom.prefix + name, b"{}", partition=0)) for name in NAMES]
        outcomes = dict(zip(NAMES, await asyncio.gather(*sending), strict=True))
    assert {name for name, outcome in outcomes.items() if outcome == "done"} == {n for n in NAMES if owner(n) == user}


@pytest.mark.parametrize("user", USERS)
async def test_each_reads_what_it_subscribes_to_and_no_other(kingdom: Kingdom, user: str) -> None:
    known = [name for name in NAMES if await _is_told_of(kingdom.entered(user), kingdom.prefix + name)]
    await asyncio.gather(*(_read(kingdom.entered(user), kingdom.prefix + name) for name in known))
    letters = {name for name in NAMES if ".dlt." in name and (user == "ops" or owner(name) == user)}
    assert set(known) == _may(user, "read") | letters


async def _is_told_of(cluster: Cluster, topic: str) -> bool:
    """Whoever may read is told; whoever is not told may not read."""
    admin: Any = AIOKafkaAdminClient(**cluster.client(), request_timeout_ms=10_000)
    await admin.start()
    try:
        [found] = await admin.describe_topics([topic])
    finally:
        await end_admin(admin)
    assert found["error_code"] in {0, TopicAuthorizationFailedError.errno}
    return found["error_code"] == 0


async def _read(cluster: Cluster, topic: str) -> None:
    """A record comes, or this never ends."""
    consumer: Any = AIOKafkaConsumer(**cluster.client(), auto_offset_reset="earliest", enable_auto_commit=False)
    await consumer.start()
    try:
        consumer.assign([TopicPartition(topic, 0)])
        await asyncio.wait_for(consumer.getone(), 20)
    finally:
        await end_consumer(consumer)


@pytest.mark.parametrize("user", USERS)
async def test_each_joins_its_own_groups_and_no_other(kingdom: Kingdom, user: str) -> None:
    wanted = [*SERVICES, "subscriber", f"{user}.second", f"{user}s", "nobody"]
    joined = [group for group in wanted if await _commits(kingdom, user, group)]
    assert joined == (wanted if user == "ops" else [g for g in wanted if g in {user, f"{user}.second"}])


async def _commits(kingdom: Kingdom, user: str, group: str) -> bool:
    place = TopicPartition(f"{kingdom.prefix}enrolment.learners", 0)
    consumer: Any = AIOKafkaConsumer(
        **kingdom.entered(user).client(), group_id=kingdom.prefix + group, enable_auto_commit=False
    )
    try:
        await consumer.start()
        consumer.assign([place])
        await asyncio.wait_for(consumer.commit({place: 0}), 20)
    except GroupAuthorizationFailedError:
        return False
    finally:
        await end_consumer(consumer)
    return True


@pytest.mark.parametrize("user", USERS)
async def test_nobody_but_the_administrator_makes_topics_or_rights(kingdom: Kingdom, user: str) -> None:
    admin: Any = AIOKafkaAdminClient(**kingdom.entered(user).client(), request_timeout_ms=10_000)
    own = kingdom.prefix + next((name for name in NAMES if owner(name) == user), NAMES[0])
    await admin.start()
    try:
        made = await admin.create_topics([NewTopic(f"{kingdom.prefix}{user}.more", 1, 1)])
        gone = await admin.delete_topics([own])
        with pytest.raises(TopicAuthorizationFailedError):
            await admin.create_partitions({own: NewPartitions(13)})
        change = ConfigResource(ConfigResourceType.TOPIC, own, configs={"retention.ms": "1"})
        [set_to_expire] = await admin.alter_configs([change])
    finally:
        await end_admin(admin)
    codes = {made.topic_errors[0][1], gone.topic_error_codes[0][1], set_to_expire.resources[0][0]}
    assert codes == {TopicAuthorizationFailedError.errno}
    access = Access(kingdom.entered(user))
    with pytest.raises((AccessUnknown, KafkaUnavailable)):
        await access.admit(Login("intruder", "intruder"))
    with pytest.raises(AccessUnknown):
        await access.apply([Grant(kingdom.prefix + user, "topic", own, "write")], users=[])
    assert bool((await access.drift([])).lines()) == (user == "ops")


@pytest.mark.parametrize(
    "login",
    [
        None,
        Login("admin", "admin"),
        Login("controller", ""),
        Login("enrolment", "guess"),
        Login("ANONYMOUS", "x"),
        Login("nobody", "x"),
        Login("User:admin", "x"),
    ],
    ids=str,
)
async def test_a_stranger_is_not_let_in(kafka: Cluster, login: Login | None) -> None:
    client: Any = AIOKafkaAdminClient(**replace(kafka, login=login).client(), request_timeout_ms=3_000)
    try:
        with pytest.raises((KafkaConnectionError, TimeoutError)):
            await asyncio.wait_for(client.start(), 8)
    finally:
        await end_admin(client)


async def test_a_user_who_is_not_let_in_is_told_apart_from_a_broker_that_is_away(kafka: Cluster) -> None:
    with pytest.raises(KafkaUnavailable):
        async with Admin(replace(kafka, login=Login("enrolment", "guess"))):
            pass
