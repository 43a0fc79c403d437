"""Trusts, practices and other bodies that people work for, and where they lie."""

from collections.abc import Mapping
from dataclasses import dataclass

from shared.codes import CodeLists
from shared.errors import Invalid

ORGANISATIONS = "organisations"


class OrganisationElsewhere(Invalid):
    """The organisation lies in another system than the one that is told beside it."""

    code = "organisation_elsewhere"
    place = ("organisation",)


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


@dataclass(frozen=True, slots=True)
class Workplaces:
    """The organisations in force on one day that records name, by code, and what the list says of them."""

    lists: CodeLists
    organisations: Mapping[str, Organisation]

    def fault(self, workplace: Workplace) -> Invalid | None:
        """What is wrong with it: no such organisation, or one of another system."""
        at = ("organisation",)
        known = self.organisations.get(workplace.organisation)
        if known is None:
            return self.lists.fault(ORGANISATIONS, workplace.organisation, at=at)
        if known.system in {None, workplace.system}:
            return None
        return OrganisationElsewhere(f"{known.code} ({known.name}) lies in system {known.system}", at=at)
