"""Where Kafka is and as whom it is entered: said in a line, and never shown."""

import os
from pathlib import Path

import certifi
import pytest

from shared.messaging.cluster import Cluster, Login

SOMEBODY = Path(certifi.where())
SECRET = "p:a@s/s?w#o%rd é"


@pytest.mark.parametrize(
    "cluster",
    [
        Cluster("127.0.0.1:9092"),
        Cluster("one:9092,two:9093", Login("t1.talent", SECRET)),
        Cluster("one:9092", Login("a@b:c", SECRET), Path("/run/secrets/authority.pem")),
        Cluster("one:9092", None, Path("/a b/é.pem")),
        Cluster("one:9092", None, Path("/a#b%20?c&d=e.pem")),
        Cluster("one:9092", None, Path(os.fsdecode(b"/no text\xff.pem"))),
    ],
    ids=str,
)
def test_what_is_told_is_heard(cluster: Cluster) -> None:
    assert Cluster.heard(cluster.told()) == cluster


def test_a_bare_address_is_a_cluster_that_asks_nobody() -> None:
    assert Cluster.heard("one:9092,two:9093") == Cluster("one:9092,two:9093")


def test_the_password_is_never_shown() -> None:
    cluster = Cluster("one:9092", Login("talent", SECRET))
    assert SECRET not in f"{cluster} {cluster!r}"


@pytest.mark.parametrize(
    ("login", "authority", "protocol"),
    [
        (None, None, "PLAINTEXT"),
        (None, SOMEBODY, "SSL"),
        (Login("talent", SECRET), None, "SASL_PLAINTEXT"),
        (Login("talent", SECRET), SOMEBODY, "SASL_SSL"),
    ],
)
def test_a_client_enters_as_it_is_told(login: Login | None, authority: Path | None, protocol: str) -> None:
    settings = Cluster("one:9092", login, authority).client()
    assert settings["security_protocol"] == protocol
    assert settings.get("sasl_plain_password") == (SECRET if login else None)
    assert ("ssl_context" in settings) == (authority is not None)
