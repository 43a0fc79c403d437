"""One thing looked at by `academy doctor`, with one fix where it is not well."""

from dataclasses import dataclass
from typing import Literal

Verdict = Literal["ok", "note", "broken"]


@dataclass(frozen=True, slots=True)
class Check:
    """`note` works but is worth knowing; `broken` keeps the platform from starting or serving."""

    name: str
    verdict: Verdict
    found: str
    fix: str = ""


def ok(name: str, found: str) -> Check:
    """Nothing to do."""
    return Check(name, "ok", found)


def note(name: str, found: str, fix: str) -> Check:
    """Works, with something worth knowing."""
    return Check(name, "note", found, fix)


def broken(name: str, found: str, fix: str) -> Check:
    """Keeps the platform from starting or serving."""
    return Check(name, "broken", found, fix)
