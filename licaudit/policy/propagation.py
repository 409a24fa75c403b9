"""`rules/propagation.yaml`: which terms cross which edge, who says so, what is debated."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import cast

from licaudit.documents import Document, read_yaml
from licaudit.errors import KnowledgeError
from licaudit.facts import RELATIONS, License, Link, Position, Text
from licaudit.policy.dates import live
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


@dataclass(frozen=True, slots=True)
class Cell:
    """How one term crosses one relation, and who holds which position where that is debated."""

    answer: Answer
    why: Text | None = None
    question: str | None = None
    positions: tuple[tuple[str, Text], ...] = ()


@dataclass(frozen=True, slots=True)
class Propagation:
    """The whole table, and what each posture makes of `debated`."""

    cells: Mapping[tuple[str, str], Cell]
    postures: Mapping[str, str]
    questions: Mapping[str, tuple[tuple[str, Text], ...]]

    def positions(self, question: str) -> tuple[tuple[str, Text], ...]:
        """Who says what about one debated question."""
        if question in self.questions:
            return self.questions[question]
        return next((c.positions for c in self.cells.values() if c.question == question), ())


@cache
def load_propagation(folder: Path | None = None) -> Propagation:
    """The table, checked. Raises KnowledgeError with file and line."""
    path = (folder or data_folder("rules")) / "propagation.yaml"
    document = read_yaml(path.read_text("utf-8"), f"rules/{path.name}")
    cells: dict[tuple[str, str], Cell] = {}
    for relation, terms in (document.data.get("relations") or {}).items():
        if relation not in RELATIONS:
            raise KnowledgeError(
                f"`{relation}` is no relation", where=document.where("relations", relation)
            )
        for term, cell in terms.items():
            cells[relation, term] = _cell(document, relation, term, cell)
    missing = [r for r in RELATIONS for t in TERMS if (r, t) not in cells]
    if missing:
        raise KnowledgeError(f"no cell for every term of `{missing[0]}`", where=document.where())
    postures = {k: v["debated"] for k, v in (document.data.get("postures") or {}).items()}
    bad = next((k for k, v in postures.items() if v not in ("review", "fail")), None)
    if bad:
        raise KnowledgeError(
            "a debated question is `review` or `fail`, never a pass",
            where=document.where("postures", bad),
        )
    questions = {
        name: tuple((str(p["who"]), Text(**p["says"])) for p in data["positions"])
        for name, data in (document.data.get("questions") or {}).items()
    }
    return Propagation(cells, postures, questions)


def _cell(document: Document, relation: str, term: str, data: dict[str, object]) -> Cell:
    where = document.where("relations", relation, term)
    if term not in TERMS:
        raise KnowledgeError(f"`{term}` is no propagation term", where=where)
    answer = data.get("answer")
    if answer not in ANSWERS:
        raise KnowledgeError(
            f"`{answer}` is no answer", where=where, todo=f"Use one of {', '.join(ANSWERS)}."
        )
    question, positions = data.get("question"), data.get("positions") or []
    if answer == "debated" and (
        not question or not isinstance(positions, list) or len(positions) < 2
    ):
        raise KnowledgeError("a debated cell needs a question and two positions", where=where)
    why = data.get("why")
    said = tuple(
        (str(p["who"]), Text(**p["says"]))
        for p in positions  # type: ignore[attr-defined]
    )
    return Cell(
        cast(Answer, answer),
        Text(**why) if isinstance(why, dict) else None,
        str(question) if question else None,
        said,
    )


def traveller(
    table: Propagation,
    licenses: Mapping[str, tuple[License, ...]],
    positions: tuple[Position, ...],
    as_of: date,
    root: str = "local:.",
) -> Travels:
    """The test that `provenance.reach` asks of every edge: table, own words, signed positions."""
    signed: dict[str, str] = {}
    for position in positions:
        if live(position.expires, as_of) and signed.get(position.question) != "travels":
            signed[position.question] = position.answer  # of two opposite ones the stricter counts

    def travels(link: Link, term: str, walked: int) -> tuple[Answer, str | None]:
        if link.note and link.note.split(":")[0] in _OUTSIDE:
            return "does-not", None
        cell = table.cells[link.relation, term]
        answer, question = cell.answer, cell.question
        if answer == "debated" and _own_words(link, term, licenses):
            return "travels", None
        if (
            link.relation == "trained_on"
            and term == "use_limits"
            and _by_others(link, walked, root)
        ):
            answer, question = "debated", "training-by-others"
        if answer == "debated" and question in signed:
            return ("travels" if signed[question] == "travels" else "does-not"), None
        return answer, question if answer == "debated" else None

    return travels


def _by_others(link: Link, walked: int, root: str) -> bool:
    """Somebody else trained: whether that binds those who use the result is open."""
    own = link.source.startswith("local:") or link.source.partition("#")[0] == root
    return walked > 0 and not own


def _own_words(link: Link, term: str, licenses: Mapping[str, tuple[License, ...]]) -> bool:
    """Whether a license itself calls this a derivative, or itself keeps its outputs from it."""
    word = _OWN_WORDS.get(link.relation)
    upstream = licenses.get(link.target, ())
    if any(x.derivatives and word in x.derivatives.values for x in upstream):
        return True
    # To distill is to train on outputs: a text that limits its outputs speaks of it.
    limits = link.relation == "distilled_from" and term == "use_limits"
    return limits and any(x.outputs and x.outputs.value in _OUTPUT_LIMITS for x in upstream)
