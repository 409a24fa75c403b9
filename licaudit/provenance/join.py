"""Two names of one artifact: renamed, and published on two hubs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from licaudit.facts import Artifact, Collected, Location

# Hubs that mirror each other, the one whose id stands for both first.
HUBS = ("pkg:huggingface/", "pkg:modelscope/")


def renamed(collected: Collected, names: Mapping[str, str]) -> Collected:
    """The same facts, every artifact under the name it really goes by. A link to itself is none."""
    if not names:
        return collected

    def now(name: str) -> str:
        whole, mark, inner = name.partition("#")
        return names.get(name) or f"{names.get(whole, whole)}{mark}{inner}"

    links = tuple(replace(x, source=now(x.source), target=now(x.target)) for x in collected.links)
    return Collected(
        tuple(replace(a, id=now(a.id)) for a in collected.artifacts),
        tuple(replace(p, artifact=now(p.artifact)) for p in collected.passages),
        tuple(dict.fromkeys(x for x in links if x.source != x.target)),
        tuple(replace(g, artifact=now(g.artifact)) for g in collected.gaps),
        tuple(replace(p, artifact=now(p.artifact)) for p in collected.probes),
        frozenset((now(a), scope) for a, scope in collected.scopes),
    )


def twins(content: Mapping[str, frozenset[str]]) -> dict[str, str]:
    """Repositories of a second hub -> the same ones on the first.

    The same: equal names but for the case, or equal sets of digests of large files. `content` holds
    those digests by artifact id. A wrong match costs a question, never a pass: what both say is
    put together and judged by the strictest.
    """
    first, second = HUBS
    by_name = {i.removeprefix(first).lower(): i for i in sorted(content) if i.startswith(first)}
    by_content = {content[i]: i for i in sorted(by_name.values(), reverse=True) if content[i]}
    found: dict[str, str] = {}
    for name in sorted(content):
        if name.startswith(second):
            same = by_name.get(name.removeprefix(second).lower()) or by_content.get(content[name])
            if same:
                found[name] = same
    return found


def mirrored(collected: Collected) -> Collected:
    """What a mirror says, marked as such: it never loosens what the holder says."""
    passages = tuple(replace(p, authority="mirror") for p in collected.passages)
    return replace(collected, passages=passages)


def located(collected: Collected, place: str) -> Collected:
    """The same facts, every path told apart from those of other trees: `hf:org/name/README.md`."""

    def there(where: Location) -> Location:
        if "://" in where.path or where.path.startswith("pkg:"):
            return where
        return replace(where, path=f"{place}/{where.path}")

    return replace(
        collected,
        artifacts=tuple(
            replace(a, location=there(a.location)) if a.location else a for a in collected.artifacts
        ),
        # The hint tells those who ask whether a page stands at the root of its own tree.
        passages=tuple(
            replace(p, location=there(p.location), hints=(*p.hints, ("tree", place)))
            for p in collected.passages
        ),
        links=tuple(
            replace(x, evidence=tuple(there(e) for e in x.evidence)) for x in collected.links
        ),
        gaps=tuple(
            replace(g, location=there(g.location)) if g.location else g for g in collected.gaps
        ),
    )


def united(artifacts: Iterable[Artifact]) -> tuple[Artifact, ...]:
    """One artifact per id: the first mention, completed by what later ones know."""
    found: dict[str, Artifact] = {}
    for item in artifacts:
        known = found.get(item.id)
        if known is None:
            found[item.id] = item
            continue
        found[item.id] = replace(
            known,
            revision=known.revision or item.revision,
            channel=known.channel or item.channel,
            location=known.location or item.location,
            holders=tuple(dict.fromkeys((*known.holders, *item.holders))),
        )
    return tuple(found.values())
