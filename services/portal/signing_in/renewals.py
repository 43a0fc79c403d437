"""An access token lasts for minutes, a session for hours: what is about to end is renewed before it is used."""

from dataclasses import replace

from services.portal.signing_in import store
from services.portal.signing_in.provider import Provider, ProviderUnavailable, SignInRefused
from services.portal.signing_in.store import Session
from shared.postgres.database import Transaction
from shared.web.tokens import TokenRefused, Verifier


async def renewed(tx: Transaction, name: str, provider: Provider, verifier: Verifier) -> Session | None:
    """The session with a token that lasts; None where the provider says that it is over.

    A refresh token is good once, so who comes second waits and finds it done. While the provider is away the old
    token is used for as long as it holds.
    """
    session = await store.locked(tx, name)
    if session is None or not session.due or session.refresh_token is None:
        return session
    try:
        issued = await provider.renewed(session.refresh_token)
        claims = await verifier.claims(issued.access_token)
    except ProviderUnavailable:
        return session
    except (SignInRefused, TokenRefused):
        await store.end(tx, name)
        return None
    await store.renew(tx, name, issued.access_token, issued.refresh_token, until=claims.until)
    return replace(session, access_token=issued.access_token, refresh_token=issued.refresh_token, due=False)
