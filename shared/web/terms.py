"""What many paths, bodies and answers speak of, described once."""

from typing import Annotated, TypeAlias
from uuid import UUID

from fastapi import Path
from pydantic import AwareDatetime, Field

from shared.fields import Code

_PERSON = "The person, under the id that every service knows them by."

PersonInPath: TypeAlias = Annotated[UUID, Path(description=_PERSON)]

Person: TypeAlias = Annotated[UUID, Field(description=_PERSON)]

Name: TypeAlias = Annotated[str, Field(description="As the person writes it.", examples=["Asha Patel"])]

Mail: TypeAlias = Annotated[
    str, Field(description="Where mail to the person goes.", examples=["asha.patel@example.org"])
]

Programme: TypeAlias = Annotated[
    str, Field(description="The programme's code, as in the catalogue of enrolment.", examples=["ILM5"])
]

System: TypeAlias = Annotated[
    str, Field(description="Integrated care system, of `/v1/codes/systems`.", examples=["QGH"])
]

Organisation: TypeAlias = Annotated[
    str, Field(description="Who the person works for, of `/v1/codes/organisations`.", examples=["QGH01"])
]

EVENT_TYPE = "uk.nhs.midlands-leadership.enrolment.LearnerEnrolled.v1"

EventType: TypeAlias = Annotated[str, Field(description="As in the event catalogue.", examples=[EVENT_TYPE])]

ProgrammeInPath: TypeAlias = Annotated[Code, Path(description="The programme's code.", examples=["ILM5"])]

CohortInPath: TypeAlias = Annotated[UUID, Path(description="The cohort.")]

Cohort: TypeAlias = Annotated[UUID, Field(description="The cohort.")]

SessionInPath: TypeAlias = Annotated[UUID, Path(description="The session.")]

VERSION = "From 1 on, one more with each edit; the `ETag` has it."

Version: TypeAlias = Annotated[int, Field(description=VERSION, examples=[1])]

Time: TypeAlias = Annotated[AwareDatetime, Field(description="UTC.")]
