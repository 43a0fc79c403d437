"""The pages, an area a folder: routes translate in, ask the services and show; none decides a rule."""

from pathlib import Path

from services.portal.pages import (
    accessibility,
    catalogue,
    developers,
    facilitating,
    home,
    operations,
    participant,
    people,
    pools,
    programme_lead,
    programmes,
    reach,
    registers,
    review,
    system,
)

_AREAS = (
    home,
    programme_lead,
    programmes,
    people,
    reach,
    registers,
    facilitating,
    participant,
    system,
    pools,
    operations,
    catalogue,
    review,
    developers,
    accessibility,
)

ROUTERS = tuple(area.router for area in _AREAS)
TEMPLATES = tuple(sorted(Path(__file__).parent.glob("*/templates")))
"""Each area's own; a page's template has a name that no other page's has."""
