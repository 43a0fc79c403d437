from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import AwareDatetime, Field

from services.coaching.access import Keeper
from services.coaching.register.commands.practitioners import register
from services.coaching.register.domain.codes import Half, Kind
from services.coaching.register.domain.practitioners import Entry, Origin, Practitioner, PractitionerNotFound
from services.coaching.register.store import practitioners
from shared.fields import Code, Email, PersonName
from shared.ids import PersonId
from shared.web import etag
from shared.web.app import Db, Now
from shared.web.etag import IfMatch
from shared.web.paging import Page, Paging
from shared.web.principal import OWN, REGION, Principal, allowed
from shared.web.views import Body, View

router = APIRouter(prefix="/v1", tags=["practitioners"])


class PractitionerBody(Body):
    """An entry of the register; every kind needs a qualification that allows it."""

    name: PersonName
    email: Email
    kinds: Annotated[list[Kind], Field(min_length=1, max_length=4)]
    origin: Origin
    qualification: Code = Field(examples=["ilm_5", "emcc_practitioner", "mentoring_skills"])
    further_qualifications: list[Code] = Field(default_factory=list[Code], max_length=10)
    system: Code
    capacity: Annotated[int, Field(ge=0, le=50, description="How many people at a time.")]

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

    person_id: UUID
    name: str
    email: str
    kinds: tuple[Kind, ...]
    origin: Origin
    qualification: str
    further_qualifications: tuple[str, ...]
    system: str
    half: Half
    capacity: int
    registered_at: AwareDatetime
    version: int

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
async def put_practitioner(
    *,
    person_id: UUID,
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
    kind: Kind | None = None,
    system: Code | None = None,
) -> Page[PractitionerView]:
    """The register in the order of ids."""
    found = await db.read(practitioners.page, kind=kind, system=system, after=paging.after_id(), limit=paging.fetch)
    return paging.page([PractitionerView.of(p) for p in found], key=lambda p: p.person_id)


@router.get("/practitioners/{person_id}")
async def get_practitioner(
    person_id: UUID,
    caller: Annotated[Principal, allowed(practitioner=OWN, programme_lead=REGION, region=REGION)],
    db: Db,
    response: Response,
) -> PractitionerView:
    """One entry of the register."""
    caller.must_see(PractitionerNotFound, person_id=person_id)
    practitioner = await db.read(practitioners.find, PersonId(person_id))
    etag.set_on(response, practitioner.version)
    return PractitionerView.of(practitioner)
