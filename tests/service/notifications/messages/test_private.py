"""A message that a judgement caused is its person's: nobody else learns that there is one, by list, id or count."""

from typing import Any
from uuid import UUID, uuid4

import pytest

from services.notifications.messages.domain.messages import PRIVATE, Cause, Message
from shared.contracts.envelope import Contract
from shared.ids import EventId, PersonId
from shared.messaging.wire import Event
from tests.service.notifications.announcements import (
    AMARA,
    NOW,
    coaching_invited,
    cohort_opened,
    contact,
    enrolled,
    readiness_changed,
    session_scheduled,
)
from tests.service.notifications.conftest import Send
from tests.support.databases import execute
from tests.support.services import Client, ServiceUnderTest, problem

JUDGED = {readiness_changed: "talent_update", coaching_invited: "coaching_invitation"}
BY_EVENT = "/v1/operations/messages"
every_judgement = pytest.mark.parametrize(("judged", "purpose"), JUDGED.items(), ids=JUDGED.values())


def about(event: Event, purpose: str) -> UUID:
    """The id of the message, as whoever knows event and person can tell it."""
    (known,) = (p for p in PRIVATE if p == purpose)
    return Message(PersonId(AMARA), known, Cause(EventId(event.envelope.id), "c", NOW)).id


async def items(caller: Client, path: str, **params: str) -> list[dict[str, Any]]:
    return (await caller.get(path, params=params)).raise_for_status().json()["items"]


@every_judgement
async def test_for_information_governance_there_is_no_such_message(
    notifications: ServiceUnderTest, judged: Any, purpose: str
) -> None:
    event, _ = await notifications.receive(judged(), enrolled())
    reader = notifications.as_("information_governance", person_id=uuid4())
    assert [m["purpose"] for m in await items(reader, "/v1/messages")] == ["confirmation"]
    assert [m["purpose"] for m in await items(reader, "/v1/messages", person_id=str(AMARA))] == ["confirmation"]
    assert await items(reader, "/v1/messages", purpose=purpose) == []
    hidden = await reader.get(f"/v1/messages/{about(event, purpose)}")
    unknown = await reader.get(f"/v1/messages/{uuid4()}")
    assert problem(hidden) == problem(unknown) == (404, "message_unknown")
    assert hidden.json()["detail"] == unknown.json()["detail"]


@every_judgement
async def test_the_person_sees_it_whatever_else_they_are(
    notifications: ServiceUnderTest, judged: Any, purpose: str
) -> None:
    (event,) = await notifications.receive(judged())
    for role in ("learner", "information_governance"):
        amara = notifications.as_(role, person_id=AMARA)
        (own,) = await items(amara, "/v1/messages", purpose=purpose)
        assert own["message_id"] == str(about(event, purpose))
        assert (await amara.get(f"/v1/messages/{own['message_id']}")).json() == own


@every_judgement
async def test_who_guesses_an_id_learns_nothing(notifications: ServiceUnderTest, judged: Any, purpose: str) -> None:
    event, place = await notifications.receive(judged(), enrolled())
    (confirmation,) = await items(notifications.as_("information_governance"), "/v1/messages")
    assert confirmation["cause_event_id"] == str(place.envelope.id)
    stranger = notifications.as_("learner", person_id=uuid4())
    ids = [about(event, purpose), confirmation["message_id"], uuid4()]
    answers = [await stranger.get(f"/v1/messages/{message_id}") for message_id in ids]
    assert {(*problem(a), a.json()["detail"]) for a in answers} == {
        (404, "message_unknown", "there is no such message")
    }


async def test_ops_see_how_the_messages_of_an_event_stand_and_nobodys(
    notifications: ServiceUnderTest, send: Send
) -> None:
    other = uuid4()
    told: list[Contract] = [contact(), cohort_opened(), enrolled(), enrolled(other), readiness_changed()]
    events = await notifications.receive(*told)
    await send()
    (scheduled,) = await notifications.receive(session_scheduled())
    await send()
    await execute(
        notifications.db,
        "update message set state = 'permanent-failure', failure_code = '550' where purpose = 'talent_update'",
    )
    answer = await notifications.as_("ops").get(BY_EVENT)
    by_event = {UUID(c["cause_event_id"]): c for c in answer.json()["items"]}
    place, unreachable, judgement = (event.envelope.id for event in events[2:])
    moment = NOW.isoformat().replace("+00:00", "Z")
    assert by_event[place]["messages"] == {"sent": 1}
    assert by_event[unreachable] == {
        "cause_event_id": str(unreachable),
        "purposes": ["confirmation"],
        "messages": {"created": 1},
        "failure_codes": [],
        "waiting_for": ["contact"],
        "first_due_at": moment,
    }
    assert by_event[judgement] == {
        "cause_event_id": str(judgement),
        "purposes": ["talent_update"],
        "messages": {"permanent-failure": 1},
        "failure_codes": ["550"],
        "waiting_for": [],
        "first_due_at": moment,
    }
    assert scheduled.envelope.id not in by_event
    for secret in (AMARA, other, about(events[4], "talent_update")):
        assert str(secret) not in answer.text


