from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
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


async def of_ids(tx: Transaction, person_ids: Collection[PersonId]) -> list[Learner]:
    """Those of these people who are known."""
    return [Learner(**row) for row in await tx.fetch(SQL["of_ids"], list(person_ids))]


async def of_emails(tx: Transaction, emails: Collection[str]) -> list[Learner]:
    """Everybody with one of these addresses."""
    return [Learner(**row) for row in await tx.fetch(SQL["of_emails"], list(emails))]


async def lock_email(tx: Transaction, email: str) -> None:
    """Whoever registers somebody under the same e-mail waits for the commit."""
    await tx.execute(SQL["lock_email"], email)


async def known_under(tx: Transaction, email: str) -> Learner | None:
    """Who has this e-mail: before all others whoever the academy knows under it."""
    row = await tx.fetchrow(SQL["known_under"], email)
    return Learner(**row) if row else None


@dataclass(frozen=True, slots=True)
class Wanted:
    """Whom a search is for: of whose name each word begins a word, with that e-mail, of that organisation."""

    words: Sequence[str] = ()
    email: str | None = None
    organisation: str | None = None

    def asked(self) -> tuple[str, tuple[object, ...]]:
        """The query and its arguments. Each way has its index: a name's first word, else e-mail or organisation."""
        if self.words:
            first, *others = self.words
            other_words = others, [word + _AFTER_ALL for word in others]
            return "of_name", (first, first + _AFTER_ALL, *other_words, self.email, self.organisation)
        if self.email is not None:
            return "of_email", (self.email, self.organisation)
        return "of_organisation", (self.organisation,)


async def search(tx: Transaction, wanted: Wanted, *, after: UUID | None, limit: int) -> list[Learner]:
    """Learners by person."""
    name, asked = wanted.asked()
    return [Learner(**row) for row in await tx.fetch(SQL[name], *asked, after, limit)]


async def count_found(tx: Transaction, wanted: Wanted) -> int:
    """How many those are."""
    name, asked = wanted.asked()
    return await tx.fetchval(SQL[f"count_{name}"], *asked)


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
