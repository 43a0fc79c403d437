"""The register as counts of people."""

from collections.abc import Mapping
from dataclasses import dataclass

from services.coaching.register.domain.codes import Half, Kind
from services.coaching.register.domain.practitioners import Origin


@dataclass(frozen=True, slots=True)
class Cell:
    """Practitioners of one kind, origin and half; who is of two kinds stands in two cells."""

    kind: Kind
    origin: Origin
    half: Half


@dataclass(frozen=True, slots=True)
class RegisterCounts:
    """Exact counts: everyone once, by cell, and who developed into a kind by completing a programme."""

    people: int
    cells: Mapping[Cell, int]
    developed: Mapping[Kind, int]
