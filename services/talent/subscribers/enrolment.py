"""What enrolment announces, as evidence of development."""

from services.talent.commands.evidence import add_evidence
from services.talent.domain.evidence import Evidence
from shared.contracts.enrolment import ProgrammeCompleted, SessionAttended
from shared.contracts.envelope import Envelope
from shared.ids import PersonId
from shared.messaging.inbox import subscribes
from shared.postgres.database import Transaction


@subscribes(SessionAttended)
async def note_attendance(event: SessionAttended, _: Envelope, tx: Transaction) -> None:
    """How long somebody stayed is no measure of them, so it is not kept."""
    await add_evidence(tx, Evidence.attended(PersonId(event.person_id), event.programme_code, event.effective_at))


@subscribes(ProgrammeCompleted)
async def note_completion(event: ProgrammeCompleted, _: Envelope, tx: Transaction) -> None:
    """A completed programme may be a reason to look at readiness again."""
    await add_evidence(tx, Evidence.completed(PersonId(event.person_id), event.programme_code, event.effective_at))
