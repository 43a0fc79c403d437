"""The people one can be on a development machine; all of them are made up."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Persona:
    """A made-up login: what it may do, for which systems or as which provider, and whose own record it sees."""

    name: str
    title: str
    roles: tuple[str, ...]
    systems: tuple[str, ...] = ()
    person_id: UUID | None = None
    organisation: str | None = None


_ALL = (
    Persona("region-lead", "Sees the whole region", ("region",)),
    Persona("programme-lead", "Runs programmes, cohorts and sessions", ("programme_lead",)),
    Persona("system-lead", "Sees one system only: QGH", ("system_lead",), systems=("QGH",)),
    Persona(
        "participant", "Takes part in programmes", ("learner",), person_id=UUID("0190a000-0000-7000-8000-000000000001")
    ),
    Persona("manager", "Enrols and sponsors own staff", ("manager",)),
    Persona("panel-member", "Decides on nominations", ("panel_member",)),
    Persona(
        "session-facilitator",
        "Provides the academy's own sessions and marks their registers",
        ("provider",),
        organisation="Midlands leadership academy",
    ),
    Persona("coach", "Coaches and mentors", ("practitioner",), person_id=UUID("0190a000-0000-7000-8000-000000000002")),
    Persona("talent-lead", "Looks after the talent pools", ("talent_lead",)),
    Persona("board-member", "Sits on the talent board", ("board_member",)),
    Persona("ops", "Keeps the platform running", ("ops",)),
    Persona("information-governance", "Answers for personal data", ("information_governance",)),
    Persona("replay", "Lives the year again", ("replay", "service", "region", "programme_lead", "talent_lead")),
    Persona("subscriber", "Another system that listens to events", ("service",)),
)

PERSONAS: Mapping[str, Persona] = MappingProxyType({persona.name: persona for persona in _ALL})
