from typing import Any

import pytest

from services.portal.clients.enrolment.changes import Change
from services.portal.pages.changes import entries, in_words


def a_change(action: str, fields: dict[str, tuple[Any, Any]]) -> Change:
    turns = {name: {"before": before, "after": after} for name, (before, after) in fields.items()}
    return Change.model_validate({"action": action, "changed_at": "2020-10-01T08:00:00Z", "fields": turns})


@pytest.mark.parametrize(
    ("field", "before", "after", "words"),
    [
        ("withdrawal_cutoff_days", 5, 0, "withdrawal cutoff days from 5 to 0"),
        ("award", None, "ilm_5", "award from nothing to ilm_5"),
        ("levels", ["I"], ["I", "We"], "levels from I to I, We"),
        ("over_booking", False, True, "over booking from no to yes"),
        ("opens_at", "2020-10-01T08:00:00Z", None, "opens from Thursday 1 October 2020, 9am to nothing"),
        (
            "completion",
            {"attend": "all", "recordings_count": False},
            {"attend": 3, "recordings_count": True},
            "completion from attend all, recordings count no to attend 3, recordings count yes",
        ),
    ],
)
def test_a_field_is_told_from_what_to_what(field: str, before: Any, after: Any, words: str) -> None:
    assert in_words(a_change("edited", {field: (before, after)})) == f"Edited: {words}"


def test_what_changed_no_field_is_told_by_what_was_done() -> None:
    assert in_words(a_change("retired", {})) == "Retired"


def test_of_several_fields_each_is_told() -> None:
    change = a_change("edited", {"title": ("A", "B"), "places": (1, 2)})
    assert [what for _, what, _ in entries([change])] == ["Edited: title from A to B; places from 1 to 2"]
