"""What probes ask every process that serves people: alive, ready, figures."""

import time
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, TypeAlias

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from shared.observability.health import Health

Remark: TypeAlias = Callable[[Request], Awaitable[Mapping[str, Any]]]
"""What a ready process tells of itself besides that."""


async def _nothing(_: Request) -> Mapping[str, Any]:
    return {}


def probes(name: str, role: str, health: Health, remark: Remark = _nothing) -> APIRouter:
    """The probes of a process."""
    router = APIRouter()
    started = time.time()

    @router.get("/livez", include_in_schema=False)
    @router.get("/_ping", include_in_schema=False)
    async def livez() -> dict[str, str]:
        return {"status": "alive"}

    @router.get("/readyz", include_in_schema=False)
    async def readyz(request: Request) -> JSONResponse:
        if reasons := await health.reasons():
            remarks = await health.remarks()
            return JSONResponse({"status": "not ready", "reasons": reasons} | _told(remarks), 503)
        remarks = await health.remarks()
        return JSONResponse({"status": "ready"} | _told(remarks) | dict(await remark(request)))

    @router.get("/metrics", include_in_schema=False)
    async def metrics() -> Response:
        return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)

    @router.get("/_status", include_in_schema=False)
    async def status() -> dict[str, object]:
        reasons = await health.reasons()
        return {"service": name, "role": role, "up_seconds": round(time.time() - started), "reasons": reasons}

    return router


def _told(remarks: dict[str, str]) -> dict[str, Any]:
    return {"remarks": remarks} if remarks else {}
