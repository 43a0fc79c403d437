"""The pages by which a browser signs in and out: the authorization endpoint of OpenID Connect, with PKCE.

There are no passwords and no sessions: whoever asks chooses who to be, each time.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from typing import Annotated, Any, Literal
from urllib.parse import urlencode
from uuid import UUID

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from pydantic import AfterValidator, BaseModel, Field, ValidationError
from starlette.datastructures import QueryParams
from starlette.requests import Request

from academy.local.authorization import CLIENT, Authorization, SignIns, Somebody
from academy.local.exchanges import Refusal
from academy.local.people import Found, NobodyFound, People
from academy.local.personas import PERSONAS
from shared.web.pages import page, templates

SCOPES = ("openid", "profile")
ANYBODYS_PERSONA = "participant"
_WRITTEN = templates("academy.local")
_CHOICE = frozenset({"persona", "person_id", "name"})
_ERRORS = {"response_type": "unsupported_response_type", "scope": "invalid_scope", "prompt": "login_required"}
_WORDS = {
    "response_type": "response_type has to be code",
    "code_challenge": "PKCE is needed: code_challenge, of S256",
    "code_challenge_method": "PKCE is needed: code_challenge_method has to be S256",
    "scope": "scope has to name openid",
    "prompt": "nobody is signed in here: the page has to be shown",
}


def _known(scope: str) -> str:
    asked = scope.split()
    if "openid" not in asked:
        raise ValueError(scope)
    return " ".join(known for known in SCOPES if known in asked)


def _shown(prompt: str) -> str:
    if "none" in prompt.split():
        raise ValueError(prompt)
    return prompt


class Asked(BaseModel):
    """What a client asks for."""

    response_type: Literal["code"]
    code_challenge: Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{43}$")]
    code_challenge_method: Literal["S256"]
    scope: Annotated[str, AfterValidator(_known)]
    nonce: Annotated[str, Field(max_length=500)] | None = None
    prompt: Annotated[str, AfterValidator(_shown)] = ""

    @classmethod
    def of(cls, parameters: QueryParams) -> "Asked":
        """A Refusal where it cannot be had."""
        names = Counter(name for name, _ in parameters.multi_items())
        if twice := [name for name, times in names.items() if times > 1]:
            raise Refusal("invalid_request", f"given more than once: {twice[0]}")
        try:
            return cls.model_validate(dict(parameters))
        except ValidationError as problem:
            raise _refused(problem) from problem


def _refused(problem: ValidationError) -> Refusal:
    first = problem.errors()[0]
    name = str(first["loc"][0])
    error = "invalid_request" if first["type"] == "missing" else _ERRORS.get(name, "invalid_request")
    return Refusal(error, _WORDS.get(name, f"{name} is malformed"))


@dataclass(frozen=True, slots=True)
class SigningIn:
    """The routes, for the one client whose pages stand at the academy's public address."""

    issuer: str
    academy: str | None
    people: People
    sign_ins: SignIns
    clock: Callable[[], float]

    def router(self) -> APIRouter:
        """Sign in, sign out."""
        router = APIRouter()
        router.add_api_route("/authorize", self.authorize, response_class=HTMLResponse)
        router.add_api_route("/logout", self.leave, response_class=HTMLResponse)
        return router

    async def authorize(self, request: Request) -> Response:
        """Who to be; with `persona` or `person_id` that is chosen. Nobody is sent to an address that is not ours."""
        parameters = request.query_params
        if not self._is_ours(parameters):
            return _told("unknown.html.j2", code=HTTPStatus.BAD_REQUEST)
        try:
            asked = Asked.of(parameters)
        except Refusal as refused:
            return self._back(parameters, error=refused.error, error_description=str(refused))
        return await self._chosen(asked, parameters)

    async def leave(self, post_logout_redirect_uri: str = "", state: str = "") -> Response:
        """Back to a page of the academy, else a page that says so: there is no session here to end."""
        if self.academy is None or not post_logout_redirect_uri.startswith(f"{self.academy}/"):
            return _told("signed_out.html.j2")
        return _sent(post_logout_redirect_uri, {"state": state} if state else {})

    def _is_ours(self, parameters: QueryParams) -> bool:
        """Letter for letter, and once: whoever else gets a code is signed in as somebody."""
        there = [f"{self.academy}/signed-in"]
        return (
            self.academy is not None
            and parameters.getlist("client_id") == [CLIENT]
            and parameters.getlist("redirect_uri") == there
        )

    async def _chosen(self, asked: Asked, parameters: QueryParams) -> Response:
        found, nobody = None, None
        try:
            if somebody := await self._somebody(parameters):
                code = self.sign_ins.code(_authorization(asked, parameters, somebody), now=self.clock())
                return self._back(parameters, code=code)
            if name := parameters.get("name", "").strip():
                found = await self.people.named(name)
        except NobodyFound as problem:
            nobody = str(problem)
        return _page(parameters, found, nobody)

    async def _somebody(self, parameters: QueryParams) -> Somebody | None:
        if person_id := parameters.get("person_id"):
            person = await self.people.with_id(_id(person_id))
            return Somebody(ANYBODYS_PERSONA, person.name, person.person_id)
        name = parameters.get("persona")
        if name is None:
            return None
        if name not in PERSONAS:
            raise NobodyFound("There is no such role.")
        return Somebody(name, PERSONAS[name].called)

    def _back(self, parameters: QueryParams, **answer: str) -> Response:
        """To the client, which is told who answers (RFC 9207)."""
        state = {"state": parameters["state"]} if "state" in parameters else {}
        return _sent(parameters["redirect_uri"], answer | state | {"iss": self.issuer})


def _id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as problem:
        raise NobodyFound("Nobody of that id is known here.") from problem


def _authorization(asked: Asked, parameters: QueryParams, somebody: Somebody) -> Authorization:
    return Authorization(
        client=parameters["client_id"],
        redirect_uri=parameters["redirect_uri"],
        challenge=asked.code_challenge,
        scope=asked.scope,
        nonce=asked.nonce,
        somebody=somebody,
    )


def _sent(address: str, answer: dict[str, str]) -> Response:
    query = f"{'&' if '?' in address else '?'}{urlencode(answer)}" if answer else ""
    return RedirectResponse(f"{address}{query}", HTTPStatus.SEE_OTHER)


def _page(parameters: QueryParams, found: Found | None, nobody: str | None) -> Response:
    asked = {name: value for name, value in parameters.items() if name not in _CHOICE}
    name = parameters.get("name", "")
    return _told("authorize.html.j2", asked=asked, name=name, found=found, nobody=nobody, personas=PERSONAS.values())


def _told(template: str, *, code: HTTPStatus = HTTPStatus.OK, **values: Any) -> Response:
    return page(_WRITTEN, template, code=code, **values)
