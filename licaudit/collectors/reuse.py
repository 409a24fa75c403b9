"""REUSE: what REUSE.toml, dep5, `.license` files and headers say of each file, in REUSE's order.

A `.license` file speaks in place of its file's header. An annotation that overrides speaks in place
of both; one that aggregates adds to them; any other speaks only where the file is silent. Where one
statement takes the place of a different one, a Gap says so: neither is made a pass by the other.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from licaudit.collectors import headers
from licaudit.collectors.context import Context, is_code_file
from licaudit.collectors.reading import clean, file_at, shown
from licaudit.collectors.reuse_files import DEP5, TOML, Annotation, read_statements
from licaudit.collectors.roles import nested
from licaudit.collectors.weights_files import is_weights
from licaudit.facts import CODE, DATA, DOCUMENT, WEIGHTS, Collected, Gap, Location, Passage, Scope
from licaudit.sources.tree import Entry, Tree

_SIDECAR = ".license"
_DATA = (".parquet", ".arrow", ".jsonl", ".csv", ".tsv", ".npz", ".npy")
_TEXTS = "LICENSES/"
_LARGEST = 1_000_000  # bytes of a file whose head is looked at for a line of its own
_HEADS, _FAR_HEADS = 5_000, 100  # such files, on this disk and behind a network
_WHOLE = frozenset({"**", "*", "**/*", "./**"})
_LONGEST = 120  # characters of a label


@dataclass(frozen=True, slots=True)
class Said:
    """One statement on one file: the words, and where they stand."""

    written: str
    where: Location
    label: str  # what it governs: a glob, a folder, or nothing for everything


@dataclass
class _Work:
    """What is found file by file: statements by what they govern, headers to leave out, Gaps."""

    said: dict[tuple[str, Scope, Said], None] = field(default_factory=dict)
    replaced: set[str] = field(default_factory=set)
    gaps: list[Gap] = field(default_factory=list)
    silent: list[tuple[str, Scope, str]] = field(default_factory=list)
    spoken: set[tuple[str, Scope]] = field(default_factory=set)
    heads: set[str] = field(default_factory=set)
    looked: list[Passage] = field(default_factory=list)


def is_reuse(tree: Tree) -> bool:
    """Whether the tree holds a file of REUSE's."""
    return any(
        e.name == TOML or e.path == DEP5 or e.name.endswith(_SIDECAR) for e in tree.entries()
    )


def honoured(tree: Tree, context: Context, result: Collected) -> Collected:
    """What was collected with REUSE's statements put in; the same where the tree has none."""
    if not is_reuse(tree):
        return result
    statements, gaps = read_statements(tree, context.root)
    own = _headers(result.passages)
    work = _Work(gaps=gaps)
    sidecars = {e.path for e in tree.entries() if e.name.endswith(_SIDECAR)}
    for entry in tree.entries():
        if entry.path in sidecars or _is_reuse_file(entry):
            continue
        chain = [a for s in statements if (a := s.of(entry.path)) and a.licenses]
        sidecar = file_at(tree, f"{entry.path}{_SIDECAR}")
        if chain and sidecar is None and entry.path not in own:
            own.update(_look(tree, entry, context, work))
        header = own.get(entry.path, ())
        _one(context, entry, chain, header, _beside(tree, context, sidecar, work), work)
    for path in sorted(sidecars):
        if file_at(tree, path.removesuffix(_SIDECAR)) is None:
            detail = "speaks for a file that is not in this tree"
            work.gaps.append(_gap(context, "missing", detail, Location(path)))
    kept = tuple(_kept((*result.passages, *work.looked), work.replaced, bool(statements)))
    _unsaid(work, context, kept)
    known = {(p.location, p.text) for p in kept}
    new = tuple(p for p in _passages(work) if (p.location, p.text) not in known)
    gaps_ = result.gaps + tuple(dict.fromkeys(work.gaps))
    return replace(result, passages=kept + new, gaps=gaps_)


def _one(
    context: Context,
    entry: Entry,
    chain: Sequence[Annotation],
    header: Sequence[Passage],
    beside: Sequence[Said],
    work: _Work,
) -> None:
    """The statements that count for one file. `chain` runs from the top of the tree down."""
    artifact = context.owner(entry.folder)[0]
    scope = _scope(entry, context)
    if beside and header:
        _replace(entry, header, {b.written for b in beside}, beside[0].where, context, work)
    own = {b.written for b in beside} or {p.text for p in header}
    over = next((n for n, a in enumerate(chain) if a.precedence == "override"), None)
    counting = [a for a in chain[:over] if a.precedence == "aggregate"]
    if over is not None:
        counting.append(chain[over])
        _replace(entry, header, set(chain[over].licenses), chain[over].where, context, work)
        if own - set(chain[over].licenses) and beside:
            work.gaps.append(_disagree(entry, own, chain[over].where, context))
        beside = ()
    elif not own:
        counting += [a for a in chain if a.precedence == "closest"][-1:]
    for said in beside:
        label = "" if scope != CODE else (entry.folder or entry.path)
        work.said[artifact, scope, replace(said, label=label)] = None
    for annotation in counting:
        said = Said(_all_of(annotation.licenses), annotation.where, _label(annotation, scope))
        work.said[artifact, scope, said] = None
    if beside or counting:
        work.spoken.add((artifact, scope))
    elif scope != CODE and not header:
        work.silent.append((artifact, scope, entry.path))


