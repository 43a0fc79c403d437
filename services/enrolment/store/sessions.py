from dataclasses import astuple
from datetime import datetime
from typing import Literal

from services.enrolment.domain.cohorts import CohortId
from services.enrolment.domain.sessions import LinkNotFound, Session, SessionId, SessionNotFound, Sitting, Visitor
from shared.ids import PersonId
from shared.postgres.database import Transaction
from shared.postgres.queries import Queries
from shared.whose import Everyone, Provider, provider

SQL = Queries(__file__)

Link = Literal["join_url", "recording_url"]


async def insert(tx: Transaction, session: Session) -> None:
    """Store a new session; the fields stand in the order of its columns."""
    await tx.execute(SQL["insert"], *astuple(session))


async def find(tx: Transaction, session_id: SessionId, whose: Provider | Everyone) -> Session:
    """The session; SessionNotFound where there is none, or none of theirs."""
    row = await tx.fetchrow(SQL["find_for_provider"], session_id, provider(whose))
    if row is None:
        raise SessionNotFound("there is no such session")
    return Session(**row)


async def of_cohort(tx: Transaction, cohort_id: CohortId) -> list[Session]:
    """The sessions of a cohort in the order of their dates."""
    return [Session(**row) for row in await tx.fetch(SQL["of_cohort"], cohort_id)]


async def save_recording(tx: Transaction, session: Session) -> None:
    """Save where the recording is and under which reference it is told."""
    await tx.execute(SQL["save_recording"], session.session_id, session.recording_url, session.recording_ref)


async def save_held(tx: Transaction, session_id: SessionId, at: datetime) -> None:
    """The register was taken, so the session was held; the first time stays."""
    await tx.execute(SQL["save_held"], session_id, at)


async def resolve(tx: Transaction, link: Link, ref: str, visitor: Visitor) -> str:
    """The address behind a reference, if the visitor may go there; LinkNotFound for anyone else."""
    url = await tx.fetchval(SQL[link], ref, visitor.everywhere, visitor.provider, visitor.person_id)
    if url is None:
        raise LinkNotFound("this link leads nowhere you may go; is your place still yours?")
    return url


async def of_holder(tx: Transaction, ref: str, person_id: PersonId) -> Sitting:
    """The session behind a reference, if the person holds a place in it; LinkNotFound for anyone else."""
    row = await tx.fetchrow(SQL["of_holder"], ref, person_id)
    if row is None:
        raise LinkNotFound("this link leads nowhere you may go; is your place still yours?")
    columns = dict(row)
    return Sitting(cohort_title=columns.pop("cohort_title"), session=Session(**columns))
