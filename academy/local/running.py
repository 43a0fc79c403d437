"""What the ops verbs need to know of the platform that runs in a state folder."""

from academy.local.layout import GATEWAY, ISSUER, KAFKA
from academy.local.state import Part, State, StateFolder
from academy.operations.access import RunningPlatform


def running_platform(folder: StateFolder) -> RunningPlatform:
    """Its addresses as last written; nothing where the folder was never used."""
    state = folder.read()
    brokers, issuer = _brokers(state), _own(state.parts.get(ISSUER))
    return RunningPlatform(
        gateway=state.parts[GATEWAY].address if GATEWAY in state.parts else None,
        issuer=issuer.address if issuer else None,
        brokers=tuple(part.address for part in brokers),
        kafka_password=(lambda user: folder.secret(f"kafka-{user}")) if brokers and _own(brokers[0]) else None,
    )


def _brokers(state: State) -> list[Part]:
    return [part for name, part in state.parts.items() if name == KAFKA or name.startswith(f"{KAFKA}-")]


def _own(part: Part | None) -> Part | None:
    """Not one that the environment supplied."""
    return part if part and part.source == "embedded" else None
