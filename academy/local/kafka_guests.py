"""Who enters the embedded Kafka besides the services: ops, and the subscribers that are declared."""

from academy.local.kafka import Kafka
from academy.local.state import StateFolder
from academy.operations.topic_access import GUESTS, admit
from shared.messaging.cluster import Login


async def admit_guests(kafka: Kafka, folder: StateFolder, prefix: str) -> None:
    """Each with a password of this folder and what is declared for it."""
    for guest in GUESTS:
        login = Login(prefix + guest, folder.secret(f"kafka-{guest}"))
        await admit(kafka.entered, guest, login, prefix=prefix)
