"""Before the containers are built, a taken port is told in one line, with what changes it."""

import importlib.util
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from academy.local.layout import ROOT
from academy.local.ports import LOOPBACK

_SCRIPT = ROOT / "deploy/gateway_port.py"


def checked(port: int, *, path: str = os.defpath) -> "subprocess.CompletedProcess[str]":
    environment = {"ACADEMY_GATEWAY_PORT": str(port), "PATH": path}
    return subprocess.run((sys.executable, _SCRIPT), env=environment, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("address", [LOOPBACK, "0.0.0.0"])
def test_a_taken_port_is_told_in_one_line_with_the_variable(address: str, tmp_path: Path) -> None:
    with socket.create_server((address, 0)) as taken:
        port: int = taken.getsockname()[1]
        told = checked(port, path=str(tmp_path))
    assert told.returncode == 1
    [line] = told.stderr.splitlines()
    assert f"port {port} " in line
    assert "ACADEMY_GATEWAY_PORT=" in line
    assert checked(port).returncode == 0


def test_our_own_gateway_may_stand_there(tmp_path: Path) -> None:
    with socket.create_server((LOOPBACK, 0)) as taken:
        port: int = taken.getsockname()[1]
        docker = tmp_path / "docker"
        docker.write_text(f"#!/bin/sh\necho 0.0.0.0:{port}\n")
        docker.chmod(0o755)
        assert checked(port, path=f"{tmp_path}:{os.defpath}").returncode == 0


@pytest.mark.parametrize(
    ("environment", "stated", "port"),
    [
        ({}, "", "8080"),
        ({}, "# ACADEMY_GATEWAY_PORT=1\nACADEMY_GATEWAY_PORT='8090'\n", "8090"),
        ({"ACADEMY_GATEWAY_PORT": "8091"}, "ACADEMY_GATEWAY_PORT=8090\n", "8091"),
    ],
)
def test_the_port_is_chosen_as_compose_does(
    tmp_path: Path, environment: dict[str, str], stated: str, port: str
) -> None:
    spec = importlib.util.spec_from_file_location("gateway_port", _SCRIPT)
    assert spec
    assert spec.loader
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    (tmp_path / ".env").write_text(stated)
    assert script.chosen(environment, tmp_path / ".env") == port
