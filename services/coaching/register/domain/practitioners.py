"""A coach, mentor, supervisor or 360 facilitator on the register."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from services.coaching.register.domain.codes import QUALIFICATIONS, SYSTEMS, Half, Kind, RegisterCodes
from shared.codes import CodeLists, Named, UnknownCode
from shared.contacts import changed_last
from shared.errors import Conflict, NotFound, refuse
from shared.ids import PersonId

Origin = Literal["added", "migrated", "merged"]


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

    @property
    def codes(self) -> list[Named]:
        """What the entry names of code lists."""
        return [(SYSTEMS, self.system), *((QUALIFICATIONS, code) for code in self.qualifications)]

    def check(self, codes: RegisterCodes, *, before: "Entry | None" = None) -> None:
        """Refuse codes that are not in force, all at once, and a kind that none of the qualifications allows.

        A code may stay as it was `before`, and a kind while all that was held then is still held.
        """
        lists = codes.lists.keeping(before)
        refuse((lists.fault(SYSTEMS, self.system, at=("system",)), *self._qualification_faults(lists)))
        allowed = frozenset(self._kept_kinds(before)).union(
            *(codes.qualifies_for.get(code, ()) for code in self.qualifications)
        )
        missing = [kind for kind in self.kinds if kind not in allowed]
        if missing:
            raise NotQualified(f"{', '.join(self.qualifications)} does not qualify for: {', '.join(missing)}")

    def _kept_kinds(self, before: "Entry | None") -> tuple[Kind, ...]:
        return before.kinds if before and set(before.qualifications) <= set(self.qualifications) else ()

    def _qualification_faults(self, lists: CodeLists) -> Iterator[UnknownCode | None]:
        first, *further = self.qualifications
        yield lists.fault(QUALIFICATIONS, first, at=("qualification",))
        for code in further:
            yield lists.fault(QUALIFICATIONS, code, at=("further_qualifications",))


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
    def registered(
        cls,
        person_id: PersonId,
        entry: Entry,
        codes: RegisterCodes,
        *,
        at: datetime,
        before: "Practitioner | None" = None,
    ) -> "Practitioner":
        """An entry within the rules, new or in place of the one `before`; a system that has ended keeps its half."""
        entry.check(codes, before=before.entry if before else None)
        half = codes.halves.get(entry.system, before.half) if before else codes.halves[entry.system]
        return cls(person_id, entry, half, at, at)

    def same_content_as(self, other: "Practitioner") -> bool:
        """Whether the register says the same of both."""
        return self.entry == other.entry

    def next_version_of(self, stored: "Practitioner") -> "Practitioner":
        """This entry as the next version of what is stored; the day of registration stays."""
        contact_as_of = changed_last(self.contact_as_of, stored.contact_as_of, same=self.same_contact_as(stored))
        return replace(
            self, registered_at=stored.registered_at, contact_as_of=contact_as_of, version=stored.version + 1
        )

    def same_contact_as(self, other: "Practitioner") -> bool:
        """Whether name and e-mail are the same."""
        return (self.entry.name, self.entry.email) == (other.entry.name, other.entry.email)

    def stands_like(self, other: "Practitioner") -> bool:
        """Whether the register announces the same of both."""
        return _standing(self) == _standing(other)


def _standing(practitioner: Practitioner) -> tuple[object, ...]:
    entry = practitioner.entry
    return (entry.origin, entry.kinds, entry.system, practitioner.half)
