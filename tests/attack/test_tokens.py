"""Whoever makes up a token learns that it is refused, and nothing else; no token makes a service fail."""

import json
import random
import string
import time
from base64 import urlsafe_b64decode
from collections.abc import AsyncGenerator
from typing import Any
from uuid import uuid4

import pytest

from tests.support import forgeries
from tests.support.academies import all_services
from tests.support.depth import DEPTH
from tests.support.forgeries import Forge, by_another, by_public_key, claims, with_claims, with_header, without
from tests.support.services import ServiceUnderTest, problem
from tests.support.tokens import Signer

ROUTES = [
    ("enrolment", "GET", f"/v1/learners/{uuid4()}/enrolments"),
    ("enrolment", "POST", "/v1/cohorts"),
    ("talent", "GET", "/v1/members"),
    ("notifications", "GET", "/v1/messages"),
    ("coaching", "POST", "/v1/operations/contacts/republish"),
]
HOUR, SEED = 3600, 20_201_001
DEEP = b'{"roles":' + b"[" * 5_000 + b"]" * 5_000 + b"}"
EVIL = "https://evil.test/keys.json"

NO_HEADERS: tuple[object, ...] = ([], 7, None, "RS256", {}, b"", b"\xff\xfe", b"{", DEEP)

NOT_SIGNED_BY_THE_ISSUER: dict[str, Forge] = {
    **{f"alg {alg}": forgeries.without_signature(alg) for alg in ("none", "None", "NONE", "", None)},
    "the public key as a secret, PEM": by_public_key(lambda s: s.key.as_pem(private=False)),
    "the public key as a secret, DER": by_public_key(lambda s: s.key.as_der(private=False)),
    "the public key as a secret, JWK": by_public_key(lambda s: json.dumps(s.key.as_dict(private=False)).encode()),
    "an empty secret": by_public_key(lambda _: b"", kid="../../../../dev/null"),
    "another key of the same name": by_another(),
    "another key, embedded": by_another(jwk=Signer().key.as_dict(private=False)),
    "another key, at jku": by_another(jku=EVIL),
    "another key, at x5u": by_another(x5u=EVIL),
    "another key, in x5c": by_another(x5c=["AAAA"]),
    **{
        f"another key, called {kid!r}": by_another(kid=kid)
        for kid in ("../../etc/passwd", "' or 1=1 --", "test\0", EVIL, "x" * 5_000, 7, None, ["test"], {"a": 1})
    },
}
HEADERS: dict[str, Forge] = {
    **{f"crit {crit!r}": with_header({**forgeries.HEADER, "crit": crit}) for crit in (["exp"], [], 7, None, "exp")},
    **{
        f"alg {alg!r}": with_header({"alg": alg, "kid": "test"})
        for alg in ("PS256", "ES256", "RS1", 7, None, ["RS256"])
    },
    **{f"header {h!r:.30}": with_header(h) for h in NO_HEADERS},
    "b64 false": with_header({**forgeries.HEADER, "b64": False, "crit": ["b64"]}),
    "zip": with_header({**forgeries.HEADER, "zip": "DEF"}),
    "typ a number": with_header({**forgeries.HEADER, "typ": 7}),
    "x5t a number": with_header({**forgeries.HEADER, "x5t": 7}),
    "no kid": with_header({"alg": "RS256"}),
}
WRONG: dict[str, tuple[Any, ...]] = {
    "iss": ("http://evil.test", "http://issuer.test/", None, 7, ["http://issuer.test"]),
    "aud": ("another", [], ["another"], None, 7, {"academy": 1}, [["academy"]]),
    "exp": (1, 0, -1, time.time() - 1, "9999999999", None, [], True, 10**400, 1e30),
    "nbf": (time.time() + HOUR, "0", None, [], 10**400),
    "iat": (time.time() + HOUR, "0", {}),
    "sub": (7, None, "", [], "a\0b", "x" * 300, "a\nb"),
    "roles": (None, "region", {"region": 1}, [["region"]], [{"a": 1}], [None], [7], 7, True),
    "systems": (None, "QGH", {"QGH": 1}, [["QGH"]], [7], ["\0"], ["x y"]),
    "person_id": ("nobody", "", 7, [], {"a": 1}, "0190a000-0000-7000-8000-00000000000\0", str(uuid4()) * 2),
    "organisation": ("", 7, [], "a\0b", "x" * 300),
}
CLAIMS: dict[str, Forge] = {
    **{f"{name} {n}": with_claims(claims(**{name: v})) for name, wrong in WRONG.items() for n, v in enumerate(wrong)},
    **{f"no {name}": without(name) for name in ("iss", "aud", "exp", "sub")},
    **{f"claims {c!r:.30}": with_claims(c) for c in (b"", b"[]", b"null", b"7", b"{", b"\xff", DEEP)},
    "exp not a number": with_claims(json.dumps(claims(exp=float("nan"))).encode()),
    "exp without an end": with_claims(json.dumps(claims(exp=float("inf"))).encode()),
}
NO_TOKENS: dict[str, Forge] = {
    f"{text!r:.30}": lambda _, text=text: text
    for text in ("x", "..", "a.b", "a.b.c.d.e", "e30.e30.e30", "=.=.=", "null", "x" * 15_000, "." * 10_000, "é.é.é")
}
FORGED = NOT_SIGNED_BY_THE_ISSUER | HEADERS | CLAIMS | NO_TOKENS


