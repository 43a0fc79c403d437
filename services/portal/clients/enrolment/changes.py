"""What was done to a programme or a cohort."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from services.portal.clients.api import View


class Turn(View):
    """What a field said before, and says since."""

    before: Any
    after: Any


class Change(View):
    """What somebody changed: by field from what to what."""

    action: str
    changed_at: datetime
    fields: Mapping[str, Turn] = {}
