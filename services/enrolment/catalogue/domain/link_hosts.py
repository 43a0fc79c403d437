"""Where the links of sessions may lead: people follow them out of mails because the academy sent them."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from shared.errors import Invalid, Place


class LinkHostUnknown(Invalid):
    """The academy sends nobody there."""

    code = "link_host_unknown"
    place = ("join_url",)


@dataclass(frozen=True, slots=True)
class LinkHosts:
    """Hosts in force on one day; each stands for itself and for what is under it.

    There are those that a link is under; all, where there is none.
    """

    in_force: frozenset[str]

    def fault(self, url: str, *, at: Place) -> LinkHostUnknown | None:
        """That a web address, as `fields.WebAddress` has it, is at none of these hosts; None where it is."""
        if not self.in_force.isdisjoint(hosts_over(url)):
            return None
        return LinkHostUnknown(
            f"links lead to these hosts and what is under them: {', '.join(sorted(self.in_force))}", at=at
        )


def hosts_over(url: str) -> list[str]:
    """The host of a web address, and every one that it is under."""
    labels = (urlsplit(url).hostname or "").split(".")
    return [".".join(labels[n:]) for n in range(len(labels))]
