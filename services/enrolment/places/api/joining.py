from typing import Annotated

from fastapi import APIRouter, Path
from fastapi.responses import RedirectResponse

from services.enrolment.places.domain.joining import LinkNotFound, Visitor
from services.enrolment.places.store import joining
from shared.web.app import Db
from shared.web.principal import OWN, REGION, Principal, allowed
from shared.web.refusals import refuses

router = APIRouter(prefix="/v1", tags=["sessions"])


Ref = Annotated[
    str,
    Path(
        pattern=r"^[A-Za-z0-9_-]{10,40}$",
        description="As in the session, or in a mail.",
        examples=["Zq8f2Vw0mD3kXr7Lb1Ns5TyA"],
    ),
]


Guest = Annotated[Principal, allowed(region=REGION, programme_lead=REGION, provider=OWN, learner=OWN)]


@router.get("/joining/{join_ref}", status_code=302, response_class=RedirectResponse)
@refuses(LinkNotFound)
async def join(join_ref: Ref, caller: Guest, db: Db) -> RedirectResponse:
    """Lead a person with a place, or who runs the session, to the room."""
    return _lead_to(await db.read(joining.resolve, "join_url", join_ref, _visitor(caller)))


@router.get("/recordings/{recording_ref}", status_code=302, response_class=RedirectResponse)
@refuses(LinkNotFound)
async def watch(recording_ref: Ref, caller: Guest, db: Db) -> RedirectResponse:
    """Lead a person with a place, or who runs the session, to the recording."""
    return _lead_to(await db.read(joining.resolve, "recording_url", recording_ref, _visitor(caller)))


def _visitor(caller: Principal) -> Visitor:
    provider = caller.organisation if "provider" in caller.roles else None
    return Visitor(everywhere=caller.scope == REGION, provider=provider, person_id=caller.person_id)


def _lead_to(url: str) -> RedirectResponse:
    return RedirectResponse(url, status_code=302)
