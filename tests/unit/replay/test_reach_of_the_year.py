"""The plan comes to the published figures by counting, over every base the review might have meant."""

from collections import Counter
from collections.abc import Callable
from datetime import date

import pytest

from academy.replay.plan.people import Person
from academy.replay.plan.pools import readiness
from academy.replay.plan.reach import reach_of, share
from academy.replay.plan.working_days import is_working_day
from academy.replay.plan.year import Year
from shared.london import LONDON, day_of

Belongs = Callable[[Person], bool]

FAMILIES = {
    "complete_leadership_series": (101, 1920),
    "relationships": (8, 176),
    "mary_seacole": (6, 120),
    "primary_care": (32, 673),
    "ilm": (2, 32),
    "building_a_coaching_culture": (3, 60),
    "mentoring_skills": (16, 224),
    "coach_cpd": (11, 220),
    "facilitator_cpd": (2, 50),
    "facilitator_training": (1, 16),
    "conference": (5, 550),
    "ambassadors": (1, 15),
    "talent_workshop": (3, 60),
}

PUBLISHED: list[tuple[Belongs, int]] = [
    (lambda person: person.position.staff_group == "ADM", 37),
    (lambda person: person.position.staff_group == "MED", 31),
    (lambda person: person.position.staff_group in {"NMR", "AHP"}, 20),
    (lambda person: person.gender == "female", 79),
    (lambda person: person.ethnicity == "minority", 32),
]


def test_the_year_has_191_interventions_and_4116_enrolments(year: Year) -> None:
    reach = reach_of(year)
    assert (reach.interventions, reach.enrolments) == (191, 4116)


def test_every_family_has_its_interventions_and_enrolments(year: Year) -> None:
    held = [cohort for cohort in year.cohorts if cohort.held]
    interventions = Counter(cohort.programme.family for cohort in held)
    enrolments = Counter(cohort.programme.family for cohort in held for _ in range(cohort.held))
    assert {family: (interventions[family], enrolments[family]) for family in interventions} == FAMILIES


def test_eight_courses_nine_primary_care_programmes_two_ilm_levels(year: Year) -> None:
    codes = {cohort.programme.code: cohort.programme.family for cohort in year.cohorts}
    programmes = Counter(codes.values())
    assert (programmes["complete_leadership_series"], programmes["primary_care"], programmes["ilm"]) == (8, 9, 2)


def test_seventy_per_cent_attend_on_the_day_with_drop_outs_in_the_base_or_out_of_it(year: Year) -> None:
    reach = reach_of(year)
    assert round(100 * reach.attended / reach.session_places) == 70
    assert round(100 * reach.attended / len(year.marks)) == 70
    assert reach.session_places != len(year.marks)


@pytest.mark.parametrize(("belongs", "published"), PUBLISHED)
def test_a_share_rounds_to_the_published_one_over_enrolments_attendances_and_people(
    year: Year, belongs: Belongs, published: int
) -> None:
    found = share(year, belongs)
    bases = (found.enrolments, found.attendances, found.people)
    assert [round(base) for base in bases] == [published] * 3
    assert max(abs(base - published) for base in bases) < 0.4, "a correction or two must not tip an integer"


def test_unknown_ethnicity_stays_in_the_base_and_is_rare(year: Year) -> None:
    assert 0 < share(year, lambda person: person.ethnic_category in {"Z", "99"}).enrolments <= 2.8


def test_people_come_more_than_once(year: Year) -> None:
    assert 2900 <= reach_of(year).people <= 3200


def test_interventions_run_from_10_september_to_31_march(year: Year) -> None:
    days = [day_of(cohort.starts_at) for cohort in year.cohorts if cohort.held]
    assert (min(days), max(days)) == (date(2020, 9, 10), date(2021, 3, 31))
    assert all(day_of(s.ends_at) <= date(2021, 3, 31) for c in year.cohorts if c.held for s in c.sessions)


def test_sessions_keep_office_hours_in_london_on_both_sides_of_the_clock_changes(year: Year) -> None:
    sessions = [session for cohort in year.cohorts for session in cohort.sessions]
    local = [(s.starts_at.astimezone(LONDON), s.ends_at.astimezone(LONDON)) for s in sessions]
    assert all(start.hour >= 9 and (end.hour, end.minute) <= (17, 30) for start, end in local)
    assert all(is_working_day(start.date()) for start, _ in local)
    summer = [start for start, _ in local if start.utcoffset()]
    assert {"2020-10", "2021-03"} <= {f"{start:%Y-%m}" for start in summer}


def test_leading_for_system_change_is_planned_for_two_systems_and_not_delivered(year: Year) -> None:
    planned = [cohort for cohort in year.cohorts if cohort.programme.family == "leading_for_system_change"]
    assert [cohort.places for cohort in planned] == [40, 40]
    assert len({cohort.system for cohort in planned}) == 2
    assert all(cohort.starts_at.date() > date(2021, 3, 31) >= cohort.opens_at.date() for cohort in planned)


def test_four_to_six_in_a_hundred_withdraw_some_of_them_late(year: Year) -> None:
    left = [(cohort, gone) for cohort in year.cohorts if cohort.held for gone in year.demands[cohort.key].gave_up]
    assert 0.04 <= len(left) / 4116 <= 0.06
    late = [cohort for cohort, gone in left if (cohort.starts_at - gone.moment).days < 7]
    assert 20 < len(late) < len(left) / 2


def test_the_course_most_in_demand_has_waiting_lists(year: Year) -> None:
    waiting = Counter(a.cohort.programme.code for d in year.demands.values() for a in d.asked if a.waits)
    assert waiting.most_common(1)[0][0] == "CLS7"
    assert waiting["CLS7"] > 60


def test_mary_seacole_places_go_to_people_of_the_licensed_systems(year: Year) -> None:
    licensed = [cohort for cohort in year.cohorts if cohort.licences]
    assert {cohort.system for cohort in licensed} == {"QUA", "QHL", "QGH"}
    for cohort in licensed:
        assert {year.people[number].position.system for number in year.holders[cohort.key]} == {cohort.system}
        assert cohort.places <= (cohort.licences or 0)


def test_pool_members_come_from_eleven_systems_and_some_become_ready_soon(year: Year) -> None:
    assert len({member.person.position.system for member in year.members}) == 11
    assert 60 <= len(year.members) <= 120
    assert sum(readiness(assessment.months) == "ready_soon" for assessment in year.reassessments) >= 10
    assert sum(request.invited for request in year.requests) >= 5


def test_no_two_people_share_an_address(year: Year) -> None:
    addresses = Counter(person.email for person in year.people.values())
    assert addresses.most_common(1)[0][1] == 1
    assert all(a.isascii() and a.endswith(("@example.nhs.uk", "@example.org")) for a in addresses)
