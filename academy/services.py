"""The services by name: the packages under `services` that have an app. Who adds one adds it there and nowhere here.

The portal is none of them here: it has pages and no API, hears and announces nothing, and stands at the gateway's root.
"""

from importlib.resources import files

PORTAL = "portal"


def _packages() -> tuple[str, ...]:
    """None where the services are elsewhere, as in the image of the front door."""
    try:
        found = files("services").iterdir()
    except ModuleNotFoundError:
        return ()
    apps = {package.name for package in found if package.joinpath("app.py").is_file()}
    return tuple(sorted(apps - {PORTAL}))


SERVICES = _packages()
