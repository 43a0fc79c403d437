"""Where the links of sessions lead, for whoever may follow them."""

from services.portal.clients.api import Api


async def room(services: Api, join_ref: str) -> str:
    """The address at which people join; it may change until the session begins."""
    return await _leads_to(services, f"/enrolment/v1/joining/{join_ref}")


async def recording(services: Api, recording_ref: str) -> str:
    """The address at which the recording is watched."""
    return await _leads_to(services, f"/enrolment/v1/recordings/{recording_ref}")


async def _leads_to(services: Api, path: str) -> str:
    answer = await services.raw(path)
    return answer.headers["location"]
