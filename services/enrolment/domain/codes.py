"""Code lists that change over time: what a record may say, as in force on a day."""

from collections.abc import Mapping
from dataclasses import dataclass

from shared.errors import Invalid


class UnknownCode(Invalid):
    """A code is not in its list, or not in force on that day."""

    code = "unknown_code"


@dataclass(frozen=True, slots=True)
class CodeLists:
    """The codes in force on one day, by list: those of a learner's record, or withdrawal_reason."""

    in_force: Mapping[str, frozenset[str]]

    def check(self, name: str, code: str) -> None:
        """Refuse a code that is not in force in the list of that name."""
        if code not in self.in_force[name]:
            known = ", ".join(sorted(self.in_force[name]))
            raise UnknownCode(f"{code!r} is no {name.replace('_', ' ')} code in force; there are: {known}")
