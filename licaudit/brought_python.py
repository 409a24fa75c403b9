"""What Python requirements without a lock bring along, asked of the user's own pip."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from licaudit.collectors import collect_tree, hub_says, merged, python_set
from licaudit.collectors.packages import DEV, package
from licaudit.collectors.python_set import PYTHON, Wanted, set_notes
from licaudit.expand import Locked, Material
from licaudit.facts import CODE, Collected, Gap, Location
from licaudit.sources.described import DescribedTree
from licaudit.sources.faults import SourceGap
from licaudit.sources.package_facts import Resolved
from licaudit.sources.pip_set import FILE, Brought, read_set
from licaudit.sources.session import Session
from licaudit.sources.short_forms import Target
from licaudit.sources.tree import Tree

KEY = "pip-set"
MOST = 1_000  # requirements that one run of pip is asked for
ANSWER = f"pip:answer/{FILE}"  # what pip said has no place in the audited tree


def with_pip(
    target: Material, tree: Tree, session: Session, locked: Locked = lambda node: None
) -> Material:
    """A target with all that its Python requirements bring along, or Gaps that say why not.

    What the target names itself is asked for at the version that `locked` gives for it. Where
    Python packages are installed for it, those are what it uses: nothing is asked.
    """
    if any(i.startswith(PYTHON) for i in target.known):
        return target
    wanted = [w.at(locked(w.id)) for w in python_set.without_lock(tree, target.collected.links)]
    if not wanted:
        return target
    asked = sorted({w.requirement for w in wanted})
    try:
        said = read_set(session.pip_set(KEY, asked[:MOST]))
    except SourceGap as gap:
        said = Brought(gaps=(gap.as_gap(target.root),))
    if len(asked) > MOST:
        detail = f"more than {MOST} requirements; pip was not asked for the rest"
        said = replace(said, gaps=(*said.gaps, Gap(target.root, "cut_short", detail)))
    return _together(target, wanted, said)


def _together(target: Material, wanted: Sequence[Wanted], said: Brought) -> Material:
    named = {x.target for x in target.collected.links}
    ids = {w.name: w.id for w in wanted}
    notes = set_notes(wanted, said.packages)
    parts, known = [target.collected], set(target.known)
    others = {_name(i) for i in named} - set(ids)
    for one in said.packages:
        if one.name in others:
            continue  # a lock of the tree says which version of it is meant
        id_ = ids.get(one.name, one.purl)
        if one.name not in ids:
            where = Location(ANSWER, key=one.name)
            note = notes.get(one.name)
            parts.append(package("pypi", one.name, one.version, target.root, where, note))
        described = _described(one, id_)
        if described.passages:
            parts.append(described)
            known.add(id_)
    parts.append(Collected(gaps=tuple(_unknown(target.root, g, wanted) for g in said.gaps)))
    return replace(target, collected=merged(parts), known=frozenset(known))


def _name(id_: str) -> str:
    return id_.removeprefix(PYTHON).partition("@")[0] if id_.startswith(PYTHON) else ""


def _described(one: Resolved, id_: str) -> Collected:
    """The package as the walk would read it, from what pip said of it already."""
    tree = DescribedTree(Target("pypi", one.name, one.version), one)
    context, found = collect_tree(tree, id_, "package", upstream=True)
    return hub_says.with_hub(tree, id_, context.kind, found)


def _unknown(root: str, gap: Gap, wanted: Sequence[Wanted]) -> Gap:
    """That what a requirement brings along is not known, at the line that names it."""
    own = [w for w in wanted if w.id.partition("@")[0] == gap.artifact.partition("@")[0]]
    ships = not own or any(w.note != DEV for w in own)
    where = (own or wanted)[0].link.evidence[0]
    name = f"{own[0].name} brings" if own else "the Python packages bring"
    detail = f"what {name} along is not known: {gap.detail}"
    return Gap(root, gap.reason, detail, where, CODE, blocks=ships)
