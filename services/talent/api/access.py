"""Who may call what, where several routes say the same: judgements on people are for few."""

from typing import Annotated, TypeAlias

from services.talent.domain.members import Member, MemberNotFound
from shared.errors import NotFound
from shared.web.principal import OWN, REGION, SYSTEM, Principal, allowed

Keeper: TypeAlias = Annotated[Principal, allowed(talent_lead=REGION)]
"""Those who keep the pools."""

Reader: TypeAlias = Annotated[Principal, allowed(learner=OWN, system_lead=SYSTEM, talent_lead=REGION)]
"""Members themselves, the leads of their own system, and those who keep the pools."""

Lead: TypeAlias = Annotated[Principal, allowed(system_lead=SYSTEM, talent_lead=REGION)]
"""Those who look at more than one member."""


def must_see(caller: Principal, member: Member) -> None:
    """Outside one's scope a member looks exactly like one who does not exist."""
    try:
        caller.must_see(person_id=member.person_id, system=member.post.system)
    except NotFound:
        raise MemberNotFound("there is no such member") from None
