import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from academy.local.layout import YearAlreadyReplayed, clock_for
from academy.local.state import Part, State, StateFolder, state_folder_path


@pytest.fixture
def folder(tmp_path: Path) -> StateFolder:
    folder = StateFolder(tmp_path / "state")
    folder.create()
    return folder


def test_what_was_written_is_read_again(folder: StateFolder) -> None:
    part = Part("127.0.0.1:9092", 4711, datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC), "embedded")
    folder.write(State({"kafka": part}, ready=True, clock="replay"))
    assert folder.read() == State({"kafka": part}, ready=True, clock="replay")


def test_the_file_names_each_part_with_address_pid_start_and_source(folder: StateFolder) -> None:
    folder.write(State({"kafka": Part("kafka.example.org:9092", None, None, "environment")}))
    assert json.loads(folder.file.read_text())["parts"] == {
        "kafka": {"address": "kafka.example.org:9092", "pid": None, "started_at": None, "source": "environment"}
    }


def test_a_folder_never_used_has_an_empty_state(folder: StateFolder) -> None:
    assert folder.read() == State()


def test_a_secret_is_kept_and_is_its_owners_alone(folder: StateFolder) -> None:
    first = folder.secret("postgres-talent")
    assert folder.secret("postgres-talent") == first
    assert (folder.path / "secrets" / "postgres-talent").stat().st_mode & 0o777 == 0o600


def test_what_an_earlier_start_left_open_is_closed(tmp_path: Path) -> None:
    folder = StateFolder(tmp_path)
    (tmp_path / "logs").mkdir(mode=0o755)
    (tmp_path / "mailbox.mails").touch(mode=0o644)
    (tmp_path / "run").mkdir()
    (tmp_path / "run").chmod(0o755)
    folder.create()
    assert {entry.name: entry.stat().st_mode & 0o777 for entry in tmp_path.iterdir()} == {
        "logs": 0o700,
        "mailbox.mails": 0o600,
        "run": 0o700,
    }


def test_two_secrets_differ(folder: StateFolder) -> None:
    assert folder.secret("postgres-talent") != folder.secret("postgres-coaching")


def test_the_environment_says_where_the_state_lies() -> None:
    assert state_folder_path({"ACADEMY_STATE": "/somewhere/else"}) == Path("/somewhere/else")
    assert state_folder_path({}) == Path.cwd() / ".academy"


def test_a_folder_keeps_the_clock_it_has_lived_by() -> None:
    assert clock_for(State(), None) == "system"
    assert clock_for(State(clock="replay"), None) == "replay"
    assert clock_for(State(clock="system"), "replay") == "replay"


def test_a_replayed_year_is_not_continued_in_real_time() -> None:
    with pytest.raises(YearAlreadyReplayed):
        clock_for(State(clock="replay"), "system")
