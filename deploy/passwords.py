"""Makes the passwords that the containers are given, each once. Needs nothing but Python."""

import os
import secrets
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "deploy/secrets"
PORTAL = "portal"
SERVICES = sorted({app.parent.name for app in ROOT.glob("services/*/app.py")} - {PORTAL})
NAMES = [
    *(f"academy_{service}_database_password" for service in (*SERVICES, PORTAL)),
    *(f"{service}_postgres_password" for service in (*SERVICES, PORTAL)),
    *(f"academy_{service}_kafka_password" for service in SERVICES),
    "academy_kafka_admin_password",
    "kafka_controller_password",
    "academy_link_keys",
    "grafana_admin_password",
]


def main() -> None:
    """What is there stays as it is: a database knows only the password it was made with."""
    FOLDER.mkdir(mode=0o700, exist_ok=True)
    made = [name for name in NAMES if make(FOLDER / name)]
    sys.stdout.write(f"{len(made)} passwords made, {len(NAMES) - len(made)} kept, in {FOLDER.name}/\n")


def make(file: Path) -> bool:
    """Readable by all, in a folder that is not: containers read it as a user of their own."""
    try:
        descriptor = os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o444)
    except FileExistsError:
        return False
    with os.fdopen(descriptor, "w") as handle:
        handle.write(secrets.token_urlsafe(24))
    file.chmod(0o444)
    return True


if __name__ == "__main__":
    main()
