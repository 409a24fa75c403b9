"""Which sentences the duties of a case could be shown met by: what to look for in its pages."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from licaudit.collectors.duty_notes import Kind, Sought, names_of
from licaudit.facts import Artifact, Copyright, License, LicenseAnswer, Link, Probe
from licaudit.licenses.duties import load_duties
from licaudit.policy.expressions import TermsOf, leaves
from licaudit.policy.release import NESTED
from licaudit.policy.shown import check_of
from licaudit.policy.views import in_tree

_KINDS: tuple[Kind, ...] = ("change_note", "credit_line", "source_link")
_LOCAL = "local:"


def sought(
    artifacts: Iterable[Artifact],
    answers: Iterable[LicenseAnswer],
    links: Iterable[Link],
    terms_of: TermsOf,
    root: str,
) -> tuple[Sought, ...]:
    """One search for each artifact and kind of sentence that one of its licenses asks for."""
    named = {a.id: a for a in artifacts}
    licenses: dict[str, dict[str, License]] = {}
    for answer in answers:
        for known in map(terms_of, leaves(answer.expression or "")):
            if known is not None:
                licenses.setdefault(answer.artifact, {})[known.id] = known
    folders = _folders(links, root)
    return tuple(
        found
        for artifact, terms in sorted(licenses.items())
        if artifact in named
        for kind in _KINDS
        if (found := _one(kind, named[artifact], terms, folders, root)) is not None
    )


def kept_lines(copyrights: Iterable[Copyright], licenses: Iterable[License]) -> tuple[Probe, ...]:
    """Copyright lines as probes, each once, where a license asks that they are kept.

    Those of a folder are not the work's own: they would show for it what only holds for its part.
    """
    if not any(_asks(x, kind) for x in licenses for kind in ("copyright_line", "credit_line")):
        return ()
    found = {
        (c.artifact, c.statement): Probe(c.artifact, "copyright", c.statement, c.location)
        for c in sorted(copyrights, key=lambda c: (c.location.path, c.location.line or 0))[::-1]
        if not c.scope.startswith(NESTED)
    }
    return tuple(found[key] for key in sorted(found))


def _one(
    kind: Kind,
    artifact: Artifact,
    licenses: Mapping[str, License],
    folders: Mapping[str, tuple[str, ...]],
    root: str,
) -> Sought | None:
    asking = [x for x in licenses.values() if _asks(x, kind)]
    own = artifact.id == root
    names = names_of(artifact.name)
    # The work itself is no change of itself, and names its own makers in every line.
    if not asking or (own and kind != "source_link") or not (names or own):
        return None
    rule = load_duties().checks[kind]
    return Sought(
        kind,
        artifact.id,
        names,
        rule.words if kind != "credit_line" else _license_words(asking),
        rule.unless,
        rule.labels if own else (),
        address=kind == "source_link",
        before=kind == "change_note",
        folders=folders.get(artifact.id, ("",)),
    )


def _asks(license_: License, kind: str) -> bool:
    return any(c.kind == "duty" and check_of(c) == kind for c in license_.conditions)


def _license_words(licenses: list[License]) -> tuple[str, ...]:
    """How a credit may name a license: its id, its id with spaces, its name, its address."""
    return tuple(
        dict.fromkeys(
            word
            for x in licenses
            for word in (x.id, x.id.replace("-", " "), x.name, *map(_bare, x.links))
            if not word.startswith("LicenseRef")
        )
    )


def _bare(address: str) -> str:
    return address.split("://", 1)[-1].removeprefix("www.").rstrip("/")


def _folders(links: Iterable[Link], root: str) -> dict[str, tuple[str, ...]]:
    """Where the pages of those stand that came from an artifact; the root's stand at the top."""
    found: dict[str, dict[str, None]] = {}
    for link in links:
        part = link.source.removeprefix(_LOCAL).partition("#")
        inner = link.source != root and in_tree(link.source, root)
        folder = (part[2] or part[0]) if inner else ""
        found.setdefault(link.target, {})[folder] = None
    return {target: tuple(where) for target, where in found.items()}
