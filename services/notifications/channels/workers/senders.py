"""Messages that can leave are claimed, written, handed to the mail server and settled, a batch at a time.

A mail leaves at most once a claim, and no transaction is open meanwhile. After a crash between the server's yes and the
settling the claim lasts out before anybody sends the mail again, with the Message-ID it had before.
"""

import asyncio
import random
import time
from collections.abc import Coroutine, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, TypeVar
from uuid import uuid4

from aiosmtplib import SMTP
from prometheus_client import Counter

from services.notifications.channels.commands import deliveries
from services.notifications.channels.commands.deliveries import SendResult
from services.notifications.channels.commands.identities import sender_identity
from services.notifications.channels.domain import letters
from services.notifications.channels.domain.deliveries import (
    ClaimId,
    Outcome,
    suppressed,
    temporary_failure,
    unconfirmed,
)
from services.notifications.channels.domain.letters import DueMessage, NothingToSay, SenderIdentity
from services.notifications.channels.domain.templates import Template
from services.notifications.channels.workers.mails import mail
from services.notifications.channels.workers.smtp_connection import (
    ConnectionLost,
    MailRefused,
    MailServerUnavailable,
    SmtpConnection,
    Unconfirmed,
)
from services.notifications.contacts.domain.contacts import AddressUnusable
from services.notifications.messages.domain.messages import Purpose, State
from services.notifications.settings import Settings
from shared.addresses import email_address
from shared.observability.logs import get_logger, where
from shared.workers import WorkerContext

BATCH = 50
BATCH_SECONDS = 5.0
"""A slow mail server ends a batch early, so that the rest is free for others."""
CLAIM_LASTS = 4
"""Times what a mail may take: no mail of ours is on its way any more when somebody else may claim it."""

SETTLE_SECONDS = 3.0
"""What settling gets when the process is to end."""

T = TypeVar("T")

MESSAGES = Counter("academy_messages_total", "Messages by purpose and what became of them.", ["purpose", "state"])
PUT_OFF = Counter("academy_mails_put_off_total", "Times a mail waited because its person had so many within the hour.")
SERVER_UNAVAILABLE = Counter("academy_mail_server_unavailable_total", "Times the mail server could not be reached.")


class Sender:
    """Sends what is due. Several may run at once, in one process or many: each takes what no other has claimed."""

    def __init__(self, templates: Mapping[Purpose, Template]) -> None:
        self._templates = templates
        self._connection: SmtpConnection | None = None
        self._claim = ClaimId(uuid4())
        self._batch: Batch | None = None

    async def send_due(self, context: WorkerContext) -> int:
        """How many messages came to an end or to a pause; none while the mail server is away."""
        settings: Settings = context.settings
        connection = self._connection = self._connection or SmtpConnection(
            SMTP(**settings.smtp_connection()), seconds=settings.mail_seconds
        )
        settled = await _seen_through(self._settle(context))
        if settled or connection.resting:
            return settled
        put_off = 0
        try:
            batch, put_off = await _seen_through(self._take(context, connection))
            await batch.send()
        finally:
            settled = await _seen_through(self._settle(context))
        return settled + put_off

    async def _take(self, context: WorkerContext, connection: SmtpConnection) -> tuple["Batch", int]:
        settings: Settings = context.settings
        lasts, asked_at = CLAIM_LASTS * settings.mail_seconds, time.monotonic()
        claimed = await context.db.run(
            deliveries.claim,
            self._claim,
            lasts=timedelta(seconds=lasts),
            now=context.now,
            limit=BATCH,
            most_an_hour=settings.mails_per_hour,
        )
        PUT_OFF.inc(claimed.put_off)
        until = asked_at + lasts - settings.mail_seconds
        self._batch = Batch(
            claimed.due, self._templates, sender_identity(settings), connection, context.now, until=until
        )
        return self._batch, claimed.put_off

    async def _settle(self, context: WorkerContext) -> int:
        """What a sender knows of its mails it keeps until it is written down, however long Postgres is away."""
        batch = self._batch
        if batch is None:
            return 0
        counted: list[SendResult] = []
        if batch.due:
            counted = await context.db.run(deliveries.settle, self._claim, batch.done, now=batch.now)
        self._batch, self._claim = None, ClaimId(uuid4())
        for delivery in counted:
            MESSAGES.labels(delivery.due.message.purpose, delivery.outcome.state).inc()
        return len(counted)

    async def close(self) -> None:
        """End the connection, if there is one."""
        if self._connection is not None:
            await self._connection.close()


