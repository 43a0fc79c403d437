"""People are found by the development issuer's sign-in, and see themselves with the token they get."""

import httpx

from academy.local.ports import LOOPBACK, any_free_port
from tests.service.enrolment.enrolment import EnrolmentService, a_learner
from tests.support.serving import served
from tests.support.sign_ins import signing_in, told
from tests.support.tokens import ISSUER, Signer


async def test_who_is_known_here_is_found_and_signs_in_as_themselves(
    enrolment: EnrolmentService, signer: Signer
) -> None:
    learner = a_learner(name="Asha O’Neill", system="QT1", organisation="QT112")
    known = (await enrolment.lead().post("/v1/learners", json=learner)).json()
    address = f"http://{LOOPBACK}:{(port := any_free_port())}"
    async with (
        served(enrolment.under_test.app, port),
        signing_in(signer.key, issuer=ISSUER, enrolment=lambda: address) as portal,
        httpx.AsyncClient(base_url=address) as services,
    ):
        page = await portal.asks(name="oneill")
        assert "Sign in as Asha O’Neill" in page.text
        assert "Windmill Green Medical Practice, in QT1" in page.text
        code = told(await portal.asks(person_id=known["person_id"]))["code"]
        token = (await portal.redeems(code)).json()["access_token"]
        services.headers["Authorization"] = f"Bearer {token}"
        own = await services.get(f"/v1/learners/{known['person_id']}")
        others = await services.get("/v1/learners", params={"name": "asha"})
        too_short, nobody = await portal.asks(name="o"), await portal.asks(name="nobody")
    assert (own.json()["name"], others.status_code) == ("Asha O’Neill", 403)
    assert "Type at least two letters of a name." in too_short.text
    assert "Nobody of that name is known here." in nobody.text
