import httpx


async def test_every_page_leads_to_the_statement(visitor: httpx.AsyncClient) -> None:
    assert 'href="/accessibility"' in (await visitor.get("/")).text
    statement = await visitor.get("/accessibility")
    assert statement.status_code == 200
    for part in ("What does not work well yet", "How we tried", "Tell us"):
        assert part in statement.text
