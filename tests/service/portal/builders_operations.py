"""Events that are stuck at a service, of a person nobody else is about."""

from uuid import UUID, uuid4

from shared.contracts.enrolment.learners import ProgrammeCompleted
from shared.contracts.envelope import Contract, Envelope, source_of
from shared.contracts.topics import owner
from shared.messaging.wire import Event
from tests.support.databases import execute, rows
from tests.support.delivery import NOW, announce, numbered
from tests.support.services import ServiceUnderTest

NONSENSE = b'{"nonsense": true}'


def unreadable(sequence: int, key: UUID, contract: type[Contract] = ProgrammeCompleted) -> Event:
    """An event whose payload breaks its contract: dead at once, if it is the next of its key."""
    envelope = Envelope(
        id=uuid4(),
        source=source_of(owner(contract.topic), "development"),
        type=contract.event_type(),
        time=NOW,
        topic=contract.topic,
        key=str(key),
        sequence=sequence,
        correlation_id=str(uuid4()),
        causation_id=None,
        traceparent=None,
    )
    return Event(envelope, NONSENSE)


async def a_dead_event(service: ServiceUnderTest, contract: type[Contract] = ProgrammeCompleted) -> UUID:
    """One more waits behind it."""
    key = uuid4()
    dead, _ = await service.receive(unreadable(1, key, contract), unreadable(2, key, contract))
    return dead.envelope.id


async def a_parked_event(service: ServiceUnderTest) -> UUID:
    """Kafka refuses it."""
    key = uuid4()
    await service.db.run(announce, numbered(key, 1))
    await execute(
        service.db,
        "update outbox set parked_at = clock_timestamp(), last_error = 'MessageSizeTooLargeError' where key = $1",
        str(key),
    )
    [(event_id,)] = await rows(service.db, "select event_id from outbox where key = $1", str(key))
    return UUID(str(event_id))
