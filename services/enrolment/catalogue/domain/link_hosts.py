"""Where the links of sessions may lead: people follow them out of mails because the academy sent them."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from shared.errors import Invalid, Place


class LinkHostUnknown(Invalid):
    """The academy sends nobody there."""

    code = "link_host_unknown"


@dataclass(frozen=True, slots=True)
class LinkHosts:
    """The hosts in force on one day; each stands for itself and for what is under it."""

    in_force: frozenset[str]

    def check(self, url: str, *, at: Place) -> None:
        """Refuse a web address, as `fields.WebAddress` has it, at a host that is none of these."""
        labels = (urlsplit(url).hostname or "").split(".")
        if self.in_force.isdisjoint(".".join(labels[n:]) for n in range(len(labels))):
            raise LinkHostUnknown(
                f"links lead to these hosts and what is under them: {', '.join(sorted(self.in_force))}", at=at
            )
