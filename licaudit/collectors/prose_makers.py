"""Which models and services a card's sentences say made, labelled, filtered or rewarded the data.

"Generated with GPT-4" is an edge; "evaluated by GPT-4" and "better than GPT-4" are not.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from licaudit.collectors import maker_names, markdown, prose_platforms
from licaudit.collectors.maker_names import Named
from licaudit.collectors.maker_words import (
    ADJECTIVES,
    ANY_VERB,
    AS_REWARD,
    CLAUSE,
    DENIED,
    FORMAT,
    GUARDED,
    HEADING,
    MERGE,
    NOT,
    OF_DATA,
    OUTPUTS,
    OWNED,
    REWARD,
    SHARED,
    SHARED_NOT,
    SHAREGPT,
    SKIPPED,
    STOP,
    TO_ACT,
    USING,
    VERBS,
    ZH,
    ZH_ACTS,
    ZH_BEFORE,
    ZH_EXAMPLE,
)
from licaudit.collectors.upstream_names import named
from licaudit.facts import Artifact, Collected, Link, Location, Relation
from licaudit.sources.tree import Entry

MOST = 24  # links one page may yield
REACH = 110  # characters behind a word of making in which its maker stands
NOTE = "said in the card's text"
_MARKS = re.compile(r"^[`*_\"”\])]+(?:\([^)\s]{0,300}\))?[`*_]*")


def collect(
    lines: list[str], entry: Entry, artifact: str, kind: str, own_names: tuple[str, ...]
) -> Collected:
    """Links and artifacts of one page whose front matter has been blanked."""
    fenced = markdown.fenced_lines(lines)
    title = next((m.group(1) for line in lines if (m := HEADING.match(line))), "")
    found: list[tuple[Artifact, Relation]] = []
    skipped = guarded = False
    for number, line in enumerate(lines, 1):
        if number in fenced or not line.strip():
            continue
        heading = HEADING.match(line)
        if heading:
            skipped = bool(SKIPPED.search(heading.group(1)))
            guarded = bool(GUARDED.search(heading.group(1)))
        elif not skipped and not (kind == "model" and line.lstrip().startswith("|")):
            found += _line(line[:4_000], Location(entry.path, number), guarded)
    if kind == "model":  # a model merged or distilled from a model is another relation
        found = [(a, r) for a, r in found if not (r == "generated_by" and _teacher(a, lines))]
        found = [(a, "trained_on" if r == "derived_from" else r) for a, r in found]
    return _links(found, artifact, (*own_names, title, _first_words(title)))


def from_text(text: str, where: Location, artifact: str, own_names: tuple[str, ...]) -> Collected:
    """The same of one stretch of text, such as a field of a data description."""
    return _links(_line(text[:20_000], where), artifact, own_names)


def annotators(text: str, where: Location, artifact: str) -> Collected:
    """Everything a field that lists annotation tools names."""
    found: list[tuple[Artifact, Relation]] = [
        (n.artifact, "annotated_by") for n in maker_names.find(text[:20_000], where)
    ]
    return _links(found, artifact, ())


def named_as(name: str, relation: Relation, where: Location, artifact: str) -> Collected:
    """The maker that a field names outright: a service, a model of a hub, or only a name."""
    found = [(n.artifact, relation) for n in maker_names.find(name[:2_000], where)]
    return _links(found or [(named("model", name, where), relation)], artifact, ())


def _line(line: str, where: Location, guarded: bool = False) -> Iterator[tuple[Artifact, Relation]]:
    """What each sentence of a line says; in a `guarded` section only sentences about data count."""
    for sentence in re.split(r"(?<=[.!?。！？])\s+|(?<=[。！？])", line):
        if guarded and not OF_DATA.search(sentence):
            continue
        names = maker_names.find(sentence, where)
        if names:
            yield from _sentence(sentence, names)
        yield from ((a, "derived_from") for a in prose_platforms.found(sentence, where))
        shared = SHAREGPT.search(sentence)
        if shared and SHARED.search(sentence) and not _measured(sentence, shared):
            after = sentence[shared.end() : shared.end() + 20]
            if not FORMAT.search(after) and not _denied(sentence, shared.start()):
                yield maker_names.service("openai", where), "generated_by"


def _sentence(sentence: str, names: list[Named]) -> Iterator[tuple[Artifact, Relation]]:
    for relation, verb in VERBS.items():
        if relation != "generated_by" and NOT.search(sentence):
            continue
        places = [*verb.finditer(sentence)]
        places += OUTPUTS.finditer(sentence) if relation == "generated_by" else []
        for match in places:
            if _denied(sentence, match.start()):
                continue
            end = _end(sentence, match.end())
            for name in _listed(sentence, names, match.end(), end):
                yield name.artifact, relation
    for name in names:
        yield from ((name.artifact, r) for r in _beside(sentence, name))


def _beside(sentence: str, name: Named) -> Iterator[Relation]:
    """What stands right beside a name: "GPT-4-generated", "由 GPT-4 生成", "as reward model"."""
    before, after = sentence[: name.start], _MARKS.sub("", sentence[name.end :], count=1)
    if REWARD.search(before[-60:]) or AS_REWARD.match(after):
        if not _denied(sentence, name.start):
            yield "rewarded_by"
        return
    clause = CLAUSE.split(before)[-1]
    if NOT.search(clause) or NOT.search(CLAUSE.split(after[:60])[0]):
        return
    if _denied(sentence, name.start):
        return
    for relation, words in ADJECTIVES:
        if words.match(after):
            yield relation  # type: ignore[misc]
    if OWNED.match(after):
        yield "generated_by"
    if USING.search(before[-80:]):
        yield from (relation for relation, act in TO_ACT if act.match(after))
    for zh, pattern in ZH.items():
        measured = zh != "generated_by" and NOT.search(sentence)
        if ZH_BEFORE.search(before[-20:]) and pattern.match(after) and not measured:
            yield zh
    if ZH_ACTS.match(after) and not ZH_EXAMPLE.search(before[-8:]):
        yield "generated_by"


def _measured(sentence: str, place: re.Match[str]) -> bool:
    """Whether the words around a place compare or measure, or only borrow its name."""
    before, after = sentence[max(0, place.start() - 60) : place.start()], sentence[place.end() :]
    near = CLAUSE.split(before)[-1] + " " + CLAUSE.split(after[:40])[0]
    return bool(NOT.search(near) or SHARED_NOT.search(before))


def _denied(sentence: str, start: int) -> bool:
    """Whether the clause before a place denies it, supposes it or is about measuring."""
    clause = CLAUSE.split(sentence[max(0, start - 120) : start])[-1]
    return bool(DENIED.search(clause) or NOT.search(clause))


def _end(sentence: str, start: int) -> int:
    """Where the reach of a word of making ends: at the next such word, or a word of measuring."""
    end = min(len(sentence), start + REACH)
    stops = [m.start() for p in (NOT, ANY_VERB, STOP) if (m := p.search(sentence, start, end))]
    return min([end, *stops])


def _listed(sentence: str, names: list[Named], start: int, end: int) -> Iterator[Named]:
    """The first name behind a word of making, and those joined to it by commas and `and`."""
    last: int | None = None
    for name in names:
        if name.start < start or name.start >= end:
            continue
        between = sentence[last if last is not None else start : name.start]
        if last is not None and not re.fullmatch(
            r"(?:[\s,&/+、*`\[\]()“”\"'-]|\([^)]{0,300}\)|\]\([^)]{0,300}\)|\b(?:and|or|the|an?|then|as"
            r"|well|both|from|models?|以及|和|与|或)\b)*",
            between,
        ):
            return
        yield name
        last = name.end


def _teacher(artifact: Artifact, lines: list[str]) -> bool:
    """Whether the line says that the weights themselves came from that model."""
    where = artifact.location
    if artifact.kind == "service" or where is None or where.line is None:
        return False
    line = lines[where.line - 1]
    if MERGE.search(line):
        return True
    return bool(re.search(r"distill", line, re.I)) and not re.search(
        r"generat|synthe|response|output|data|sampl", line, re.IGNORECASE
    )


def _links(
    found: Iterator[tuple[Artifact, Relation]] | list[tuple[Artifact, Relation]],
    artifact: str,
    own_names: tuple[str, ...],
) -> Collected:
    own = {s for n in own_names if len(s := _squeezed(n)) > 3}
    artifacts: dict[str, Artifact] = {}
    links: dict[tuple[str, Relation], Link] = {}
    for item, relation in found:
        name = _squeezed(item.name)
        if name in own or any(name.startswith(o) for o in own) or len(links) >= MOST:
            continue
        artifacts.setdefault(item.id, item)
        evidence = (item.location,) if item.location else ()
        links.setdefault((item.id, relation), Link(artifact, item.id, relation, evidence, NOTE))
    return Collected(tuple(artifacts.values()), links=tuple(links.values()))


def _first_words(title: str) -> str:
    """`WizardX` of the title `WizardX: Empowering ...`."""
    return re.split(r"[:|(\uff1a]| [-–—] ", title)[0].strip()


def _squeezed(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.rsplit("/", 1)[-1].lower())
