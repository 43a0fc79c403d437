"""Reading one figure out of a document by its path: `families[family=ilm].interventions`."""

import re
from typing import Any, cast

_PART = re.compile(r"(?P<name>\w+)(?:\[(?P<key>\w+)=(?P<value>[^\]]+)\])?")


def read(document: Any, path: str) -> Any:
    """What stands at the path; None where nothing does, such as a row that no cohort made."""
    for part in _PART.finditer(path):
        if document is None:
            return None
        document = document.get(part["name"])
        if part["key"]:
            rows = cast("list[dict[str, Any]]", document or [])
            document = next((row for row in rows if row.get(part["key"]) == part["value"]), None)
    return document
