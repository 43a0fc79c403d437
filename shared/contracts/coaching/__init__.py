"""Events the coaching service publishes, one module a topic."""

from shared.contracts.coaching import contacts, practitioners, relationships
from shared.contracts.envelope import Contract

PUBLISHED: tuple[type[Contract], ...] = (
    *practitioners.PUBLISHED,
    *relationships.PUBLISHED,
    *contacts.PUBLISHED,
)
