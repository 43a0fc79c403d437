"""What a service has to offer, for its figures to be published."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, Protocol, TypeVar

from shared.postgres.database import Transaction


class Counted(Protocol):
    """What was counted of one period."""

    @property
    def period(self) -> Any:
        """Of which, as the service tells periods apart."""

    @property
    def figures(self) -> object:
        """What makes a revision when it changes: numbers, and not what things are called."""


class Snapshot(Counted, Protocol):
    """What was counted when the period was closed; a correction makes the next revision, at most one a month."""

    @property
    def revision(self) -> int:
        """From 1 on."""
        ...

    @property
    def published_at(self) -> datetime:
        """When it was frozen: one moment for a whole release."""
        ...


P_contra = TypeVar("P_contra", contravariant=True)
S = TypeVar("S", bound=Snapshot)
S_co = TypeVar("S_co", bound=Snapshot, covariant=True)


class Archive(Protocol[P_contra, S_co]):
    """What was published, for those who read it."""

    async def find(self, tx: Transaction, period: P_contra, revision: int | None, /) -> S_co | None:
        """That revision, or the newest."""

    async def first_published(self, tx: Transaction, /) -> date | None:
        """The first day of which there are figures."""


class Store(Protocol[P_contra, S]):
    """What was published, for those who publish."""

    async def has_closed(self, tx: Transaction, period: P_contra, /) -> bool:
        """Whether the period is published; asked every minute, so known by index."""
        ...

    async def every(self, tx: Transaction, /) -> Sequence[S]:
        """Everything that was ever published."""
        ...

    async def count(self, tx: Transaction, /) -> int:
        """How many were ever published."""
        ...

    async def insert(self, tx: Transaction, snapshots: Sequence[S], /) -> None:
        """Publish; a revision that is there already is an error of the caller."""
