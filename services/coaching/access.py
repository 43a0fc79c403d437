"""Who may call what, where several capabilities say the same."""

from typing import Annotated, TypeAlias

from shared.web.principal import REGION, Principal, allowed

Keeper: TypeAlias = Annotated[Principal, allowed(programme_lead=REGION, region=REGION)]
"""Those who keep the register."""
