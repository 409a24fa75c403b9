"""License, notice and policy files anywhere in the tree, with what each one governs."""

from __future__ import annotations

import re
from bisect import bisect_left
from typing import Literal

from licaudit.collectors import carriers, roles
from licaudit.collectors.carrier import Carried
from licaudit.collectors.context import DEFAULT_SCOPE, WEIGHT_ENDINGS, Context, is_code_file
from licaudit.collectors.placeholders import is_error_page, looks_empty
from licaudit.confined.texts import CarrierError
from licaudit.facts import CODE, Collected, Form, Gap, Location, Passage, Probe, Scope
from licaudit.sources.tree import Entry, ReadError, Tree

_ADDRESS = re.compile(r"https?://[^\s<>\"')\]]{3,2000}")
_EMPTY = "the file holds no terms (a link, a placeholder or nothing)"


def collect(tree: Tree, entry: Entry, context: Context) -> Collected:
    """One passage for the file's whole text, or a Gap that says why it could not be read."""
    artifact, kind, folder = context.owner(roles.place(entry))
    scope, certain = _scope(entry, kind, folder)
    if scope == f"folder:{folder}" and not certain and _weights_alone(tree, entry.folder):
        scope, certain = f"checkpoint:{folder}", True
    where = Location(entry.path, 1)
    try:
        data, found = carriers.read_file(tree, entry)
    except ReadError as error:
        return _unreadable(artifact, error.reason, error.detail, where, scope)
    except CarrierError as error:
        return _unreadable(artifact, error.reason, error.detail, Location(entry.path), scope)
    text = found.text if found else carriers.decoded(data)
    if text is None:
        detail = "not a text although named like a license"
        return _unreadable(artifact, "binary", detail, where, scope)
    if found is None and is_error_page(text):
        detail = "a server's error message saved in place of the license"
        return _unreadable(artifact, "error_page", detail, where, scope)
    if looks_empty(text):
        return _unreadable(artifact, "says_nothing", _EMPTY, where, scope, _link(data, found, text))
    location = carriers.location(entry, data, text, found)
    form: Form = "notice" if roles.is_notice(entry) or roles.is_policy(entry) else "text"
    hints = _hints(entry, certain, found)
    passage = Passage(text, location, form, scope, artifact, "detected", hints=hints)
    kind_of_probe: Literal["notice_file", "license_file"] = (
        "notice_file" if roles.is_notice(entry) else "license_file"
    )
    probe = Probe(artifact, kind_of_probe, entry.path, Location(entry.path, 1))
    problems = found.problems if found else ()
    gaps = tuple(Gap(artifact, r, d, Location(entry.path), scope) for r, d in problems)
    return Collected(passages=(passage,), probes=(probe,), gaps=gaps)


def picture(_: Tree, entry: Entry, context: Context) -> Collected:
    """A Gap for a picture named like a license: what it shows is read by nobody."""
    artifact, kind, folder = context.owner(roles.place(entry))
    scope, _certain = _scope(entry, kind, folder)
    detail = "a picture named like a license: whatever words it shows are read by nobody"
    return _unreadable(artifact, "picture_of_text", detail, Location(entry.path), scope)


def _hints(entry: Entry, certain: bool, found: Carried | None) -> tuple[tuple[str, str], ...]:
    hints = [("file", entry.name)]
    if not certain:
        hints.append(("role", "unsaid"))
    if portion := roles.portion(entry):
        hints.append(("portion", portion))
    if roles.is_policy(entry):
        hints.append(("policy", "yes"))
    if found:
        hints.append(("places", found.places))
    return tuple(hints)


def _weights_alone(tree: Tree, folder: str) -> bool:
    """Whether a folder holds weights and no program: its license is the weights' own."""
    entries = tree.entries()
    names: list[str] = []
    for entry in entries[bisect_left(entries, f"{folder}/", key=lambda e: e.path) :]:
        if not entry.path.startswith(f"{folder}/"):
            break
        if is_code_file(entry):
            return False
        names.append(entry.name.lower())
    return any(name.endswith(WEIGHT_ENDINGS) for name in names)


def _scope(entry: Entry, kind: str, folder: str) -> tuple[Scope, bool]:
    said = roles.role(entry)
    part = roles.portion(entry)
    if roles.is_notice(entry):
        return roles.nested(CODE, folder or "notices"), True
    if part:
        return roles.nested(CODE, f"{folder}/{part}".strip("/")), True
    base = said or DEFAULT_SCOPE[kind]  # type: ignore[index]
    return roles.nested(base, folder), said is not None


def _link(data: bytes, found: Carried | None, text: str) -> str | None:
    """The address in place of the terms: it may be followed where reading upstream is allowed."""
    page = data[:20_000].decode("latin-1") if found else text
    match = _ADDRESS.search(page)
    return match[0].rstrip(".,;") if match else None


def _unreadable(
    artifact: str, reason: str, detail: str, where: Location, scope: Scope, link: str | None = None
) -> Collected:
    return Collected(gaps=(Gap(artifact, reason, detail, where, scope, link=link),))
