"""Rights on a real cluster: given, taken away where nobody declared them, and told where they are another's."""

from collections.abc import AsyncGenerator
from dataclasses import replace
from uuid import uuid4

import pytest

from shared.messaging.access import Access
from shared.messaging.cluster import Cluster, Login
from shared.messaging.grants import Grant
from shared.messaging.kafka import Admin, KafkaUnavailable
from tests.support.delivery import eventually


@pytest.fixture
def user() -> str:
    return f"t{uuid4().hex[:8]}.talent"


@pytest.fixture
async def access(kafka: Cluster, user: str) -> AsyncGenerator[Access]:
    """What the test gave is taken back."""
    access = Access(kafka)
    yield access
    await access.apply([], users=[user, f"{user}-other"])


async def is_refused(cluster: Cluster) -> bool:
    """The cluster has decided at once; a broker hears of it within moments."""
    try:
        async with Admin(cluster):
            return False
    except KafkaUnavailable:
        return True


def may(user: str, topic: str, operation: str = "read") -> Grant:
    return Grant(user, "topic", topic, "read" if operation == "read" else "write")


async def test_what_is_missing_is_given_and_what_nobody_declared_is_taken_away(access: Access, user: str) -> None:
    declared = [may(user, "one"), may(user, "one", "write"), Grant(user, "group", f"{user}.", "read", begins=True)]
    assert len((await access.drift(declared, users=[user])).missing) == 3
    assert (await access.apply(declared, users=[user])).lines() == []
    assert (await access.apply(declared, users=[user])).lines() == []
    await access.apply([*declared, may(user, "two")], users=[user])
    drift = await access.drift(declared, users=[user])
    assert drift.lines() == [f"not declared: {user} may read topic two"]
    assert (await access.apply(declared, users=[user])).lines() == []


async def test_another_s_rights_are_told_and_left(access: Access, user: str) -> None:
    other = f"{user}-other"
    await access.apply([may(other, "one", "write")], users=[other])
    assert (await access.apply([may(user, "one")], users=[user])).lines() == []
    told = (await access.drift([may(user, "one")])).lines()
    assert f"not declared: {other} may write topic one" in told
    assert not [line for line in told if f"{user} " in line]


async def test_who_is_expelled_has_no_rights_and_is_not_let_in(access: Access, kafka: Cluster, user: str) -> None:
    await access.admit(Login(user, "theirs"))
    await access.apply([may(user, "one")], users=[user])
    for _ in range(2):
        await access.expel(user)
        assert not [line for line in (await access.drift([])).lines() if f"{user} " in line]
        await eventually(lambda: is_refused(replace(kafka, login=Login(user, "theirs"))))


async def test_a_user_comes_in_with_the_last_password_only(access: Access, kafka: Cluster, user: str) -> None:
    for password in ("first", "second", "second"):
        await access.admit(Login(user, password))
        async with Admin(replace(kafka, login=Login(user, password))) as admin:
            assert await admin.brokers() == 1
    await eventually(lambda: is_refused(replace(kafka, login=Login(user, "first"))))
