"""What a programme lead decides about a cohort."""

from dataclasses import dataclass, fields
from datetime import datetime

from services.enrolment.catalogue.domain.programmes import Programme
from shared.errors import Conflict, Invalid


class OverBookingNotAllowed(Conflict):
    """More places than seats only where the programme allows over-booking."""

    code = "over_booking_not_allowed"


class TooFewLicences(Conflict):
    """Licences are never over-booked: each place needs one."""

    code = "too_few_licences"


class ClosesBeforeItOpens(Invalid):
    """Enrolment opens before it closes."""

    code = "closes_before_it_opens"
    place = ("closes_at",)


@dataclass(frozen=True, slots=True)
class CohortPlan:
    """What is decided before a cohort opens, and may be decided otherwise later; the programme stays."""

    programme_code: str
    title: str
    seats: int
    places: int
    licences: int | None
    opens_at: datetime
    closes_at: datetime
    withdrawal_cutoff_days: int

    def check(self, programme: Programme, *, before: "CohortPlan | None" = None) -> None:
        """Refuse a plan that sells more than the room or the licences allow.

        Of an edit only what is otherwise than `before`: the programme may say something else since.
        """
        changed = {f.name for f in fields(self) if before is None or getattr(self, f.name) != getattr(before, f.name)}
        if changed & {"opens_at", "closes_at"} and self.closes_at <= self.opens_at:
            raise ClosesBeforeItOpens("enrolment closes before it opens")
        if changed & {"seats", "places"} and self.places > self.seats and not programme.over_booking:
            raise OverBookingNotAllowed(f"{programme.programme_code} is not over-booked: at most {self.seats} places")
        too_few = self.licences is not None and self.places > self.licences
        if changed & {"licences", "places"} and too_few:
            raise TooFewLicences(f"{self.places} places need as many licences; there are {self.licences}")
