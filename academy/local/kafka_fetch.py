"""Fetches Kafka's jars from Maven Central, once; a process of its own, so that a start can be cut off meanwhile."""

import shutil
import sys
import tempfile
from pathlib import Path

from jgo.constants import MAVEN_CENTRAL_URL
from jgo.env import EnvironmentBuilder, LinkStrategy
from jgo.maven import MavenContext
from requests import RequestException

from academy.local.kafka_jars import VERSION, jars_folder

ENDPOINT = f"org.apache.kafka:kafka_2.13:{VERSION}+org.slf4j:slf4j-simple:1.7.36"


class KafkaUnavailable(Exception):
    """Kafka's jars are not here and could not be fetched."""


def fetch(downloads: Path) -> None:
    """Into a folder of its own, so the user's Maven cache is neither read nor filled."""
    target = jars_folder(downloads)
    target.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=downloads) as scratch:
        for jar in _resolve(Path(scratch)):
            shutil.copyfile(jar, target / jar.name)


def _resolve(scratch: Path) -> list[Path]:
    context = MavenContext(repo_cache=scratch / "repository", remote_repos={"central": MAVEN_CENTRAL_URL})
    builder = EnvironmentBuilder(context=context, cache_dir=scratch / "cache", link_strategy=LinkStrategy.COPY)
    try:
        return list(builder.from_endpoint(ENDPOINT).all_jars)
    except (RequestException, RuntimeError, OSError) as error:
        raise KafkaUnavailable(
            "Kafka is fetched once (45 MB) and Maven Central could not be reached. Connect to the network and start "
            "again, or set ACADEMY_KAFKA=host:port to use a Kafka that runs elsewhere."
        ) from error


def main() -> int:
    """A process of its own, so that a start can be cut off while it downloads."""
    try:
        fetch(Path(sys.argv[1]))
    except KafkaUnavailable as problem:
        print(problem)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
