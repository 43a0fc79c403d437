"""A form that the services would refuse, as its record stands, is not shown."""

from services.portal.clients.api import WithActions
from shared.errors import Conflict


class NotPossibleNow(Conflict):
    """The record allows it no more, or not yet: an old page or an address led here."""

    code = "not_possible_now"


def must_be_possible(record: WithActions, action: str) -> None:
    """NotPossibleNow before somebody fills in what would be refused; what is done the services decide."""
    if not record.may(action):
        raise NotPossibleNow("this cannot be done now")
