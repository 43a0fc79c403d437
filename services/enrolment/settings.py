"""What this service alone is told by its environment."""

from shared.links import LinkSettings
from shared.settings import read


class Settings(LinkSettings):
    """It verifies the links that mails carry."""


def load() -> Settings:
    """What the environment says, and files where it is silent."""
    return read(Settings)
