"""requirements*.txt: what pip would install, read as text. Nothing is executed or resolved."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from licaudit.collectors.packages import (
    DEV,
    from_url,
    is_dev_path,
    python_dependency,
    without_secrets,
)
from licaudit.collectors.reading import beside, file_at, in_tree, joined, only_gap, read_text, shown
from licaudit.facts import CODE, Collected, Gap, Location
from licaudit.settings import LIMITS
from licaudit.sources.tree import Entry, Tree

_NAME = re.compile(r"^(.*[-_.])?requirements?([-_.].*)?\.(txt|in|pip)$", re.IGNORECASE)
_OPTION = re.compile(r"^(-[a-zA-Z]|--[a-zA-Z][\w-]*)[\s=]*(.*)$")
_URL = re.compile(r"^(?:(?:git|hg|svn|bzr)\+)?[a-zA-Z][\w+.-]*://")
_HASHES = re.compile(r"(?<=\s)--(?:hash|config-settings?|global-option|install-option)\b.*$")
_COMMENT = re.compile(r"(?:^|(?<=\s))#.*$")
_MAX_FILES = 20  # files reached from one another through -r
_INCLUDE, _EDIT = ("-r", "--requirement"), ("-e", "--editable")


@dataclass(frozen=True, slots=True)
class Line:
    """One logical line: continuations joined, comments gone; its first line number."""

    text: str
    number: int


def is_requirements(entry: Entry) -> bool:
    """Whether pip would be given this file: by its name, or as a text in `requirements/`."""
    return bool(_NAME.match(entry.name)) or (
        entry.folder.split("/")[-1].lower() == "requirements"
        and entry.name.lower().endswith((".txt", ".in"))
    )


def collect(tree: Tree, entry: Entry, root: str) -> Collected:
    """Packages and links of one file, and of files it includes that no other rule would read."""
    found: list[Collected] = []
    pending, seen = [entry], {entry.path}
    while pending:
        current = pending.pop(0)
        parts, more = _file(tree, current, root)
        found += parts
        for other in more:
            if other.path not in seen and len(seen) < _MAX_FILES:
                pending.append(other)
            elif other.path not in seen:
                detail = f"over {_MAX_FILES} files include one another; {other.path} is left out"
                found.append(only_gap(Gap(root, "cut_short", detail, Location(current.path), CODE)))
            seen.add(other.path)
    return joined(found)


def _file(tree: Tree, entry: Entry, root: str) -> tuple[list[Collected], list[Entry]]:
    """What one file says, and the included files that must be read from here."""
    note = DEV if is_dev_path(entry.path) else None
    text = read_text(tree, entry, root, CODE, blocks=note is None)
    if isinstance(text, Gap):
        return [only_gap(text)], []
    found: list[Collected] = []
    more: list[Entry] = []
    for line in logical_lines(text):
        where = Location(entry.path, line.number)
        if len(line.text) > LIMITS.line:
            detail = f"a line of {len(line.text)} characters is left unread"
            found.append(only_gap(Gap(root, "cut_short", detail, where, CODE, note is None)))
        elif (included := _included(line.text)) is not None:
            gaps, other = _follow(tree, entry, included, root, where)
            found.append(Collected(gaps=gaps))
            more += [other] if other else []
        else:
            found.append(_line(tree, entry, line.text, root, where, note))
    return found, more


def logical_lines(text: str) -> Iterator[Line]:
    """Lines as pip sees them. A comment ends a continuation, as it does for pip."""
    parts: list[str] = []
    first = 1
    for number, raw in enumerate(text.split("\n"), 1):
        if not parts:
            first = number
        comment = raw.lstrip().startswith("#")
        if raw.endswith("\\") and not comment:
            parts.append(raw[:-1])
            continue
        parts.append(" " + raw if comment else raw)
        joined = _COMMENT.sub("", "".join(parts)).strip()
        parts = []
        if joined:
            yield Line(joined, first)
    joined = _COMMENT.sub("", "".join(parts)).strip()
    if joined:
        yield Line(joined, first)


def _option(text: str) -> tuple[str, str] | None:
    match = _OPTION.match(text)
    if not match:
        return None
    return match.group(1), match.group(2).strip().strip("\"'")


def _included(text: str) -> str | None:
    option = _option(text)
    return option[1] if option and option[0] in _INCLUDE else None


def _follow(
    tree: Tree, entry: Entry, included: str, root: str, where: Location
) -> tuple[tuple[Gap, ...], Entry | None]:
    """The included file when it must be read from here, or the Gap that says why it cannot be."""
    blocks = not is_dev_path(entry.path)
    if _URL.match(included):
        detail = f"includes {without_secrets(included)}, which is not in this tree"
        return (Gap(root, "unresolved", detail, where, CODE, blocks),), None
    path = beside(entry.folder, included)
    if path is None:
        detail = f"includes {shown(included)}, which lies outside this tree"
        return (Gap(root, "outside_tree", detail, where, CODE, blocks),), None
    other = file_at(tree, path)
    if other is None:
        detail = f"includes {shown(included)}, which is missing"
        return (Gap(root, "unresolved", detail, where, CODE, blocks),), None
    return (), None if is_requirements(other) else other  # one that matches is read for itself


def _line(
    tree: Tree, entry: Entry, text: str, root: str, where: Location, note: str | None
) -> Collected:
    option = _option(text)
    if option and option[0] in _EDIT:
        text = option[1]
    elif option:
        return Collected()  # where pip looks and how, never what it installs
    text = _HASHES.sub("", text).strip()
    if _URL.match(text):
        url = text.partition(" ;")[0].strip()
        return from_url(_name_of(url), url, root, where, note)
    if text.startswith((".", "/", "~", "file:")) or re.match(r"^[A-Za-z]:[\\/]", text):
        return _path(tree, entry, text, root, where, note)
    if option and not re.match(r"^[\w.-]+\s*(\[.*\])?\s*@", text):
        return _path(tree, entry, text, root, where, note)
    return python_dependency(text, root, where, note)


def _path(
    tree: Tree, entry: Entry, text: str, root: str, where: Location, note: str | None
) -> Collected:
    """A dependency on a folder or file: nothing to add when it is in this tree."""
    bare = text.partition(";")[0].partition("[")[0].strip()
    path = beside(entry.folder, bare)
    if path is not None and (path == "" or in_tree(tree, path)):
        return Collected()
    top = beside("", bare)  # pip resolves paths from where it is started: usually the top
    if top is not None and (top == "" or in_tree(tree, top)):
        return Collected()
    reason = "outside_tree" if path is None else "unresolved"
    detail = f"depends on {shown(bare)}, which is not in this tree"
    return only_gap(Gap(root, reason, detail, where, CODE, blocks=note != DEV))


def _name_of(url: str) -> str:
    egg = re.search(r"[#&]egg=([A-Za-z0-9._-]+)", url)
    if egg:
        return egg.group(1)
    path = re.split(r"[?#]", url)[0].split("://", 1)[-1].rstrip("/")
    last = path.rsplit("/", 1)[-1].split("@")[0]
    wheel = re.match(r"^([A-Za-z0-9._]+)-\d[^-]*-.*\.whl$", last)
    if wheel:
        return wheel.group(1)
    archive = re.match(r"^(.+?)-\d[\w.]*\.(?:zip|tar\.\w+|tgz)$", last)
    name = archive.group(1) if archive else re.sub(r"\.(git|zip|whl|tgz|tar\.\w+)$", "", last)
    return name or "unnamed"
