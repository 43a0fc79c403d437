"""Who may call what, where several routes say the same: judgements on people are for few."""

from typing import Annotated, TypeAlias

from shared.web.principal import OWN, REGION, SYSTEM, Principal, allowed

Keeper: TypeAlias = Annotated[Principal, allowed(talent_lead=REGION)]
"""Those who keep the pools."""

Reader: TypeAlias = Annotated[Principal, allowed(learner=OWN, system_lead=SYSTEM, talent_lead=REGION)]
"""Members themselves, the leads of their own system, and those who keep the pools."""

Lead: TypeAlias = Annotated[Principal, allowed(system_lead=SYSTEM, talent_lead=REGION)]
"""Those who look at more than one member."""
