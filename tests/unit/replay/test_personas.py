"""The personas of a development machine are people of the planned year, picked by rule."""

from collections import Counter
from collections.abc import Iterable
from uuid import UUID

from academy.local.personas import PERSONAS
from academy.replay.plan.people import Person
from academy.replay.plan.year import Year


def most_places(year: Year, among: Iterable[Person]) -> Person:
    held = Counter(year.people[number].person_id for numbers in year.holders.values() for number in numbers)
    return max(among, key=lambda person: held[person.person_id])


def places(year: Year, person: UUID | None) -> int:
    return sum(year.people[number].person_id == person for numbers in year.holders.values() for number in numbers)


def test_the_participant_holds_the_most_places_of_all_members_of_a_pool(year: Year) -> None:
    person = most_places(year, (member.person for member in year.members))
    participant = PERSONAS["participant"]
    assert participant.person_id == person.person_id
    assert participant.title.startswith(person.name)
    assert (participant.title.count("five"), places(year, person.person_id)) == (1, 5)


def test_the_coach_holds_the_most_places_of_all_coaches_on_the_register(year: Year) -> None:
    person = most_places(year, (entry.person for entry in year.practitioners if entry.kind == "coach"))
    assert PERSONAS["coach"].person_id == person.person_id
    assert PERSONAS["coach"].title.startswith(person.name)


def test_the_system_lead_s_system_has_learners_and_pool_members(year: Year) -> None:
    (system,) = PERSONAS["system-lead"].systems
    learners = [person for person in year.people.values() if person.position.system == system]
    members = [member for member in year.members if member.person.position.system == system]
    assert (len(learners), len(members)) == (292, 16)


def test_the_facilitator_s_organisation_provides_most_programmes(year: Year) -> None:
    providers = Counter(totals.programme.provider for totals in year.programmes)
    assert [PERSONAS["session-facilitator"].organisation] == [name for name, _ in providers.most_common(1)]
