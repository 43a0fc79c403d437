"""The process behind the gateway's root: home page, problems of the gateway's own, and the development issuer."""

import asyncio
import os
import sys
from collections.abc import Mapping

from fastapi import FastAPI

from academy.local import home, issuer
from academy.local.development import NotInDevelopment
from academy.local.replayed import services_here
from academy.local.serving import serve
from academy.local.state import StateFolder, state_folder_path


def applications(folder: StateFolder) -> dict[int, FastAPI]:
    """One application for each port that the environment names."""
    apps: dict[int, FastAPI] = {}
    services = _services(os.environ)
    if port := os.environ.get("ACADEMY_HOME_PORT"):
        apps[int(port)] = home.create_app(folder, os.environ, services)
    if port := os.environ.get("ACADEMY_ISSUER_PORT"):
        key = issuer.load_key(folder.path / "secrets" / "issuer.json")
        provider = issuer.Issuer(os.environ["ACADEMY_OIDC_ISSUER"], key, _academy(os.environ))
        apps[int(port)] = issuer.create_app(
            provider, os.environ, lambda: (services or services_here(folder.read())).get("enrolment")
        )
    return apps


def _academy(environment: Mapping[str, str]) -> str | None:
    """Where browsers reach all of it; without such an address nobody signs in by one."""
    return environment.get("ACADEMY_PUBLIC_URL", "").rstrip("/") or None


def _services(environment: Mapping[str, str]) -> Mapping[str, str]:
    """The address of each, as the gateway is told them; none where the state folder knows."""
    names = environment.get("ACADEMY_SERVICES", "").split()
    return {name: environment[f"ACADEMY_UPSTREAM_{name.upper()}"] for name in names}


def main() -> None:
    """Serve until told to stop."""
    try:
        apps = applications(StateFolder(state_folder_path(os.environ)))
    except NotInDevelopment as refused:
        sys.exit(str(refused))
    asyncio.run(serve(apps))


if __name__ == "__main__":
    main()
