"""The development issuer, which stands behind the gateway in development alone."""

from pydantic import RootModel

from services.portal.clients.api import Api, View


class Persona(View):
    """Somebody to be on a development machine; `look` is what to read first with their token."""

    name: str
    title: str
    roles: tuple[str, ...]
    look: str


class _Personas(RootModel[list[Persona]]):
    """As the issuer lists them."""


async def personas(services: Api) -> list[Persona]:
    """Who there is to be."""
    return (await services.get(_Personas, "/issuer/personas")).root
