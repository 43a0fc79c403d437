from dataclasses import replace
from datetime import timedelta

import pytest

from services.coaching.register.domain.practitioners import NotQualified
from shared.codes import UnknownCode
from tests.unit.coaching.builders import LISTS, NOW, a_practitioner, an_entry


@pytest.mark.parametrize(
    ("kind", "qualification"), [("coach", "ilm_5"), ("coach", "emcc_practitioner"), ("mentor", "mentoring_skills")]
)
def test_a_qualification_of_the_rule_qualifies(kind: str, qualification: str) -> None:
    an_entry(kind, holding=(qualification,)).check(LISTS)  # pyright: ignore[reportArgumentType] one of two words


@pytest.mark.parametrize(
    ("kind", "qualification"), [("coach", "ilm_3"), ("coach", "mentoring_skills"), ("mentor", "ilm_5")]
)
def test_any_other_does_not(kind: str, qualification: str) -> None:
    with pytest.raises(NotQualified):
        an_entry(kind, holding=(qualification,)).check(LISTS)  # pyright: ignore[reportArgumentType] one of two words


def test_each_kind_needs_a_qualification_of_its_own() -> None:
    with pytest.raises(NotQualified, match="mentor"):
        an_entry("coach", "mentor", holding=("ilm_5",)).check(LISTS)
    an_entry("coach", "mentor", holding=("ilm_5", "mentoring_skills")).check(LISTS)


def test_the_half_follows_from_the_system() -> None:
    assert a_practitioner(an_entry(system="QGH")).half == "west"
    assert a_practitioner(an_entry(system="QJM")).half == "east"


def test_a_code_nobody_listed_is_refused() -> None:
    with pytest.raises(UnknownCode, match="system"):
        a_practitioner(an_entry(system="XXX"))
    with pytest.raises(UnknownCode, match="qualification"):
        a_practitioner(an_entry(holding=("goodwill",)))


def test_an_edit_keeps_the_day_of_registration() -> None:
    stored = a_practitioner()
    edited = replace(a_practitioner(), registered_at=NOW + timedelta(days=9)).next_version_of(stored)
    assert (edited.registered_at, edited.version) == (NOW, 2)


def test_capacity_changes_neither_standing_nor_contact() -> None:
    one = a_practitioner()
    other = replace(one, entry=replace(one.entry, capacity=1))
    assert one.stands_like(other)
    assert one.same_contact_as(other)
    assert not one.stands_like(a_practitioner(an_entry(system="QJM")))
