"""Writes the services' OpenAPI documents: `python -m academy.documents docs/api`, with `--check` only compares."""

import argparse
import json
import sys
from importlib import import_module
from pathlib import Path

from academy.services import SERVICES
from shared.service import Service
from shared.web.app import create_app


def document(name: str) -> str:
    """The OpenAPI document of a service as it stands behind the gateway, without its probes."""
    service: Service = import_module(f"services.{name}.app").service
    app = create_app(
        name=service.name,
        title=service.title,
        description=service.description,
        tags=service.tags,
        routers=(*service.routers, *service.operated_by()),
    )
    return json.dumps(app.openapi() | {"servers": [{"url": f"/{name}"}]}, indent=1, ensure_ascii=False) + "\n"


def main() -> int:
    """Exit 0 written or current, 1 out of date."""
    parser = argparse.ArgumentParser(prog="documents", description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--check", action="store_true")
    chosen = parser.parse_args()
    documents = {chosen.folder / f"{name}.json": document(name) for name in SERVICES}
    stale = [path for path, text in documents.items() if not path.exists() or path.read_text() != text]
    if chosen.check:
        sys.stderr.writelines(f"{path} is out of date: run make docs\n" for path in stale)
        return 1 if stale else 0
    chosen.folder.mkdir(parents=True, exist_ok=True)
    for path in stale:
        path.write_text(documents[path])
    return 0


if __name__ == "__main__":
    sys.exit(main())
