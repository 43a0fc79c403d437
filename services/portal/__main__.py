"""The portal and its roles: `python -m services.portal api|migrate`."""

import argparse
import asyncio
import sys
from functools import partial

from services.portal.app import create_app
from services.portal.settings import Settings, load
from shared.observability import logs
from shared.preflight import waited, without_place
from shared.settings import SettingsMissing
from shared.web.server import serve


def main() -> None:
    """Run the role named on the command line until SIGTERM; exit 0 ok, 1 cannot run, 2 usage."""
    parser = argparse.ArgumentParser(prog="services.portal", description="What people do in a browser.")
    parser.add_argument("role", choices=("api", "migrate"))
    role = parser.parse_args().role
    try:
        settings = load()
    except SettingsMissing as lacking:
        sys.exit(f"portal cannot start: the environment lacks\n{lacking}")
    logs.configure("portal", role, style="json" if settings.serving.env == "production" else "console")
    if exceptions := settings.serving.exceptions:
        logs.get_logger().warning("insecure_by_choice", exceptions=exceptions)
    _migrate(settings) if role == "migrate" else _serve(settings)


def _serve(settings: Settings) -> None:
    if problem := asyncio.run(waited(partial(without_place, settings), settings.service)):
        sys.exit(problem)
    serve(create_app(settings), host=settings.host, port=settings.own.http_port)


def _migrate(settings: Settings) -> None:
    from shared.postgres.migrate import DatabaseUnavailable, TablesHeld, migrate  # noqa: PLC0415 a quarter of all imports

    try:
        migrate(settings.service, settings.own.database_url, delivery=False)
    except (DatabaseUnavailable, TablesHeld) as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
