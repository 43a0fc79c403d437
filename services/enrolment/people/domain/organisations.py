"""Trusts, practices and other bodies that people work for, and where they lie."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from shared.codes import UnknownCode, Vocabulary
from shared.errors import Invalid

ORGANISATIONS = "organisations"


class OrganisationElsewhere(Invalid):
    """The organisation lies in another system than the one that is told beside it."""

    code = "organisation_elsewhere"


@dataclass(frozen=True, slots=True)
class Organisation:
    """An organisation by its ODS code; one that works across the region lies in no single system."""

    code: str
    name: str
    system: str | None


@dataclass(frozen=True, slots=True)
class Workplace:
    """What a record says of where somebody works."""

    organisation: str
    system: str


@dataclass(frozen=True)
class Workplaces:
    """The organisations in force on one day, by code."""

    organisations: Mapping[str, Organisation]

    def fault(self, workplace: Workplace) -> Invalid | None:
        """What is wrong with it: no such organisation, or one of another system."""
        at = ("organisation",)
        known = self.organisations.get(workplace.organisation)
        if known is None:
            return UnknownCode(workplace.organisation, ORGANISATIONS, self._vocabulary, at=at)
        if known.system in {None, workplace.system}:
            return None
        return OrganisationElsewhere(f"{known.code} ({known.name}) lies in system {known.system}", at=at)

    @cached_property
    def _vocabulary(self) -> Vocabulary:
        return Vocabulary({code: organisation.name for code, organisation in self.organisations.items()})
