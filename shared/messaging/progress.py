"""Liveness is progress: a member that has records to read and reads none is stuck, whatever its heartbeats say."""

from dataclasses import dataclass

STALLED_SECONDS = 30.0


@dataclass(slots=True)
class Progress:
    """What a member read, and since when it has been stuck; seconds are of one monotonic clock."""

    _read: bool = False
    _still_since: float | None = None

    def note(self) -> None:
        """Records were handed over."""
        self._read = True

    def stalled(self, behind: int | None, *, busy: bool, now: float) -> bool:
        """Whether it has had records to read for 30 s, and neither read nor worked on any.

        `behind` is how many it has not read; None when Kafka cannot be asked: then nobody is to blame.
        """
        idle = bool(behind) and not busy and not self._read
        self._read = False
        if not idle:
            self._still_since = None
            return False
        if self._still_since is None:
            self._still_since = now
        return now - self._still_since >= STALLED_SECONDS
