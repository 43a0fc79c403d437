"""A record that Kafka refused alone without saying that it is the record's fault: it is parked on proof only.

Proof is that its partition's leader took another record and still refused this one, five times in a row: a broker
that is ill now and then does so once or twice. As it stands at the head of its lane, the relay sends that other record
itself: a witness, always the first of another key, so that nothing is overtaken.

Many may be bad at once, and each that is asked in vain costs a hold; so they are searched in widening steps.
"""

from dataclasses import dataclass, field

PROOFS = 5


@dataclass(slots=True)
class Suspect:
    """It and a witness are tried in turns, until so many witnesses were taken and it was refused after each.

    `refused_too` are rows that have been of no use as witnesses in this lane, for they may be as bad.
    """

    seq: int
    refused_too: set[int] = field(default_factory=set[int])
    witness: int | None = None
    """The row that is sent in its place now."""

    _asks: bool = True
    _heard: bool = False
    _proofs: int = 0

    @property
    def barred(self) -> list[int]:
        """The rows whose keys may not give the witness that is wanted now; empty when none is wanted."""
        return [self.seq, *self.refused_too] if self._asks else []

    @property
    def passes_over(self) -> int:
        """How many keys to pass over that might bear witness: bad ones stand together, so ever more of them."""
        return 2 ** len(self.refused_too) - 1

    def call(self, witness: int | None) -> None:
        """This row bears witness; when there is none the suspect is tried instead, and then all may be asked anew."""
        self.witness = witness
        if witness is None:
            self._asks = False
            self.refused_too.clear()

    def hear(self, *, taken: bool) -> None:
        """What became of the witness; one that is refused too says nothing, for it may be as bad, or the broker ill."""
        if self.witness is not None and not taken:
            self.refused_too.add(self.witness)
            self.doubt_all()
        self._heard |= taken
        self.witness, self._asks = None, False

    def doubt_all(self) -> None:
        """The broker itself is in trouble: what was heard by now proves nothing."""
        self._proofs, self._heard = 0, False

    def dismiss(self) -> None:
        """The witness is parked itself: another is wanted."""
        self.witness = None

    def refused_again(self) -> bool:
        """Whether that proves it guilty; if not, the next witness is wanted."""
        self._proofs += self._heard
        self._asks, self._heard = True, False
        return self._proofs >= PROOFS
