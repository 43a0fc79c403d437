"""What is announced of people: how they are reached."""

from services.enrolment.people.domain.learners import Learner
from shared.contracts.enrolment.contacts import ContactChanged


def contact_changed(learner: Learner) -> ContactChanged:
    """How the person is reached since the last change of it."""
    return ContactChanged(
        effective_at=learner.contact_as_of,
        person_id=learner.person_id,
        name=learner.name,
        email=learner.email,
        phone=learner.phone,
        email_given_at=learner.email_given_at,
    )
