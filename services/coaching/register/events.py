"""What the register announces."""

from datetime import datetime

from services.coaching.register.domain.practitioners import Practitioner
from shared.contracts.coaching.contacts import ContactChanged
from shared.contracts.coaching.practitioners import PractitionerRegistered


def practitioner_registered(practitioner: Practitioner, *, at: datetime) -> PractitionerRegistered:
    """Qualifications and capacity are the register's own business."""
    return PractitionerRegistered(
        effective_at=at,
        person_id=practitioner.person_id,
        origin=practitioner.entry.origin,
        kinds=practitioner.entry.kinds,
        half=practitioner.half,
        system=practitioner.entry.system,
    )


def contact_changed(practitioner: Practitioner) -> ContactChanged:
    """How the person is reached since the last change of it."""
    return ContactChanged(
        effective_at=practitioner.contact_as_of,
        person_id=practitioner.person_id,
        name=practitioner.entry.name,
        email=practitioner.entry.email,
    )