@pytest.fixture(scope="module")
async def running(postgres_admin: str, signer: Signer) -> AsyncGenerator[dict[str, ServiceUnderTest]]:
    async with all_services(postgres_admin, signer) as running:
        yield running


@pytest.mark.parametrize("forge", FORGED.values(), ids=FORGED)
async def test_a_forged_token_is_refused_at_every_door(
    running: dict[str, ServiceUnderTest], signer: Signer, forge: Forge
) -> None:
    token = forge(signer).encode()
    for name, method, path in ROUTES:
        answer = await _asked(running[name], method, path, token)
        assert problem(answer) == (401, "token_refused"), (path, answer.text)
        assert answer.headers["www-authenticate"] == "Bearer"


async def test_a_token_of_which_anything_is_changed_is_refused(
    running: dict[str, ServiceUnderTest], signer: Signer
) -> None:
    """A character in another's place, one too many, one too few, a piece of another token."""
    draw = random.Random(SEED)
    token, other = (with_claims(claims(sub=sub))(signer) for sub in ("somebody", "another"))
    name, method, path = ROUTES[0]
    for changed in {_changed(draw, token, other) for _ in range(150 * DEPTH)} - {token}:
        if _bytes_of(changed) != _bytes_of(token):
            answer = await _asked(running[name], method, path, changed.encode())
            assert problem(answer) == (401, "token_refused"), changed


def _changed(draw: random.Random, token: str, other: str) -> str:
    at, letter = draw.randrange(len(token)), draw.choice(f"{string.ascii_letters}{string.digits}-_.=")
    parts, others = token.split("."), other.split(".")
    which = draw.randrange(3)
    return draw.choice(
        [
            token[:at] + letter + token[at + 1 :],
            token[:at] + letter + token[at:],
            token[:at] + token[at + 1 :],
            ".".join([*parts[:which], others[which], *parts[which + 1 :]]),
        ]
    )


def _bytes_of(token: str) -> object:
    """The last character of a part may say nothing with some of its bits: then it is the same token."""
    try:
        return [urlsafe_b64decode(part + "=" * (-len(part) % 4)) for part in token.split(".")]
    except ValueError:
        return token


async def test_what_the_forgeries_are_made_of_is_let_in_when_nothing_is_wrong_with_it(
    running: dict[str, ServiceUnderTest], signer: Signer
) -> None:
    token = with_claims(claims())(signer).encode()
    for name, method, path in ROUTES:
        answer = await _asked(running[name], method, path, token)
        assert answer.status_code in ({200} if method == "GET" else {400, 422}), answer.text


@pytest.mark.parametrize("scheme", [b"Basic", b"Token", b""])
async def test_a_good_token_under_another_scheme_is_refused(
    running: dict[str, ServiceUnderTest], signer: Signer, scheme: bytes
) -> None:
    token = with_claims(claims())(signer).encode()
    for name, method, path in ROUTES:
        answer = await _asked(running[name], method, path, token, scheme)
        assert problem(answer) == (401, "token_refused")


async def _asked(service: ServiceUnderTest, method: str, path: str, token: bytes, scheme: bytes = b"Bearer") -> Any:
    client = service.as_()
    del client.headers["Authorization"]
    body: Any = {} if method == "POST" else None
    return await client.request(method, path, headers={b"Authorization": scheme + b" " + token}, json=body)
