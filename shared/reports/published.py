"""What was published, as it is asked for."""

from dataclasses import dataclass
from datetime import date
from typing import Generic, TypeVar

from shared.errors import Invalid, NotFound
from shared.postgres.database import Transaction
from shared.reports.snapshots import Archive, Snapshot

P = TypeVar("P")
S = TypeVar("S", bound=Snapshot)


class RevisionNotPublished(NotFound):
    """The period has no such revision."""

    code = "revision_not_published"


@dataclass(frozen=True, slots=True)
class Published(Generic[P, S]):
    """A service's published figures; it has its own word for a period, and its own errors."""

    archive: Archive[P, S]
    word: str
    not_published: type[Invalid]
    not_closed: type[NotFound]

    async def find(self, tx: Transaction, period: P, revision: int | None, *, first: date | None) -> S:
        """That revision or the newest; `first` is the period's first day, None where the newest period is asked for."""
        snapshot = await self.archive.find(tx, period, revision)
        if snapshot is None:
            await self._must_be_published(tx, period, first)
            raise RevisionNotPublished(f"of that {self.word} there is no revision {revision}")
        return snapshot

    async def _must_be_published(self, tx: Transaction, period: P, first: date | None) -> None:
        since = await self.archive.first_published(tx)
        if since and first and first < since:
            raise self.not_published(f"published figures begin with {since}")
        if await self.archive.find(tx, period, None) is None:
            raise self.not_closed(f"the {self.word} is not over, or its figures are still being put together")
