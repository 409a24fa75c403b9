"""What the code of a model or dataset uses and its card does not name: one probe for each."""

from __future__ import annotations

from licaudit.collectors import roles
from licaudit.collectors.code_links import is_code_note
from licaudit.collectors.context import Context
from licaudit.facts import Artifact, Collected, Link, Probe
from licaudit.sources.tree import ReadError, Tree, decode

_READ = 500_000  # bytes of each card that are searched for a name
_SHORTEST = 6  # letters and digits: a shorter name may stand in any text


def unnamed_uses(tree: Tree, context: Context, found: Collected) -> Collected:
    """Probes `unnamed_use`: the id of each upstream that only code names, and where it does.

    Only a tree with a card can leave something out of it; test code is not what it is about.
    """
    cards = _cards(tree, context)
    if not cards:
        return Collected()
    names = {a.id: a for a in found.artifacts}
    otherwise = {(x.source, x.target) for x in found.links if x.relation != "depends_on"}
    probes: dict[tuple[str, str], Probe] = {}
    for link in found.links:
        target = names.get(link.target)
        if (
            link.source in cards
            and target is not None
            and _counts(link, target)
            and (link.source, link.target) not in otherwise
            and not _said(target, cards[link.source])
        ):
            where = link.evidence[0] if link.evidence else None
            probe = Probe(link.source, "unnamed_use", link.target, where)
            probes.setdefault((link.source, link.target), probe)
    return Collected(probes=tuple(probes.values()))


def _counts(link: Link, target: Artifact) -> bool:
    return is_code_note(link.note) and target.kind in ("model", "dataset")


def _cards(tree: Tree, context: Context) -> dict[str, str]:
    """The words of each model's and dataset's cards, squeezed to letters and digits."""
    cards: dict[str, str] = {}
    for entry in tree.entries():
        artifact, kind, _ = context.owner(entry.folder)
        if kind not in ("model", "dataset") or not roles.is_card(entry):
            continue
        try:
            text = decode(tree.read(entry.path, 0, _READ))
        except ReadError:
            continue  # the card's own reader reports the Gap
        if text is not None:
            cards[artifact] = f"{cards.get(artifact, '')} {_squeezed(text)}"
    return cards


def _said(target: Artifact, card: str) -> bool:
    """Whether a card has the whole id, or a name that is long enough to mean it alone."""
    whole = _squeezed(target.name)
    short = _squeezed(target.name.replace(":", "/").rpartition("/")[2])
    return (bool(whole) and whole in card) or (len(short) >= _SHORTEST and short in card)


def _squeezed(text: str) -> str:
    return "".join(c for c in text.lower() if c.isalnum())
