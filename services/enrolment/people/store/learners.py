from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any
from uuid import UUID

from services.enrolment.people.domain.learners import Learner, LearnerNotFound, words_of
from shared.ids import PersonId
from shared.postgres.database import Transaction
from shared.postgres.queries import Queries

if TYPE_CHECKING:
    from shared.postgres.database import Record

SQL = Queries(__file__)

_AFTER_ALL = "\U0010ffff"


async def insert_all(tx: Transaction, learners: Sequence[Learner]) -> set[PersonId]:
    """Store new learners in one statement; answers who is new: somebody else may have been quicker."""
    ordered = sorted(learners, key=lambda learner: learner.person_id)
    columns = [list(column) for column in zip(*map(_values, ordered), strict=True)]
    stored = {PersonId(row["person_id"]) for row in await tx.fetch(SQL["insert"], *columns)}
    await _insert_words(tx, [learner for learner in ordered if learner.person_id in stored])
    return stored


async def insert(tx: Transaction, learner: Learner) -> bool:
    """Store a new learner; False where there is one of this id."""
    return bool(await insert_all(tx, [learner]))


async def update(tx: Transaction, learner: Learner) -> None:
    """Store a learner's new content."""
    await tx.execute(SQL["update"], *_values(learner))
    await tx.execute(SQL["delete_words"], learner.person_id)
    await _insert_words(tx, [learner])


async def lock_all(tx: Transaction, person_ids: Iterable[PersonId]) -> dict[PersonId, Learner]:
    """Those of these people who are known, held against other editors."""
    return {row["person_id"]: Learner(**row) for row in await tx.fetch(SQL["lock"], list(person_ids))}


async def lock(tx: Transaction, person_id: PersonId) -> Learner:
    """The learner, held against other editors; LearnerNotFound where there is none."""
    return _found(await tx.fetchrow(SQL["lock"], [person_id]))


async def count(tx: Transaction) -> int:
    """How many there are."""
    return await tx.fetchval(SQL["count"])


async def lock_after(tx: Transaction, after: UUID | None, most: int) -> list[Learner]:
    """The next learners in the order of their ids, whom nobody edits until the commit."""
    return [Learner(**row) for row in await tx.fetch(SQL["lock_after"], after, most)]


async def find(tx: Transaction, person_id: PersonId) -> Learner:
    """The learner; LearnerNotFound where there is none."""
    return _found(await tx.fetchrow(SQL["find"], person_id))


async def lock_email(tx: Transaction, email: str) -> None:
    """Whoever registers somebody under the same e-mail waits for the commit."""
    await tx.execute(SQL["lock_email"], email)


async def known_under(tx: Transaction, email: str) -> Learner | None:
    """Who has this e-mail: before all others whoever the academy knows under it."""
    row = await tx.fetchrow(SQL["known_under"], email)
    return Learner(**row) if row else None


async def search(
    tx: Transaction,
    words: Sequence[str],
    *,
    email: str | None,
    organisation: str | None,
    after: UUID | None,
    limit: int,
) -> list[Learner]:
    """Learners by person: of whose name each word begins a word, with that e-mail, of that organisation.

    Each way has its index: the first word of a name, else the e-mail, else the organisation.
    """
    if words:
        first, *others = words
        lows, highs = others, [word + _AFTER_ALL for word in others]
        rows = await tx.fetch(SQL["search"], first, first + _AFTER_ALL, lows, highs, after, limit, email, organisation)
    elif email is not None:
        rows = await tx.fetch(SQL["of_email"], email, organisation, after, limit)
    else:
        rows = await tx.fetch(SQL["of_organisation"], organisation, after, limit)
    return [Learner(**row) for row in rows]


def _found(row: "Record | None") -> Learner:
    if row is None:
        raise LearnerNotFound
    return Learner(**row)


async def _insert_words(tx: Transaction, learners: Sequence[Learner]) -> None:
    pairs = [(word, learner.person_id) for learner in learners for word in words_of(learner.name)]
    if pairs:
        await tx.execute(SQL["insert_words"], [word for word, _ in pairs], [person_id for _, person_id in pairs])


def _values(learner: Learner) -> tuple[Any, ...]:
    return (
        learner.person_id,
        learner.name,
        learner.email,
        learner.phone,
        learner.system,
        learner.organisation,
        learner.staff_group,
        learner.profession,
        learner.band,
        learner.gender,
        learner.ethnic_category,
        learner.contact_as_of,
        learner.email_given_at,
        learner.version,
    )
