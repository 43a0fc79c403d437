from services.notifications.channels.domain.letters import SenderIdentity
from services.notifications.settings import Settings


def sender_identity(settings: Settings) -> SenderIdentity:
    """The academy as its letters and calendar files name it."""
    return SenderIdentity(settings.sender_name, settings.sender_address, settings.public_url, settings.links())
