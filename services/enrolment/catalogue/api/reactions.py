from typing import Annotated, TypeAlias

from fastapi import Depends

from services.enrolment.catalogue.commands.reactions import Reactions


async def reactions() -> Reactions:
    """The catalogue knows nothing of what stands above it: `app.py` provides this."""
    raise NotImplementedError


Reacting: TypeAlias = Annotated[Reactions, Depends(reactions)]
