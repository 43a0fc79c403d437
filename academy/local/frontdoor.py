"""The process beside the services: problems of the gateway's own, and the development issuer."""

import asyncio
import os
import sys
from collections.abc import Mapping
from functools import partial

from fastapi import FastAPI

from academy.local import issuer, problems
from academy.local.development import NotInDevelopment
from academy.local.replayed import services_here
from academy.local.serving import serve
from academy.local.state import StateFolder, state_folder_path


def applications(folder: StateFolder) -> dict[int, FastAPI]:
    """One application for each port that the environment names."""
    apps: dict[int, FastAPI] = {}
    if port := os.environ.get("ACADEMY_PROBLEMS_PORT"):
        apps[int(port)] = problems.create_app()
    if port := os.environ.get("ACADEMY_ISSUER_PORT"):
        key = issuer.load_key(folder.path / "secrets" / "issuer.json")
        provider = issuer.Issuer(os.environ["ACADEMY_OIDC_ISSUER"], key, _academy(os.environ))
        apps[int(port)] = issuer.create_app(provider, os.environ, partial(_enrolment, folder, os.environ))
    return apps


def _academy(environment: Mapping[str, str]) -> str | None:
    """Where browsers reach all of it; without such an address nobody signs in by one."""
    return environment.get("ACADEMY_PUBLIC_URL", "").rstrip("/") or None


def _enrolment(folder: StateFolder, environment: Mapping[str, str]) -> str | None:
    """Who knows people by name, as the gateway is told it; else as the state folder says by now."""
    return environment.get("ACADEMY_UPSTREAM_ENROLMENT") or services_here(folder.read()).get("enrolment")


def main() -> None:
    """Serve until told to stop."""
    try:
        apps = applications(StateFolder(state_folder_path(os.environ)))
    except NotInDevelopment as refused:
        sys.exit(str(refused))
    asyncio.run(serve(apps))


if __name__ == "__main__":
    main()
