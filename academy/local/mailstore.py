"""The development mailbox on disk: mails appended to one file, found again after a restart, never sent on."""

import io
import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from email.parser import BytesHeaderParser
from pathlib import Path
from typing import Any, BinaryIO

from academy.local.mailreading import FORGIVING


@dataclass(frozen=True, slots=True)
class MailRecord:
    """What the index knows of a mail; `offset` and `size` find its content in the file."""

    id: int
    received_at: datetime
    sender: str
    recipients: tuple[str, ...]
    subject: str
    message_id: str
    purpose: str
    offset: int
    size: int


@dataclass(frozen=True, slots=True)
class MailStats:
    """A mail sent again after a crash bears the same Message-ID, so people count the distinct ones."""

    total: int
    distinct_message_ids: int
    by_purpose: dict[str, int]


class MailStore:
    """Every mail ever received, indexed in memory by its envelope, content left on disk."""

    def __init__(self, file: Path) -> None:
        self._file: BinaryIO = file.open("a+b")
        self._records: list[MailRecord] = []
        self._purposes: dict[str, str] = {}
        for record in self._read_index():
            self._remember(record)

    def append(self, sender: str, recipients: tuple[str, ...], content: bytes) -> MailRecord:
        """Kept once this returns."""
        headers = BytesHeaderParser(policy=FORGIVING).parse(io.BytesIO(content), headersonly=True)
        number = len(self._records) + 1
        frame: dict[str, Any] = {
            "id": number,
            "received_at": datetime.now(UTC).isoformat(),
            "sender": sender,
            "recipients": recipients,
            "subject": str(headers.get("Subject", "")),
            "message_id": str(headers.get("Message-ID", f"<none-{number}>")).strip(),
            "purpose": str(headers.get("X-Academy-Purpose", "")),
            "size": len(content),
        }
        line = json.dumps(frame).encode() + b"\n"
        offset = self._file.seek(0, io.SEEK_END) + len(line)
        self._file.write(line + content + b"\n")
        self._file.flush()
        record = _record(frame, offset)
        self._remember(record)
        return record

    def content(self, mail: MailRecord) -> bytes:
        """The mail as it came in."""
        self._file.seek(mail.offset)
        return self._file.read(mail.size)

    def get(self, number: int) -> MailRecord | None:
        """The mail of that number, if there is one."""
        return self._records[number - 1] if 1 <= number <= len(self._records) else None

    def page(self, *, to: str | None, after: int, limit: int) -> list[MailRecord]:
        """The mails received after that number, oldest first, to that address if one is given."""
        return list(_first(limit, (m for m in self._records[max(after, 0) :] if _is_to(m, to))))

    def latest(self, *, to: str | None, before: int | None, limit: int) -> list[MailRecord]:
        """The newest first, as people read."""
        end = len(self._records) if before is None else max(before - 1, 0)
        return list(_first(limit, (m for m in reversed(self._records[:end]) if _is_to(m, to))))

    def stats(self) -> MailStats:
        """Counts over all mails ever received."""
        purposes = Counter(purpose for purpose in self._purposes.values() if purpose)
        return MailStats(len(self._records), len(self._purposes), dict(sorted(purposes.items())))

    def close(self) -> None:
        """Give the file back."""
        self._file.close()

    def _remember(self, record: MailRecord) -> None:
        self._records.append(record)
        self._purposes[record.message_id] = record.purpose

    def _read_index(self) -> Iterator[MailRecord]:
        """A last frame cut off by a kill was never acknowledged and is dropped."""
        end = self._file.seek(0, io.SEEK_END)
        offset = self._file.seek(0)
        while line := self._file.readline():
            frame = _frame(line)
            if frame is None or self._file.tell() + frame["size"] + 1 > end:
                self._file.truncate(offset)
                return
            yield _record(frame, self._file.tell())
            offset = self._file.seek(frame["size"] + 1, io.SEEK_CUR)


def as_row(mail: MailRecord) -> dict[str, Any]:
    """A mail's envelope as JSON speaks of it."""
    row = asdict(mail) | {"received_at": mail.received_at.isoformat()}
    del row["offset"]
    return row


def _frame(line: bytes) -> dict[str, Any] | None:
    try:
        return json.loads(line)
    except ValueError:
        return None


def _record(frame: dict[str, Any], offset: int) -> MailRecord:
    return MailRecord(
        id=frame["id"],
        received_at=datetime.fromisoformat(frame["received_at"]),
        sender=frame["sender"],
        recipients=tuple(frame["recipients"]),
        subject=frame["subject"],
        message_id=frame["message_id"],
        purpose=frame["purpose"],
        offset=offset,
        size=frame["size"],
    )


def _is_to(mail: MailRecord, to: str | None) -> bool:
    return to is None or any(to.casefold() == recipient.casefold() for recipient in mail.recipients)


def _first(limit: int, mails: Iterator[MailRecord]) -> Iterator[MailRecord]:
    return (mail for mail, _ in zip(mails, range(limit), strict=False))
