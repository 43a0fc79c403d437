"""The narrowest whole: somebody takes a place through the gateway and finds the invitation in their mailbox."""

from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import httpx
import pytest
from icalendar import Calendar

from academy.local.platform import Platform
from tests.support.cohorts import LEARNER, a_cohort
from tests.support.delivery import PATIENCE, eventually
from tests.support.gateway import visitor

pytestmark = pytest.mark.timeout(400)

STARTS = datetime(2021, 7, 6, 9, tzinfo=UTC)


async def test_a_place_taken_through_the_gateway_becomes_an_invitation_in_the_mailbox(academy: Platform) -> None:
    gateway, person = academy.address("gateway"), uuid4()
    replay = await visitor(gateway, "replay")
    participant = await visitor(gateway, "participant", person_id=str(person))
    cohort = await a_cohort(replay, f"CLS-{person.hex[-6:]}", starts=STARTS)
    email = f"ada.{person.hex[-8:]}@example.nhs.uk"
    learner = LEARNER | {"name": "Ada Made-Up", "email": email}
    (await participant.put(f"/enrolment/v1/learners/{person}", json=learner)).raise_for_status()
    enrolled = await participant.post(f"/enrolment/v1/cohorts/{cohort}/enrolments", json={"person_id": str(person)})
    assert enrolled.status_code == 201, enrolled.text

    async def arrived() -> list[dict[str, Any]]:
        async with httpx.AsyncClient(timeout=PATIENCE) as reader:
            found = await reader.get(f"{academy.address('mailbox')}/api/messages", params={"to": email})
        return found.json()["messages"]

    await eventually(arrived)
    mail, *again = await arrived()
    assert all(other["message_id"] == mail["message_id"] for other in again)
    async with httpx.AsyncClient(timeout=PATIENCE) as reader:
        whole = (await reader.get(f"{academy.address('mailbox')}/api/messages/{mail['id']}")).json()
    [event] = Calendar.from_ical(whole["calendar"]).events
    assert isinstance(event.start, datetime)
    assert event.start.astimezone(UTC) == STARTS
    assert "Ada" in whole["text"]
