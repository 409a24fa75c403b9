"""Pairs of claims on one scope that cannot both hold, named after the places they stand in.

Which places there are, which of them may contradict each other and which sentences speak of
something else stands in `rules/conflicts.yaml`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import combinations, pairwise

from licaudit.facts import CODE, WEIGHTS, Claim, Scope
from licaudit.licenses.alike import Difference, difference, leaves, may_mean, range_said, within
from licaudit.licenses.conclude import SURE  # a claim less sure contradicts nobody
from licaudit.licenses.conflict_rules import Place, Table, load_conflicts

MOST = 24  # pairs told for one scope; a page that says more has told enough
WEIGHT_HEADER = "weight_header"
HUBS = "hub-against-hub"  # the kind of a conflict between two hubs that publish one artifact
_HUB = re.compile(r"(hf|ms)(?:-cache)?:")
_TEXTS = frozenset({"exact_text", "exact_rule", "engine", "near"})
_JOINED = re.compile(
    r"^[\s,;/&*_`\[\]()\"']*(?:(?:and|or|as well as|plus|with|和|与|及|或)[\s*_`\[(\"']*)?"
    r"(?:(?:under|the|a)[\s*_`\[(\"']*){0,2}(?:licen[sc]es?)?[\s,;/&*_`\[\]()\"']*$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Conflict:
    """Two claims on the same scope that cannot both hold; `kind` is a pair of the table."""

    scope: Scope
    left: Claim
    right: Claim
    kind: str = "two-places"
    differ: Difference = "license"


@dataclass(frozen=True, slots=True)
class _Voice:
    """Claims that make one statement together: a file, a list, a sentence."""

    place: Place
    claims: tuple[Claim, ...]

    @property
    def named(self) -> frozenset[str]:
        return frozenset(x for c in self.claims if c.expression for x in leaves(c.expression))

    @property
    def candidates(self) -> frozenset[str]:
        return frozenset(x for c in self.claims for x in c.candidates)


def conflicts(claims: Iterable[Claim]) -> tuple[Conflict, ...]:
    """Pairs of statements on the same scope that name licenses which cannot both be meant."""
    table = load_conflicts()
    by_scope: dict[tuple[str, Scope], list[Claim]] = {}
    known = list(claims)
    spread = _spread(known)
    for claim in known:
        if (claim.expression or claim.candidates) and claim.id not in spread:
            by_scope.setdefault((claim.artifact, claim.scope), []).append(claim)
    found: list[Conflict] = []
    for (_, scope), own in sorted(by_scope.items()):
        found += _in_scope(scope, own, table)[:MOST]
    for artifact, scope in sorted(by_scope):
        if scope == WEIGHTS:
            code = by_scope.get((artifact, CODE), [])
            found += _across(code, by_scope[artifact, WEIGHTS], table)[:MOST]
    return tuple(found)


def _across(code: list[Claim], weights: list[Claim], table: Table) -> list[Conflict]:
    """What a package says of its code against the weights in it, which nothing else speaks of."""
    sides = [(table.place_of(c), c) for c in weights]
    if any(not place.silent and place.id != WEIGHT_HEADER for place, _ in sides):
        return []  # a card or a license file tells the weights apart from the code
    alone = [
        c
        for c in code
        if (pair := table.pair(table.place_of(c).id, WEIGHT_HEADER)).across and not pair.silent
    ]
    if not alone:
        return []
    found = _in_scope(WEIGHTS, [*alone, *(c for _, c in sides)], table)
    return [c for c in found if table.across(c.kind)]


def _spread(claims: list[Claim]) -> frozenset[str]:
    """A card's field read for the code as well: it answers for it, but speaks of the main part."""
    first: dict[tuple[str, str, int | None, str | None], Scope] = {}
    extra: set[str] = set()
    for claim in claims:
        where = claim.location
        if claim.note and "limits are read for" in claim.note:
            extra.add(claim.id)
        if where.key is None or not where.key.lower().startswith(("license", "licence")):
            continue
        if not where.path.lower().endswith((".md", ".markdown", ".rst", ".txt", "readme")):
            continue
        key = (claim.artifact, where.path, where.line, where.key)
        if first.setdefault(key, claim.scope) != claim.scope:
            extra.add(claim.id)
    return frozenset(extra)


def _in_scope(scope: Scope, claims: list[Claim], table: Table) -> list[Conflict]:
    voices, found = _voices(scope, claims, table)
    seen: set[tuple[str, str, frozenset[str], frozenset[str]]] = set()
    for one, other in combinations(voices, 2):
        differ = _differ(one, other)
        if differ is None or _apart(one, other):
            continue
        pair = table.pair(one.place.id, other.place.id)
        key = (one.place.id, other.place.id, _about(one), _about(other))
        if pair.silent or key in seen:
            continue
        seen.add(key)
        left, right = _telling(one, other), _telling(other, one)
        kind = HUBS if _two_hubs(one, other) else pair.id
        found.append(Conflict(scope, left, right, kind, differ))
    return found


def _two_hubs(one: _Voice, other: _Voice) -> bool:
    """Whether two statements about one artifact were read on two hubs."""
    hubs = [_HUB.match(v.claims[0].location.path) for v in (one, other)]
    return None not in hubs and len({m.group(1) for m in hubs if m}) == 2


def _apart(one: _Voice, other: _Voice) -> bool:
    """Whether two statements stand in folders beside each other: each speaks of its own."""
    if _two_hubs(one, other):
        return False
    left, right = (v.claims[0].location.path.rpartition("/")[0] for v in (one, other))
    return not (f"{left}/".startswith(f"{right}/") or f"{right}/".startswith(f"{left}/")) and bool(
        left and right
    )


