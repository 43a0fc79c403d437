"""What can be done to a record as it stands: each action is asked of the rule that the act itself obeys."""

from collections.abc import Callable, Mapping
from typing import TypeVar

from shared.errors import DomainError

A = TypeVar("A", bound=str)


def possible(rules: Mapping[A, Callable[[], object]]) -> list[A]:
    """Those actions whose rule refuses nothing; one that changes a record is asked of a copy."""
    return [action for action, rule in rules.items() if _lets(rule)]


def _lets(rule: Callable[[], object]) -> bool:
    try:
        rule()
    except DomainError:
        return False
    return True
