"""What the gateway's files say about whose budget a request spends, and who tells of what it turns down."""

import re
from typing import Any

import pytest
import yaml

from academy.local.layout import ROOT
from academy.local.problems import WORDS

_TOLD = re.compile(r'\{\{ env "(?P<name>\w+)" \| default "(?P<otherwise>[^"]*)" \}\}')


def middlewares(**environment: str) -> dict[str, Any]:
    """The middlewares as Traefik reads them where the environment says this."""
    text = (ROOT / "gateway/dynamic/middlewares.yml").read_text()
    told = _TOLD.sub(lambda found: environment.get(found["name"]) or found["otherwise"], text)
    return yaml.safe_load(told)["http"]["middlewares"]


@pytest.mark.parametrize("name", ["rate", "rate-by-address"])
def test_requests_are_counted_by_address_and_an_ipv6_customer_has_one(name: str) -> None:
    assert middlewares()[name]["rateLimit"]["sourceCriterion"] == {"ipStrategy": {"depth": 0, "ipv6Subnet": 64}}


@pytest.mark.parametrize("name", ["rate", "rate-by-address"])
def test_behind_proxies_the_environment_says_whose_address_counts(name: str) -> None:
    told = middlewares(ACADEMY_GATEWAY_PROXIES="2")[name]["rateLimit"]["sourceCriterion"]
    assert told == {"ipStrategy": {"depth": 2, "ipv6Subnet": 64}}


def test_a_container_is_told_of_proxies_and_trusts_none_unless_the_environment_names_them() -> None:
    told = yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"]["gateway"]["environment"]
    trusted = "TRAEFIK_ENTRYPOINTS_WEB_FORWARDEDHEADERS_TRUSTEDIPS"
    assert told["ACADEMY_GATEWAY_PROXIES"] == "${ACADEMY_GATEWAY_PROXIES:-0}"
    assert told[trusted] == f"${{{trusted}:-}}"


def test_what_the_gateway_turns_down_has_words() -> None:
    assert set(middlewares()["problems"]["errors"]["status"]) == {str(status) for status in WORDS}


def test_who_tells_of_it_is_given_no_token_and_no_cookie() -> None:
    assert middlewares()["problems"]["errors"]["errorRequestHeaders"] == ["Accept", "X-Correlation-Id"]


def test_headers_stand_around_what_is_turned_down() -> None:
    found = re.findall(r"middlewares: \[(.+?)\]", (ROOT / "gateway/dynamic/routes.yml").read_text())
    assert len(found) == 5
    assert all(re.match(r"(safe|page)-headers, problems, rate", chain) for chain in found)
