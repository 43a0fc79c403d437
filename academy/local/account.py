"""PostgreSQL refuses to run as root, so root hands it to an ordinary account with rights to nothing else."""

import os
import pwd
import shutil
import subprocess
from collections.abc import Generator, Iterable
from contextlib import contextmanager
from pathlib import Path

from academy.local.processes import Account, PartFailed

_CANDIDATES = ("postgres", "nobody")
_SHARED_HOME = Path("/var/lib/midlands-leadership-academy")


def unprivileged_account() -> Account | None:
    """None when we are an ordinary user already and may run everything ourselves."""
    if os.geteuid() != 0:
        return None
    for name in _CANDIDATES:
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(name, entry.pw_uid, entry.pw_gid)
    raise PartFailed(f"running as root needs one of the users {', '.join(_CANDIDATES)} for PostgreSQL: create one")


def reaches(account: Account, path: Path) -> bool:
    """Whether that account can pass every folder on the way to the path."""
    probe = ("/bin/sh", "-c", 'cd "$1" 2>/dev/null || test -r "$1"', "sh", str(path))
    done = subprocess.run(probe, check=False, user=account.uid, group=account.gid, extra_groups=[], cwd="/")
    return done.returncode == 0


def reachable_copy(account: Account, root: Path, folders: Iterable[str], version: str) -> Path:
    """The root itself, or a copy of its folders beyond a closed home folder: opening that to others is not ours to do.

    The copy keeps the folders' places, for programs find their libraries by them.
    """
    wanted = tuple(folders)
    if all(reaches(account, root / folder) for folder in wanted):
        return root
    copy = _SHARED_HOME / version
    for folder in wanted:
        _copy_once(root / folder, copy / folder)
    return copy


def _copy_once(source: Path, target: Path) -> None:
    """Renamed into place when complete, so a copy that was cut off is made again."""
    if target.exists():
        return
    draft = target.with_name(f"{target.name}.{os.getpid()}")
    with _passable():
        shutil.copytree(source, draft)
    draft.rename(target)


@contextmanager
def _passable() -> Generator[None]:
    """What we make is ours alone (`StateFolder`), but for folders on the account's way to its own."""
    before = os.umask(0o022)
    try:
        yield
    finally:
        os.umask(before)


def reachable_home(account: Account, folder: Path, key: str) -> Path:
    """The folder for the account's own files: the given one, or its stand-in outside a closed home folder."""
    home = folder if reaches(account, folder.parent) else _SHARED_HOME / key
    with _passable():
        home.mkdir(parents=True, exist_ok=True)
    os.chown(home, account.uid, account.gid)
    home.chmod(0o700)
    return home
