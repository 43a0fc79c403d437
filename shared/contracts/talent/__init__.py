"""Events the talent service publishes, one module a topic."""

from shared.contracts.envelope import Contract
from shared.contracts.talent import contacts, members, pools

PUBLISHED: tuple[type[Contract], ...] = (
    *members.PUBLISHED,
    *contacts.PUBLISHED,
    *pools.PUBLISHED,
)
