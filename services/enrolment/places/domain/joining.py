"""Who may follow the links of a session, and where they lead."""

from dataclasses import dataclass

from services.enrolment.catalogue.domain.sessions import Session
from shared.errors import NotFound
from shared.ids import PersonId


class LinkNotFound(NotFound):
    """The link leads nowhere the caller may go."""

    code = "link_not_found"
    message = "this link leads nowhere you may go; is your place still yours?"


@dataclass(frozen=True, slots=True)
class Sitting:
    """A session as one who holds a place sees it."""

    session: "Session"
    cohort_title: str


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who follows a link: the academy everywhere, a provider to its own sessions, a person where they hold a place.

    Who is no provider or no person, which is None, goes nowhere as one.
    """

    everywhere: bool
    provider: str | None
    person_id: PersonId | None
