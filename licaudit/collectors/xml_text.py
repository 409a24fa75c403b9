"""XML with lines, as plain elements. A document type, and with it every entity, is refused."""

from __future__ import annotations

from dataclasses import dataclass, field
from xml.parsers import expat

from licaudit.collectors.reading import clean, read_text
from licaudit.facts import Gap, Location, Scope
from licaudit.sources.tree import Entry, Tree

_MAX_DEPTH = 60
_MAX_ELEMENTS = 100_000


class XmlError(ValueError):
    """Text that is not the XML it should be. `line` is where that shows, if known."""

    def __init__(self, what: str, line: int | None = None) -> None:
        self.line = line
        super().__init__(what)


@dataclass(slots=True)
class Element:
    """One element: its name without namespace, attributes likewise, its own text, and its line."""

    name: str
    line: int
    attributes: dict[str, str] = field(default_factory=dict)
    children: list[Element] = field(default_factory=list)
    words: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        """The text directly inside, white space at its ends gone."""
        return clean("".join(self.words).strip())

    def all(self, *path: str) -> list[Element]:
        """Every element at a path of names below this one."""
        found = [self]
        for name in path:
            found = [child for element in found for child in element.children if child.name == name]
        return found

    def said(self, *path: str) -> str:
        """The text of the first element at a path, empty when there is none."""
        return next((element.text for element in self.all(*path)), "")


def parse(text: str) -> Element:
    """The top element. Raises XmlError."""
    top = Element("", 0)
    open_: list[Element] = [top]
    count = 0
    parser = expat.ParserCreate("utf-8")

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal count
        count += 1
        if len(open_) > _MAX_DEPTH or count > _MAX_ELEMENTS:
            raise XmlError("nested too deeply or too large", parser.CurrentLineNumber)
        plain = {key.rpartition(":")[2]: value for key, value in attributes.items()}
        element = Element(name.rpartition(":")[2], parser.CurrentLineNumber, plain)
        open_[-1].children.append(element)
        open_.append(element)

    def refuse(*_: object) -> None:
        raise XmlError("it declares a document type, which is not read", parser.CurrentLineNumber)

    def end(_: str) -> None:
        open_.pop()

    def said(data: str) -> None:
        open_[-1].words.append(data)

    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = said
    parser.StartDoctypeDeclHandler = refuse
    parser.EntityDeclHandler = refuse
    try:
        parser.Parse(text.encode("utf-8", "replace"), True)
    except expat.ExpatError as error:
        raise XmlError(expat.ErrorString(error.code), error.lineno) from error
    return top.children[0]


def read_xml(
    tree: Tree, entry: Entry, root: str, scope: Scope, *, blocks: bool = True
) -> Element | Gap:
    """The top element of a file, or the Gap that says why there is none."""
    text = read_text(tree, entry, root, scope, blocks=blocks)
    if isinstance(text, Gap):
        return text
    try:
        return parse(text)
    except XmlError as error:
        where = Location(entry.path, error.line)
        return Gap(root, "broken", f"not valid XML: {error}", where, scope, blocks)
