"""Where a condition's characters stand in its YAML file, folded and quoted blocks included."""

from __future__ import annotations

from dataclasses import dataclass

from licaudit.documents import Document


@dataclass(frozen=True)
class Source:
    """The text of one condition and, for each of its characters, the place in the file."""

    text: str
    name: str
    line: int = 1
    column: int = 1
    places: tuple[tuple[int, int], ...] = ()

    def where(self, offset: int = 0) -> str:
        """`file:line:column` of a character; of the key where it cannot be found."""
        if not self.places:
            return f"{self.name}:{self.line}:{self.column}"
        line, column = self.places[max(0, min(offset, len(self.places) - 1))]
        return f"{self.name}:{line}:{column}"

    def at(self, row: int, column: int) -> str:
        """The same for a row and column of the text, counting from 1 as CEL does."""
        lines = self.text.split("\n")
        return self.where(sum(len(x) + 1 for x in lines[: row - 1]) + column - 1)


def locate(document: Document, raw: str, key: str) -> Source:
    """The condition under a key, tied to the raw text of its file."""
    text = str(document.data[key])
    line, column = document.marks.get((key,), (1, 1))
    lines = raw.split("\n")
    start = sum(len(x) + 1 for x in lines[: line - 1]) + column - 1 + len(key)
    return Source(text, document.name, line, column, _places(raw, start, text))


def _places(raw: str, start: int, text: str) -> tuple[tuple[int, int], ...]:
    """Folding and quoting only add or change white space, quotes and backslashes around it."""
    at = raw.find(":", start) + 1
    head = raw[at : raw.find("\n", at) if "\n" in raw[at:] else len(raw)]
    if head.strip()[:1] in (">", "|"):
        at += len(head)
    offsets: list[int] = []
    for char in text:
        if not char.isspace():
            at = raw.find(char, at)
            if at < 0:
                return ()
        offsets.append(at)
        at += not char.isspace()
    return tuple(_position(raw, offsets))


def _position(raw: str, offsets: list[int]) -> list[tuple[int, int]]:
    found: list[tuple[int, int]] = []
    line, begin, at = 1, 0, 0
    for offset in offsets:
        while (end := raw.find("\n", at)) >= 0 and end < offset:
            line, begin, at = line + 1, end + 1, end + 1
        found.append((line, offset - begin + 1))
    return found
