"""A letter as a mail: headers, text, and its calendar files.

The `email.mime` classes take a third of the time of `EmailMessage` and leave a long Message-ID on one line.
"""

from datetime import datetime
from email.headerregistry import Address
from email.mime.base import MIMEBase
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from email.policy import compat32
from email.utils import format_datetime

from services.notifications.channels.domain.calendar_files import calendar_file
from services.notifications.channels.domain.letters import DueMessage, RenderedMessage, SenderIdentity
from services.notifications.channels.workers.headers import address_header, text_header
from services.notifications.contacts.domain.contacts import mailbox

LONGEST_LINE = 900
"""Characters a line may have before it is encoded; SMTP breaks at 998."""

_POLICY = compat32.clone(linesep="\r\n", max_line_length=None)


def mail(due: DueMessage, letter: RenderedMessage, identity: SenderIdentity, *, now: datetime) -> bytes:
    """The mail for one message; its Message-ID is the same however often it is sent. AddressUnusable may be raised."""
    recipient = mailbox(due.name, due.email)
    message = _with_calendar(_text(letter.body), due, letter, identity, now)
    message["From"] = address_header("From", Address(identity.name, addr_spec=identity.address))
    message["To"] = address_header("To", recipient)
    message["Subject"] = text_header("Subject", letter.subject)
    message["Date"] = format_datetime(now)
    message["Message-ID"] = f"<{due.message.mail_id}@{identity.address.partition('@')[2]}>"
    message["Auto-Submitted"] = "auto-generated"
    message["X-Academy-Purpose"] = due.message.purpose.value
    if letter.private:
        message["Sensitivity"] = "private"
    return message.as_bytes(policy=_POLICY)


def _text(body: str) -> MIMEText:
    plain = body.isascii() and max(map(len, body.splitlines())) <= LONGEST_LINE
    return MIMEText(body, "plain", "us-ascii" if plain else "utf-8")


def _with_calendar(
    text: MIMEText, due: DueMessage, letter: RenderedMessage, identity: SenderIdentity, now: datetime
) -> MIMEBase:
    """The first date is shown by the mail client itself, further ones are files beside it."""
    files: list[MIMEText] = []
    for entry in letter.entries:
        title = letter.title(entry.session)
        file = MIMEText(calendar_file(entry, title, due.name, identity, stamp=now), "calendar", "utf-8")
        file.set_param("method", entry.method.value)
        files.append(file)
    for number, file in enumerate(files[1:], start=2):
        file.add_header("Content-Disposition", "attachment", filename=f"session-{number}.ics")
    if not files:
        return text
    boundary = f"=_{due.message.id.hex[16:]}"
    shown = MIMEMultipart("alternative", f"{boundary}_shown", [text, files[0]])
    return MIMEMultipart("mixed", f"{boundary}_all", [shown, *files[1:]]) if files[1:] else shown
