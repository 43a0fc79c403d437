"""What a client brings to the token endpoint after a sign-in: a code, or a refresh token (RFC 6749, 4.1.3 and 6)."""

from collections import Counter
from collections.abc import Mapping
from http import HTTPStatus
from typing import Annotated
from urllib.parse import parse_qsl

from fastapi import HTTPException
from fastapi.responses import JSONResponse
from fastapi.security import HTTPBasic
from pydantic import BaseModel, StringConstraints, ValidationError
from starlette.requests import Request

from academy.local.authorization import CLIENT, Authorization, InvalidGrant, SignIns

_BASIC = HTTPBasic(auto_error=False)


class Refusal(Exception):
    """An error of RFC 6749 (4.1.2.1 and 5.2): a code for programs and a sentence for people."""

    def __init__(self, error: str, description: str, status: HTTPStatus = HTTPStatus.BAD_REQUEST) -> None:
        super().__init__(description)
        self.error = error
        self.status = status

    def answer(self) -> JSONResponse:
        """As clients know it; 401 asks for Basic, the one scheme there is."""
        asks = {"WWW-Authenticate": "Basic"} if self.status == HTTPStatus.UNAUTHORIZED else {}
        body = {"error": self.error, "error_description": str(self)}
        return JSONResponse(body, self.status, headers=asks)


class _OfCode(BaseModel):
    code: str
    redirect_uri: str
    code_verifier: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9._~-]{43,128}$")]

    def redeemed(self, sign_ins: SignIns, client: str, now: float) -> tuple[Authorization, str]:
        """The sign-in of the code."""
        return sign_ins.redeem(
            self.code, client=client, redirect_uri=self.redirect_uri, verifier=self.code_verifier, now=now
        )


class _OfRefreshToken(BaseModel):
    refresh_token: str


def exchanged(sign_ins: SignIns, form: Mapping[str, str], *, client: str, now: float) -> tuple[Authorization, str]:
    """Who signed in and the next refresh token, or a Refusal."""
    try:
        match form["grant_type"]:
            case "authorization_code":
                return _OfCode.model_validate(form).redeemed(sign_ins, client, now)
            case "refresh_token":
                return sign_ins.renew(_OfRefreshToken.model_validate(form).refresh_token, client=client)
            case _:
                raise Refusal("unsupported_grant_type", "there are authorization_code and refresh_token")
    except ValidationError as problem:
        fields = ", ".join(str(error["loc"][0]) for error in problem.errors())
        raise Refusal("invalid_request", f"missing or malformed: {fields}") from problem
    except InvalidGrant as problem:
        raise Refusal("invalid_grant", "used before, too old, or not of this request") from problem


async def exchange_form(request: Request) -> Mapping[str, str] | None:
    """The form of such a request; None of one that asks for a persona's token."""
    if request.headers.get("content-type", "").startswith("application/json"):
        return None
    try:
        pairs = parse_qsl((await request.body()).decode())
    except UnicodeDecodeError:
        return None
    form = dict(pairs)
    if "grant_type" not in form or "persona" in form:
        return None
    if len(pairs) > len(form):
        twice = Counter(name for name, _ in pairs).most_common(1)[0][0]
        raise Refusal("invalid_request", f"given more than once: {twice}")
    return form


async def client_of(request: Request, form: Mapping[str, str]) -> str:
    """Who asks, by Basic or in the form. A secret is not looked at: in development there is none."""
    try:
        basic = await _BASIC(request)
    except HTTPException as problem:
        raise _unknown() from problem
    client = basic.username if basic else form.get("client_id")
    if client != CLIENT:
        raise _unknown()
    return client


def _unknown() -> Refusal:
    return Refusal("invalid_client", "no such client", HTTPStatus.UNAUTHORIZED)
