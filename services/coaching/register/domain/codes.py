"""Code lists that change over time, as in force on a day: which half a system lies in, what a qualification allows."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from shared.codes import UnknownCode

Half = Literal["east", "west"]
Kind = Literal["coach", "mentor", "supervisor", "facilitator"]


@dataclass(frozen=True, slots=True)
class CodeLists:
    """The halves of systems, and the kinds of practitioner each qualification allows."""

    halves: Mapping[str, Half]
    qualifies_for: Mapping[str, frozenset[Kind]]

    def half_of(self, system: str) -> Half:
        """East or West; refused where no such system is in force."""
        if system not in self.halves:
            raise UnknownCode(f"{system!r} is no system code in force")
        return self.halves[system]

    def kinds_of(self, qualification: str) -> frozenset[Kind]:
        """What its holder may be; refused where no such qualification is in force."""
        if qualification not in self.qualifies_for:
            raise UnknownCode(f"{qualification!r} is no qualification code in force")
        return self.qualifies_for[qualification]
