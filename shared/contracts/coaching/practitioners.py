"""The register of coaches and mentors, by person; restricted."""

from typing import Literal
from uuid import UUID

from shared.contracts.envelope import Contract
from shared.fields import Text

Kind = Literal["coach", "mentor", "supervisor", "facilitator"]


class PractitionerRegistered(Contract):
    """A coach, mentor, supervisor or 360 facilitator is on the register; migrated is never counted as added."""

    topic = "coaching.practitioners"
    key_field = "person_id"

    person_id: UUID
    origin: Literal["added", "migrated", "merged"]
    kinds: tuple[Kind, ...]
    half: Literal["east", "west"]
    system: Text


PUBLISHED: tuple[type[Contract], ...] = (PractitionerRegistered,)
