"""Several intents side by side: one row for each scope, one outcome for each intent."""

from __future__ import annotations

from collections.abc import Iterable

from licaudit.facts import Judgement, Outcome

Row = tuple[str | None, list[Outcome | None]]


def side_by_side(judgements: Iterable[Judgement]) -> list[Row]:
    """The overall verdicts (scope None), then each scope; None where an intent has no verdict."""
    given = list(judgements)
    tables = [{v.scope: v.outcome for v in j.verdicts} for j in given]
    scopes = dict.fromkeys(scope for table in tables for scope in table)
    rows: list[Row] = [(None, [j.verdict for j in given])]
    return rows + [(scope, [table.get(scope) for table in tables]) for scope in scopes]
