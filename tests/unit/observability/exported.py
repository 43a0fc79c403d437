"""What there is to ask for: the series the services and the gateway really export."""

import re
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from importlib import import_module
from pathlib import Path

import httpx
from prometheus_client import REGISTRY
from prometheus_client.metrics import MetricWrapperBase

from academy.local.layout import ROOT, SERVICES
from academy.local.ports import LOOPBACK, Ports
from academy.local.traefik import binary, static_settings

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
    return {name: TARGET_LABELS for name in of_process} | declared


def _declared() -> dict[str, frozenset[str]]:
    """The series of our own metrics; labels stand in the metric, as one without a value yet exports none."""
    collectors = REGISTRY._collector_to_names  # pyright: ignore[reportPrivateUsage] nothing public lists labels
    found: dict[str, frozenset[str]] = {}
    for metric in (c for c in collectors if isinstance(c, MetricWrapperBase)):
        labels = frozenset(metric._labelnames)  # pyright: ignore[reportPrivateUsage]
        for suffix in _SUFFIXES[metric._type]:  # pyright: ignore[reportPrivateUsage]
            le = {"le"} if suffix == "_bucket" else set[str]()
            found[metric._name + suffix] = labels | TARGET_LABELS | le  # pyright: ignore[reportPrivateUsage]
    return found


def by_gateway(folder: Path) -> dict[str, frozenset[str]]:
    """Series and labels of a real gateway under the repository's own settings, after one request through it."""
    with _gateway(folder) as (web, admin):
        httpx.get(f"{web}/")
        text = httpx.get(f"{admin}/metrics").raise_for_status().text
    return {
        name: frozenset(re.findall(r'(\w+)="', labels)) | {"job", "instance"} for name, labels in _SERIES.findall(text)
    }


@contextmanager
def _gateway(folder: Path) -> Iterator[tuple[str, str]]:
    """Traefik, with its own admin entrance behind it: any upstream makes the series, whatever it answers."""
    ports = Ports(ephemeral=True)
    web, admin = (f"{LOOPBACK}:{ports.take(0)}" for _ in range(2))
    environment = {
        **static_settings(),
        "TRAEFIK_ENTRYPOINTS_WEB_ADDRESS": web,
        "TRAEFIK_ENTRYPOINTS_ADMIN_ADDRESS": admin,
        "TRAEFIK_PROVIDERS_FILE_DIRECTORY": str(ROOT / "gateway" / "dynamic"),
        "TRAEFIK_ACCESSLOG_FILEPATH": str(folder / "access.log"),
        "ACADEMY_UPSTREAM_HOME": f"http://{admin}",
    }
    with subprocess.Popen([binary()], env=environment, stderr=subprocess.DEVNULL) as process:
        try:
            _until_ready(f"http://{admin}/ping")
            yield f"http://{web}", f"http://{admin}"
        finally:
            process.terminate()


def _until_ready(address: str) -> None:
    deadline = time.monotonic() + 20
    while True:
        try:
            httpx.get(address).raise_for_status()
        except httpx.HTTPError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)
        else:
            return
