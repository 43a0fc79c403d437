"""The people one can be on a development machine: made-up people of the replayed year, with records of their own.

Nobody is offered whose role may do no more than anybody: managers, panels and talent boards have no route yet.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from uuid import UUID

_YEAR = "from=2020-04-01&to=2021-03-31"
_PARTICIPANT = UUID("16d1ace3-d013-53ed-8245-d42c1bd31ceb")
"""Sally Holland, who of all members of a talent pool holds the most places."""
_COACH = UUID("ebc9a87e-1c2f-59c8-87f3-b4c3d5c007a2")
"""Beatrice Dale, who of all on the register holds the most places."""


@dataclass(frozen=True, slots=True)
class Persona:
    """A made-up login: what it may do, for which systems or as which provider, and whose own record it sees.

    `person` is whom `person_id` names.
    `look` is what to read first with its token: a path behind the gateway, not empty once the year is there.
    """

    name: str
    title: str
    sees: str
    look: str
    roles: tuple[str, ...]
    systems: tuple[str, ...] = ()
    person_id: UUID | None = None
    person: str | None = None
    organisation: str | None = None

    @property
    def called(self) -> str:
        """Its person's name, or its own as people write it."""
        return self.person or self.name.replace("-", " ").capitalize()


_ALL = (
    Persona(
        "region-lead",
        "Answers for the whole region",
        "Every exact report, every cohort and who takes part",
        f"/enrolment/v1/reports/reach?{_YEAR}&audience=internal",
        ("region",),
    ),
    Persona(
        "programme-lead",
        "Runs programmes, cohorts and sessions",
        "Learners, places, attendance; the register of coaches",
        "/coaching/v1/practitioners",
        ("programme_lead",),
    ),
    Persona(
        "system-lead",
        "Plans for one system: QGH",
        "Learners, pool members and exact reports of QGH, nothing of other systems",
        "/talent/v1/members",
        ("system_lead",),
        systems=("QGH",),
    ),
    Persona(
        "participant",
        "Sally Holland, takes part in five programmes and is in a talent pool",
        "Own record, places, readiness, evidence and mails",
        f"/enrolment/v1/learners/{_PARTICIPANT}/enrolments",
        ("learner",),
        person_id=_PARTICIPANT,
        person="Sally Holland",
    ),
    Persona(
        "session-facilitator",
        "Provides the academy's own sessions and marks their registers",
        "Cohorts, and who takes part in those of the own organisation",
        "/enrolment/v1/cohorts",
        ("provider",),
        organisation="Midlands leadership academy",
    ),
    Persona(
        "coach",
        "Beatrice Dale, a coach on the register",
        "Own entry on the register",
        f"/coaching/v1/practitioners/{_COACH}",
        ("practitioner",),
        person_id=_COACH,
        person="Beatrice Dale",
    ),
    Persona(
        "talent-lead",
        "Looks after the talent pools",
        "Every pool member with readiness and evidence, in every system",
        "/talent/v1/members",
        ("talent_lead",),
    ),
    Persona(
        "ops",
        "Keeps the platform running",
        "How far events and mails have come; what is stuck, and how to free it",
        "/enrolment/v1/operations/delivery",
        ("ops",),
    ),
    Persona(
        "information-governance",
        "Answers for personal data",
        "How people are reached, and every message to them",
        "/notifications/v1/messages",
        ("information_governance",),
    ),
    Persona(
        "replay",
        "Lives the year again",
        "What region, programme lead and talent lead see, and says what time it is",
        f"/enrolment/v1/reports/reach?{_YEAR}&audience=internal",
        ("replay", "service", "region", "programme_lead", "talent_lead"),
    ),
    Persona(
        "subscriber",
        "Another system that listens to events",
        "Events on Kafka; how far each service has come",
        "/enrolment/v1/operations/delivery",
        ("service",),
    ),
)

PERSONAS: Mapping[str, Persona] = MappingProxyType({persona.name: persona for persona in _ALL})
