"""A coach, mentor, supervisor or 360 facilitator on the register."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from services.coaching.register.domain.codes import CodeLists, Half, Kind
from shared.errors import Conflict, NotFound
from shared.ids import PersonId

Origin = Literal["added", "migrated", "merged"]
Outcome = Literal["registered", "unchanged", "changed"]


class PractitionerNotFound(NotFound):
    """Nobody with this id is on the register, or not within the caller's scope."""

    code = "practitioner_not_found"
    message = "there is no such practitioner"


class NotQualified(Conflict):
    """A coach holds ILM 5, EMCC Practitioner or equal, a mentor Mentoring Skills; ILM 3 does not qualify."""

    code = "not_qualified"


@dataclass(frozen=True, slots=True)
class Entry:
    """What the register says of a person."""

    name: str
    email: str
    kinds: tuple[Kind, ...]
    origin: Origin
    qualifications: tuple[str, ...]
    system: str
    capacity: int

    def check(self, codes: CodeLists) -> None:
        """Refuse a kind that none of the qualifications allows."""
        allowed = frozenset[Kind]().union(*(codes.kinds_of(code) for code in self.qualifications))
        missing = [kind for kind in self.kinds if kind not in allowed]
        if missing:
            raise NotQualified(f"{', '.join(self.qualifications)} does not qualify for: {', '.join(missing)}")


@dataclass(frozen=True, slots=True)
class Practitioner:
    """A person's entry; the half follows from the system. `contact_as_of` is when name or e-mail changed last."""

    person_id: PersonId
    entry: Entry
    half: Half
    registered_at: datetime
    contact_as_of: datetime
    version: int = 1

    @classmethod
    def registered(cls, person_id: PersonId, entry: Entry, codes: CodeLists, *, at: datetime) -> "Practitioner":
        """A new entry, within the rules."""
        entry.check(codes)
        return cls(person_id, entry, codes.half_of(entry.system), at, at)

    def edited(self, wanted: "Practitioner") -> "Practitioner":
        """The next version, with what is wanted; the day of registration stays."""
        contact_as_of = (
            self.contact_as_of if wanted.is_reached_like(self) else max(wanted.contact_as_of, self.contact_as_of)
        )
        return replace(wanted, registered_at=self.registered_at, contact_as_of=contact_as_of, version=self.version + 1)

    def is_reached_like(self, other: "Practitioner") -> bool:
        """Whether name and e-mail are the same."""
        return (self.entry.name, self.entry.email) == (other.entry.name, other.entry.email)

    def stands_like(self, other: "Practitioner") -> bool:
        """Whether the register announces the same of both."""
        return _standing(self) == _standing(other)


def _standing(practitioner: Practitioner) -> tuple[object, ...]:
    entry = practitioner.entry
    return (entry.origin, entry.kinds, entry.system, practitioner.half)
