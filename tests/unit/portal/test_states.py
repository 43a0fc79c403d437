import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import pytest

from services.portal.frame.states import STATES, state

API = Path("docs/api")
SERVICES = sorted(file.stem for file in API.glob("*.json"))
KINDS = {
    ("enrolment", "state", "enrolled"): "enrolment",
    ("enrolment", "state", "announced"): "cohort",
    ("enrolment", "availability", "open"): "availability",
    ("enrolment", "mode", "live"): "attendance",
    ("enrolment", "action", "created"): "change",
    ("enrolment", "outcome", "created"): "row",
    ("enrolment", "outcome", "recorded"): "row",
    ("talent", "readiness", "ready_now"): "readiness",
    ("talent", "kind", "session_attended"): "evidence",
    ("coaching", "state", "invited"): "relationship",
    ("notifications", "State", "created"): "message",
}
"""A list of states by its service, the field that has it and its first entry, and what pages call it."""

EVERYWHERE = {("state", "retry"): "event", ("withheld", "restored"): "publishing"}
STATEFUL = {"State", "action", "availability", "mode", "outcome", "readiness", "state", "withheld"}
ACTS_OF_OPS = {"replay", "reconcile_lane"}


def lists(document: Any, name: str = "") -> Iterator[tuple[str, tuple[str, ...]]]:
    """Every list of words in an API document, under the field or parameter that has it."""
    if isinstance(document, list):
        for entry in cast("list[Any]", document):
            yield from lists(entry, name)
    elif isinstance(document, dict):
        found = cast("dict[str, Any]", document)
        here = str(found.get("name", name)) if "in" in found else name
        if "enum" in found:
            yield here, tuple(found["enum"])
        for key, value in found.items():
            yield from lists(value, here if key in {"anyOf", "items", "schema"} else key)


def states_of(service: str) -> set[tuple[str, tuple[str, ...]]]:
    document = json.loads((API / f"{service}.json").read_text())
    named = {(name, words) for name, words in lists(document) if name in STATEFUL or (service, name, words[0]) in KINDS}
    return {(name, words) for name, words in named if words[0] not in ACTS_OF_OPS}


@pytest.mark.parametrize("service", SERVICES)
def test_every_state_of_the_apis_has_words(service: str) -> None:
    found = states_of(service)
    assert found
    for name, words in found:
        kind = EVERYWHERE.get((name, words[0])) or KINDS[service, name, words[0]]
        assert set(words) <= set(STATES[kind]), (service, name)


def test_every_list_of_states_is_one_of_the_apis() -> None:
    found = {(service, name, words[0]) for service in SERVICES for name, words in states_of(service)}
    assert set(KINDS) <= found


@pytest.mark.parametrize("kind", STATES)
def test_states_of_a_kind_differ_in_words(kind: str) -> None:
    words = [found.words for found in STATES[kind].values()]
    assert len(words) == len(set(words)) or kind == "row"


def test_a_state_nobody_knows_yet_is_told_by_its_name() -> None:
    assert state("enrolment", "on_hold").words == "On hold"
