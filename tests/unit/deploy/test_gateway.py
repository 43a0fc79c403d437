"""What the gateway's files say about whose budget a request spends; that Traefik obeys, the attacks on it show."""

import re
from typing import Any

import pytest
import yaml

from academy.local.layout import ROOT

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
