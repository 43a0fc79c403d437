"""Cohorts with room for everyone and learners to enrol in them, made by the service's own commands."""

from dataclasses import dataclass
from datetime import timedelta

from bench.enrolled import NOW
from services.enrolment.app import REACTIONS
from services.enrolment.catalogue.commands.cohorts import open_cohort
from services.enrolment.catalogue.commands.programmes import publish
from services.enrolment.catalogue.domain.cohort_plans import CohortPlan
from services.enrolment.catalogue.domain.programmes import Completion, Programme
from services.enrolment.people.commands.learners import insert_learners
from services.enrolment.people.domain.learners import Learner
from shared.ids import CohortId, PersonId, new_id
from shared.postgres.database import Database, Transaction
from shared.upserts import UNCONDITIONAL

COHORTS = 200
PEOPLE = 1_000
_BATCH = 100
_PLACES = 1_000_000

_PROGRAMME = Programme(
    programme_code="CLS1",
    family="complete_leadership_series",
    title="Leading compassionately through change",
    levels=("I",),
    audience="all staff",
    provider="the academy",
    awarding_body=None,
    award=None,
    completion=Completion(attend="all", recordings_count=True),
    over_booking=False,
)


@dataclass(frozen=True, slots=True)
class Supply:
    """Whom to enrol where: `COHORTS * PEOPLE` pairs, none twice, neighbours never in the same cohort."""

    cohorts: list[CohortId]
    people: list[PersonId]

    def pair(self, number: int) -> tuple[CohortId, PersonId]:
        """The pair of that number; each person once a round of people, in the next cohort each time."""
        round_of_people, place = divmod(number, len(self.people))
        return self.cohorts[(place + round_of_people) % len(self.cohorts)], self.people[place]

    def pairs(self, first: int, count: int) -> list[tuple[str, str]]:
        """So many pairs as text, for another process."""
        return [(str(cohort), str(person)) for cohort, person in map(self.pair, range(first, first + count))]


async def supply(db: Database) -> Supply:
    """Fill the database, and leave its outbox empty."""
    await db.run(publish, _PROGRAMME, expected_version=UNCONDITIONAL, reactions=REACTIONS, by="bench", now=NOW)
    opened = [await db.run(open_cohort, _plan(), by="bench", now=NOW) for _ in range(COHORTS)]
    learners = [_learner(number) for number in range(PEOPLE)]
    for first in range(0, PEOPLE, _BATCH):
        await db.run(insert_learners, learners[first : first + _BATCH], now=NOW)
    await db.run(empty_outbox)
    return Supply([cohort.cohort_id for cohort in opened], [learner.person_id for learner in learners])


async def empty_outbox(tx: Transaction) -> None:
    """Nothing is left to be sent."""
    await tx.execute("delete from outbox")


def _plan() -> CohortPlan:
    return CohortPlan(
        programme_code=_PROGRAMME.programme_code,
        title="October",
        seats=_PLACES,
        places=_PLACES,
        licences=None,
        opens_at=NOW - timedelta(days=1),
        closes_at=NOW + timedelta(days=20_000),
        withdrawal_cutoff_days=5,
    )


def _learner(number: int) -> Learner:
    return Learner(
        person_id=PersonId(new_id()),
        name=f"Sam Learner {number}",
        email=f"sam.learner{number}@example.nhs.uk",
        phone=None,
        system="QGH",
        organisation="QGH01",
        staff_group="NMR",
        profession="NUR",
        band="6",
        gender="female",
        ethnic_category="A",
        contact_as_of=NOW,
    )
