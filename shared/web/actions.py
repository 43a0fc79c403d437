"""Whether a caller may act on what they look at: by the access rule of the route that acts."""

from collections.abc import Callable
from functools import cache
from typing import Any, TypeAlias, get_args, get_type_hints

from shared.web.principal import Allowed, Principal

Route: TypeAlias = Callable[..., Any]
"""The function behind a route; its `caller` says who may call it."""


def as_on(route: Route, caller: Principal) -> Principal | None:
    """The caller with the scope they have on that route; None where it does not let them in."""
    return _rule_of(route).seen(caller)


@cache
def _rule_of(route: Route) -> Allowed:
    _principal, depends = get_args(get_type_hints(route, include_extras=True)["caller"])
    rule = depends.dependency
    if not isinstance(rule, Allowed):
        raise TypeError(f"{route.__name__} says by no rule who may call it")
    return rule
