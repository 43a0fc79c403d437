"""Where Postgres runs as another user, it gets to its own files, however closed ours are."""

import os
from pathlib import Path

import pytest

from academy.local import account
from academy.local.processes import Account


@pytest.mark.skipif(os.geteuid() != 0, reason="an ordinary user has no other account to run anything as")
def test_the_way_to_a_home_elsewhere_can_be_crossed_and_the_home_is_the_accounts_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(account, "_SHARED_HOME", shared := tmp_path / "shared")
    (closed := tmp_path / "closed").mkdir(mode=0o700)
    before = os.umask(0o077)
    try:
        home = account.reachable_home(Account("nobody", 65_534, 65_534), closed / "postgres", "key")
        assert os.umask(0o077) == 0o077
    finally:
        os.umask(before)
    assert home == shared / "key"
    assert shared.stat().st_mode & 0o777 == 0o755
    assert (home.stat().st_mode & 0o777, home.stat().st_uid) == (0o700, 65_534)
