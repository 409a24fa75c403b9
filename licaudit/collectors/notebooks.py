"""Jupyter notebooks: code cells as Python, magics taken out; license lines of the text cells."""

from __future__ import annotations

import re
from typing import Any

from licaudit.collectors import code_links, python_code, roles, shell_code, syntax
from licaudit.collectors.context import Context
from licaudit.collectors.json_text import JsonError, JsonText, parse
from licaudit.collectors.reading import clean, joined, only_gap, read_text
from licaudit.facts import CODE, Collected, Gap, Location, Passage
from licaudit.sources.tree import Entry, Tree

LARGEST = 8_000_000  # pictures in the output make notebooks large; the code in them is small
_MAGIC = re.compile(r"^\s*(?:[%!?]|[\w.]+\s*=\s*[!%]|.*\?\s*$)")
_CELL_MAGIC = re.compile(r"^\s*%%(?!time|capture|timeit)")  # the cell is bash, HTML or the like
_SHELL = re.compile(r"^\s*%%(?:bash|sh|script|shell|!)")
_CLUE = re.compile(
    r"licen[sc]|copyright|non-?commercial|SPDX|research (?:only|purposes)|许可|版权|商用",
    re.IGNORECASE,
)
_MOST_CELLS = 5_000
Lines = list[tuple[str, int | None]]


def collect(tree: Tree, entry: Entry, context: Context) -> Collected:
    """What the code names, what the text says of licenses, and Gaps."""
    artifact, _, folder = context.owner(entry.folder)
    text = read_text(tree, entry, artifact, CODE, limit=LARGEST, blocks=False)
    if isinstance(text, Gap):
        return only_gap(text)
    try:
        document = parse(text)
    except JsonError as error:
        where = Location(entry.path, error.line)
        detail = f"not a notebook: {error}"
        return only_gap(Gap(artifact, "broken", detail, where, CODE, blocks=False))
    cells = document.data.get("cells") if isinstance(document.data, dict) else None
    if not isinstance(cells, list):
        detail = "not a notebook of format 4: it has no list of cells"
        where = Location(entry.path)
        return only_gap(Gap(artifact, "broken", detail, where, CODE, blocks=False))
    found = []
    code: Lines = []
    commands: Lines = []
    unread: list[int | None] = []
    for index, cell in enumerate(cells[:_MOST_CELLS]):
        if not isinstance(cell, dict):
            continue
        lines = _lines(document, index, cell.get("source"))
        if cell.get("cell_type") == "markdown":
            found += _said(lines, entry, artifact, roles.nested(CODE, folder))
        elif cell.get("cell_type") == "code" and lines and _CELL_MAGIC.match(lines[0][0]):
            commands += lines[1:] if _SHELL.match(lines[0][0]) else []
        elif cell.get("cell_type") == "code" and lines:
            commands += _magics(lines)
            plain = _without_magics(lines)
            if isinstance(syntax.parse("\n".join(line for line, _ in plain)), str):
                unread.append(lines[0][1])
            else:
                code += plain
    found.append(_code(code, tree, entry, artifact))
    numbered = [(clean(text), line or 1) for text, line in commands]
    found.append(shell_code.from_lines(numbered, tree, entry, artifact))
    if unread:
        detail = f"{len(unread)} code cells are not Python: what they load is unread"
        where = Location(entry.path, unread[0])
        found.append(only_gap(Gap(artifact, "unparsable", detail, where, CODE, blocks=False)))
    return joined(found)


def _lines(document: JsonText, cell: int, source: Any) -> Lines:
    """The lines of a cell, each with the line of the file that holds it."""
    if isinstance(source, str):
        line = document.line("cells", cell, "source")
        return [(text, line) for text in source.split("\n")]
    found: Lines = []
    for index, item in enumerate(source if isinstance(source, list) else []):
        if isinstance(item, str):
            line = document.line("cells", cell, "source", index)
            found += [(text, line) for text in item.removesuffix("\n").split("\n")]
    return found


def _magics(lines: Lines) -> Lines:
    """The shell lines of a cell, without their mark, with the lines that continue them."""
    kept: Lines = []
    continued = False
    for text, line in lines:
        if continued or re.match(r"^\s*(?:!|%sh\b|%pip|\w+\s*=\s*!)", text):
            kept.append((re.sub(r"^\s*(?:\w+\s*=\s*)?[!%]", "", text), line))
            continued = text.rstrip().endswith("\\")
    return kept


def _without_magics(lines: Lines) -> Lines:
    """Magics and shell lines become `pass`, so that the blocks around them stay whole."""
    kept: Lines = []
    continued, indent = False, ""
    for text, line in lines:
        if continued or _MAGIC.match(text):
            if not continued:
                indent = text[: len(text) - len(text.lstrip())]
            continued = text.rstrip().endswith("\\")
            kept.append((f"{indent}pass", line))
        else:
            kept.append((text, line))
    return kept


def _code(code: Lines, tree: Tree, entry: Entry, artifact: str) -> Collected:
    """The reader of Python files over all cells as one text; its lines become the notebook's."""
    text = clean("\n".join(line for line, _ in code))
    found = python_code.from_source(text, tree, entry, artifact)

    def line(number: int) -> int | None:
        return code[number - 1][1] if 0 < number <= len(code) else None

    return code_links.moved(found, line)


def _said(lines: Lines, entry: Entry, artifact: str, scope: str) -> list[Collected]:
    """One passage per text cell that speaks of licenses."""
    text = clean("\n".join(line for line, _ in lines))
    if not _CLUE.search(text):
        return []
    where = Location(entry.path, lines[0][1], lines[-1][1])
    hints = (("whole", "yes"),)
    return [Collected(passages=(Passage(text, where, "prose", scope, artifact, hints=hints),))]
