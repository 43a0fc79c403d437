"""The identity provider, by OpenID Connect's code flow with PKCE; authlib speaks it, and this says what must hold.

Authlib compares state, nonce, issuer and expiry by itself; whom an id token is for it compares only when told.
"""

import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

import httpx
from joserfc.errors import JoseError
from pydantic import BaseModel, ConfigDict, ValidationError
from starlette.requests import Request

from services.portal.settings import Settings
from shared.errors import Forbidden, Unavailable

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # of its kinds of client it recommends one that we do not use
    from authlib.integrations.base_client import OAuthError
    from authlib.integrations.starlette_client import OAuth

_SECONDS = 5.0
_LEEWAY = 30
"""Seconds the provider's clock may differ from ours."""


class SignInRefused(Forbidden):
    """What came back from the identity provider does not hold, or it let nobody in."""

    code = "sign_in_refused"


class ProviderUnavailable(Unavailable):
    """The identity provider does not answer."""

    code = "provider_unavailable"


class Issued(BaseModel):
    """What it issued to whoever signed in."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    access_token: str
    id_token: str
    refresh_token: str | None = None
    name: str


class Renewed(BaseModel):
    """What it issued instead of what is about to end."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    access_token: str
    refresh_token: str | None = None


@dataclass(frozen=True, slots=True)
class Sent:
    """Where the browser goes next, and what is to be compared when it is back with that `state`."""

    address: str
    state: str
    compared: Mapping[str, Any]


class Provider:
    """The provider of one deployment."""

    def __init__(self, settings: Settings) -> None:
        own, issuer = settings.own, settings.serving.oidc_issuer
        self._back = f"{settings.serving.public_url}/signed-in"
        self._home = f"{settings.serving.public_url}/"
        self._claims = {
            "iss": {"essential": True, "value": issuer},
            "aud": {"essential": True, "value": own.client_id},
            "exp": {"essential": True},
        }
        self._client = cast("Any", OAuth()).register(
            "academy",
            client_id=own.client_id,
            client_secret=own.client_secret,
            server_metadata_url=f"{issuer}/.well-known/openid-configuration",
            client_kwargs={
                "scope": own.scope,
                "code_challenge_method": "S256",
                "token_endpoint_auth_method": "client_secret_basic" if own.client_secret else "none",
                "timeout": _SECONDS,
                "trust_env": False,
            },
        )

    async def send(self, request: Request) -> Sent:
        """Where to sign in; ProviderUnavailable when nobody tells."""
        request.scope["session"] = compared = dict[str, Any]()
        try:
            answer = await self._client.authorize_redirect(request, self._back)
        except (httpx.HTTPError, RuntimeError, ValueError) as error:
            raise ProviderUnavailable("the identity provider does not answer") from error
        address = answer.headers["location"]
        return Sent(address, httpx.URL(address).params["state"], compared)

    async def issued(self, request: Request, compared: Mapping[str, Any]) -> Issued:
        """What it issued for the code in the request; SignInRefused where that is of no attempt, or not for us."""
        request.scope["session"] = dict(compared)
        try:
            told = await self._client.authorize_access_token(request, leeway=_LEEWAY, claims_options=self._claims)
            who = cast("Mapping[str, Any]", told["userinfo"])
            return Issued.model_validate({**told, "name": who.get("name") or who["sub"]})
        except httpx.HTTPError as error:
            raise ProviderUnavailable("the identity provider does not answer") from error
        except (OAuthError, JoseError, KeyError, TypeError, ValueError, ValidationError) as error:
            raise SignInRefused(f"the sign-in did not hold: {type(error).__name__}") from error

    async def renewed(self, refresh_token: str) -> Renewed:
        """New tokens for an old one; SignInRefused where it is not good any longer."""
        try:
            told = await self._client.fetch_access_token(grant_type="refresh_token", refresh_token=refresh_token)
            return Renewed.model_validate({"refresh_token": refresh_token, **told})
        except httpx.HTTPError as error:
            raise ProviderUnavailable("the identity provider does not answer") from error
        except (OAuthError, TypeError, ValueError, ValidationError) as error:
            raise SignInRefused(f"the sign-in was not renewed: {type(error).__name__}") from error

    async def leaving(self, id_token: str | None) -> str | None:
        """Where to sign out of the provider too; None where it has no such place, or does not answer."""
        try:
            told = await self._client.create_logout_url(self._home, id_token_hint=id_token)
        except (httpx.HTTPError, RuntimeError, ValueError):
            return None
        return cast("str", told["url"])
