"""What every software bill of materials says, whatever its format: components, licenses, edges.

The one who wrote it is not the holder of what it lists: its words are a distributor's. A component
whose license it leaves open stays open.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from packageurl import PackageURL
from packaging.utils import canonicalize_name

from licaudit.collectors.context import DEFAULT_SCOPE, Context
from licaudit.collectors.packages import without_secrets
from licaudit.collectors.reading import clean, joined, only_gap, shown
from licaudit.collectors.roles import nested, place
from licaudit.facts import (
    CODE,
    Artifact,
    ArtifactKind,
    Basis,
    Collected,
    Form,
    Gap,
    Link,
    Location,
    Passage,
    Relation,
)
from licaudit.sources.tree import Entry

LARGEST = 16_000_000  # bytes; bills of large products are long
MOST = 50_000  # components of one bill
LONGEST_TEXT = 200_000  # characters of one license text that a bill carries
_FOLDERS = frozenset({"sbom", "sboms", "bom", "spdx", "cyclonedx", "sbom-in", "reports"})
UNSAID = frozenset({"", "NOASSERTION", "NONE"})


class Places(Protocol):
    """Data that knows the line of each of its values."""

    @property
    def data(self) -> Any:
        """Plain data."""

    def line(self, *path: str | int) -> int | None:
        """The line of a value, or of its nearest ancestor that has one."""


@dataclass(frozen=True, slots=True)
class Told:
    """One license of a component, as written. `hints` as of a Passage."""

    written: str
    where: Location
    basis: Basis = "declared"
    form: Form = "tag"
    hints: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Component:
    """One thing a bill lists. `key` is what its edges call it; `dev` as of a Link's note."""

    key: str
    name: str
    where: Location
    version: str | None = None
    purl: str | None = None
    kind: ArtifactKind = "package"
    licenses: tuple[Told, ...] = ()
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Edge:
    """`source` came from `target`; both are keys of components."""

    source: str
    target: str
    relation: Relation
    where: Location
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Bill:
    """A whole bill. `main` are the keys of what it is about: this very tree, where there is one."""

    components: tuple[Component, ...]
    edges: tuple[Edge, ...] = ()
    main: tuple[str, ...] = ()
    gaps: tuple[Gap, ...] = ()


def collect_bill(bill: Bill, entry: Entry, context: Context) -> Collected:
    """Artifacts, links and passages of a bill. What nothing leads to hangs on the tree itself."""
    root, kind, folder = context.owner(_place(entry))
    found: list[Collected] = [Collected(gaps=bill.gaps)]
    components = bill.components[:MOST]
    if len(bill.components) > MOST:
        detail = f"more than {MOST} components; the rest is unread"
        found.append(only_gap(Gap(root, "cut_short", detail, Location(entry.path), CODE)))
    own = bill.main[0] if len(bill.main) == 1 else None
    ids: dict[str, str] = {}
    for component in components:
        if component.key == own:
            ids[component.key] = root
            scope = nested(DEFAULT_SCOPE[kind], folder)
            found.append(Collected(passages=_passages(component, root, scope)))
            continue
        id_, gaps = _id(component, root)
        ids[component.key] = id_
        found.append(_listed(component, id_, gaps))
    links, reached = _links(bill.edges, ids, components, root)
    found.append(Collected(links=links))
    for component in components:
        id_ = ids[component.key]
        if id_ != root and id_ not in reached:
            link = Link(root, id_, "depends_on", (component.where,), component.note)
            found.append(Collected(links=(link,)))
    return joined(found)


def _place(entry: Entry) -> str:
    """The folder a bill speaks for: one that only holds bills speaks for the folder above it."""
    parts = place(entry).split("/")
    while parts and parts[-1].lower() in _FOLDERS:
        parts.pop()
    return "/".join(parts)


def _listed(component: Component, id_: str, gaps: tuple[Gap, ...]) -> Collected:
    name = clean(component.name)
    artifact = Artifact(
        id_, component.kind, name, revision=component.version, location=component.where
    )
    scope = DEFAULT_SCOPE.get(component.kind, CODE)
    return Collected((artifact,), _passages(component, id_, scope), gaps=gaps)


def _passages(component: Component, id_: str, scope: str) -> tuple[Passage, ...]:
    unique = {(t.written, t.basis): t for t in reversed(component.licenses)}
    return tuple(
        Passage(
            clean(told.written[:LONGEST_TEXT]),
            told.where,
            told.form,
            scope,
            id_,
            told.basis,
            "distributor",
            told.hints,
        )
        for told in reversed(unique.values())
        if told.written.strip() not in UNSAID
    )


def _links(
    edges: Iterable[Edge], ids: Mapping[str, str], components: Sequence[Component], root: str
) -> tuple[tuple[Link, ...], set[str]]:
    """Links between components that are listed, and the ids that some link leads to."""
    notes = {c.key: c.note for c in components}
    links: dict[Link, None] = {}
    for edge in edges:
        source, target = ids.get(edge.source), ids.get(edge.target)
        if source is None or target is None or source == target:
            continue
        note = edge.note or notes.get(edge.target)
        links[Link(source, target, edge.relation, (edge.where,), note)] = None
    return tuple(links), _from_the_top(links, {*ids.values(), root}, root)


def _from_the_top(links: Iterable[Link], every: set[str], root: str) -> set[str]:
    """Ids that something outside their own circle leads to; a circle alone would hang in air."""
    below: dict[str, list[str]] = {}
    led: set[str] = set()
    for link in links:
        below.setdefault(link.source, []).append(link.target)
        led.add(link.target)
    reached: set[str] = set()
    pending = sorted((every - led) | {root})
    while pending:
        for target in below.get(pending.pop(), ()):
            if target not in reached:
                reached.add(target)
                pending.append(target)
    return reached


def _id(component: Component, root: str) -> tuple[str, tuple[Gap, ...]]:
    """The purl without what tells builds apart, else a mere name."""
    if component.purl:
        try:
            return _plain(component.purl, component.version), ()
        except ValueError:
            detail = f"not a package URL: {shown(without_secrets(component.purl))}"
            gap = Gap(root, "broken", detail, component.where, CODE, blocks=False)
            return _named(component), (gap,)
    return _named(component), ()


def _plain(purl: str, version: str | None) -> str:
    found = PackageURL.from_string(purl)
    name = canonicalize_name(found.name) if found.type == "pypi" else found.name
    said = (
        found.qualifiers if found.type == "generic" and isinstance(found.qualifiers, dict) else {}
    )
    kept = {k: without_secrets(v) for k, v in said.items() if k in ("download_url", "vcs_url")}
    return PackageURL(
        found.type, found.namespace, name, found.version or version, qualifiers=kept
    ).to_string()


def _named(component: Component) -> str:
    name = clean(component.name)[:200].replace(" ", "-")
    return f"name:{component.kind}/{name}" + (f"@{component.version}" if component.version else "")
