"""YAML 1.2 with positions: every value of a rule or project file knows its line and column."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from licaudit.errors import LicauditError

MAX_NODES = 200_000  # an alias bomb unfolds past this; no honest file comes near it
MAX_DEPTH = 60
Path = tuple[str | int, ...]


class DocumentError(LicauditError):
    """Text that is not the YAML it should be. `line` counts from 1 in the file."""

    def __init__(self, what: str, *, where: str, line: int | None = None) -> None:
        self.line = line
        place = f"{where}:{line}" if line else where
        super().__init__(what, where=place, todo="Correct the file and run again.")


@dataclass(frozen=True, slots=True)
class Document:
    """Plain data and, for each path into it, the line and column (from 1) where it stands."""

    data: Any
    name: str
    marks: dict[Path, tuple[int, int]] = field(default_factory=dict)

    def line(self, *path: str | int) -> int | None:
        """The line of a value, or of its nearest ancestor that has one."""
        for end in range(len(path), -1, -1):
            if path[:end] in self.marks:
                return self.marks[path[:end]][0]
        return None

    def where(self, *path: str | int) -> str:
        """`file:line:column` of a value, as editors print it."""
        for end in range(len(path), -1, -1):
            if path[:end] in self.marks:
                line, column = self.marks[path[:end]]
                return f"{self.name}:{line}:{column}"
        return self.name


def read_yaml(text: str, name: str, first_line: int = 1) -> Document:
    """Parse YAML text. `first_line` is where it begins in its file (front matter: 2)."""
    from ruamel.yaml import YAML
    from ruamel.yaml.error import MarkedYAMLError, YAMLError

    yaml = YAML(typ="rt")
    yaml.allow_duplicate_keys = False
    try:
        loaded = yaml.load(text)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + first_line if mark else None
        problem = (error.problem or error.context or "not YAML").split("\n")[0]
        raise DocumentError(f"this is not valid YAML ({problem})", where=name, line=line) from error
    except (YAMLError, ValueError, RecursionError, AttributeError, TypeError) as error:
        # ruamel lets odd scalars (bad dates, bad tags) escape as plain Python errors.
        raise DocumentError(f"this is not valid YAML ({error})", where=name) from error
    marks: dict[Path, tuple[int, int]] = {(): (first_line, 1)}
    budget = [MAX_NODES]
    return Document(_plain(loaded, (), marks, first_line, budget, name), name, marks)


def _plain(
    node: Any,
    path: Path,
    marks: dict[Path, tuple[int, int]],
    first: int,
    budget: list[int],
    name: str,
) -> Any:
    budget[0] -= 1
    if budget[0] < 0 or len(path) > MAX_DEPTH:
        raise DocumentError("too deep or too large after its aliases are unfolded", where=name)
    position = getattr(getattr(node, "lc", None), "data", None) or {}
    if isinstance(node, dict):
        result: dict[str, Any] = {}
        for key, value in node.items():
            place = position.get(key)
            step = (*path, str(key))
            if place:
                marks[step] = (place[0] + first, place[1] + 1)
            result[str(key)] = _plain(value, step, marks, first, budget, name)
        return result
    if isinstance(node, (list, tuple, set)):
        items: list[Any] = []
        for index, value in enumerate(node):
            place = position.get(index)
            if place:
                marks[(*path, index)] = (place[0] + first, place[1] + 1)
            items.append(_plain(value, (*path, index), marks, first, budget, name))
        return items
    if isinstance(node, (datetime, date)):
        return node.isoformat()
    if isinstance(node, str):
        return str(node)
    if isinstance(node, bool) or node is None:
        return node
    if isinstance(node, int):
        return int(node)
    if isinstance(node, float):
        return float(node)
    return str(getattr(node, "value", node))


def annotated(text: str, said: Mapping[str, Any], key: str) -> str:
    """A YAML text with more said in it, its comments and order kept. See `annotate`.

    The text is one that `read_yaml` accepted.
    """
    from io import StringIO

    from ruamel.yaml import YAML

    yaml = YAML(typ="rt")
    yaml.preserve_quotes = True
    yaml.width = 4096
    if deep := re.search(r"^( +)- ", text, re.MULTILINE):
        yaml.indent(sequence=len(deep[1]) + 2, offset=len(deep[1]))
    document = yaml.load(text)
    annotate(document, said, key)
    stream = StringIO()
    yaml.dump(document, stream)
    return stream.getvalue()


def annotate(document: Any, said: Mapping[str, Any], key: str) -> None:
    """Put each of `said` (by dotted path: `data[2].name`) under `key` of the mapping at its path.

    What stands at no mapping (a bare name in a list) is put together at the top, where that is a
    mapping; a document that is a list of names keeps to itself.
    """
    left = dict(said)
    _annotate(document, left, key, "")
    if left and isinstance(document, dict):
        document[key] = left


def _annotate(node: Any, left: dict[str, Any], key: str, path: str) -> None:
    if isinstance(node, dict):
        inner = [(name, value) for name, value in node.items() if name != key]
        if path and path in left:
            node[key] = left.pop(path)
        for name, value in inner:
            _annotate(value, left, key, f"{path}.{name}" if path else str(name))
    elif isinstance(node, list):
        for index, value in enumerate(node):
            _annotate(value, left, key, f"{path}[{index}]")
