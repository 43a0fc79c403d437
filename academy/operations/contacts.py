"""Contact details announced once more by the services that announce any: counted, then done."""

from dataclasses import dataclass
from uuid import UUID, uuid4

from academy.operations.responses import Republished
from academy.operations.services import NoAnswer, Services
from shared.contracts.topics import TOPICS

PATH = "contacts/republish"
ANNOUNCERS = tuple(service for service, kind in (t.name.split(".") for t in TOPICS) if kind == "contacts")

_PAGE_SECONDS = 60.0
"""A page waits for whoever edits one of its people."""


@dataclass(frozen=True, slots=True)
class RepublishRequest:
    """Why, and whether only to count."""

    reason: str
    dry_run: bool


async def republish(services: Services, service: str, request: RepublishRequest) -> int:
    """Every person the service announces, page by page; how many they are. NoAnswer says how far it came."""
    people, after = 0, None
    while True:
        try:
            page = await _page(services, service, request, after)
        except NoAnswer as error:
            raise NoAnswer(f"{error} (after {people:,} people; a repeat begins with the first)") from error
        people, after = people + page.people, page.next
        if after is None:
            return people


async def _page(services: Services, service: str, request: RepublishRequest, after: UUID | None) -> Republished:
    body = {"after": after and str(after), "reason": request.reason, "dry_run": request.dry_run}
    answer = await services.post(service, PATH, body, key=str(uuid4()), seconds=_PAGE_SECONDS)
    page = Republished.model_validate(answer)
    if page.next and after and page.next <= after:
        raise NoAnswer("comes to no end: it names people again")
    return page
