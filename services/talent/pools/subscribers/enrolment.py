"""What enrolment announces, as evidence of development."""

from services.talent.pools.commands.evidence import add_evidence, take_back_attendance, take_back_completion
from services.talent.pools.domain.evidence import Evidence
from shared.contracts.enrolment.learners import CompletionWithdrawn, ProgrammeCompleted, SessionAttended, SessionMissed
from shared.contracts.envelope import Envelope
from shared.ids import PersonId
from shared.messaging.inbox import subscribes
from shared.postgres.database import Transaction


@subscribes(SessionAttended)
async def note_attendance(event: SessionAttended, _: Envelope, tx: Transaction) -> None:
    """How long somebody stayed is no measure of them, so it is not kept."""
    person_id = PersonId(event.person_id)
    await add_evidence(tx, Evidence.attended(person_id, event.programme_code, event.session_id, event.effective_at))


@subscribes(SessionMissed)
async def forget_attendance(event: SessionMissed, _: Envelope, tx: Transaction) -> None:
    """A register that was put right: who was not there has shown nothing."""
    await take_back_attendance(
        tx,
        PersonId(event.person_id),
        session_id=event.session_id,
        programme_code=event.programme_code,
        started_at=event.effective_at,
    )


@subscribes(ProgrammeCompleted)
async def note_completion(event: ProgrammeCompleted, _: Envelope, tx: Transaction) -> None:
    """A completed programme may be a reason to look at readiness again."""
    person_id = PersonId(event.person_id)
    await add_evidence(tx, Evidence.completed(person_id, event.programme_code, event.enrolment_id, event.effective_at))


@subscribes(CompletionWithdrawn)
async def forget_completion(event: CompletionWithdrawn, _: Envelope, tx: Transaction) -> None:
    """A completion that was taken back prompts no review."""
    await take_back_completion(
        tx, PersonId(event.person_id), programme_code=event.programme_code, enrolment_id=event.enrolment_id
    )
