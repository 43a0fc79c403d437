"""Which statements a command may not make: where its transaction begins and ends is not its own business."""

import re
from functools import lru_cache

_KEYWORD = "begin|start|commit|end|rollback|abort|prepare\\s+transaction|savepoint|release"
_COMMENT = r"(?>--[^\n]*|/\*.*?\*/)"
_QUOTED = r"'[^']*'|\"[^\"]*\"|(?P<dollar>\$\w*\$).*?(?P=dollar)"
_PARTS = re.compile(
    rf"(?P<control>(?:\A|;)(?>(?:\s|{_COMMENT})*)(?:{_KEYWORD})\b)|{_COMMENT}|{_QUOTED}", re.IGNORECASE | re.DOTALL
)


class ControlsTransaction(Exception):
    """A statement of a command would end its transaction, or the effects of others with it."""


def stay_inside(sql: str) -> None:
    """Refuse what begins or ends a transaction or a part of one, wherever it stands among several statements."""
    if _controls(sql):
        raise ControlsTransaction("a command neither begins nor ends a transaction")


@lru_cache(maxsize=1024)
def _controls(sql: str) -> bool:
    return any(part["control"] for part in _PARTS.finditer(sql))
