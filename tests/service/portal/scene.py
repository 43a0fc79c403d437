"""Some of everything, so that pages have something to show."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID, uuid4

from shared.contracts.enrolment.cohorts import CohortOpened, SessionScheduled
from shared.contracts.enrolment.learners import LearnerEnrolled
from tests.service.enrolment.enrolment import NOW, SESSION, EnrolmentService, a_learner
from tests.support.portals import PortalUnderTest

BEGAN = NOW - timedelta(hours=3)
"""Over by now: the clock is everybody's, and stays where it is."""


@dataclass(frozen=True, slots=True)
class Scene:
    """A cohort that is full, with a wait and a withdrawal, before its session; another after it."""

    to_come: str
    held: str
    participant: UUID


async def a_scene(portal: PortalUnderTest, participant: UUID) -> Scene:
    """Of a participant who has a place in both."""
    enrolment = EnrolmentService(portal.services["enrolment"])
    await enrolment.it_is(NOW)
    await enrolment.programme()
    people = await enrolment.people(3, system="QGH")
    to_come = await enrolment.cohort(title=f"To come {uuid4()}", places=2)
    held = await enrolment.cohort(title=f"Held {uuid4()}", places=4)
    await enrolment.session(to_come, SESSION + timedelta(days=30))
    session = await enrolment.session(held, BEGAN)
    lead = enrolment.lead(BEGAN - timedelta(hours=1))
    await lead.post("/v1/learners/batch", json={"learners": [_the(participant)]})
    for cohort, who in ((to_come, [participant, people[0]]), (held, [participant, *people[:2]])):
        for person in who:
            await lead.post(f"/v1/cohorts/{cohort}/enrolments", json={"person_id": str(person)})
    await lead.post(f"/v1/cohorts/{to_come}/waiting-list", json={"person_id": str(people[1])})
    after = enrolment.lead()
    await after.post(
        f"/v1/sessions/{session['session_id']}/register",
        json={
            "rows": [{"person_id": str(participant), "mode": "live"}, {"person_id": str(people[0]), "mode": "missed"}]
        },
    )
    recording = {"recording_url": "https://films.example.org/1"}
    await after.post(f"/v1/sessions/{session['session_id']}/recording", json=recording)
    await tell_notifications(portal, {to_come, held})
    return Scene(to_come, held, participant)


async def tell_notifications(portal: PortalUnderTest, cohorts: Collection[str]) -> None:
    """What mails and calendars need to know of these cohorts."""
    enrolment, notifications = portal.services["enrolment"], portal.services["notifications"]
    await notifications.clock.advance_to(NOW)
    for kind in (CohortOpened, SessionScheduled, LearnerEnrolled):
        announced = [event for event in await enrolment.announced(kind) if str(event.cohort_id) in cohorts]
        await notifications.receive(*announced)


def _the(person_id: UUID) -> dict[str, str]:
    return a_learner(person_id=str(person_id), name="Sally Holland", email=f"{person_id}@example.org")
