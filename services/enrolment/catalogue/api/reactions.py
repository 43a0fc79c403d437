from typing import Annotated, TypeAlias

from fastapi import Depends

from services.enrolment.catalogue.commands.reactions import Reactions
from shared.web.app import provided

Reacting: TypeAlias = Annotated[Reactions, Depends(provided(Reactions))]
"""The catalogue knows nothing of what stands above it: `app.py` provides this."""