def _replace(
    entry: Entry,
    header: Sequence[Passage],
    licenses: set[str],
    where: Location,
    context: Context,
    work: _Work,
) -> None:
    """Leave a header out, and say so where it says something else."""
    if header:
        work.replaced.add(entry.path)
    if differing := {p.text for p in header} - licenses:
        work.gaps.append(_disagree(entry, differing, where, context))


def _disagree(entry: Entry, written: set[str], where: Location, context: Context) -> Gap:
    words = shown(", ".join(sorted(written)))
    detail = f"takes the place of what {entry.path} says of itself: {words}; which of them holds?"
    return _gap(context, "overridden", detail, where, blocks=True)


def _gap(
    context: Context, reason: str, detail: str, where: Location, *, blocks: bool = False
) -> Gap:
    return Gap(context.owner("")[0], reason, detail, where, CODE, blocks)


def _headers(passages: Iterable[Passage]) -> dict[str, tuple[Passage, ...]]:
    """SPDX lines already read, by file."""
    found: dict[str, tuple[Passage, ...]] = {}
    for passage in passages:
        if passage.location.key == "SPDX-License-Identifier":
            found[passage.location.path] = (*found.get(passage.location.path, ()), passage)
    return found


def _look(
    tree: Tree, entry: Entry, context: Context, work: _Work
) -> dict[str, tuple[Passage, ...]]:
    """SPDX lines of a file that no other reader looks into, as far as that is cheap."""
    most = _HEADS if tree.kind == "local" else _FAR_HEADS
    if is_code_file(entry) or entry.size > _LARGEST or len(work.heads) >= most:
        return {}  # the heads of code are read by their own reader
    work.heads.add(entry.path)
    found = _headers(headers.collect(tree, entry, context).passages)
    work.looked += [p for ps in found.values() for p in ps]
    return found


def _beside(tree: Tree, context: Context, sidecar: Entry | None, work: _Work) -> tuple[Said, ...]:
    """What a `.license` file says."""
    if sidecar is None:
        return ()
    found = headers.collect(tree, sidecar, context)
    work.gaps += found.gaps
    tags = [p for p in found.passages if p.location.key == "SPDX-License-Identifier"]
    if not tags and not found.gaps:
        detail = "names no license (no SPDX-License-Identifier line)"
        work.gaps.append(_gap(context, "says_nothing", detail, Location(sidecar.path)))
    return tuple(Said(p.text, p.location, "") for p in tags)


def _scope(entry: Entry, context: Context) -> Scope:
    if is_weights(entry):
        return WEIGHTS
    kind = context.owner(entry.folder)[1]
    if entry.name.lower().endswith(_DATA) or (kind == "dataset" and not is_code_file(entry)):
        return DATA
    return CODE


def _label(annotation: Annotation, scope: Scope) -> str:
    """What part it governs. Weights and data are never split: the strictest of all holds."""
    if scope != CODE:
        return ""
    if _WHOLE & set(annotation.globs):
        return annotation.folder
    return f"{annotation.folder}/{' '.join(annotation.globs)}".strip("/")[:_LONGEST]


def _all_of(licenses: Sequence[str]) -> str:
    """Several licenses of one file hold together."""
    if len(licenses) == 1:
        return licenses[0]
    return " AND ".join(f"({x})" if " " in x else x for x in licenses)


def _kept(passages: Iterable[Passage], replaced: set[str], statements: bool) -> Iterable[Passage]:
    """Passages without replaced headers. Texts in LICENSES/ are what statements refer to."""
    for passage in passages:
        if passage.location.path in replaced and passage.hint("header"):
            continue
        texts = statements and passage.location.path.startswith(_TEXTS)
        yield replace(passage, scope=DOCUMENT) if texts else passage


def _unsaid(work: _Work, context: Context, kept: Sequence[Passage]) -> None:
    """Weights or data of which REUSE says nothing, beside others of which it does."""
    said = {(p.artifact, p.scope) for p in kept}
    for artifact, scope in sorted(work.spoken - said):
        paths = [p for a, s, p in work.silent if (a, s) == (artifact, scope)]
        if paths:
            more = f" and {len(paths) - 1} more" if len(paths) > 1 else ""
            detail = f"REUSE licenses other files of this kind, but not {paths[0]}{more}"
            work.gaps.append(Gap(artifact, "unstated", detail, Location(paths[0]), scope))


def _passages(work: _Work) -> Iterable[Passage]:
    for artifact, scope, said in work.said:
        place = nested(scope, said.label)
        yield Passage(clean(said.written), said.where, "tag", place, artifact, "declared")


def _is_reuse_file(entry: Entry) -> bool:
    return entry.name == TOML or entry.path == DEP5 or entry.path.startswith(_TEXTS)
