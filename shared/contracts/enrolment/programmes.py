"""What the academy offers, by programme code."""

from typing import Literal

from shared.contracts.envelope import Contract
from shared.fields import Text


class _ProgrammeEvent(Contract):
    topic = "enrolment.programmes"
    key_field = "programme_code"

    programme_code: Text


class ProgrammePublished(_ProgrammeEvent):
    """A programme is offered, or its description changed."""

    family: Text
    title: Text
    levels: tuple[Literal["I", "We", "Us"], ...]
    audience: Text
    award: Text | None = None


class ProgrammeRetired(_ProgrammeEvent):
    """A programme is offered no more: its cohorts go on, no new one opens. Published again, it is offered again."""


PUBLISHED: tuple[type[Contract], ...] = (ProgrammePublished, ProgrammeRetired)
