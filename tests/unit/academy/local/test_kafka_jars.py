import hashlib
import re
from pathlib import Path

import pytest

from academy.local.kafka_jars import KafkaTampered, are_cached, check_hashes, jars_folder, pinned_hashes


def a_jar(folder: Path, name: str, content: bytes) -> str:
    (folder / name).write_bytes(content)
    return hashlib.sha256(content).hexdigest()


def test_jars_as_pinned_pass(tmp_path: Path) -> None:
    check_hashes(tmp_path, {"kafka.jar": a_jar(tmp_path, "kafka.jar", b"as released")})


def test_a_changed_jar_is_refused_by_name(tmp_path: Path) -> None:
    pinned = {name: a_jar(tmp_path, name, b"as released") for name in ("kafka.jar", "scala.jar")}
    (tmp_path / "kafka.jar").write_bytes(b"something else")
    with pytest.raises(KafkaTampered, match=r"^kafka\.jar in .*pinned"):
        check_hashes(tmp_path, pinned)


def test_a_missing_jar_is_refused(tmp_path: Path) -> None:
    with pytest.raises(KafkaTampered, match=r"kafka\.jar"):
        check_hashes(tmp_path, {"kafka.jar": "0" * 64})


def test_the_pinned_list_names_kafka_and_a_logger_with_full_hashes() -> None:
    pinned = pinned_hashes()
    assert {"kafka_2.13-4.3.1.jar", "kafka-clients-4.3.1.jar", "slf4j-simple-1.7.36.jar"} <= pinned.keys()
    assert all(re.fullmatch(r"[0-9a-f]{64}", digest) for digest in pinned.values())


def test_jars_count_as_cached_only_when_all_are_here(tmp_path: Path) -> None:
    folder = jars_folder(tmp_path)
    folder.mkdir()
    *most, last = pinned_hashes()
    for name in most:
        (folder / name).touch()
    assert not are_cached(tmp_path)
    (folder / last).touch()
    assert are_cached(tmp_path)
