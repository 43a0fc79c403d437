"""Of the keys an issuer publishes those are used that can be, whatever stands beside them (RFC 7517, 5)."""

from typing import Any

import pytest
from joserfc.jwk import ECKey, OctKey, OKPKey, RSAKey
from structlog.testing import capture_logs

from shared.web.keys import usable

RSA: dict[str, Any] = RSAKey.generate_key(2048, {"kid": "rsa"}).as_dict(private=False)
EC: dict[str, Any] = ECKey.generate_key("P-256", {"kid": "ec"}).as_dict(private=False)
_COORDINATE = "AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE"

UNFIT: dict[str, Any] = {
    "of a kind to come": {"kty": "AKP", "alg": "ML-DSA-44", "pub": "AAAA", "kid": "unfit"},
    "on an unknown curve": {"kty": "EC", "crv": "P-999", "x": "AA", "y": "AA", "kid": "unfit"},
    "off its curve": {"kty": "EC", "crv": "P-256", "x": _COORDINATE, "y": _COORDINATE, "kid": "unfit"},
    "a modulus of one": {"kty": "RSA", "n": "AQ", "e": "AQ", "kid": "unfit"},
    "short": RSA | {"n": RSA["n"][:171] + "B", "kid": "unfit"},
    "an algorithm that is a number": RSA | {"alg": 5, "kid": "unfit"},
    "for encryption": RSA | {"use": "enc", "kid": "unfit"},
    "for other operations": RSA | {"key_ops": ["encrypt"], "kid": "unfit"},
    "symmetric": OctKey.generate_key(256, {"kid": "unfit"}).as_dict(private=True),
    "symmetric by name": EC | {"kty": "oct", "kid": "unfit"},
    "private": RSAKey.generate_key(2048, {"kid": "unfit"}).as_dict(private=True),
    "of another family": OKPKey.generate_key("Ed25519", {"kid": "unfit"}).as_dict(private=False),
    "no object": 7,
    "nothing": None,
}


@pytest.mark.filterwarnings("ignore:Key size")
@pytest.mark.parametrize("unfit", UNFIT)
def test_a_key_that_is_of_no_use_is_passed_over_and_told_by_the_class_of_its_fault(unfit: str) -> None:
    with capture_logs() as told:
        found = usable({"keys": [RSA, UNFIT[unfit], EC]})
    assert [key.kid for key in found.keys] == ["rsa", "ec"]
    [line] = told
    assert line["event"] == "issuer_keys_ignored"
    assert all(cause.isidentifier() for cause in line["causes"])
    with pytest.raises(LookupError):
        usable({"keys": [UNFIT[unfit]]})


@pytest.mark.parametrize("stated", [{"use": "sig"}, {"key_ops": ["verify"]}, {"alg": "RS256", "x5c": ["MIIC"]}])
def test_a_key_that_says_it_signs_is_used(stated: dict[str, Any]) -> None:
    assert [key.kid for key in usable({"keys": [RSA | stated]}).keys] == ["rsa"]


def test_no_more_than_a_hundred_keys_are_looked_at() -> None:
    found = usable({"keys": [EC | {"kid": str(number)} for number in range(101)]}).keys
    assert [key.kid for key in found] == [str(number) for number in range(100)]
