"""What mails are about, how they stand and why some did not leave, in words."""

import asyncio
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from types import MappingProxyType

from services.portal.frame.states import state
from services.portal.pages.visit import Visit

_FAILED: Mapping[str, str] = MappingProxyType(
    {
        "address_unusable": "No mail can be sent to the address",
        "connection_lost": "The mail server broke off",
        "unconfirmed": "The mail server did not say whether it took it",
    }
)
_REFUSED = "smtp_"


@dataclass(frozen=True, slots=True)
class MailWords:
    """What notifications' codes stand for."""

    purposes: Mapping[str, str]
    silences: Mapping[str, str]

    def about(self, purposes: Iterable[str]) -> str:
        """What mails are for."""
        return "; ".join(self.purposes.get(purpose, purpose) for purpose in purposes)

    def counted(self, messages: Mapping[str, int]) -> str:
        """How many stand how."""
        return "; ".join(f"{count:,} {state('message', name).words.lower()}" for name, count in messages.items())

    def why(self, failures: Iterable[str | None]) -> str:
        """Why they did not leave; nothing where they did."""
        return "; ".join(self._told(code) for code in failures if code)

    def _told(self, code: str) -> str:
        """Of a mail that was not needed as notifications says it; else what failed, with what a mail server answered.

        Codes are written small: what is not is the name of an error in the program.
        """
        if code.startswith(_REFUSED):
            return f"The mail server refused it ({code.removeprefix(_REFUSED)})"
        if not code.islower():
            return f"It could not be written ({code})"
        return self.silences.get(code) or _FAILED.get(code) or code.replace("_", " ").capitalize()


async def words_of(visit: Visit) -> MailWords:
    """As notifications tells them."""
    words = partial(visit.words, of="notifications")
    return MailWords(*await asyncio.gather(words("message-purposes"), words("silences")))
