"""What a person's menu offers: which pages there are for which role."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from services.portal.caller import Caller

PROGRAMME_LEADS = frozenset({"programme_lead"})
LEADS = PROGRAMME_LEADS | {"region"}
LEARNERS = frozenset({"learner"})
SYSTEM_LEADS = frozenset({"system_lead"})
PROVIDERS = frozenset({"provider"})
TALENT_LEADS = frozenset({"talent_lead"})
OPERATORS = frozenset({"ops"})
GOVERNANCE = frozenset({"information_governance"})
MAIL_READERS = LEADS | GOVERNANCE
"""Who is told which mails there were about a cohort."""
ANYONE: frozenset[str] = frozenset()

ROLE_WORDS: Mapping[str, str] = MappingProxyType(
    {
        "region": "region lead",
        "programme_lead": "programme lead",
        "system_lead": "system lead",
        "learner": "participant",
        "manager": "manager",
        "panel_member": "panel member",
        "provider": "session facilitator",
        "practitioner": "coach",
        "talent_lead": "talent lead",
        "board_member": "board member",
        "ops": "operations",
        "information_governance": "information governance",
        "service": "another system",
        "replay": "the replay",
    }
)
"""What the pages call somebody of that role."""


@dataclass(frozen=True, slots=True)
class Item:
    """A page of the menu, and the roles whose work it is."""

    href: str
    text: str
    about: str
    roles: frozenset[str]

    def is_for(self, caller: Caller | None) -> bool:
        """Also whoever has not signed in may see what is anyone's."""
        return not self.roles or (caller is not None and caller.has_one_of(self.roles))

    def current(self, path: str) -> str | None:
        """What `aria-current` says on the page of that path: the item itself, or one below it."""
        if path == self.href:
            return "page"
        return "true" if path.startswith(self.href.rstrip("/") + "/") else None


ITEMS = (
    Item("/cohorts", "Cohorts", "Places, waiting lists and sessions of each cohort.", LEADS),
    Item("/programmes", "Programmes", "What the academy offers.", LEADS),
    Item("/people", "People", "Find somebody, or add them.", PROGRAMME_LEADS),
    Item("/system/people", "Our people", "Who of your system is on what.", SYSTEM_LEADS),
    Item("/facilitating", "My sessions", "Your sessions and their registers.", PROVIDERS),
    Item("/pools", "Pools", "The talent pools in figures.", TALENT_LEADS | SYSTEM_LEADS),
    Item("/reports/reach", "Reports", "Who was reached, and by what.", LEADS | SYSTEM_LEADS),
    Item("/courses", "Find a course", "Courses with free places, and their dates.", LEARNERS),
    Item("/my/dates", "My dates", "Your sessions, and how to join them.", LEARNERS),
    Item("/my/recordings", "My recordings", "Sessions you can watch.", LEARNERS),
    Item("/my/messages", "Messages", "What was sent to you.", LEARNERS),
    Item("/my/details", "My details", "How the academy knows you.", LEARNERS),
    Item("/operations", "Health", "Whether everything runs.", OPERATORS),
    Item("/operations/topics", "Topics", "Who announces, who listens, and how far they are.", OPERATORS),
    Item("/operations/dead", "Dead events", "What needs a decision.", OPERATORS),
    Item("/operations/actions", "What was done", "Who did what, and when.", OPERATORS),
    Item("/operations/messages", "Mails", "Which mails did not leave, and why.", OPERATORS),
    Item("/operations/messages/people", "Mails to people", "What was sent to whom, and why not.", GOVERNANCE),
    Item("/events/", "Events", "What the services announce, for systems that listen.", ANYONE),
    Item("/review", "Review", "What was published of 2020/21, beside what the services report.", ANYONE),
)
"""In the order in which they are shown: one's own work first."""


@dataclass(frozen=True, slots=True)
class Link:
    """An item as it stands in one page."""

    href: str
    text: str
    about: str
    current: str | None
    own: bool
    """Whether it is the work of a role, and not there for anyone."""


def navigation(caller: Caller | None, path: str) -> list[Link]:
    """The menu of the person on the page of that path; of items below one another the nearest is the current one."""
    items = [item for item in ITEMS if item.is_for(caller)]
    nearest = _nearest(items, path)
    return [
        Link(item.href, item.text, item.about, item.current(path) if item is nearest else None, own=bool(item.roles))
        for item in items
    ]


def _nearest(items: Iterable[Item], path: str) -> Item | None:
    return max((item for item in items if item.current(path)), key=lambda item: len(item.href), default=None)
