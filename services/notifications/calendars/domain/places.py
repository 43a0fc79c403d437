"""A place as far as calendars speak of it."""

from dataclasses import dataclass

from shared.errors import NotFound


class PlaceUnknown(NotFound):
    """The person holds no such place, or it was announced to us not yet."""

    code = "place_unknown"
    message = "there is no place of yours here; one that was given just now is known within a minute"


@dataclass(frozen=True, slots=True)
class Offer:
    """What a place is in, by the names people know it by."""

    cohort_title: str
    programme_title: str | None

    @property
    def name(self) -> str:
        """The cohort's title, with the programme's before it unless one says the other."""
        if self.programme_title is None or self.programme_title in self.cohort_title:
            return self.cohort_title
        return f"{self.programme_title}: {self.cohort_title}"
