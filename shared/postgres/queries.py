"""SQL stands in a `.sql` file beside its store module and is called by name."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

_HEADING = re.compile(r"^-- (name|columns|where): (\w+)\s*$", re.MULTILINE)
_PLACEHOLDER = re.compile(r"\{(\w+)\}")


class Queries(Mapping[str, str]):
    """The `-- name: …` blocks of the `.sql` file beside a module, e.g. `SQL = Queries(__file__)`.

    What a `-- columns: cohort` block lists stands in a query where it says `{cohort}`: the columns an aggregate is made
    of are written once, and a column that a migration adds is read by the release that knows it, not before. So does a
    `-- where: wanted` block: a page and its count hold by the same condition.
    """

    def __init__(self, module_file: str, *others: "Queries") -> None:
        """Read the file once; the columns of `others` may be named too.

        FileNotFoundError or ValueError (no or repeated names, columns nobody listed) at import, not at three a.m.
        """
        self.path = Path(module_file).with_suffix(".sql")
        _, *parts = _HEADING.split(self.path.read_text())
        kinds, names, bodies = parts[::3], parts[1::3], (body.strip().rstrip(";") for body in parts[2::3])
        blocks = list(zip(kinds, names, bodies, strict=True))
        if "name" not in kinds or len(set(names)) != len(names):
            raise ValueError(f"{self.path.name} needs `-- name:` headings, each once")
        self.columns: dict[str, str] = {name: listed for other in others for name, listed in other.columns.items()}
        self.columns |= {name: body for kind, name, body in blocks if kind != "name"}
        self._queries = {name: self._filled(name, body) for kind, name, body in blocks if kind == "name"}

    def _filled(self, query: str, body: str) -> str:
        if unknown := set(_PLACEHOLDER.findall(body)) - self.columns.keys():
            raise ValueError(f"{self.path.name}: {query} names columns nobody listed: {sorted(unknown)}")
        return _PLACEHOLDER.sub(lambda found: self.columns[found[1]], body)

    def __getitem__(self, name: str) -> str:
        """The SQL of that name; KeyError where there is none."""
        return self._queries[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._queries)

    def __len__(self) -> int:
        return len(self._queries)
