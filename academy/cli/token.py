"""`academy token`: a development token for one of the personas."""

from typing import Annotated
from uuid import UUID

import httpx
import typer

from academy.cli.choices import AsJson, state_folder
from academy.cli.output import OK, USAGE, console, print_json
from academy.cli.reaching import end
from academy.local.personas import PERSONAS


def token(
    persona: Annotated[str, typer.Argument(help=f"One of {', '.join(PERSONAS)}.")],
    *,
    person: Annotated[UUID | None, typer.Option(help="Be this person instead of the persona's own.")] = None,
    as_json: AsJson = False,
) -> None:
    """Print a token that lasts eight hours."""
    out = console(as_json=True)
    if persona not in PERSONAS:
        end(out, f"no persona {persona!r}; there are {', '.join(PERSONAS)}", USAGE)
    issuer = state_folder().read().parts.get("issuer")
    if issuer is None or issuer.source == "environment":
        end(out, "the development issuer does not run here: `academy up` first, without ACADEMY_OIDC_ISSUER")
    answer = _fetch(issuer.address, persona, person)
    if answer is None:
        end(out, f"the issuer at {issuer.address} does not answer: `academy status`")
    print_json(answer) if as_json else print(answer["access_token"])
    raise typer.Exit(OK)


def _fetch(address: str, persona: str, person: UUID | None) -> dict[str, str] | None:
    body = {"persona": persona} | ({"person_id": str(person)} if person else {})
    try:
        return httpx.post(f"{address}/token", json=body, trust_env=False).raise_for_status().json()
    except httpx.HTTPError:
        return None
