"""What became of mails: each that is told of as sent was taken by the mail server, and no copy comes upon its heels."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from uuid import UUID, uuid5

from tests.chaos.audit_triggers import connect
from tests.chaos.invariants import Finding
from tests.chaos.mail_server import Taken
from tests.chaos.site import Site

NOTIFICATIONS = "notifications"
CLOSEST = 14.0
"""Seconds between two copies of a mail: a claim lasts four times what a mail may take, and a mail whose end is not
known is paused for fifteen."""


@dataclass(frozen=True, slots=True)
class Message:
    """What notifications says of one: a mail that was taken may have no word of it, where its sender died just then."""

    message_id: UUID
    person_id: UUID
    session_id: UUID | None
    purpose: str
    sent: bool

    @property
    def mail(self) -> UUID:
        """Its Message-ID: of a recording the same, whichever miss it answers."""
        if self.purpose == "recording" and self.session_id is not None:
            return uuid5(self.session_id, f"{self.person_id}/{self.purpose}")
        return self.message_id


@dataclass(frozen=True, slots=True)
class Mails:
    """What either side says of them."""

    messages: Sequence[Message] = ()
    taken: Sequence[Taken] = ()
    left: int = 0
    """Messages that could leave and have not."""

    @property
    def distinct(self) -> int:
        """Mails the server took, copies not counted."""
        return len({mail.mail for mail in self.taken})

    @property
    def copies(self) -> int:
        """Mails it took more than once."""
        return len(self.taken) - len({(mail.mail, mail.recipient) for mail in self.taken})


async def read(site: Site) -> Mails:
    """By the mail server and by notifications' database; none where it does not run."""
    if NOTIFICATIONS not in site.databases:
        return Mails()
    taken, connection = list(site.mail_server.taken), await connect(site.databases[NOTIFICATIONS])
    try:
        messages = [Message(**dict(row)) for row in await connection.fetch(_MESSAGES)]
        return Mails(messages, taken, await connection.fetchval(LEFT))
    finally:
        await connection.close()


def said_once(mails: Mails) -> Finding:
    """Nothing is told of as sent that the server never took, nothing waits, and no copy comes close upon a mail."""
    present = {_number(mail.mail) for mail in mails.taken}
    never = [m for m in mails.messages if m.sent and m.mail not in present]
    wrong = [f"told of as sent and never taken: {m.purpose} {m.message_id}" for m in never]
    wrong += [f"nobody asked for it: {number}" for number in sorted(present - {m.mail for m in mails.messages})]
    wrong += [f"{mails.left} messages wait that could leave"] * bool(mails.left)
    moments = defaultdict[tuple[str, str], list[float]](list)
    for mail in mails.taken:
        moments[mail.mail, mail.recipient].append(mail.at)
    wrong += [
        f"{mail} again after {later - earlier:.1f} s"
        for (mail, _), at in moments.items()
        for earlier, later in pairwise(sorted(at))
        if later - earlier < CLOSEST
    ]
    return Finding(16, "each mail leaves, and once a claim", len(mails.taken), wrong)


def _number(mail: str) -> UUID:
    return UUID(mail.strip("<>").partition("@")[0])


_MESSAGES = "select message_id, person_id, session_id, purpose, state = 'sent' as sent from message"

LEFT = """
select count(*) from message m join message_record r using (message_id)
where m.state in ('created', 'temporary-failure')
  and r.waiting_for = '{}'
  and not exists (
    select from message earlier join message_record waits using (message_id)
    where earlier.person_id = m.person_id
      and earlier.cohort_id = m.cohort_id
      and earlier.session_id is null
      and earlier.position < m.position
      and waits.waiting_for <> '{}'
  )
"""
