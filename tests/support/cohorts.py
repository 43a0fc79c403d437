"""A cohort to enrol in, made through the gateway."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from tests.support.gateway import Visitor

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
    "organisation": "QGH01",
    "staff_group": "NMR",
    "profession": "NUR",
    "band": "6",
    "gender": "female",
    "ethnic_category": "A",
}


def at(moment: datetime) -> dict[str, str]:
    return {"Academy-Time": moment.isoformat()}


async def a_cohort(replay: Visitor, code: str, *, starts: datetime, places: int = 20) -> UUID:
    """A published programme with one open cohort and one session."""
    when = at(starts - timedelta(days=40))
    (await replay.put(f"/enrolment/v1/programmes/{code}", json=PROGRAMME, headers=when)).raise_for_status()
    cohort: dict[str, Any] = {
        "programme_code": code,
        "title": "October",
        "seats": places,
        "places": places,
        "opens_at": (starts - timedelta(days=40)).isoformat(),
        "closes_at": (starts - timedelta(hours=1)).isoformat(),
    }
    opened = (await replay.post("/enrolment/v1/cohorts", json=cohort, headers=when)).raise_for_status()
    cohort_id = opened.json()["cohort_id"]
    session = {
        "title": "Leading compassionately",
        "starts_at": starts.isoformat(),
        "ends_at": (starts + timedelta(minutes=90)).isoformat(),
        "join_url": "https://teams.example.org/meet/1",
    }
    (await replay.post(f"/enrolment/v1/cohorts/{cohort_id}/sessions", json=session, headers=when)).raise_for_status()
    return UUID(cohort_id)
