"""A development identity provider: OIDC discovery, signing keys, sign-in, and a token for each persona."""

import json
import os
import time
from collections.abc import Callable, Mapping
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
from academy.local.authorization import Authorization, SignIns
from academy.local.development import must_be_development
from academy.local.exchanges import Refusal, client_of, exchange_form, exchanged
from academy.local.people import People
from academy.local.personas import PERSONAS, Persona
from academy.local.signing_in import SCOPES, SigningIn

AUDIENCE = "academy"
LIFETIME_SECONDS = 8 * 60 * 60
_ALGORITHM = "RS256"
_CLAIMS = ("iss", "aud", "sub", "iat", "exp", "nonce", "name", "roles", "systems", "person_id", "organisation")


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


_SEARCHER = TokenRequest(persona="programme-lead")
"""Who may find people by name."""


class SignedIn(Token):
    """The same after a sign-in (OIDC Core, 3.1.3.3)."""

    id_token: str
    refresh_token: str
    scope: str


@dataclass(frozen=True, slots=True)
class Issuer:
    """Signs for one address with one key; `academy` is where browsers reach all of it, this behind the gateway."""

    address: str
    key: RSAKey
    academy: str | None = None

    def token(self, request: TokenRequest, *, now: float) -> Token:
        """A signed token for the persona asked for."""
        return Token(access_token=self._signed(self._claims(request, now)))

    def signed_in(self, authorization: Authorization, refresh_token: str, *, now: float) -> SignedIn:
        """Tokens for the services, and for the client to know who signed in."""
        somebody = authorization.somebody
        claims = self._claims(TokenRequest(persona=somebody.persona, person_id=somebody.person_id), now)
        known = claims | {"aud": authorization.client, "name": somebody.name}
        nonce = {"nonce": authorization.nonce} if authorization.nonce else {}
        return SignedIn(
            access_token=self._signed(claims),
            id_token=self._signed(known | nonce),
            refresh_token=refresh_token,
            scope=authorization.scope,
        )

    def discovery(self) -> dict[str, Any]:
        """OIDC discovery, as far as services and the portal need it: programs come to us, browsers by the gateway."""
        browsers = f"{self.academy}/issuer" if self.academy else self.address
        return {
            "issuer": self.address,
            "jwks_uri": f"{self.address}/jwks.json",
            "token_endpoint": f"{self.address}/token",
            "authorization_endpoint": f"{browsers}/authorize",
            "end_session_endpoint": f"{browsers}/logout",
            "scopes_supported": SCOPES,
            "claims_supported": _CLAIMS,
            "response_types_supported": ["code"],
            "response_modes_supported": ["query"],
            "grant_types_supported": ["authorization_code", "refresh_token"],
            "code_challenge_methods_supported": ["S256"],
            "token_endpoint_auth_methods_supported": ["none", "client_secret_post", "client_secret_basic"],
            "authorization_response_iss_parameter_supported": True,
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

    def _signed(self, claims: dict[str, Any]) -> str:
        return jwt.encode({"alg": _ALGORITHM, "kid": self.key.kid}, claims, self.key, algorithms=[_ALGORITHM])


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


def create_app(
    issuer: Issuer,
    environment: Mapping[str, str],
    enrolment: Callable[[], str | None] = lambda: None,
    clock: Callable[[], float] = time.time,
) -> FastAPI:
    """Refuses to exist anywhere but in development; `enrolment` tells where the people are known."""
    must_be_development("development issuer", environment)
    app = serving.create_app("Development issuer")
    sign_ins = SignIns()
    people = People(enrolment, lambda: issuer.token(_SEARCHER, now=clock()).access_token)
    app.include_router(SigningIn(issuer.address, issuer.academy, people, sign_ins, clock).router())

    @app.get("/.well-known/openid-configuration")
    async def discovery() -> dict[str, Any]:
        """OIDC discovery, as far as services need it."""
        return issuer.discovery()

    @app.get("/jwks.json")
    async def keys() -> dict[str, Any]:
        return issuer.public_keys()

    @app.post("/token")
    async def token(request: Request) -> JSONResponse:
        """A signed token for the persona asked for, or for whoever signed in."""
        try:
            answer = await _answer(issuer, sign_ins, request, clock())
        except Refusal as refusal:
            return refusal.answer()
        return JSONResponse(answer.model_dump())

    @app.get("/personas")
    async def personas() -> list[dict[str, Any]]:
        return [{"name": p.name, "title": p.title, "roles": p.roles, "look": p.look} for p in PERSONAS.values()]

    app.add_exception_handler(RequestValidationError, _refuse)
    return app


async def _answer(issuer: Issuer, sign_ins: SignIns, request: Request, now: float) -> Token:
    form = await exchange_form(request)
    if form is None:
        return issuer.token(await _token_request(request), now=now)
    authorization, refresh_token = exchanged(sign_ins, form, client=await client_of(request, form), now=now)
    return issuer.signed_in(authorization, refresh_token, now=now)


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
