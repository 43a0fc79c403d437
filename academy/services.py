"""The services by name: the packages under `services` that have an app. Who adds one adds it there and nowhere here."""

from importlib.resources import files


def _packages() -> tuple[str, ...]:
    """None where the services are elsewhere, as in the image of the front door."""
    try:
        found = files("services").iterdir()
    except ModuleNotFoundError:
        return ()
    return tuple(sorted(package.name for package in found if package.joinpath("app.py").is_file()))


SERVICES = _packages()
