"""`rules/propagation.yaml`: which terms cross which edge, who says so, what is debated."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, Literal, cast

from licaudit.compiled import kept_yaml
from licaudit.documents import Document
from licaudit.errors import KnowledgeError
from licaudit.facts import (
    ACTIONS,
    POSTURES,
    RELATIONS,
    Action,
    Debate,
    License,
    Link,
    Outcome,
    Position,
    Posture,
    Text,
)
from licaudit.policy.dates import live
from licaudit.policy.debates import Checked, read_checked, read_questions
from licaudit.provenance.graph import Answer, Travels
from licaudit.settings import data_folder

TERMS = ("use_limits", "share_alike", "naming", "flow_down", "notices")
ANSWERS = ("travels", "does-not", "debated")
# Relations and the word of `derivatives.values` that speaks of them.
_OWN_WORDS = {
    "fine_tuned_from": "finetune",
    "adapter_of": "adapter",
    "merged_from": "merge",
    "quantized_from": "quantize",
    "distilled_from": "distill",
    "generated_by": "synthetic_output",
}
# Values of `outputs` by which a text forbids other models to learn from what it says.
_OUTPUT_LIMITS = frozenset({"no_other_model", "no_competing_model", "no_foundation_model"})
# Links whose target never becomes part of what is used or shipped.
_OUTSIDE = ("dev", "build", "test", "docs")
_CELL_KEYS = frozenset({"answer", "why", "question", "by_others", "under", "code"})


@dataclass(frozen=True, slots=True)
class Opening:
    """A question that opens a settled cell, for what binds in one way alone where that is said."""

    question: str
    binds: Literal["license", "contract"] | None = None


@dataclass(frozen=True, slots=True)
class Cell:
    """How one term crosses one relation, and what makes that a question.

    `by_others`: the step was made by somebody else than the user. `under`: a posture's own doubt.
    `code`: the question in place of `question` where the license asks for source code.
    """

    answer: Answer
    why: Text | None = None
    question: str | None = None
    code: str | None = None
    by_others: Opening | None = None
    under: Mapping[str, Opening] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Stance:
    """What a posture makes of a debated question, and of acts that a text does not reach."""

    debated: Outcome
    silent: Outcome
    says: Text


@dataclass(frozen=True, slots=True)
class Propagation:
    """The whole table, its questions, and what each posture makes of them."""

    cells: Mapping[tuple[str, str], Cell]
    questions: Mapping[str, Debate]
    measured: Mapping[str, tuple[str, ...]]
    postures: Mapping[Posture, Stance]
    unreserved: frozenset[Action]
    checked: tuple[Checked, ...] = ()


@cache
def load_propagation(folder: Path | None = None) -> Propagation:
    """The table, checked. Raises KnowledgeError with file and line."""
    path = (folder or data_folder("rules")) / "propagation.yaml"
    document = kept_yaml(path.read_text("utf-8"), f"rules/{path.name}")
    debates, measured = read_questions(document)
    cells: dict[tuple[str, str], Cell] = {}
    for relation, terms in (document.data.get("relations") or {}).items():
        if relation not in RELATIONS:
            raise KnowledgeError(
                f"`{relation}` is no relation", where=document.where("relations", relation)
            )
        for term, data in terms.items():
            cells[relation, term] = _cell(document, (relation, term), data, debates)
    missing = [r for r in RELATIONS for t in TERMS if (r, t) not in cells]
    if missing:
        raise KnowledgeError(f"no cell for every term of `{missing[0]}`", where=document.where())
    return Propagation(
        cells,
        debates,
        measured,
        _postures(document),
        _unreserved(document),
        read_checked(document, debates.values()),
    )


def _cell(
    document: Document, at: tuple[str, str], data: dict[str, Any], known: Mapping[str, Debate]
) -> Cell:
    where = document.where("relations", *at)
    if at[1] not in TERMS:
        raise KnowledgeError(f"`{at[1]}` is no propagation term", where=where)
    odd = set(data) - _CELL_KEYS
    if odd:
        raise KnowledgeError(f"unknown key `{min(odd)}` in a cell", where=where)
    answer = data.get("answer")
    if answer not in ANSWERS:
        raise KnowledgeError(
            f"`{answer}` is no answer", where=where, todo=f"Use one of {', '.join(ANSWERS)}."
        )
    under = data.get("under") or {}
    if (answer == "debated") != bool(data.get("question")):
        raise KnowledgeError("a debated cell, and no other, names its question", where=where)
    if answer == "debated" and (under or data.get("by_others")):
        raise KnowledgeError("a debated cell is debated for everybody", where=where)
    if not set(under) <= set(POSTURES):
        raise KnowledgeError(f"`{min(set(under) - set(POSTURES))}` is no posture", where=where)
    openings = [*under.values(), *filter(None, [data.get("by_others")])]
    named = [*(o["question"] for o in openings), data.get("question"), data.get("code")]
    strange = sorted(q for q in named if q and q not in known)
    if strange:
        raise KnowledgeError(f"`{strange[0]}` stands not under `questions`", where=where)
    why = data.get("why")
    return Cell(
        cast(Answer, answer),
        Text(**why) if why else None,
        data.get("question"),
        data.get("code"),
        Opening(**data["by_others"]) if data.get("by_others") else None,
        {posture: Opening(**opening) for posture, opening in under.items()},
    )


def _postures(document: Document) -> dict[Posture, Stance]:
    given = document.data.get("postures") or {}
    if set(given) != set(POSTURES):
        raise KnowledgeError("every posture has its line", where=document.where("postures"))
    found: dict[Posture, Stance] = {}
    for name, data in given.items():
        if data.get("debated") not in ("review", "fail"):
            raise KnowledgeError(
                "a debated question is `review` or `fail`, never a pass",
                where=document.where("postures", name),
            )
        if data.get("silent") not in ("review", "pass"):
            raise KnowledgeError(
                "what nobody reserves is `review` or `pass`", where=document.where("postures", name)
            )
        found[name] = Stance(data["debated"], data["silent"], Text(**data["says"]))
    return found


def _unreserved(document: Document) -> frozenset[Action]:
    acts = list(document.data.get("unreserved") or ())
    strange = [a for a in acts if a not in ACTIONS]
    if strange:
        raise KnowledgeError(f"`{strange[0]}` is no act", where=document.where("unreserved"))
    return frozenset(acts)


def free_where_silent(posture: Posture) -> frozenset[Action]:
    """Acts that are free under a posture where a text does not reach them and nobody reserves."""
    table = load_propagation()
    return table.unreserved if table.postures[posture].silent == "pass" else frozenset()


def traveller(
    table: Propagation,
    licenses: Mapping[str, tuple[License, ...]],
    positions: tuple[Position, ...],
    as_of: date,
    root: str = "local:.",
    posture: Posture = "strict",
    decided: list[tuple[Link, str, str]] | None = None,
) -> Travels:
    """The test that `provenance.reach` asks of every edge: table, own words, signed positions.

    Positions that name a jurisdiction are left out: `positions.in_force` says where they hold.
    Every step that a position decided is added to `decided`.
    """
    decided = [] if decided is None else decided
    signed: dict[str, str] = {}
    for position in positions:
        worldwide = position.jurisdiction is None and live(position.expires, as_of)
        if worldwide and signed.get(position.question) != "travels":
            signed[position.question] = position.answer  # of two opposite ones the stricter counts

    def travels(link: Link, term: str, walked: int) -> tuple[Answer, str | None]:
        if link.note and link.note.split(":")[0] in _OUTSIDE:
            return "does-not", None
        cell = table.cells[link.relation, term]
        upstream = licenses.get(link.target, ())
        if _opened(cell.by_others, upstream) and _by_others(link, walked, root):
            question = cell.by_others.question if cell.by_others else None
        else:
            question = _question(cell, upstream, posture)
            own = _own_words(link, term, upstream) if question else None
            if own == "travels" or own == cell.answer == "does-not":
                return own, None
        if question is None:
            return cell.answer, None
        if question in signed:
            decided.append((link, term, question))
            return ("travels" if signed[question] == "travels" else "does-not"), None
        return "debated", question

    return travels


def _question(cell: Cell, upstream: tuple[License, ...], posture: Posture) -> str | None:
    """What is open about a step of our own, or None where the table settles it."""
    if cell.answer == "debated":
        return cell.code if cell.code and _asks_source(upstream) else cell.question
    doubt = cell.under.get(posture)
    return doubt.question if doubt and _opened(doubt, upstream) else None


def _opened(opening: Opening | None, upstream: tuple[License, ...]) -> bool:
    """Whether a doubt concerns what binds upstream; a contract anywhere is no bare license."""
    if opening is None or opening.binds is None:
        return opening is not None
    contracts = [x.binds == "contract" for x in upstream]
    if opening.binds == "contract":
        return bool(contracts) and all(contracts)
    return not any(contracts)


def _asks_source(upstream: tuple[License, ...]) -> bool:
    return any(c.type in ("source", "network_source") for x in upstream for c in x.conditions)


def _by_others(link: Link, walked: int, root: str) -> bool:
    """Somebody else made this step: whether it binds those who use the result is open."""
    own = link.source.startswith("local:") or link.source.partition("#")[0] == root
    return walked > 0 and not own


def _own_words(link: Link, term: str, upstream: tuple[License, ...]) -> Answer | None:
    """What a license says of such a step itself: a derivative, a limit on outputs, or no claim."""
    word = _OWN_WORDS.get(link.relation)
    if any(x.derivatives and word in x.derivatives.values for x in upstream):
        return "travels"
    # To distill is to train on outputs: a text that limits its outputs speaks of it.
    limits = link.relation == "distilled_from" and term == "use_limits"
    if limits and any(x.outputs and x.outputs.value in _OUTPUT_LIMITS for x in upstream):
        return "travels"
    silent = [x.outputs is not None and x.outputs.value == "none" for x in upstream]
    if link.relation == "generated_by" and silent and all(silent):
        return "does-not"  # the licensor says that outputs are none of its business
    return None
