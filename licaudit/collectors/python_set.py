"""Python packages that no lock pins: what may be asked of pip, and what each is there for."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from packageurl import PackageURL
from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name
from packaging.version import InvalidVersion, Version

from licaudit.collectors import conda_lock, python_locks
from licaudit.collectors.lock_scopes import reached
from licaudit.collectors.packages import DEV
from licaudit.collectors.reading import file_at, read_text
from licaudit.facts import Link
from licaudit.sources.package_facts import Resolved
from licaudit.sources.tree import Entry, Tree

PYTHON = "pkg:pypi/"
_LONGEST = 2_000  # characters of a line that are searched for a range
_OUTSIDE = (DEV, "build", "test", "docs")  # notes of what never ships
_EXTRAS = re.compile(r"extras\s*=\s*\[([^\]]*)\]")
_END = re.compile(r"[\"'#;{\\]|\s--|\s*$")
Asked = tuple[str, str]  # a package, and one of its extras; "" is the package without any


@dataclass(frozen=True, slots=True)
class Wanted:
    """One package the target names: its id in the graph, what pip is asked for, and what for."""

    id: str
    name: str
    requirement: str
    note: str | None
    link: Link

    @property
    def extras(self) -> tuple[str, ...]:
        """The extras that are asked for with it."""
        return tuple(sorted(Requirement(self.requirement).extras))

    def at(self, version: str | None) -> Wanted:
        """The same at one version, where it is one."""
        try:
            exact = f"=={Version(version)}" if version else ""
        except InvalidVersion:
            exact = ""
        asked = Requirement(self.requirement)
        extras = f"[{','.join(self.extras)}]" if asked.extras else ""
        return replace(self, requirement=f"{self.name}{extras}{exact}") if exact else self


def without_lock(tree: Tree, links: Iterable[Link]) -> Iterator[Wanted]:
    """Python packages that manifests name and no lock of the tree does, each place by itself."""
    needed = [x for x in links if x.relation == "depends_on" and x.target.startswith(PYTHON)]
    locked = {x.target for x in needed for e in x.evidence if _is_lock(e.path)}
    names = {PackageURL.from_string(i).name for i in locked}
    lines: dict[str, list[str]] = {}
    for link in needed:
        purl = PackageURL.from_string(link.target)
        if link.target in locked or purl.name in names:
            continue
        requirement = _requirement(_line(tree, link, lines), purl.name, purl.version)
        yield Wanted(link.target, purl.name, requirement, _note(link.note), link)


def _is_lock(path: str) -> bool:
    entry = Entry(path, 0)
    name = entry.name.lower()
    return conda_lock.is_lock(entry) or (name != "pipfile" and python_locks.is_lock(entry))


def _note(note: str | None) -> str | None:
    kind = (note or "").partition(":")[0]
    return DEV if kind in _OUTSIDE else "optional" if kind == "optional" else None


def _line(tree: Tree, link: Link, lines: dict[str, list[str]]) -> str:
    """The line that names a package; `lines` are those of the files already read."""
    where = link.evidence[0]
    if where.path not in lines:
        entry = file_at(tree, where.path)
        text = read_text(tree, entry, "") if entry is not None else ""
        lines[where.path] = text.split("\n") if isinstance(text, str) else []
    found = lines[where.path]
    return found[where.line - 1] if where.line and where.line <= len(found) else ""


def _requirement(line: str, name: str, version: str | None) -> str:
    """`name[extras]<range` as its line says; the bare name where that is written otherwise."""
    written = _written(line, name) if len(line) <= _LONGEST else None
    if written is not None and (version is None or written.specifier.contains(version, True)):
        extras = f"[{','.join(sorted(written.extras))}]" if written.extras else ""
        return f"{name}{extras}{f'=={version}' if version else written.specifier}"
    return f"{name}=={version}" if version else name


def _written(line: str, name: str) -> Requirement | None:
    spelt = re.escape(name).replace(r"\-", "[-_.]+")
    found = re.search(rf"(?i)(?<![\w.-]){spelt}(?![\w-])", line)
    if found is None:
        return None
    rest = line[found.end() :]
    words = rest[: m.start()] if (m := _END.search(rest)) else rest
    try:
        return Requirement(f"{name}{words.strip().rstrip(',')}")
    except (InvalidRequirement, RecursionError):
        # Poetry's and Pipenv's tables: the extras are told apart, a range of theirs is not pip's.
        extras = re.findall(r"[\w.-]+", m.group(1)) if (m := _EXTRAS.search(rest)) else []
        return Requirement(f"{name}[{','.join(extras)}]" if extras else name)


def set_notes(wanted: Iterable[Wanted], packages: Iterable[Resolved]) -> Mapping[str, str | None]:
    """For each package by its name: None, `optional` or `dev`, the nearest wins."""
    by_name: dict[str, list[Resolved]] = {}
    for one in packages:
        by_name.setdefault(one.name, []).append(one)
    starts: dict[str | None, list[Asked]] = {None: [], "optional": [], DEV: []}
    for item in wanted:
        starts[item.note] += [(item.name, e) for e in ("", *item.extras)]

    def onward(asked: Asked) -> Iterator[Asked]:
        for one in by_name.get(asked[0], ()):
            for text in one.needs:
                yield from _needed(text, asked[1])

    notes: dict[str, str | None] = {}
    for (name, _), note in reached(starts, onward).items():
        notes.setdefault(name, note)
    return notes


def _needed(text: str, extra: str) -> Iterator[Asked]:
    """What one Requires-Dist leads to. Other machines' packages count: pip left them out anyway."""
    try:
        needed = Requirement(text)
    except (InvalidRequirement, RecursionError):
        return
    marker = needed.marker
    of_extra = marker is not None and "extra" in str(marker)
    if marker is not None and of_extra and not (extra and marker.evaluate({"extra": extra})):
        return
    yield canonicalize_name(needed.name), ""
    yield from ((canonicalize_name(needed.name), e) for e in needed.extras)
