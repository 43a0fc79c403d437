"""How many places are taken, as a bar."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Bar:
    """Places of a cohort; its widths are shares of a hundred. More may be taken than there are."""

    taken: int
    places: int
    waiting: int = 0

    @property
    def filled(self) -> float:
        """The share that is taken, on the scale of `whole`."""
        return self._share(self.taken)

    @property
    def waits(self) -> float:
        """The share that waits, beside the places."""
        return self._share(self.waiting)

    @property
    def room(self) -> float:
        """The share that the places are."""
        return self._share(self.places)

    def __str__(self) -> str:
        told = f"{self.taken:,} of {self.places:,} taken"
        return f"{told}, {self.waiting:,} waiting" if self.waiting else told

    def _share(self, count: int) -> float:
        whole = max(self.places, self.taken) + self.waiting
        return round(100 * count / whole, 2) if whole else 0.0
