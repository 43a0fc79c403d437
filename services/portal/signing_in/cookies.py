"""The two cookies: who is signed in, and who is about to be."""

from dataclasses import dataclass

from starlette.requests import HTTPConnection
from starlette.responses import Response


@dataclass(frozen=True, slots=True)
class Cookie:
    """Scripts never read it, other sites' forms do not bring it, and under TLS it is sent no other way."""

    noun: str
    sealed: bool

    @property
    def name(self) -> str:
        """Under TLS one that no other host and no page without TLS can set."""
        return f"__Host-{self.noun}" if self.sealed else self.noun

    def read(self, connection: HTTPConnection) -> str | None:
        """What the browser sent."""
        return connection.cookies.get(self.name)

    def write(self, response: Response, value: str) -> None:
        """Kept until the browser is closed."""
        response.set_cookie(self.name, value, path="/", secure=self.sealed, httponly=True, samesite="lax")

    def delete(self, response: Response) -> None:
        """Let the browser forget it."""
        response.delete_cookie(self.name, path="/", secure=self.sealed, httponly=True, samesite="lax")


@dataclass(frozen=True, slots=True)
class Cookies:
    """Both of them."""

    sealed: bool

    @property
    def session(self) -> Cookie:
        """Of who is signed in."""
        return Cookie("session", self.sealed)

    @property
    def attempt(self) -> Cookie:
        """Of who was sent to the identity provider."""
        return Cookie("sign-in", self.sealed)
