"""Which parts exist for development only, and the one word they go by; whatever else is said, they do not start."""

from collections.abc import Mapping

_VARIABLE = "ACADEMY_ENV"
_DEVELOPMENT = "development"


class NotInDevelopment(Exception):
    """Whoever reaches a development part can be anyone, and reads everyone's mail."""


def must_be_development(part: str, environment: Mapping[str, str]) -> None:
    """NotInDevelopment unless the environment says it to the letter: what is not said, or misspelt, is production."""
    if environment.get(_VARIABLE) != _DEVELOPMENT:
        raise NotInDevelopment(f"the {part} starts with {_VARIABLE}={_DEVELOPMENT} only")


def unless_told_otherwise(environment: Mapping[str, str]) -> dict[str, str]:
    """What the `academy` command tells its parts: its platforms are development ones."""
    return {_VARIABLE: _DEVELOPMENT, **environment}