async def test_ops_count_several_people_of_one_event_in_one_row(notifications: ServiceUnderTest, send: Send) -> None:
    people = [AMARA, uuid4(), uuid4()]
    await notifications.receive(cohort_opened(), *map(contact, people), *map(enrolled, people))
    await send(NOW.replace(hour=11))
    (scheduled,) = await notifications.receive(session_scheduled())
    await execute(notifications.db, "delete from contact where person_id = $1", AMARA)
    ops = notifications.as_("ops")
    (row,) = await items(ops, BY_EVENT, purpose="session_update")
    assert row["cause_event_id"] == str(scheduled.envelope.id)
    assert (row["messages"], row["waiting_for"]) == ({"created": 3}, ["contact"])
    await execute(notifications.db, "update message set state = 'suppressed' where person_id = $1", AMARA)
    (row,) = await items(ops, BY_EVENT, purpose="session_update")
    assert row["messages"] == {"created": 2, "suppressed": 1}
    (row,) = await items(ops, BY_EVENT, purpose="session_update", state="suppressed")
    assert row["messages"] == {"suppressed": 1}


async def test_events_are_paged_and_filtered_by_purpose_and_state(notifications: ServiceUnderTest) -> None:
    events = await notifications.receive(*(enrolled(uuid4()) for _ in range(4)), readiness_changed())
    await execute(
        notifications.db,
        "update message set state = 'suppressed', failure_code = 'over' where cause_event_id = $1",
        events[0].envelope.id,
    )
    ops, ids = notifications.as_("ops"), sorted(str(e.envelope.id) for e in events)
    seen: list[str] = []
    after: dict[str, str] | None = {}
    while after is not None:
        page = (await ops.get(BY_EVENT, params={"limit": "2"} | after)).json()
        seen += [c["cause_event_id"] for c in page["items"]]
        after = {"after": page["next"]} if page["next"] else None
    assert seen == ids
    (kept_back,) = await items(ops, BY_EVENT, purpose="confirmation", state="suppressed")
    assert (kept_back["messages"], kept_back["failure_codes"]) == ({"suppressed": 1}, ["over"])
    assert len(await items(ops, BY_EVENT, state="created")) == 4
    assert await items(ops, BY_EVENT, purpose="talent_update", state="suppressed") == []


async def test_messages_by_person_are_not_for_ops_and_those_by_event_are_for_nobody_else(
    notifications: ServiceUnderTest,
) -> None:
    for path in ("/v1/messages", f"/v1/messages/{uuid4()}"):
        assert problem(await notifications.as_("ops").get(path)) == (403, "role_missing")
    for role in ("information_governance", "learner", "region", "service"):
        assert problem(await notifications.as_(role).get(BY_EVENT)) == (403, "role_missing")


@pytest.mark.parametrize("role", ["region", "programme_lead", "service"])
async def test_the_report_tells_nobody_but_ops_how_many_were_judged(
    notifications: ServiceUnderTest, send: Send, role: str
) -> None:
    await notifications.receive(contact(), cohort_opened(), session_scheduled(), enrolled())
    await notifications.receive(readiness_changed(), coaching_invited())
    await send()
    report = (await notifications.as_(role).get("/v1/reports/messages")).json()
    assert report["counts"] == [{"purpose": "confirmation", "state": "sent", "messages": 1}]
    assert report["sent"] == 1
    whole = (await notifications.as_("ops").get("/v1/reports/messages")).json()
    assert {c["purpose"] for c in whole["counts"]} == {"confirmation", "talent_update", "coaching_invitation"}
    assert whole["sent"] == 3


@pytest.mark.parametrize("role", ["region", "programme_lead", "service"])
async def test_nor_how_many_of_those_messages_are_on_their_way(notifications: ServiceUnderTest, role: str) -> None:
    async def ends(reader: str) -> tuple[int, int]:
        report = (await notifications.as_(reader).get("/v1/reports/messages")).json()
        return report["under_way"], report["uncertain"]

    await notifications.receive(contact(), cohort_opened(), enrolled(), readiness_changed())
    await execute(notifications.db, "update message set claim = $1", uuid4())
    assert (await ends(role), await ends("ops")) == ((1, 0), (2, 0))
    await execute(notifications.db, "update message set state = 'technical-failure'")
    assert (await ends(role), await ends("ops")) == ((0, 1), (0, 2))


async def test_an_events_first_moment_is_that_of_its_first_message(notifications: ServiceUnderTest) -> None:
    people = [AMARA, uuid4()]
    await notifications.receive(cohort_opened(), *map(contact, people), *map(enrolled, people))
    await execute(notifications.db, "update message set cause_event_id = $1", uuid4())
    await execute(notifications.db, "update message set due_at = '2020-09-01T08:00Z' where person_id = $1", AMARA)
    (row,) = await items(notifications.as_("ops"), BY_EVENT)
    assert row["first_due_at"] == "2020-09-01T08:00:00Z"
