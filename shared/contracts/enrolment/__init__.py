"""Events the enrolment service publishes, one module a topic."""

from shared.contracts.enrolment import activity, cohorts, contacts, learners, programmes
from shared.contracts.envelope import Contract

PUBLISHED: tuple[type[Contract], ...] = (
    *programmes.PUBLISHED,
    *cohorts.PUBLISHED,
    *learners.PUBLISHED,
    *contacts.PUBLISHED,
    *activity.PUBLISHED,
)
