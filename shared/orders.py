"""Which of a list comes first, where a caller may choose."""

from typing import Literal, TypeAlias

Order: TypeAlias = Literal["oldest", "newest"]
