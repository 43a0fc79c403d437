"""A development identity provider: OIDC discovery, signing keys, and a token for each persona."""

import json
import os
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import parse_qsl
from uuid import NAMESPACE_URL, UUID, uuid5

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from joserfc import jwt
from joserfc.jwk import RSAKey
from pydantic import AfterValidator, BaseModel, ConfigDict, ValidationError

from academy.local import serving
from academy.local.development import must_be_development
from academy.local.personas import PERSONAS, Persona

AUDIENCE = "academy"
LIFETIME_SECONDS = 8 * 60 * 60
_ALGORITHM = "RS256"


def _known(name: str) -> str:
    if name not in PERSONAS:
        raise ValueError(f"no such persona; there are {', '.join(PERSONAS)}")
    return name


class TokenRequest(BaseModel):
    """Who to be; what else is given replaces the persona's own."""

    model_config = ConfigDict(extra="ignore")

    persona: Annotated[str, AfterValidator(_known)]
    person_id: UUID | None = None
    systems: tuple[str, ...] | None = None
    organisation: str | None = None


class Token(BaseModel):
    """An OAuth 2.0 token response."""

    access_token: str
    token_type: str = "Bearer"  # noqa: S105 the kind, not a secret
    expires_in: int = LIFETIME_SECONDS


@dataclass(frozen=True, slots=True)
class Issuer:
    """Signs for one address with one key."""

    address: str
    key: RSAKey

    def token(self, request: TokenRequest, *, now: float) -> Token:
        """A signed token for the persona asked for."""
        header = {"alg": _ALGORITHM, "kid": self.key.kid}
        return Token(access_token=jwt.encode(header, self._claims(request, now), self.key, algorithms=[_ALGORITHM]))

    def discovery(self) -> dict[str, Any]:
        """OIDC discovery, as far as services need it."""
        return {
            "issuer": self.address,
            "jwks_uri": f"{self.address}/jwks.json",
            "token_endpoint": f"{self.address}/token",
            "response_types_supported": ["token"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": [_ALGORITHM],
        }

    def public_keys(self) -> dict[str, Any]:
        """The key set that verifies our tokens."""
        return {"keys": [self.key.as_dict(private=False) | {"use": "sig", "alg": _ALGORITHM}]}

    def _claims(self, request: TokenRequest, now: float) -> dict[str, Any]:
        persona = PERSONAS[request.persona]
        person_id = request.person_id or persona.person_id
        systems = persona.systems if request.systems is None else request.systems
        claims: dict[str, Any] = {
            "iss": self.address,
            "aud": AUDIENCE,
            "sub": _subject(persona, person_id),
            "iat": int(now),
            "exp": int(now) + LIFETIME_SECONDS,
            "roles": list(persona.roles),
            "systems": list(systems),
        }
        organisation = request.organisation or persona.organisation
        optional = {"person_id": str(person_id) if person_id else None, "organisation": organisation}
        return claims | {name: value for name, value in optional.items() if value}


def _subject(persona: Persona, person_id: UUID | None) -> str:
    return str(uuid5(NAMESPACE_URL, f"{persona.name}/{person_id or ''}"))


def load_key(file: Path) -> RSAKey:
    """The signing key, kept so that tokens outlive a restart."""
    if not file.exists():
        key = RSAKey.generate_key(2048, auto_kid=True)
        file.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        with os.fdopen(descriptor, "w") as handle:
            json.dump(key.as_dict(private=True), handle)
    return RSAKey.import_key(json.loads(file.read_text()))


def create_app(issuer: Issuer, environment: Mapping[str, str]) -> FastAPI:
    """Refuses to exist anywhere but in development."""
    must_be_development("development issuer", environment)
    app = serving.create_app("Development issuer")

    @app.get("/.well-known/openid-configuration")
    async def discovery() -> dict[str, Any]:
        """OIDC discovery, as far as services need it."""
        return issuer.discovery()

    @app.get("/jwks.json")
    async def keys() -> dict[str, Any]:
        return issuer.public_keys()

    @app.post("/token")
    async def token(request: Request) -> JSONResponse:
        """A signed token for the persona asked for."""
        answer = issuer.token(await _token_request(request), now=time.time())
        return JSONResponse(answer.model_dump(), headers={"Cache-Control": "no-store"})

    @app.get("/personas")
    async def personas() -> list[dict[str, Any]]:
        return [{"name": p.name, "title": p.title, "roles": p.roles} for p in PERSONAS.values()]

    app.add_exception_handler(RequestValidationError, _refuse)
    return app


async def _token_request(request: Request) -> TokenRequest:
    """JSON, or the form OAuth clients send; several systems are separated by spaces there."""
    try:
        if request.headers.get("content-type", "").startswith("application/json"):
            return TokenRequest.model_validate_json(await request.body())
        form: dict[str, Any] = dict(parse_qsl((await request.body()).decode()))
        return TokenRequest.model_validate(form | ({"systems": form["systems"].split()} if "systems" in form else {}))
    except (ValidationError, UnicodeDecodeError) as problem:
        raise RequestValidationError([]) from problem


async def _refuse(request: Request, error: Exception) -> JSONResponse:
    del request
    reasons = (
        "; ".join(e["msg"] for e in error.__cause__.errors()) if isinstance(error.__cause__, ValidationError) else ""
    )
    return JSONResponse({"error": "invalid_request", "error_description": reasons}, status_code=400)
