"""Tells that the gateway's port is taken before any container is built. Needs nothing but Python."""

import errno
import os
import socket
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VARIABLE = "ACADEMY_GATEWAY_PORT"
INSIDE = "8080"
ADDRESSES = ("0.0.0.0", "127.0.0.1")
"""Published for this machine alone unless told; where somebody has it on all addresses, some systems give it away."""


def main() -> None:
    """Exit 1, with one line, when somebody else listens there."""
    port = chosen(os.environ, ROOT / ".env")
    if port.isdigit() and is_taken(int(port)) and not is_ours(port):
        sys.exit(
            f"port {port} of this machine, the gateway's, is taken: end what listens there, "
            f"or choose another: {VARIABLE}=8090 make containers"
        )


def chosen(environment: Mapping[str, str], file: Path) -> str:
    """As Compose chooses: the environment, else `.env`, else 8080."""
    lines = file.read_text().splitlines() if file.exists() else []
    stated = dict(line.split("=", 1) for line in lines if "=" in line and not line.startswith("#"))
    return environment.get(VARIABLE) or stated.get(VARIABLE, "").strip("\"' ") or INSIDE


def is_taken(port: int) -> bool:
    """Whether somebody listens there; that we may not is another matter, and the containers' engine may."""
    return any(_refused(address, port) == errno.EADDRINUSE for address in ADDRESSES)


def _refused(address: str, port: int) -> int | None:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((address, port))
        except OSError as error:
            return error.errno
    return None


def is_ours(port: str) -> bool:
    """Our own gateway may go on: it is replaced by the new one."""
    try:
        answer = subprocess.run(  # noqa: S603 nothing foreign in it
            ("docker", "compose", "port", "gateway", INSIDE),  # noqa: S607 wherever it is installed
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
        )
    except OSError:
        return False
    return answer.stdout.strip().endswith(f":{port}")


if __name__ == "__main__":
    main()
