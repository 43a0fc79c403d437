"""The code list of registers."""

from types import MappingProxyType

from shared.web.codes import fixed

MODES = MappingProxyType(
    {
        "live": "Was there",
        "part": "Was there for a part of it",
        "missed": "Was not there",
        "recording": "Watched the recording",
        "not_watched": "Did not watch the recording: takes back that it was",
    }
)

LISTS = (fixed("attendance-modes", "What a register says of a person.", MODES),)
