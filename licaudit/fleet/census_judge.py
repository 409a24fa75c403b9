"""What one value of a license column means, and whether an intent may keep the rows that bear it.

A value is read and judged as a dataset whose content is declared so: the same ladder, the same
rules, the same project file as an audit. Nothing here decides by itself.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date

from licaudit.collectors.row_values import entries
from licaudit.facts import (
    CONTENT,
    Artifact,
    Claim,
    Gap,
    Intent,
    License,
    Location,
    Outcome,
    Passage,
    Posture,
    Text,
    worst,
)
from licaudit.licenses.conclude import conclude, open_claims
from licaudit.licenses.conflicts import conflicts
from licaudit.licenses.identify import Ladder, identify, open_ladder
from licaudit.licenses.knowledge import load_knowledge
from licaudit.licenses.terms import terms_lookup
from licaudit.policy.judge import judge
from licaudit.policy.packs import Pack
from licaudit.policy.project import Project
from licaudit.policy.subjects import Case

ROOT = "local:."
EMPTY = Text("The row states no license.", "该行未说明许可证。")
REST = Text("More different values than are looked at one by one.", "不同取值过多，未逐一查看。")
WRITTEN = 200  # characters of a value that a reason repeats


@dataclass(frozen=True, slots=True)
class Meaning:
    """A value read: the license it names, the outcome for its rows, and why."""

    outcome: Outcome
    expression: str | None
    why: tuple[Text, ...]


class Judge:
    """Judges values for one intent; each distinct one once."""

    def __init__(
        self, intent: Intent, packs: tuple[Pack, ...], posture: Posture, project: Project, on: date
    ) -> None:
        knowledge = load_knowledge()
        self.version = knowledge.version
        self._ladder: Ladder = open_ladder(knowledge)
        self._terms: Callable[[str], License | None] = terms_lookup(knowledge, self._ladder.catalog)
        self._intent, self._packs, self._posture = intent, packs, posture
        self._project, self._on = project, on
        self._known: dict[str, Meaning] = {}
        self._alike: dict[tuple[object, ...], Meaning] = {}

    def value(self, text: str | None) -> Meaning:
        """A value as a column holds it: nothing, one name, or a list, which is no choice."""
        if text is None or not text.strip():
            return Meaning("review", None, (EMPTY,))
        if text not in self._known:
            self._known[text] = _together([self._entry(e) for e in entries(text)])
        return self._known[text]

    def key(self, values: tuple[str | None, ...]) -> Outcome:
        """The outcome of a row: that of its worst column; a row with none is never kept."""
        if not values:
            return "review"
        return worst([self.value(v).outcome for v in values])

    def _entry(self, text: str | None) -> Meaning:
        if text is None or not text.strip():
            return Meaning("review", None, (EMPTY,))
        passage = Passage(text, Location("rows", key="license"), "tag", CONTENT, ROOT)
        claims, gaps = identify((passage,), self._ladder)
        # Two spellings of one license differ in their words alone: one judgement does for both.
        alike = (
            *((c.expression, c.narrows, c.candidates, c.rung, c.scope) for c in claims),
            *(g.reason for g in gaps),
        )
        if alike not in self._alike:
            self._alike[alike] = self._judged(claims, gaps)
        found = self._alike[alike]
        if found.expression is None and gaps:
            return replace(found, why=(_unidentified(text, gaps[0]),))
        return found

    def _judged(self, claims: list[Claim], gaps: list[Gap]) -> Meaning:
        answers = conclude(claims, frozenset({(ROOT, CONTENT)}))
        case = Case(
            ROOT,
            {ROOT: Artifact(ROOT, "dataset", "the row")},
            answers,
            {c.id: c for c in claims},
            frozenset(c.id for c in open_claims(claims)),
            conflicts(claims),
            tuple(gaps),
            (),
            (),
            self._terms,
            self._project,
            self._on,
        )
        said = judge(case, self._intent, self._packs, self._posture)
        named = " AND ".join(a.expression for a in answers if a.expression) or None
        outcome: Outcome = said.verdict if named else worst([said.verdict, "review"])
        why = [f.message for f in said.findings if f.outcome == outcome and not f.waiver]
        why += [r.message for v in said.verdicts for r in v.because if r.outcome == outcome]
        return Meaning(outcome, named, tuple(dict.fromkeys(why))[:3] if outcome != "pass" else ())


def _unidentified(text: str, gap: Gap) -> Text:
    written = " ".join(text.split())[:WRITTEN]
    detail = gap.detail[:WRITTEN].rstrip(".")
    named = "" if written in detail else f"`{written}`: "
    return Text(f"{named}{detail}.", f"无法确定 `{written}` 指哪个许可证。")


def _together(found: list[Meaning]) -> Meaning:
    """Several licenses of one row: all of them count."""
    if len(found) == 1:
        return found[0]
    outcome = worst([m.outcome for m in found])
    named = list(dict.fromkeys(m.expression for m in found if m.expression))
    whole = len(named) > 0 and all(m.expression for m in found)
    joined = " AND ".join(f"({e})" if " OR " in e and len(named) > 1 else e for e in named)
    why = tuple(dict.fromkeys(w for m in found if m.outcome == outcome for w in m.why))
    return Meaning(outcome, joined if whole else None, why[:3])
