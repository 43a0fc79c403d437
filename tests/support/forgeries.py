"""Tokens nobody should get in with: whatever bytes a forger puts where header, claims and signature belong."""

import hashlib
import hmac
import json
import time
from base64 import urlsafe_b64encode
from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA256

from tests.support.tokens import AUDIENCE, ISSUER, Signer

Forge: TypeAlias = Callable[[Signer], str]

POWERFUL = ["region", "programme_lead", "talent_lead", "information_governance", "ops", "replay"]
HEADER: dict[str, Any] = {"alg": "RS256", "kid": "test"}


def claims(**other: Any) -> dict[str, Any]:
    """What a token that holds says, but for the other claims given."""
    now = int(time.time())
    told = {"iss": ISSUER, "aud": AUDIENCE, "sub": "somebody", "iat": now, "exp": now + 3600, "roles": POWERFUL}
    return told | other


def with_claims(told: Mapping[str, Any] | bytes) -> Forge:
    """Signed by the issuer's own key, so that only what is claimed can be refused."""
    return lambda signer: signed(signer, HEADER, told)


def without(name: str) -> Forge:
    """A claim left out."""
    return with_claims({key: value for key, value in claims().items() if key != name})


def with_header(header: object) -> Forge:
    """Signed by the issuer's own key, under another header."""
    return lambda signer: signed(signer, header, claims())


def by_another(**header: Any) -> Forge:
    """Signed by a key of the forger, which the header may offer or say where to find."""
    return lambda _: signed(Signer(), {**HEADER, **header}, claims())


def without_signature(alg: object) -> Forge:
    """Nobody signed it, and it says so."""
    return lambda _: f"{_part({'alg': alg, 'kid': 'test'})}.{_part(claims())}."


def by_public_key(form: Callable[[Signer], bytes], **header: Any) -> Forge:
    """The published key taken for a shared secret (CVE-2015-9235)."""

    def forge(signer: Signer) -> str:
        content = f"{_part({'alg': 'HS256', 'kid': 'test', **header})}.{_part(claims())}"
        return f"{content}.{_encoded(hmac.digest(form(signer), content.encode(), hashlib.sha256))}"

    return forge


def signed(signer: Signer, header: object, told: Mapping[str, Any] | bytes) -> str:
    """RS256 over whatever it is; joserfc would not sign all of it."""
    content, key = f"{_part(header)}.{_part(told)}", signer.key.private_key
    assert key is not None
    return f"{content}.{_encoded(key.sign(content.encode(), PKCS1v15(), SHA256()))}"


def _part(content: object) -> str:
    return _encoded(content if isinstance(content, bytes) else json.dumps(content).encode())


def _encoded(content: bytes) -> str:
    return urlsafe_b64encode(content).rstrip(b"=").decode()
