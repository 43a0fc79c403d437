"""Messages that can leave are written, handed to the mail server and settled, a batch in a transaction.

A crash between the server's yes and the commit sends a batch again, each mail with the Message-ID it had before.
"""

import random
import time
from collections.abc import Mapping
from datetime import datetime

from aiosmtplib import SMTP
from prometheus_client import Counter

from services.notifications.commands import deliveries
from services.notifications.commands.deliveries import Delivery
from services.notifications.domain import letters
from services.notifications.domain.contacts import AddressUnusable
from services.notifications.domain.letters import Desk, DueMessage, NothingToSay
from services.notifications.domain.messages import MessageId, Outcome, Purpose, State, suppressed, temporary_failure
from services.notifications.domain.templates import Template
from services.notifications.workers.mails import mail
from services.notifications.workers.post import ConnectionLost, MailRefused, Post, PostAway
from shared.addresses import email_address
from shared.observability.logs import get_logger, where
from shared.postgres.database import Transaction
from shared.workers import WorkerContext

BATCH = 50
BATCH_SECONDS = 5.0
"""A slow mail server ends a batch early, so that its transaction never stays idle for long."""

MESSAGES = Counter("academy_messages_total", "Messages by purpose and what became of them.", ["purpose", "state"])
POST_AWAY = Counter("academy_mail_server_away_total", "Times the mail server could not be reached.")


class Sender:
    """Sends what is due. Several may run at once, in one process or many: each takes what no other holds."""

    def __init__(self, templates: Mapping[Purpose, Template]) -> None:
        self._templates = templates
        self._post: Post | None = None
        self._suspect: MessageId | None = None

    async def send_due(self, context: WorkerContext) -> int:
        """How many messages came to an end or to a pause; none while the mail server is away."""
        settings = context.settings
        self._post = self._post or Post(SMTP(**settings.smtp_connection()))
        if self._post.resting:
            return 0
        batch = Batch(self._templates, settings.desk(), self._post, context.now, suspect=self._suspect)
        settled = await context.db.run(batch.run)
        self._suspect = batch.suspect
        for delivery in settled:
            MESSAGES.labels(delivery.due.message.purpose, delivery.outcome.state).inc()
        return len(settled)

    async def close(self) -> None:
        """End the connection, if there is one."""
        if self._post is not None:
            await self._post.close()


class Batch:
    """One batch; it remembers what left, so that a transaction that is run again sends nothing twice.

    `suspect` is the message during which the connection ended; a second time it is set aside, lest it block the rest.
    """

    def __init__(
        self,
        templates: Mapping[Purpose, Template],
        desk: Desk,
        post: Post,
        now: datetime,
        *,
        suspect: MessageId | None = None,
    ) -> None:
        self.suspect = suspect
        self._templates = templates
        self._desk = desk
        self._post = post
        self._now = now
        self._done: dict[MessageId, Delivery] = {}

    async def run(self, tx: Transaction) -> list[Delivery]:
        """Claim, send, settle."""
        due = await deliveries.claim(tx, now=self._now, limit=BATCH)
        if due:
            await self._send(due)
        settled = [self._done[d.message.id] for d in due if d.message.id in self._done]
        if settled:
            await deliveries.settle(tx, settled, now=self._now)
        return settled

    async def _send(self, due: list[DueMessage]) -> None:
        deadline = time.monotonic() + BATCH_SECONDS
        for message in due:
            if message.message.id in self._done:
                continue
            try:
                self._done[message.message.id] = await self._deliver(message)
            except PostAway as away:
                self._note(message, away)
                break
            if time.monotonic() > deadline:
                break

    def _note(self, due: DueMessage, away: PostAway) -> None:
        POST_AWAY.inc()
        get_logger().warning("mail_server_away", cause=where(away.__cause__ or away))
        lost_with = due.message.id if isinstance(away, ConnectionLost) else None
        if lost_with is not None and lost_with == self.suspect:
            self._done[lost_with] = Delivery(due, _for_now("connection_lost", due.attempts))
            lost_with = None
        self.suspect = lost_with

    async def _deliver(self, due: DueMessage) -> Delivery:
        try:
            letter = letters.write(due, self._templates[due.message.purpose], self._desk)
            written = mail(due, letter, self._desk, now=self._now)
            await self._post.send(written, sender=self._desk.address, recipient=email_address(due.email))
        except NothingToSay as nothing:
            return Delivery(due, suppressed(nothing.code))
        except AddressUnusable as unusable:
            return Delivery(due, Outcome(State.PERMANENT_FAILURE, unusable.code))
        except MailRefused as refused:
            return Delivery(due, _refused(refused, due.attempts))
        except PostAway:
            raise
        except Exception as error:  # noqa: BLE001 one message that cannot be written must not hold up all others
            get_logger().error("message_unwritable", message_id=str(due.message.id), cause=where(error))
            return Delivery(due, Outcome(State.TECHNICAL_FAILURE, type(error).__name__))
        return Delivery(due, Outcome(State.SENT), letter)


def _refused(refused: MailRefused, attempts: int) -> Outcome:
    if refused.for_good:
        return Outcome(State.PERMANENT_FAILURE, refused.code)
    return _for_now(refused.code, attempts)


def _for_now(code: str, attempts: int) -> Outcome:
    return temporary_failure(code, attempts=attempts, jitter=random.random())  # noqa: S311 jitter, no secret
