"""Files that browsers load beside a page. Each address names a version of its file, so it may be kept for a year."""

from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

STATIC = Path(__file__).parent.parent / "static"
ADDRESS = "/static"
FOR_A_YEAR = "public, max-age=31536000, immutable"


@cache
def asset(name: str) -> str:
    """Where a browser finds the file: of others by the folder of its version, our own by its content."""
    file = STATIC / name
    content = file.read_bytes()
    if file.parent != STATIC:
        return f"{ADDRESS}/{name}"
    return f"{ADDRESS}/{name}?v={sha256(content).hexdigest()[:12]}"


class Assets(StaticFiles):
    """Serves the files. A version that is not the one at hand, as while a release goes out, is kept by nobody."""

    def __init__(self) -> None:
        super().__init__(directory=STATIC)

    async def get_response(self, path: str, scope: Scope) -> Response:
        """The file, and for how long it may be kept."""
        response = await super().get_response(path, scope)
        response.headers.update(headers(path, scope))
        return response


def headers(path: str, scope: Scope) -> dict[str, str]:
    """What a browser is told of a file; an icon drawn as SVG must run nothing either."""
    kept = FOR_A_YEAR if _is_the_one_asked_for(path, scope) else "no-cache"
    return {"Cache-Control": kept, "Content-Security-Policy": "default-src 'none'", "X-Content-Type-Options": "nosniff"}


def _is_the_one_asked_for(path: str, scope: Scope) -> bool:
    if not (STATIC / path).is_file():
        return False
    _, _, version = asset(path).partition("?v=")
    return not version or parse_qs(_query(scope)).get("v") == [version]


def _query(scope: Scope) -> str:
    query: Any = scope["query_string"]
    return query.decode("ascii", "ignore")