def _about(voice: _Voice) -> frozenset[str]:
    return voice.named or voice.candidates


def _differ(one: _Voice, other: _Voice) -> Difference | None:
    """How two statements contradict each other, or None when both can be meant."""
    left, right = one.named, other.named
    if not left or not right:
        if left or right:
            open_, named = (other.candidates, left) if left else (one.candidates, right)
            return None if may_mean(open_, named) else "license"
        return None if may_mean(one.candidates, other.candidates) else "license"
    if within(left, right) or within(right, left):
        return "later" if _ranges_differ(one, other) else None
    for table in ((left, right), (right, left)):
        if load_conflicts().supplements(*table):
            return None
    return difference(left, right)


def _ranges_differ(one: _Voice, other: _Voice) -> bool:
    said = [
        {range_said(c.expression, _said(c, v)) for c in v.claims if c.expression} - {None}
        for v in (one, other)
    ]
    return len(one.named) == len(other.named) == 1 and said in (
        [{"only"}, {"later"}],
        [{"later"}, {"only"}],
    )


def _said(claim: Claim, voice: _Voice) -> str:
    """The words that may say `only` or `or later`: not those of a license's own text."""
    if voice.place.id == "license_file" and claim.rung in _TEXTS:
        return ""
    if claim.rung in _TEXTS:
        return (claim.expression or "").removesuffix("-only")  # a notice says `or later` or nothing
    return f"{claim.written} {claim.note or ''}"


def _telling(voice: _Voice, other: _Voice) -> Claim:
    """The claim of a statement that the other one contradicts."""
    named = other.named
    apart = [c for c in voice.claims if c.expression and not within(leaves(c.expression), named)]
    return (apart or list(voice.claims))[0]


def _voices(scope: Scope, claims: list[Claim], table: Table) -> tuple[list[_Voice], list[Conflict]]:
    """The statements made about a scope, and links that lead elsewhere than their words say."""
    groups: dict[tuple[object, ...], tuple[Place, list[Claim]]] = {}
    sentences: dict[tuple[str, int | None, str], list[Claim]] = {}
    for claim in sorted(claims, key=lambda c: (c.location.path, c.location.line or 0, c.id)):
        place = table.place_of(claim)
        if place.silent:
            continue
        where = claim.location
        if place.voice == "sentence" and claim.rung not in _TEXTS:
            sentences.setdefault((where.path, where.line, claim.written), []).append(claim)
            continue
        key: tuple[object, ...] = (place.id, where.path)
        if place.voice == "list" and "[" in (where.key or ""):
            key += ((where.key or "").split("[")[0],)
        elif place.voice in ("list", "value"):
            key += (where.line, where.key, claim.written)
        groups.setdefault(key, (place, []))[1].append(claim)
    voices = [_Voice(place, tuple(own)) for place, own in groups.values()]
    found: list[Conflict] = []
    for own in sentences.values():
        left, missed = _sentence(scope, own, table)
        voices += left
        found += missed
    order = {place.id: n for n, place in enumerate(table.places)}
    voices.sort(key=lambda v: -order[v.place.id])
    return voices, found


def _sentence(
    scope: Scope, claims: list[Claim], table: Table
) -> tuple[list[_Voice], list[Conflict]]:
    """What one sentence says, once its links are laid beside the words they stand behind."""
    words = claims[0].written
    links = [c for c in claims if table.place_of(c).id == "page_link"]
    texts = [c for c in claims if c not in links]
    found: list[Conflict] = []
    alone = []
    for link in links:
        label = _label(link, texts)
        if label is None:
            alone.append(link)
        elif not within(leaves(link.expression or ""), leaves(label.expression or "")):
            differ = difference(leaves(label.expression or ""), leaves(link.expression or ""))
            pair = table.pair("page_label", "page_link")
            found.append(Conflict(scope, label, link, pair.id, differ))
    kept = texts or alone
    if any(c.confidence < SURE for c in kept if c.expression) or _aside(words, kept, table):
        return [], found
    if len({_meaning(c) for c in kept}) > 1 and not _listed(words, kept):
        return [], found  # several licenses shared out among several things
    return ([_Voice(table.place_of(kept[0]), tuple(kept))] if kept else []), found


def _meaning(claim: Claim) -> str:
    return claim.expression or " ".join(claim.candidates)


def _name(claim: Claim) -> str:
    """The words that name the license, as they stand in the sentence."""
    return " ".join((claim.note or "").split("](")[0].split())


def _label(link: Claim, texts: list[Claim]) -> Claim | None:
    """The name in the brackets that a link stands behind: `[this name](link)`."""
    words = link.written
    at = words.find(f"]({link.note}")
    start = words.rfind("[", 0, at) if at >= 0 else -1
    if start < 0:
        return None
    for claim in texts:
        name = _name(claim)
        place = words.find(name, max(0, start - 8), at) if name and claim.expression else -1
        if place >= 0:
            return claim
    return None


def _aside(words: str, claims: list[Claim], table: Table) -> bool:
    """Whether the sentence speaks of something else, or adds terms instead of naming others."""
    for claim in claims:
        name = _name(claim)
        words = words.replace(name, " it ") if name else words
    return any(pattern.search(words) for pattern in table.asides)


def _listed(words: str, claims: list[Claim]) -> bool:
    """Whether the names follow each other as one list: `under X and Y`."""
    spans = sorted(
        (start, start + len(_name(c)))
        for c in claims
        if _name(c) and (start := words.find(_name(c))) >= 0
    )
    plain = re.sub(r"\]\([^)]*\)", lambda m: " " * len(m[0]), words)
    return all(
        later[0] <= first[1] or _JOINED.match(plain[first[1] : later[0]])
        for first, later in pairwise(spans)
    )