async def _seen_through(work: Coroutine[Any, Any, T]) -> T:
    """Whoever is told to stop amid a claim or its settling goes on for a moment: else what left is not written down."""
    task = asyncio.ensure_future(work)
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        await asyncio.wait((task,), timeout=SETTLE_SECONDS)
        raise


class Batch:
    """What one claim has taken, and what became of it so far."""

    def __init__(
        self,
        due: Sequence[DueMessage],
        templates: Mapping[Purpose, Template],
        identity: SenderIdentity,
        connection: SmtpConnection,
        now: datetime,
        *,
        until: float,
    ) -> None:
        """`until`, by the monotonic clock: the last moment at which a mail may be begun under this claim."""
        self.due = due
        self.done: list[SendResult] = []
        self.now = now
        self._templates = templates
        self._identity = identity
        self._connection = connection
        self._until = until

    async def send(self) -> None:
        """Hand over one after the other, until the mail server is away or time is up."""
        soon = time.monotonic() + BATCH_SECONDS
        for due in self.due:
            if time.monotonic() > self._until:
                break
            try:
                self.done.append(await self._deliver(due))
            except MailServerUnavailable as error:
                self._note(due, error)
                break
            except asyncio.CancelledError:
                self.done.append(self._broken_off(due, whole=self._connection.handed_over))
                raise
            if time.monotonic() > soon:
                break

    def _note(self, due: DueMessage, error: MailServerUnavailable) -> None:
        """A mail that was under way may be the reason: others go first, then it is tried again."""
        SERVER_UNAVAILABLE.inc()
        get_logger().warning("mail_server_unavailable", cause=where(error.__cause__ or error))
        if isinstance(error, ConnectionLost | Unconfirmed):
            self.done.append(self._broken_off(due, whole=isinstance(error, Unconfirmed)))

    def _broken_off(self, due: DueMessage, *, whole: bool) -> SendResult:
        """What went over whole may be in the person's hands: after so many times it counts as told."""
        if not whole:
            return SendResult(due, _for_now("connection_lost", due.attempts))
        letter = letters.write(due, self._templates[due.message.purpose], self._identity)
        return SendResult(due, _unconfirmed(due), letter)

    async def _deliver(self, due: DueMessage) -> SendResult:
        try:
            letter = letters.write(due, self._templates[due.message.purpose], self._identity)
            written = mail(due, letter, self._identity, now=self.now)
            await self._connection.send(written, sender=self._identity.address, recipient=email_address(due.email))
        except NothingToSay as nothing:
            return SendResult(due, suppressed(nothing.code))
        except AddressUnusable as unusable:
            return SendResult(due, Outcome(State.PERMANENT_FAILURE, unusable.code))
        except MailRefused as refused:
            return SendResult(due, _refused(refused, due.attempts))
        except MailServerUnavailable:
            raise
        except Exception as error:  # noqa: BLE001 one message that cannot be written must not hold up all others
            about = {"cause_event_id": str(due.message.cause.event_id), "purpose": due.message.purpose.value}
            get_logger().error("message_unwritable", **about, cause=where(error))
            return SendResult(due, Outcome(State.TECHNICAL_FAILURE, type(error).__name__))
        return SendResult(due, Outcome(State.SENT), letter)


def _refused(refused: MailRefused, attempts: int) -> Outcome:
    if refused.for_good:
        return Outcome(State.PERMANENT_FAILURE, refused.code)
    return _for_now(refused.code, attempts)


def _unconfirmed(due: DueMessage) -> Outcome:
    return unconfirmed(due.unconfirmed, attempts=due.attempts, jitter=random.random())  # noqa: S311 jitter, no secret


def _for_now(code: str, attempts: int) -> Outcome:
    return temporary_failure(code, attempts=attempts, jitter=random.random())  # noqa: S311 jitter, no secret
