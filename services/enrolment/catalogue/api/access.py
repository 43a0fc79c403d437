"""Who may call what, where several routes say the same."""

from typing import Annotated, TypeAlias

from shared.web.principal import OWN, REGION, ROLES, NotYours, Principal, allowed

Anyone: TypeAlias = Annotated[Principal, allowed(**dict.fromkeys(ROLES, REGION))]
"""What the academy offers is no secret to anyone with a login."""

Lead: TypeAlias = Annotated[Principal, allowed(region=REGION, programme_lead=REGION)]
"""Those who plan programmes and cohorts."""

LeadOrProvider: TypeAlias = Annotated[Principal, allowed(region=REGION, programme_lead=REGION, provider=OWN)]
"""Those who plan, and the provider of the programme."""

_PLANNERS = frozenset({"region", "programme_lead"})


def must_know_system(caller: Principal, system: str) -> None:
    """NotYours unless the caller plans, or leads that system: who is on what is nobody else's business."""
    if not plans(caller) and not ("system_lead" in caller.roles and system in caller.systems):
        raise NotYours("what people of a system are on is told to those who plan, and to leads of that system")


def plans(caller: Principal) -> bool:
    """Those who plan know how many people hold places and wait, and where sessions are, of every cohort."""
    return not _PLANNERS.isdisjoint(caller.roles)
