"""A record that is written whole: made, found as it is, or edited by whoever knows the version that stands."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Generic, Literal, Protocol, Self, TypeVar

from shared.errors import PreconditionFailed, PreconditionRequired
from shared.postgres.database import Transaction

Outcome = Literal["created", "unchanged", "changed"]


class StaleVersion(PreconditionFailed):
    """The record is not as the caller last saw it: changed by someone else, or not there."""

    code = "stale_etag"


class VersionMissing(PreconditionRequired):
    """An edit must say which version it edits."""

    code = "if_match_missing"


@dataclass(frozen=True, slots=True)
class ExpectedVersion:
    """What a caller says of the record they write to: one of these versions, any at all, or (None) nothing."""

    versions: frozenset[str] | None
    any_version: bool = False

    def must_allow(self, version: int | None) -> None:
        """Let a write pass only if it is meant for the record as it stands; `version` is None where there is none.

        Who says nothing may create a record, and not edit one. Raises StaleVersion or VersionMissing.
        """
        if self.versions is None:
            if version is not None:
                raise VersionMissing("read the record first and send its ETag as If-Match")
        elif version is None:
            raise StaleVersion("there is no such record; send no If-Match to create it")
        elif not self.any_version and str(version) not in self.versions:
            raise StaleVersion("the record was changed in the meantime; read it again")


UNCONDITIONAL = ExpectedVersion(None)


class Versioned(Protocol):
    """A record whose every edit is a new version."""

    @property
    def version(self) -> int:
        """From 1 on."""
        ...

    def same_content_as(self, other: Self, /) -> bool:
        """Whether there is nothing to edit."""
        ...

    def next_version_of(self, stored: Self, /) -> Self:
        """This content as what follows on what is stored."""
        ...


R = TypeVar("R", bound=Versioned)
K_contra = TypeVar("K_contra", contravariant=True)


class Table(Protocol[K_contra, R]):
    """What a store module offers of such records."""

    async def insert(self, tx: Transaction, record: R, /) -> bool:
        """Store a new one; False where there is one."""
        ...

    async def lock(self, tx: Transaction, key: K_contra, /) -> R:
        """The one that is stored, held against other editors."""
        ...

    async def update(self, tx: Transaction, record: R, /) -> None:
        """Store the next version."""
        ...


@dataclass(frozen=True, slots=True)
class Upserted(Generic[R]):
    """The record as it stands now, and as it stood before: None where it is new."""

    outcome: Outcome
    record: R
    before: R | None = None


async def upsert(
    tx: Transaction,
    table: Table[K_contra, R],
    key: K_contra,
    wanted: R,
    expected: ExpectedVersion,
    *,
    stored: R | None = None,
    check: Callable[[R], Awaitable[None]] | None = None,
) -> Upserted[R]:
    """Store `wanted` under its key; the same content once more changes nothing, whatever version is expected.

    `stored` is what the caller holds already. `check` may refuse what is wanted of the record that is stored. Raises
    what it and `must_allow` raise.
    """
    if stored is None and await table.insert(tx, wanted):
        expected.must_allow(None)
        return Upserted("created", wanted)
    if stored is None:
        stored = await table.lock(tx, key)
    if check is not None:
        await check(stored)
    if wanted.same_content_as(stored):
        return Upserted("unchanged", stored, stored)
    expected.must_allow(stored.version)
    edited = wanted.next_version_of(stored)
    await table.update(tx, edited)
    return Upserted("changed", edited, stored)
