"""What there is to ask for: the series the services and the gateway really export."""

import re
import subprocess
import time
from collections.abc import Generator
from contextlib import contextmanager
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import cast

import httpx
from prometheus_client import REGISTRY
from prometheus_client.metrics import MetricWrapperBase

from academy.local.layout import ROOT
from academy.local.ports import LOOPBACK, any_free_port
from academy.local.traefik import binary, static_settings
from academy.services import SERVICES
from tests.support.delivery import PATIENCE

TARGET_LABELS = frozenset({"job", "instance", "service", "role"})
"""What scraping adds to every series of a service."""

OF_PROMETHEUS = {"up": TARGET_LABELS, "ALERTS": frozenset({"alertname", "alertstate", "severity"})}

_SUFFIXES = {"counter": ("_total",), "gauge": ("",), "histogram": ("_bucket", "_count", "_sum")}
_SERIES = re.compile(r"^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? ", re.MULTILINE)


@cache
def by_services() -> dict[str, frozenset[str]]:
    """Series and labels of the registry once every service's parts are imported, as in its process."""
    for service in SERVICES:
        import_module(f"services.{service}.app")
    declared = _declared()
    of_process = {f.name + s for f in REGISTRY.collect() for s in _SUFFIXES.get(f.type, ("",))}
    return dict.fromkeys(of_process, TARGET_LABELS) | declared


def _declared() -> dict[str, frozenset[str]]:
    """The series of our own metrics; labels stand in the metric, as one without a value yet exports none."""
    collectors = REGISTRY._collector_to_names  # pyright: ignore[reportPrivateUsage] nothing public lists them
    found: dict[str, frozenset[str]] = {}
    for metric in (c for c in collectors if isinstance(c, MetricWrapperBase)):
        labels = cast("tuple[str, ...]", metric._labelnames)  # pyright: ignore[reportPrivateUsage, reportUnknownMemberType]
        [family] = metric.describe()
        for suffix in _SUFFIXES[family.type]:
            found[family.name + suffix] = TARGET_LABELS.union(labels, ("le",) if suffix == "_bucket" else ())
    return found


def by_gateway(folder: Path) -> dict[str, frozenset[str]]:
    """Series and labels of a real gateway under the repository's own settings, after one request through it."""
    with _gateway(folder) as admin:
        text = _answer(f"{admin}/metrics", holding="traefik_service_requests_total")
    return {
        name: frozenset(re.findall(r'(\w+)="', labels)) | {"job", "instance"} for name, labels in _SERIES.findall(text)
    }


@contextmanager
def _gateway(folder: Path) -> Generator[str]:
    """Traefik's admin address; its own ping stands behind its public entrance, and was asked for through it."""
    web, admin = (f"{LOOPBACK}:{any_free_port()}" for _ in range(2))
    environment = {
        **static_settings(),
        "TRAEFIK_ENTRYPOINTS_WEB_ADDRESS": web,
        "TRAEFIK_ENTRYPOINTS_ADMIN_ADDRESS": admin,
        "TRAEFIK_PROVIDERS_FILE_DIRECTORY": str(ROOT / "gateway" / "dynamic"),
        "TRAEFIK_ACCESSLOG_FILEPATH": str(folder / "access.log"),
        "ACADEMY_UPSTREAM_PROBLEMS": f"http://{admin}",
    }
    with subprocess.Popen([binary()], env=environment, stderr=subprocess.DEVNULL) as process:
        try:
            _answer(f"http://{web}/ping")
            yield f"http://{admin}"
        finally:
            process.terminate()


def _answer(address: str, *, holding: str = "") -> str:
    """What stands there, as soon as there is something and it holds that."""
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            text = httpx.get(address).raise_for_status().text
        except httpx.HTTPError:
            text = None
        if text is not None and holding in text:
            return text
        assert time.monotonic() < deadline, address
        time.sleep(0.1)
