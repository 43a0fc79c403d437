"""The consumers of `docs/events/examples`, made ready and run as a subscriber would run them."""

import asyncio
import json
import os
import shutil
import subprocess
import sys
from asyncio.subprocess import PIPE
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Self

from academy.local.kafka_jars import jars_folder
from academy.local.layout import ROOT
from shared.messaging.cluster import Cluster, Login
from shared.messaging.kafka import Admin
from tests.support.delivery import patience

_BETWEEN_LOOKS = 0.25

EXAMPLES = ROOT / "docs" / "events" / "examples"

_JARS = jars_folder(ROOT / ".academy" / "downloads")
_NO_NETWORK = ("ENOTFOUND", "EAI_AGAIN", "ECONNREFUSED", "ENETUNREACH", "ETIMEDOUT", "ENOTCACHED", "dial tcp")
"""How npm and Go say that a registry is not reached."""


class Missing(Exception):
    """What the language needs is not on this machine; the message says what."""


@dataclass(frozen=True, slots=True)
class Ended:
    """A run to its end: the lines it told, whether it failed and ended by itself, and what it complained of."""

    lines: Sequence[dict[str, Any]]
    failed: bool
    complaints: str


def python(folder: Path) -> Sequence[str]:
    del folder
    return (sys.executable, str(EXAMPLES / "python" / "consumer.py"))


def java(folder: Path) -> Sequence[str]:
    _needs("java", "javac")
    jars = f"{_JARS}/*"
    _make("javac", "-Werror", "-d", str(folder), "-cp", jars, str(EXAMPLES / "java" / "Consumer.java"), inside=folder)
    return ("java", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-cp", f"{folder}:{jars}", "Consumer")


def node(folder: Path) -> Sequence[str]:
    """Packages come from npm's own cache where they lie there."""
    _needs("node", "npm")
    for name in ("package.json", "package-lock.json", "consumer.mjs"):
        shutil.copy(EXAMPLES / "node" / name, folder)
    _make("npm", "ci", "--prefer-offline", "--ignore-scripts", "--fetch-retries=0", inside=folder)
    return ("node", str(folder / "consumer.mjs"))


def go(folder: Path) -> Sequence[str]:
    """Modules, and what was compiled of them, come from Go's own caches where they lie there."""
    _needs("go")
    _make("go", "build", "-o", str(folder / "consumer"), ".", inside=EXAMPLES / "go")
    return (str(folder / "consumer"),)


LANGUAGES: Mapping[str, Callable[[Path], Sequence[str]]] = {"python": python, "java": java, "node": node, "go": go}


@dataclass(frozen=True, slots=True)
class Example:
    """The consumer of a language, and how it is run."""

    language: str
    argv: Sequence[str]

    @classmethod
    def made(cls, language: str, folder: Path) -> Self:
        """Missing where the language is not on this machine."""
        return cls(language, LANGUAGES[language](folder))

    def group(self, login: Login) -> str:
        """Its consumer group: each example has its own, so that one may be tried after the other."""
        return f"{login.user}.{self.language}"


async def run(example: Example, kafka: Cluster, login: Login, topics: Sequence[str], journal: Path) -> Ended:
    """One run until it has committed all there is and is told to end, or fails; `kafka` as one who may look."""
    process = await asyncio.create_subprocess_exec(
        *example.argv, env=os.environ | _told(replace(kafka, login=login), topics, journal), stdout=PIPE, stderr=PIPE
    )
    reading = asyncio.create_task(process.communicate())
    try:
        async with patience(), Admin(kafka) as admin:
            while not reading.done() and await admin.lag(example.group(login), topics):
                await asyncio.wait([reading], timeout=_BETWEEN_LOOKS)
            if not (failed := reading.done()):
                process.terminate()
            out, complaints = await reading
    finally:
        if process.returncode is None:
            process.kill()
        await reading
    assert process.returncode or not failed, "it ended as if all were well"
    return Ended([json.loads(line) for line in out.splitlines()], failed, complaints.decode())


def _told(kafka: Cluster, topics: Sequence[str], journal: Path) -> dict[str, str]:
    assert kafka.login is not None
    where = {"KAFKA": kafka.bootstrap, "TOPICS": ",".join(topics), "JOURNAL": str(journal)}
    login = {"KAFKA_USER": kafka.login.user, "KAFKA_PASSWORD": kafka.login.password}
    return where | login | ({"KAFKA_AUTHORITY": str(kafka.authority)} if kafka.authority else {})


def _needs(*programs: str) -> None:
    if absent := [program for program in programs if shutil.which(program) is None]:
        raise Missing(f"this machine has no {' and no '.join(absent)}")


def _make(*argv: str, inside: Path) -> None:
    made = subprocess.run(argv, cwd=inside, capture_output=True, text=True, check=False)
    if made.returncode and any(sign in made.stderr for sign in _NO_NETWORK):
        raise Missing(f"packages for {argv[0]} are neither in its cache nor to be fetched")
    assert made.returncode == 0, made.stderr
