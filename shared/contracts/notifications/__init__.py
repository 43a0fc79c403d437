"""Events the notifications service publishes, one module a topic."""

from shared.contracts.envelope import Contract
from shared.contracts.notifications import messages

PUBLISHED: tuple[type[Contract], ...] = (*messages.PUBLISHED,)
