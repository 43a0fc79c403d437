"""Templates as GOV.UK Notify writes them: `((name))` is replaced, `((flag??words))` stands only where flag is true.

A file is a version line, a subject line, a line of dashes, and the body.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

_PLACEHOLDER = re.compile(r"\(\((\w+)(?:\?\?(.*?))?\)\)", re.DOTALL)
_HEAD = re.compile(r"version: (\d+)\nsubject: (.+)\n---\n")
_GAP = re.compile(r"\n{3,}")


class TemplateBroken(ValueError):
    """A template cannot be read, or asks for something nobody offers."""


@dataclass(frozen=True, slots=True)
class Template:
    """The words of one purpose."""

    name: str
    version: int
    subject: str
    body: str

    @classmethod
    def parse(cls, name: str, text: str) -> Self:
        """TemplateBroken where the head is not as described or a bracket is left over."""
        head = _HEAD.match(text)
        if head is None:
            raise TemplateBroken(f"template {name} needs a version, a subject and a line of dashes")
        template = cls(name, int(head[1]), head[2].strip(), text[head.end() :].strip() + "\n")
        for part in (template.subject, template.body):
            if "((" in _PLACEHOLDER.sub("", part):
                raise TemplateBroken(f"template {name} has an unfinished placeholder")
        return template

    @property
    def label(self) -> str:
        """`name@version`, as messages and events keep it."""
        return f"{self.name}@{self.version}"

    def placeholders(self) -> frozenset[str]:
        """Every name that subject and body ask for."""
        return frozenset(m[1] for m in _PLACEHOLDER.finditer(self.subject + self.body))

    def render(self, values: Mapping[str, str | bool]) -> "Rendered":
        """The words for one person; TemplateBroken where a value is missing or of the wrong kind."""
        return Rendered(
            subject=" ".join(self._fill(self.subject, values).split()),
            body=_GAP.sub("\n\n", self._fill(self.body, values)),
        )

    def _fill(self, text: str, values: Mapping[str, str | bool]) -> str:
        return _PLACEHOLDER.sub(lambda match: self._value(match[1], match[2], values), text)

    def _value(self, name: str, words: str | None, values: Mapping[str, str | bool]) -> str:
        value = values.get(name)
        if words is None and isinstance(value, str):
            return value
        if words is not None and isinstance(value, bool):
            return words if value else ""
        raise TemplateBroken(f"template {self.name} has no fitting value for (({name}))")


@dataclass(frozen=True, slots=True)
class Rendered:
    """Subject and body with every placeholder filled."""

    subject: str
    body: str
