"""The academy before the storm: a few cohorts that fill up, people to enrol, members to assess."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from tests.chaos.client import Client

BOOKING = datetime(2021, 1, 4, 9, tzinfo=UTC)
FIRST_SESSION = datetime(2021, 3, 1, 9, tzinfo=UTC)
AFTERWARDS = datetime(2021, 3, 31, 9, tzinfo=UTC)

COHORTS, SESSIONS, PLACES, PEOPLE, MEMBERS = 8, 6, 20, 90, 30
PROGRAMME = "CHAOS"


@dataclass(frozen=True, slots=True)
class Cohort:
    """A cohort and those of its sessions whose register is taken; nobody completes, for one never is."""

    cohort_id: str
    sessions: Sequence[str]


@dataclass(frozen=True, slots=True)
class Scene:
    """Whom and what the load is about, the most popular first."""

    people: Sequence[str]
    cohorts: Sequence[Cohort]
    members: Sequence[str]


def an_id(draw: random.Random) -> str:
    """An id out of the seed."""
    return str(UUID(int=draw.getrandbits(128), version=4))


async def build(client: Client, draw: random.Random) -> Scene:
    """Publish, open, schedule, register; every id that clients may choose comes from the seed."""
    people = [an_id(draw) for _ in range(PEOPLE)]
    await client.insist("enrolment", "PUT", f"/v1/programmes/{PROGRAMME}", body=_programme(), Academy_Time=_at(BOOKING))
    cohorts = [await _cohort(client, draw, number) for number in range(COHORTS)]
    await _post(client, draw, "/v1/learners/batch", {"learners": [_learner(p, n) for n, p in enumerate(people)]})
    members = people[:MEMBERS]
    for number, person in enumerate(members):
        path = f"/v1/members/{person}"
        await client.insist("talent", "PUT", path, body=_member(number), Academy_Time=_at(BOOKING))
    return Scene(people, cohorts, members)


async def _cohort(client: Client, draw: random.Random, number: int) -> Cohort:
    plan = {
        "programme_code": PROGRAMME,
        "title": f"Cohort {number}",
        "seats": PLACES,
        "places": PLACES,
        "opens_at": _at(BOOKING - timedelta(days=1)),
        "closes_at": _at(FIRST_SESSION - timedelta(days=1)),
    }
    cohort_id = (await _post(client, draw, "/v1/cohorts", plan))["cohort_id"]
    path = f"/v1/cohorts/{cohort_id}/sessions"
    sessions = [(await _post(client, draw, path, _session(number, place)))["session_id"] for place in range(SESSIONS)]
    return Cohort(cohort_id, sessions[:-1])


async def _post(client: Client, draw: random.Random, path: str, body: dict[str, Any]) -> Any:
    key = an_id(draw)
    return await client.insist(
        "enrolment", "POST", path, body=body, Academy_Time=_at(BOOKING), Idempotency_Key=key, X_Correlation_ID=key
    )


def _session(cohort: int, place: int) -> dict[str, Any]:
    """No two start at once, so that a start tells a session."""
    starts = FIRST_SESSION + timedelta(days=place, minutes=cohort)
    return {
        "title": f"Session {place}",
        "starts_at": _at(starts),
        "ends_at": _at(starts + timedelta(minutes=90)),
        "join_url": "https://teams.example.org/meet/1",
    }


def _programme() -> dict[str, Any]:
    return {
        "family": "complete_leadership_series",
        "title": "Leading compassionately through change",
        "levels": ["I"],
        "audience": "all staff",
        "provider": "Midlands leadership academy",
        "completion": {"attend": "all", "recordings_count": False},
        "over_booking": False,
    }


def _learner(person: str, number: int) -> dict[str, Any]:
    return {
        "person_id": person,
        "name": f"Learner Number{chr(97 + number % 26)}",
        "email": f"learner.{number}@example.nhs.uk",
        "system": "QGH",
        "organisation": "QGH01",
        "staff_group": "NMR",
        "profession": "NUR",
        "band": "6",
        "gender": "female",
        "ethnic_category": "A",
    }


def _member(number: int) -> dict[str, Any]:
    return {
        "name": f"Learner Number{chr(97 + number % 26)}",
        "email": f"learner.{number}@example.nhs.uk",
        "professional_group": "CNO",
        "role_family": "executive",
        "system": "QGH",
        "service_type": "ACU",
        "horizon_months": 24,
        "assessed_on": "2020-12-01",
        "decided_by": "0190a000-0000-7000-8000-0000000000aa",
    }


def _at(moment: datetime) -> str:
    return moment.isoformat()
