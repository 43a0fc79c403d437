"""Code lists that change over time, as in force on a day: which half a system lies in, what a qualification allows."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from shared.codes import CodeLists

Half = Literal["east", "west"]
Kind = Literal["coach", "mentor", "supervisor", "facilitator"]

SYSTEMS, QUALIFICATIONS = "systems", "qualifications"


@dataclass(frozen=True, slots=True)
class RegisterCodes:
    """The codes named that are in force, the halves of systems, the kinds of practitioner each qualification allows."""

    lists: CodeLists
    halves: Mapping[str, Half]
    qualifies_for: Mapping[str, frozenset[Kind]]
