"""Whose records a caller may reach. It is always said: what is left out or unknown never means everybody's."""

from dataclasses import dataclass
from typing import Final, final

from shared.ids import PersonId


@final
@dataclass(frozen=True, slots=True)
class Everyone:
    """All there are: the academy's own people act for everybody."""


EVERYONE: Final = Everyone()


@final
@dataclass(frozen=True, slots=True)
class Own:
    """One person's."""

    person_id: PersonId


@final
@dataclass(frozen=True, slots=True)
class Systems:
    """Those of the people of some systems; of none where there are no codes."""

    codes: frozenset[str]


@final
@dataclass(frozen=True, slots=True)
class Provider:
    """Those of what one organisation provides."""

    organisation: str


def person(whose: Own | Everyone) -> PersonId | None:
    """As SQL is told, to which null is everyone; the same below."""
    return None if isinstance(whose, Everyone) else whose.person_id


def systems(whose: Systems | Everyone) -> list[str] | None:
    """The codes of the systems."""
    return None if isinstance(whose, Everyone) else sorted(whose.codes)


def provider(whose: Provider | Everyone) -> str | None:
    """The organisation."""
    return None if isinstance(whose, Everyone) else whose.organisation
