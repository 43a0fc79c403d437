"""For those who write programs: where the documents are, and whom to be while trying."""

from html import unescape

import httpx
import pytest

from academy.local.personas import PERSONAS, Persona
from academy.services import SERVICES


async def test_every_service_has_its_documents_there(visitor: httpx.AsyncClient) -> None:
    page = await visitor.get("/api")
    assert [name for name in SERVICES if f'href="/{name}/docs"' not in page.text] == []
    assert [name for name in SERVICES if f'href="/{name}/openapi.json"' not in page.text] == []


@pytest.mark.parametrize("persona", PERSONAS.values(), ids=list(PERSONAS))
async def test_who_one_can_be_is_there_with_what_to_look_at_first(visitor: httpx.AsyncClient, persona: Persona) -> None:
    told = unescape((await visitor.get("/api")).text)
    assert f'data-persona="{persona.name}"' in told
    assert f"<code>{persona.look}</code>" in told
