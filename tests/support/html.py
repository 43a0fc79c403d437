"""A page as a browser without scripts reads it: its words, its links, its forms."""

from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

import httpx


@dataclass(slots=True)
class HtmlForm:
    """A form as it stands: what would be sent if nothing were typed."""

    action: str
    method: str
    fields: list[tuple[str, str]] = field(default_factory=list[tuple[str, str]])
    buttons: list[tuple[str, str]] = field(default_factory=list[tuple[str, str]])
    choices: dict[str, list[str]] = field(default_factory=dict[str, list[str]])

    def value(self, name: str) -> str:
        return dict(self.fields)[name]

    async def send(self, visitor: httpx.AsyncClient, **typed: str) -> httpx.Response:
        """Fill it in and send it; what has no field of that name cannot be typed. A button is named as a field is."""
        unknown = typed.keys() - dict([*self.fields, *self.buttons]).keys()
        assert not unknown, unknown
        for name in typed.keys() & self.choices.keys():
            assert typed[name] in self.choices[name], f"{name} offers {self.choices[name]}"
        sent: dict[str, Any] = dict(self.fields) | typed
        if self.method == "get":
            return await visitor.get(self.action, params=sent)
        return await visitor.post(self.action, data=sent)


class Html(HTMLParser):
    """What a person sees of a page."""

    def __init__(self, answer: httpx.Response) -> None:
        super().__init__()
        self.links: list[str] = []
        self.forms: list[HtmlForm] = []
        self._words: list[str] = []
        self._title: list[str] = []
        self._in_title = False
        self._select: str | None = None
        self._textarea: str | None = None
        self.feed(answer.text)

    @property
    def title(self) -> str:
        """What stands on the browser's tab."""
        return "".join(self._title).strip()

    @property
    def words(self) -> str:
        return " ".join(" ".join(self._words).split())

    def form(self, action: str) -> HtmlForm:
        """The one that is sent there."""
        [found] = [form for form in self.forms if form.action == action]
        return found

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = {name: value or "" for name, value in attrs}
        if tag == "a" and "href" in told:
            self.links.append(told["href"])
        elif tag == "title":
            self._in_title = True
        elif tag == "form":
            self.forms.append(HtmlForm(told.get("action", ""), told.get("method", "get")))
        elif self.forms and "name" in told:
            self._field(tag, told)
        elif tag == "option" and self._select:
            self._option(told.get("value", ""), chosen="selected" in told)

    def _option(self, value: str, *, chosen: bool) -> None:
        form, name = self.forms[-1], self._select or ""
        first = not form.choices.setdefault(name, [])
        form.choices[name].append(value)
        if chosen or first:
            form.fields[-1] = (name, value)

    def _field(self, tag: str, told: dict[str, str]) -> None:
        form, name = self.forms[-1], told["name"]
        if tag == "button":
            form.buttons.append((name, told.get("value", "")))
        elif tag == "input" and told.get("type") in {"radio", "checkbox"}:
            known = [field for field, _ in form.fields]
            if "checked" in told:
                form.fields = [pair for pair in form.fields if pair[0] != name or told["type"] == "checkbox"]
                form.fields.append((name, told.get("value", "on")))
            elif name not in known:
                form.buttons.append((name, ""))
        elif tag in {"input", "select", "textarea"}:
            form.fields.append((name, told.get("value", "")))
            self._select = name if tag == "select" else None
            self._textarea = name if tag == "textarea" else None

    def handle_endtag(self, tag: str) -> None:
        if tag == "select":
            self._select = None
        if tag == "textarea":
            self._textarea = None
        if tag == "title":
            self._in_title = False

    def handle_data(self, data: str) -> None:
        if self._in_title:
            self._title.append(data)
        if self._textarea:
            self.forms[-1].fields[-1] = (self._textarea, self.forms[-1].fields[-1][1] + data)
        self._words.append(data)
