"""docs/propagation.md, made from `rules/propagation.yaml`.

`python -m licaudit.policy.propagation_page > docs/propagation.md`
"""

from __future__ import annotations

from licaudit.facts import RELATIONS, Debate
from licaudit.policy.propagation import TERMS, Cell, Propagation, load_propagation

_HEAD = """\
# How terms travel

<!-- Made from rules/propagation.yaml by `python -m licaudit.policy.propagation_page`. -->

A work came from others: it was fine-tuned from one, trained on another, it contains a third. Which
of their terms reach it depends on the step and on the kind of term. The table below is what
licaudit starts from, and it is data: `rules/propagation.yaml`.

A license's own words about what counts as its derivative override the table. A step marked
*debated* is one on which careful readers differ: it comes out as `review`, with both positions on
the report, under every posture, until somebody signs a position in `licaudit.yaml`.
"""
_POSTURES = """\
## Postures

`--posture`, or `posture:` in `licaudit.yaml`. A posture can open what the table settles and never
settle what is debated. Acts that need the holder's permission (copying, adapting, passing on,
training) are `review` where a text is silent on them, whatever the posture; the column `silent` is
about the others: {acts}.
"""
_POSITIONS = """\
## Signing a position

    positions:
      - question: import-is-derivation
        answer: does-not-travel
        by: legal@us.example
        basis: memo-12
        jurisdiction: EU
        expires: 2027-06-30

A position decides its one question, until the day it ends. With a `jurisdiction` it counts only
where the intent says all the places named below and all of them lie inside. Of two that contradict
each other the stricter counts. The report lists every position with what became of it: used,
unused, expired, elsewhere. Agreements and confirmations are listed in the same way.
"""


def page() -> str:
    """The whole page, in Markdown."""
    table = load_propagation()
    acts = ", ".join(f"`{a}`" for a in sorted(table.unreserved))
    parts = [_HEAD, _matrix(table), _steps(table), _POSTURES.format(acts=acts), _stances(table)]
    parts += [_POSITIONS, "## Debated questions\n"]
    parts += [_question(debate, table) for debate in table.questions.values()]
    parts += [_looked_up(table)]
    return "\n".join(parts)


def _matrix(table: Propagation) -> str:
    lines = ["## The table\n", f"| came by | {' | '.join(f'`{t}`' for t in TERMS)} |"]
    lines.append("|---" * (len(TERMS) + 1) + "|")
    for relation in RELATIONS:
        cells = " | ".join(_short(table.cells[relation, term]) for term in TERMS)
        lines.append(f"| `{relation}` | {cells} |")
    lines.append(
        "\n¹ debated where somebody else made the step; ² debated under one posture; both below.\n"
    )
    return "\n".join(lines)


def _short(cell: Cell) -> str:
    marks = ("¹" if cell.by_others else "") + ("²" if cell.under else "")
    return f"{cell.answer.replace('-', ' ')}{marks}"


def _steps(table: Propagation) -> str:
    lines = ["### What opens a settled step\n"]
    for (relation, term), cell in table.cells.items():
        openings = [("made by somebody else", cell.by_others)] if cell.by_others else []
        openings += [(f"posture `{p}`", opening) for p, opening in cell.under.items()]
        for when, opening in openings:
            binds = opening.binds if opening else None
            what = f" (only what binds as a {binds})" if binds else ""
            name = opening.question if opening else ""
            lines.append(f"- `{relation}` x `{term}`, {when}{what}: {_link(name)}")
        if cell.code:
            step = f"`{relation}` x `{term}`"
            lines.append(f"- {step}, where the license asks for source code: {_link(cell.code)}")
    return "\n".join([*lines, ""])


def _stances(table: Propagation) -> str:
    lines = ["| posture | debated | silent | |", "|---|---|---|---|"]
    for name, stance in table.postures.items():
        lines.append(f"| `{name}` | {stance.debated} | {stance.silent} | {stance.says.en} |")
    return "\n".join([*lines, ""])


def _question(debate: Debate, table: Propagation) -> str:
    name = debate.question
    where = [f"`{r}` x `{t}`" for (r, t), c in table.cells.items() if name in (c.question, c.code)]
    lines = [f"### {name}\n"]
    if where:
        lines.append(f"Raised by {', '.join(where)}.")
    measured = ", ".join(table.measured[name])
    lines.append(f"A position with a jurisdiction is held against: {measured}.\n")
    sides = {"travels": "It travels", "does-not": "It does not"}
    lines += [f"- **{sides[h.answer]}** ({h.who}): {h.says.en}" for h in debate.held]
    lines.append("\nSingle jurisdictions, as far as we know (not advice):\n")
    lines += [f"- {n.where}: {n.says.en} ({n.reference})" for n in debate.notes]
    return "\n".join([*lines, ""])


def _looked_up(table: Propagation) -> str:
    lines = [
        "## What was looked up\n",
        "Each reference above was held against what public pages say of it. *part*: the page says",
        "so, but the number of the article or the docket was not seen in it.\n",
        "| reference | seen | on | in |",
        "|---|---|---|---|",
    ]
    lines += [f"| {c.cited} | {c.how} | {c.on} | {c.by} |" for c in table.checked]
    return "\n".join([*lines, ""])


def _link(question: str) -> str:
    return f"[{question}](#{question})"


if __name__ == "__main__":
    print(page(), end="")
