"""How a cohort stands, as a list tells it."""

from datetime import datetime

from services.portal.clients.enrolment.cohorts import Cohort


def standing(cohort: Cohort, now: datetime) -> tuple[str, str]:
    """The kind of a state and the state: how full it is only while it lets somebody in, for a place or a wait."""
    if cohort.cancelled_at:
        return "cohort", "cancelled"
    if now < cohort.opens_at:
        return "cohort", "announced"
    if now < cohort.closes_at and (cohort.promotes_until is None or now < cohort.promotes_until):
        return "availability", cohort.availability
    begun = cohort.first_session_at is not None and cohort.first_session_at <= now
    return "cohort", "begun" if begun else "closed"
