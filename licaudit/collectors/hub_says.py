"""What a hub says of a repository beside its files: all there is of a gated card, else a second
voice.

A hub's `cardData` is the card's own front matter read back. Where the card was read it is the same
statement and is left out; it speaks where the card could not be read, or where it says otherwise.
"""

from __future__ import annotations

from dataclasses import replace

from licaudit.collectors import cards
from licaudit.collectors.card_relations import RELATIONS, UNTOLD
from licaudit.collectors.context import DEFAULT_SCOPE
from licaudit.collectors.hub_ids import Hub
from licaudit.collectors.said import LONGEST_NAME
from licaudit.collectors.upstream_names import linked, named
from licaudit.facts import (
    ArtifactKind,
    Collected,
    Form,
    Gap,
    Link,
    Location,
    Passage,
    Relation,
    Scope,
)
from licaudit.sources.about import DEFAULT_LICENSE, About, Said
from licaudit.sources.tree import Tree

_LICENSE_KEYS = ("cardData.license", "License", "license", "License-Expression", "Classifier")
_HINTS = {"cardData.license_name": "license_name", "cardData.license_link": "license_link"}
_PURL = "pkg:huggingface/"
_BY_TAG = "the hub's tag says how, the card does not"
_BASES = ("cardData.base_model", "BaseModel", "OriginalModelId")
_DATA: dict[str, Relation] = {
    "cardData.datasets": "trained_on",
    "cardData.source_datasets": "derived_from",
}


def collect(tree: Tree, root: str, kind: ArtifactKind, read: Collected) -> Collected:
    """Passages, links and Gaps out of `tree.about` that `read`, from the files, does not have."""
    about: About | None = getattr(tree, "about", None)
    if about is None:
        return Collected()
    scope = DEFAULT_SCOPE.get(kind, "document")
    found = _licenses(about, root, scope, read)
    if not any(link.source == root and link.relation != "contains" for link in read.links):
        found += _links(about, tree, root, kind)
    if about.gated:
        # A fact about the place; whether the card itself could be read is told by its own reader.
        detail = f"access is gated ({about.gated}): its terms are accepted on the hub"
        found += Collected(gaps=(Gap(root, "gated", detail, Location(about.url), blocks=False),))
    return found


def with_hub(tree: Tree, root: str, kind: ArtifactKind, read: Collected) -> Collected:
    """`read` and what the hub says: its tags also tell relations that the card leaves open."""
    about: About | None = getattr(tree, "about", None)
    told = _told_relations(about) if about is not None else {}
    if about is not None and told:
        read = replace(read, links=tuple(_typed(x, root, told, about) for x in read.links))
    return read + collect(tree, root, kind, read)


def _told_relations(about: About) -> dict[str, Relation]:
    """Base model, in lower case -> how the hub's tag `base_model:quantized:org/name` relates it."""
    found: dict[str, Relation] = {}
    for said in about.said:
        word, _, base = said.value.removeprefix("base_model:").partition(":")
        if said.key == "tags" and said.value.startswith("base_model:") and word in RELATIONS:
            found[base.lower()] = RELATIONS[word]
    return found


def _typed(link: Link, root: str, told: dict[str, Relation], about: About) -> Link:
    """A link whose card leaves the relation open, as the hub's tag tells it."""
    if link.source != root or link.note != UNTOLD:
        return link
    # A hub keeps one relation for a model: it holds for a base under an old name as well.
    one = next(iter(told.values())) if len(set(told.values())) == 1 else None
    relation = told.get(link.target.removeprefix(_PURL).lower(), one)
    if relation is None:
        return link
    where = Location(about.url, key="tags")
    return Link(link.source, link.target, relation, (*link.evidence, where), _BY_TAG)


def _licenses(about: About, root: str, scope: Scope, read: Collected) -> Collected:
    said = [s for s in about.said if s.key in _LICENSE_KEYS]
    own = {p.text.strip().lower() for p in read.passages if p.artifact == root and _is_field(p)}
    if not said:
        said = _tags(about) if not own else []
    weak = [s for s in said if s.note == DEFAULT_LICENSE]
    said = [s for s in said if s.note != DEFAULT_LICENSE and s.value.strip().lower() not in own]
    hints = tuple((_HINTS[s.key], s.value) for s in about.said if s.key in _HINTS)
    if len(said) > 1 and about.subtype != "package":
        hints += (("listed", str(len(said))),)
    passages = tuple(
        Passage(s.value, Location(about.url, key=s.key), _form(s), scope, root, hints=hints)
        for s in said
    )
    gaps: tuple[Gap, ...] = ()
    if weak and not any(p.artifact == root for p in read.passages):
        detail = f"the hub enters `{weak[0].value}` by itself when nothing was chosen"
        where = Location(about.url, key=weak[0].key)
        gaps = (Gap(root, "default_license", detail, where, scope),)
    return Collected(passages=passages, gaps=gaps)


def _form(said: Said) -> Form:
    """A name is a tag; registries also keep classifiers, and whole texts in the same field."""
    if said.key == "Classifier":
        return "classifier"
    return "tag" if len(said.value) <= LONGEST_NAME and "\n" not in said.value else "prose"


def _is_field(passage: Passage) -> bool:
    key = passage.location.key or ""
    return passage.form == "tag" and key.partition("[")[0] in cards.LICENSE_KEYS


def _tags(about: About) -> list[Said]:
    return [
        Said("tags", s.value.removeprefix("license:"))
        for s in about.said
        if s.key == "tags" and s.value.startswith("license:")
    ]


def _links(about: About, tree: Tree, root: str, kind: ArtifactKind) -> Collected:
    told = {s.key: s.value for s in about.said}
    relation = RELATIONS.get(told.get("cardData.base_model_relation", "").lower())
    typed = _told_relations(about)
    bases = [s for s in about.said if s.key in _BASES] or _tagged_bases(about)
    hub: Hub = "modelscope" if tree.kind == "modelscope" else "huggingface"
    found = Collected()
    for said in bases:
        default: Relation = "merged_from" if len(bases) > 1 else "fine_tuned_from"
        base = named("model", said.value, Location(about.url, key=said.key))
        found += linked(base, relation or typed.get(said.value.lower()) or default, tree, root)
    for said in about.said:
        if (relation_ := _DATA.get(said.key)) and (kind == "dataset") == (
            relation_ == "derived_from"
        ):
            data = named("dataset", said.value, Location(about.url, key=said.key))
            found += linked(data, relation_, tree, root)
    return _on(hub, found)


def _tagged_bases(about: About) -> list[Said]:
    """Bases that tags alone name; one is tagged with its relation and without."""
    names = [
        s.value.removeprefix("base_model:").rpartition(":")[2]
        for s in about.said
        if s.key == "tags" and s.value.startswith("base_model:")
    ]
    return [Said("tags", name) for name in dict.fromkeys(names)]


def _on(hub: Hub, found: Collected) -> Collected:
    """Names that a hub says are names of that hub."""
    if hub == "huggingface":
        return found

    def moved(name: str) -> str:
        return name.replace("pkg:huggingface/", f"pkg:{hub}/", 1)

    return Collected(
        tuple(replace(a, id=moved(a.id)) for a in found.artifacts),
        links=tuple(
            Link(x.source, moved(x.target), x.relation, x.evidence, x.note) for x in found.links
        ),
    )
