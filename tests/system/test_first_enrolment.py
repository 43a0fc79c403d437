"""The narrowest whole: somebody takes a place through the gateway and finds the invitation in their mailbox."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx
from icalendar import Calendar

from academy.local.platform import Platform
from tests.support.delivery import eventually
from tests.support.gateway import Visitor, visitor

STARTS = datetime(2020, 10, 27, 10, tzinfo=UTC)

PROGRAMME = {
    "family": "complete_leadership_series",
    "title": "Leading compassionately through change",
    "levels": ["I"],
    "audience": "all staff",
    "provider": "the academy",
    "completion": {"attend": "all", "recordings_count": True},
    "over_booking": False,
}

LEARNER = {
    "phone": None,
    "system": "QGH",
    "organisation": "RWP",
    "staff_group": "NMR",
    "profession": "NUR",
    "band": "6",
    "gender": "female",
    "ethnic_category": "A",
}


def at(moment: datetime) -> dict[str, str]:
    return {"Academy-Time": moment.isoformat()}


async def a_cohort(replay: Visitor, code: str, *, places: int = 20) -> UUID:
    """A published programme with one open cohort and one session."""
    when = at(STARTS - timedelta(days=40))
    (await replay.put(f"/enrolment/v1/programmes/{code}", json=PROGRAMME, headers=when)).raise_for_status()
    cohort: dict[str, Any] = {
        "programme_code": code,
        "title": "October",
        "seats": places,
        "places": places,
        "opens_at": (STARTS - timedelta(days=40)).isoformat(),
        "closes_at": (STARTS - timedelta(hours=1)).isoformat(),
    }
    opened = (await replay.post("/enrolment/v1/cohorts", json=cohort, headers=when)).raise_for_status()
    cohort_id = opened.json()["cohort_id"]
    session = {
        "title": "Leading compassionately",
        "starts_at": STARTS.isoformat(),
        "ends_at": (STARTS + timedelta(minutes=90)).isoformat(),
        "join_url": "https://teams.example.org/meet/1",
    }
    (await replay.post(f"/enrolment/v1/cohorts/{cohort_id}/sessions", json=session, headers=when)).raise_for_status()
    return UUID(cohort_id)


async def test_a_place_taken_through_the_gateway_becomes_an_invitation_in_the_mailbox(academy: Platform) -> None:
    gateway, person = academy.address("gateway"), uuid4()
    replay = await visitor(gateway, "replay")
    participant = await visitor(gateway, "participant", person_id=str(person))
    cohort = await a_cohort(replay, f"CLS-{person.hex[-6:]}")
    email = f"ada.{person.hex[-8:]}@example.nhs.uk"
    learner = LEARNER | {"name": "Ada Made-Up", "email": email}
    (await participant.put(f"/enrolment/v1/learners/{person}", json=learner)).raise_for_status()
    enrolled = await participant.post(f"/enrolment/v1/cohorts/{cohort}/enrolments", json={"person_id": str(person)})
    assert enrolled.status_code == 201, enrolled.text

    async def arrived() -> list[dict[str, Any]]:
        async with httpx.AsyncClient() as reader:
            found = await reader.get(f"{academy.address('mailbox')}/api/messages", params={"to": email})
        return found.json()["messages"]

    await eventually(arrived)
    [mail] = await arrived()
    async with httpx.AsyncClient() as reader:
        whole = (await reader.get(f"{academy.address('mailbox')}/api/messages/{mail['id']}")).json()
    [event] = Calendar.from_ical(whole["calendar"]).events
    assert isinstance(event.start, datetime)
    assert event.start.astimezone(UTC) == STARTS
    assert "Ada" in whole["text"]
