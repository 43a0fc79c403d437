"""Links of one person: what a mail carries opens a page for that person without a login, and for nobody else.

Who signs and who verifies are told the same keys. A link holds until its key is taken away, so what it opens is asked
about the person's standing each time. What a link does, other than show, it does for a time only.
"""

import hashlib
from binascii import Error
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from itsdangerous import BadSignature, SignatureExpired, Signer, TimestampSigner
from itsdangerous.encoding import base64_decode, base64_encode
from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

from shared.ids import PersonId


class LinkExpired(Exception):
    """It is a link of ours, of longer ago than it lasts."""


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

    def stamped(self, ref: str, about: bytes, *, at: datetime) -> str:
        """What a link to `ref` says, and when it was made."""
        return self._stamper(ref, at).sign(base64_encode(about)).decode()

    def about(self, ref: str, stamped: str, *, lasts: timedelta, now: datetime) -> bytes | None:
        """What a link to `ref` says; None where nobody with our keys made it, LinkExpired where it is too old."""
        try:
            said = self._stamper(ref, now).unsign(stamped, max_age=int(lasts.total_seconds()))
            return base64_decode(said)
        except SignatureExpired:
            raise LinkExpired from None
        except (BadSignature, Error, ValueError):
            return None

    def _signer(self, ref: str) -> Signer:
        return Signer(self.keys, salt=f"link/{ref}", key_derivation="hmac", digest_method=hashlib.sha256)

    def _stamper(self, ref: str, moment: datetime) -> TimestampSigner:
        stamper = _Stamper(self.keys, salt=f"stamped/{ref}", key_derivation="hmac", digest_method=hashlib.sha256)
        stamper.moment = moment
        return stamper


class _Stamper(TimestampSigner):
    """By the service's clock, which lives in event time where the service does."""

    moment: datetime

    def get_timestamp(self) -> int:
        """When a link is made, or read."""
        return int(self.moment.timestamp())


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
