"""License, notice and policy files anywhere in the tree, with what each one governs."""

from __future__ import annotations

from typing import Literal

from licaudit.collectors import roles
from licaudit.collectors.context import DEFAULT_SCOPE, Context
from licaudit.collectors.placeholders import looks_empty
from licaudit.facts import CODE, Collected, Form, Gap, Location, Passage, Probe, Scope
from licaudit.settings import LIMITS
from licaudit.sources.tree import Entry, ReadError, Tree, decode

_CARRIERS = ("pdf", "docx", "doc", "rtf", "odt")


def collect(tree: Tree, entry: Entry, context: Context) -> Collected:
    """One passage for the file's whole text, or a Gap that says why it could not be read."""
    artifact, kind, folder = context.owner(roles.place(entry))
    scope, certain = _scope(entry, kind, folder)
    where = Location(entry.path, 1)
    data, gap = _read(tree, entry, artifact, scope)
    if gap is not None or data is None:
        return Collected(gaps=(gap,) if gap else ())
    text = decode(data)
    if text is None:
        return _unreadable(
            artifact, "binary", "not a text although named like a license", where, scope
        )
    if looks_empty(text):
        return _unreadable(
            artifact,
            "says_nothing",
            "the file holds no terms (a link, a placeholder or nothing)",
            where,
            scope,
        )
    lines = text.count("\n") + 1
    location = Location(entry.path, 1, lines, 0, len(data))
    form: Form = "notice" if roles.is_notice(entry) or roles.is_policy(entry) else "text"
    hints = [("file", entry.name)]
    if not certain:
        hints.append(("role", "unsaid"))
    if roles.portion(entry):
        hints.append(("portion", roles.portion(entry) or ""))
    if roles.is_policy(entry):
        hints.append(("policy", "yes"))
    passage = Passage(text, location, form, scope, artifact, "detected", hints=tuple(hints))
    kind_of_probe: Literal["notice_file", "license_file"] = (
        "notice_file" if roles.is_notice(entry) else "license_file"
    )
    probe = Probe(artifact, kind_of_probe, entry.path, Location(entry.path, 1))
    return Collected(passages=(passage,), probes=(probe,), gaps=(gap,) if gap else ())


def _scope(entry: Entry, kind: str, folder: str) -> tuple[Scope, bool]:
    said = roles.role(entry)
    part = roles.portion(entry)
    if roles.is_notice(entry):
        return roles.nested(CODE, folder or "notices"), True
    if part:
        return roles.nested(CODE, f"{folder}/{part}".strip("/")), True
    base = said or DEFAULT_SCOPE[kind]  # type: ignore[index]
    return roles.nested(base, folder), said is not None


def _read(tree: Tree, entry: Entry, artifact: str, scope: Scope) -> tuple[bytes | None, Gap | None]:
    where = Location(entry.path, 1)
    if entry.name.lower().endswith(tuple(f".{c}" for c in _CARRIERS)):
        ending = entry.name.rsplit(".", 1)[-1].upper()
        return None, Gap(
            artifact,
            "unread_carrier",
            f"a license text in a {ending} file, which is not read yet",
            where,
            scope,
        )
    try:
        data = tree.read(entry.path, 0, min(entry.size, LIMITS.license_file) or None)
    except ReadError as error:
        return None, Gap(artifact, error.reason, error.detail, where, scope)
    if entry.size > LIMITS.license_file:
        return None, Gap(
            artifact,
            "cut_short",
            f"{entry.size} bytes: larger than any license; not read whole",
            where,
            scope,
        )
    return data, None


def _unreadable(
    artifact: str, reason: str, detail: str, where: Location, scope: Scope
) -> Collected:
    return Collected(gaps=(Gap(artifact, reason, detail, where, scope),))
