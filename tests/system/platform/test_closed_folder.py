"""What a platform keeps on this machine is nobody else's to read: it holds mails, logs, keys and passwords."""

import os
from pathlib import Path

import aiosmtplib
import httpx

from academy.local.layout import GATEWAY, ISSUER, MAILBOX, POSTGRES, PROBLEMS
from academy.local.platform import Platform
from tests.support.folders import folder_anyone_may_cross
from tests.support.platform import a_plan

PARTS = frozenset({POSTGRES, ISSUER, PROBLEMS, MAILBOX, GATEWAY})


def open_to_others(folder: Path) -> list[str]:
    """Files and folders in it that somebody else may read, write or cross."""
    entries = [path for path in folder.rglob("*") if not path.is_symlink()]
    assert len(entries) > 100
    return [str(path.relative_to(folder)) for path in entries if path.stat().st_mode & 0o077]


async def test_every_file_of_a_running_platform_is_its_owners_alone() -> None:
    with folder_anyone_may_cross() as path:
        folder = path / "state"
        before = os.umask(0o022)
        try:
            async with Platform(a_plan(folder, parts=PARTS)) as platform:
                host, _, port = platform.address("smtp").rpartition(":")
                letter = b"Subject: x\r\n\r\nx\r\n"
                async with aiosmtplib.SMTP(hostname=host, port=int(port)) as client:
                    await client.sendmail("a@example.org", ["b@example.org"], letter)
                async with httpx.AsyncClient(base_url=platform.address(GATEWAY)) as client:
                    assert (await client.post("/issuer/token", json={"persona": "ops"})).status_code == 200
                    assert (await client.get("/mailbox/api/stats")).json()["total"] == 1
        finally:
            os.umask(before)
        assert {"mailbox.mails", "state.json", "logs", "secrets"} <= {entry.name for entry in folder.iterdir()}
        assert open_to_others(folder) == []
        assert folder.stat().st_mode & 0o777 == (0o711 if os.geteuid() == 0 else 0o700)
