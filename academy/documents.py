"""Writes the services' OpenAPI documents: `python -m academy.documents docs/api`, with `--check` only compares."""

import json
import sys
from importlib import import_module

from academy.services import SERVICES
from shared.generated import write_or_check
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
    return write_or_check("documents", __doc__ or "", lambda _: {f"{name}.json": document(name) for name in SERVICES})


if __name__ == "__main__":
    sys.exit(main())
