"""SQL stands in a `.sql` file beside its store module and is called by name."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

_HEADING = re.compile(r"^-- name: (\w+)\s*$", re.MULTILINE)


class Queries(Mapping[str, str]):
    """The `-- name: …` blocks of the `.sql` file beside a module, e.g. `SQL = Queries(__file__)`."""

    def __init__(self, module_file: str) -> None:
        """Read the file once; FileNotFoundError or ValueError (no or repeated names) at import, not at three a.m."""
        self.path = Path(module_file).with_suffix(".sql")
        _, *parts = _HEADING.split(self.path.read_text())
        names, bodies = parts[::2], parts[1::2]
        if not names or len(set(names)) != len(names):
            raise ValueError(f"{self.path.name} needs `-- name:` headings, each once")
        self._queries = {name: body.strip().rstrip(";") for name, body in zip(names, bodies, strict=True)}

    def __getitem__(self, name: str) -> str:
        """The SQL of that name; KeyError where there is none."""
        return self._queries[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._queries)

    def __len__(self) -> int:
        return len(self._queries)
