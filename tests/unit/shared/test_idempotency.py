"""Two bodies count as one exactly where the API reads the same value out of them."""

import json
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.web.idempotency import canonical

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=8,
)


@given(VALUES)
def test_layout_and_order_of_keys_do_not_count(value: Any) -> None:
    plain = json.dumps(value).encode()
    laid_out = json.dumps(_ordered(value, backwards=True), indent=3, ensure_ascii=False)
    assert canonical(plain) == canonical(laid_out.encode("utf-8", "surrogatepass"))


@given(VALUES, VALUES)
def test_what_is_read_apart_counts_apart(one: Any, other: Any) -> None:
    """`repr` tells apart what `==` does not: 1, 1.0 and True."""
    same = canonical(json.dumps(one).encode()) == canonical(json.dumps(other).encode())
    assert same == (repr(_ordered(one)) == repr(_ordered(other)))


def _ordered(value: Any, *, backwards: bool = False) -> Any:
    match value:
        case dict():
            entries = cast("dict[str, Any]", value)
            return {key: _ordered(entries[key], backwards=backwards) for key in sorted(entries, reverse=backwards)}
        case list():
            return [_ordered(item, backwards=backwards) for item in cast("list[Any]", value)]
        case _:
            return value


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (b"1", b"1.0"),
        (b"1", b"true"),
        (b'"1"', b"1"),
        (b"[1,2]", b"[2,1]"),
        (b"null", b""),
        (b"{}", b"[]"),
        (b'{"a":1,"a":2}', b'{"a":1}'),
        (b'"\\ud800"', b'"\\udc00"'),
        (b'"e\\u0301"', '"é"'.encode()),
        (b"{", b"{ "),
        (b"9" * 5_000, b"9" * 5_001),
        (b"[" * 100_000, b"[" * 100_001),
        (b"\xff", b"\xfe"),
    ],
)
def test_different_bodies_are_kept_apart(one: bytes, other: bytes) -> None:
    assert canonical(one) != canonical(other)
