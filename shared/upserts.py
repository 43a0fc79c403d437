"""A record that is written whole: made, found as it is, or edited."""

from typing import Literal

Outcome = Literal["created", "unchanged", "changed"]
