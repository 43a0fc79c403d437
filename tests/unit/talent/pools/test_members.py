from dataclasses import replace
from datetime import date

import pytest

from shared.codes import CodeLists, UnknownCode
from tests.unit.talent.builders import NOW, a_judgement, a_member

LISTS = CodeLists(
    {
        "professional-groups": {"COO": "Operations"},
        "systems": {"QGH": "Herefordshire and Worcestershire"},
        "service-types": {"ACU": "Acute trust"},
    }
)


def test_a_later_judgement_is_the_one_in_force() -> None:
    member = a_member(a_judgement(18, on=date(2020, 10, 1)))
    assert member.assessed(a_judgement(6, on=date(2021, 1, 15))).judgement.readiness == "ready_soon"


def test_a_judgement_of_the_same_day_corrects_the_one_in_force() -> None:
    member = a_member(a_judgement(18, on=date(2020, 10, 1)))
    assert member.assessed(a_judgement(0, on=date(2020, 10, 1))).judgement.readiness == "ready_now"


def test_a_judgement_of_an_earlier_day_is_history_only() -> None:
    member = a_member(a_judgement(18, on=date(2020, 10, 1)))
    assessed = member.assessed(a_judgement(0, on=date(2020, 9, 30)))
    assert assessed.judgement == member.judgement
    assert assessed.version == member.version + 1


def test_an_assessment_belongs_to_the_version_it_made() -> None:
    judgement = a_judgement(6, on=date(2020, 10, 2))
    member = a_member().assessed(judgement)
    assessment = member.assessment(judgement, at=NOW)
    assert (assessment.version, assessment.readiness) == (2, "ready_soon")


def test_a_member_is_described_by_contact_and_post_whatever_was_decided() -> None:
    member = a_member()
    assert member.same_content_as(replace(member, judgement=a_judgement(0)))
    assert not member.same_content_as(replace(member, name="Asha Bloom-Lee"))
    assert not member.same_content_as(replace(member, position=replace(member.position, system="QHL")))


def test_new_details_keep_the_judgement_and_the_day_of_joining() -> None:
    member = a_member()
    edited = a_member(a_judgement(0), name="Asha Bloom-Lee").next_version_of(member)
    assert (edited.person_id, edited.judgement, edited.joined_at) == (
        member.person_id,
        member.judgement,
        member.joined_at,
    )
    assert (edited.name, edited.version) == ("Asha Bloom-Lee", 2)


def test_codes_not_in_force_are_refused() -> None:
    a_member().check(LISTS, date(2020, 10, 5))
    with pytest.raises(UnknownCode, match="system"):
        a_member(system="QHL").check(LISTS, date(2020, 10, 5))
