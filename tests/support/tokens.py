"""Tokens signed by a key of the test run, checked by the product's own verifier through a real issuer endpoint."""

import time
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey

from shared.web.keys import IssuerKeys
from shared.web.tokens import Verifier

ISSUER = "http://issuer.test"
AUDIENCE = "academy"


class KnownKeys(Verifier):
    """The product's verifier with the issuer's keys at hand instead of fetched; system tests fetch them."""

    def __init__(self, key: RSAKey) -> None:
        keys = KeySet([key])

        async def fetch() -> KeySet:
            return keys

        super().__init__(ISSUER, AUDIENCE, IssuerKeys(fetch))


class Signer:
    """Signs tokens as an identity provider would."""

    def __init__(self) -> None:
        self.key = RSAKey.generate_key(2048, {"kid": "test", "use": "sig", "alg": "RS256"})

    def token(self, *roles: str, person_id: UUID | None = None, systems: Sequence[str] = (), **claims: Any) -> str:
        """A token of one hour for somebody with these roles."""
        now = int(time.time())
        body: dict[str, Any] = {
            "iss": ISSUER,
            "aud": AUDIENCE,
            "sub": str(person_id or "-".join(roles)),
            "iat": now,
            "exp": now + 3600,
            "roles": list(roles),
            "systems": list(systems),
        }
        if person_id:
            body["person_id"] = str(person_id)
        return jwt.encode({"alg": "RS256", "kid": "test"}, body | claims, self.key)
