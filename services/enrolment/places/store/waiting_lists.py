from services.enrolment.places.domain.enrolments import Enrolment, EnrolmentNotFound
from services.enrolment.places.domain.waiting_lists import Promotion
from services.enrolment.places.store.enrolments import codes_of, to_enrolment
from shared.ids import CohortId
from shared.postgres.database import Transaction
from shared.postgres.queries import Queries

SQL = Queries(__file__)


async def next_waiting(tx: Transaction, cohort_id: CohortId) -> Enrolment:
    """Who waits longest, with the position held now; the cohort's row says that somebody does."""
    row = await tx.fetchrow(SQL["next_waiting"], cohort_id)
    if row is None:
        raise EnrolmentNotFound("nobody waits for this cohort")
    return to_enrolment(row)


async def save_promotion(tx: Transaction, enrolment: Enrolment, promotion: Promotion) -> None:
    """Save that a wait became a place, with rule and reason."""
    await tx.execute(
        SQL["save_promotion"],
        promotion.promotion_id,
        promotion.cohort_id,
        promotion.enrolment_id,
        promotion.freed_by,
        promotion.rule,
        promotion.reason,
        promotion.promoted_at,
        *codes_of(enrolment.position),
    )
