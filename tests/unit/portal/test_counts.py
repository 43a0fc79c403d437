from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from services.portal.clients.enrolment.enrolments import Enrolment
from services.portal.pages.system.counts import by_organisation

AT = datetime(2020, 10, 12, 9, tzinfo=UTC)


def somebody(organisation: str, state: str, **given: Any) -> Enrolment:
    told: dict[str, Any] = {
        "enrolment_id": uuid4(),
        "cohort_id": uuid4(),
        "person_id": uuid4(),
        "method": "self",
        "asked_at": AT,
    }
    return Enrolment.model_validate({**told, "organisation": organisation, "state": state, **given})


def test_people_are_counted_by_organisation_and_how_they_stand() -> None:
    people = [
        somebody("QGH02", "enrolled"),
        somebody("QGH02", "completed"),
        somebody("QGH02", "waitlisted"),
        somebody("QGH01", "withdrawn", enrolled_at=AT, late=True),
        somebody("QGH01", "withdrawn", enrolled_at=AT, late=False),
        somebody("QGH01", "withdrawn", late=False),
    ]
    counts = by_organisation(people)
    assert list(counts) == ["QGH01", "QGH02"]
    assert counts["QGH01"] == {"late": 1, "in_time": 1, "left": 1}
    assert counts["QGH02"] == {"held": 2, "waits": 1}
