from typing import Annotated

from fastapi import APIRouter, Query, Response
from pydantic import Field

from services.coaching.access import Keeper
from services.coaching.register.commands.practitioners import register
from services.coaching.register.domain.codes import Half, Kind
from services.coaching.register.domain.practitioners import (
    Entry,
    NotQualified,
    Origin,
    Practitioner,
    PractitionerNotFound,
)
from services.coaching.register.store import practitioners
from shared.codes import UnknownCode
from shared.fields import Code, Email, PersonName
from shared.ids import PersonId
from shared.web import etag
from shared.web.app import Db, Now
from shared.web.etag import IfMatch
from shared.web.paging import Page, Paging
from shared.web.principal import OWN, REGION, Principal, allowed
from shared.web.refusals import refuses
from shared.web.terms import Mail, Name, Person, PersonInPath, System, Time, Version
from shared.web.views import Body, View

router = APIRouter(prefix="/v1", tags=["practitioners"])


class PractitionerBody(Body):
    """An entry of the register; every kind needs a qualification that allows it."""

    name: PersonName = Field(description="As the person writes it.", examples=["Asha Patel"])
    email: Email = Field(description="Where mail to the person goes.", examples=["asha.patel@example.org"])
    kinds: list[Kind] = Field(
        min_length=1,
        max_length=4,
        description="What the person is, of `/v1/codes/practitioner-kinds`.",
        examples=[["coach"]],
    )
    origin: Origin = Field(description="How the entry came into the register, of `/v1/codes/origins`.")
    qualification: Code = Field(description="The one that counts, of `/v1/codes/qualifications`.", examples=["ilm_5"])
    further_qualifications: list[Code] = Field(
        default_factory=list[Code],
        max_length=10,
        description="Others the person holds, of `/v1/codes/qualifications`.",
        examples=[["mentoring_skills"]],
    )
    system: Code = Field(description="Integrated care system, of `/v1/codes/systems`.", examples=["QGH"])
    capacity: int = Field(ge=0, le=50, description="How many people at a time.", examples=[4])

    def entry(self) -> Entry:
        """The entry as the domain knows it; kinds and further qualifications are sets."""
        further = sorted(set(self.further_qualifications) - {self.qualification})
        return Entry(
            name=self.name,
            email=self.email,
            kinds=tuple(sorted(set(self.kinds))),
            origin=self.origin,
            qualifications=(self.qualification, *further),
            system=self.system,
            capacity=self.capacity,
        )


class PractitionerView(View):
    """An entry of the register; the half follows from the system."""

    person_id: Person
    name: Name
    email: Mail
    kinds: tuple[Kind, ...] = Field(
        description="What the person is, of `/v1/codes/practitioner-kinds`.", examples=[("coach",)]
    )
    origin: Origin = Field(description="How the entry came into the register, of `/v1/codes/origins`.")
    qualification: str = Field(description="The one that counts, of `/v1/codes/qualifications`.", examples=["ilm_5"])
    further_qualifications: tuple[str, ...] = Field(
        description="Others the person holds, of `/v1/codes/qualifications`.", examples=[("mentoring_skills",)]
    )
    system: System
    half: Half = Field(description="Half of the region, of `/v1/codes/halves`; it follows from the system.")
    capacity: int = Field(description="How many people at a time.", examples=[4])
    registered_at: Time
    version: Version

    @classmethod
    def of(cls, practitioner: Practitioner) -> "PractitionerView":
        """The entry as it is shown."""
        entry = practitioner.entry
        qualification, *further = entry.qualifications
        return cls(
            person_id=practitioner.person_id,
            name=entry.name,
            email=entry.email,
            kinds=entry.kinds,
            origin=entry.origin,
            qualification=qualification,
            further_qualifications=tuple(further),
            system=entry.system,
            half=practitioner.half,
            capacity=entry.capacity,
            registered_at=practitioner.registered_at,
            version=practitioner.version,
        )


@router.put("/practitioners/{person_id}", responses={201: {"model": PractitionerView}})
@refuses(NotQualified, UnknownCode)
async def put_practitioner(
    *,
    person_id: PersonInPath,
    body: PractitionerBody,
    caller: Keeper,
    if_match: IfMatch,
    db: Db,
    now: Now,
    response: Response,
) -> PractitionerView:
    """Enter a practitioner on the register, or change the entry (then send `If-Match`)."""
    written = await db.run(register, PersonId(person_id), body.entry(), expected_version=if_match, now=now)
    return PractitionerView.of(etag.answer(response, written))


@router.get("/practitioners")
async def list_practitioners(
    *,
    caller: Keeper,
    db: Db,
    paging: Paging,
    kind: Annotated[Kind | None, Query(description="Who is of this kind.")] = None,
    system: Annotated[Code | None, Query(description="Of this system, as in `/v1/codes/systems`.")] = None,
) -> Page[PractitionerView]:
    """The register in the order of ids."""
    found = await db.read(practitioners.page, kind=kind, system=system, after=paging.after_id(), limit=paging.fetch)
    return paging.page([PractitionerView.of(p) for p in found], key=lambda p: p.person_id)


@router.get("/practitioners/{person_id}")
@refuses(PractitionerNotFound)
async def get_practitioner(
    person_id: PersonInPath,
    caller: Annotated[Principal, allowed(practitioner=OWN, programme_lead=REGION, region=REGION)],
    db: Db,
    response: Response,
) -> PractitionerView:
    """One entry of the register."""
    caller.must_see(PractitionerNotFound, person_id=person_id)
    practitioner = await db.read(practitioners.find, PersonId(person_id))
    etag.set_on(response, practitioner.version)
    return PractitionerView.of(practitioner)
