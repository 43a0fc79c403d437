"""Links of one person: what a mail carries opens a page for that person without a login, and for nobody else.

Who signs and who verifies are told the same keys. A link holds until its key is taken away, so what it opens is asked
about the person's standing each time.
"""

import hashlib
from binascii import Error
from dataclasses import dataclass
from uuid import UUID

from itsdangerous import BadSignature, Signer
from itsdangerous.encoding import base64_decode, base64_encode
from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

from shared.ids import PersonId


@dataclass(frozen=True, slots=True)
class Links:
    """Signs with the last of its keys, and knows what any of them has signed."""

    keys: tuple[str, ...]

    def signed(self, ref: str, person_id: PersonId) -> str:
        """What a link to `ref` says of whose it is."""
        return self._signer(ref).sign(base64_encode(person_id.bytes)).decode()

    def holder(self, ref: str, signed: str) -> PersonId | None:
        """Whose link to `ref` it is; None where nobody with our keys made it."""
        try:
            return PersonId(UUID(bytes=base64_decode(self._signer(ref).unsign(signed))))
        except (BadSignature, Error, ValueError):
            return None

    def _signer(self, ref: str) -> Signer:
        return Signer(self.keys, salt=f"link/{ref}", key_derivation="hmac", digest_method=hashlib.sha256)


class LinkSettings(BaseSettings):
    """For who signs or verifies links."""

    model_config = SettingsConfigDict(env_prefix="ACADEMY_")

    link_keys: str = Field(
        pattern=r"^\s*[^\s,]{24,}\s*(,\s*[^\s,]{24,}\s*)*$",
        description="Secrets of at least 24 characters, separated by commas; the last one signs.",
    )

    def links(self) -> Links:
        """The links of the academy."""
        return Links(tuple(key.strip() for key in self.link_keys.split(",")))
