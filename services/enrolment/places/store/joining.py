from typing import Literal

from services.enrolment.catalogue.domain.sessions import Session
from services.enrolment.catalogue.store import sessions
from services.enrolment.places.domain.joining import LinkNotFound, Sitting, Visitor
from shared.ids import PersonId
from shared.postgres.database import Transaction
from shared.postgres.queries import Queries

SQL = Queries(__file__, sessions.SQL)


Link = Literal["join_url", "recording_url"]


async def resolve(tx: Transaction, link: Link, ref: str, visitor: Visitor) -> str:
    """The address behind a reference, if the visitor may go there; LinkNotFound for anyone else."""
    url = await tx.fetchval(SQL[link], ref, visitor.everywhere, visitor.provider, visitor.person_id)
    if url is None:
        raise LinkNotFound
    return url


async def of_holder(tx: Transaction, ref: str, person_id: PersonId) -> Sitting:
    """The session behind a reference, if the person holds a place in it; LinkNotFound for anyone else."""
    row = await tx.fetchrow(SQL["of_holder"], ref, person_id)
    if row is None:
        raise LinkNotFound
    columns = dict(row)
    return Sitting(cohort_title=columns.pop("cohort_title"), session=Session(**columns))
