"""From claims to one answer per scope: a further claim may restrict an answer, never loosen it."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from licaudit.facts import Claim, Gap, Location
from licaudit.licenses.alike import same_family
from licaudit.licenses.conclude import conclude
from licaudit.licenses.conflicts import conflicts
from licaudit.licenses.settle import is_settled, settle

EXPRESSIONS = ("MIT", "Apache-2.0", "CC-BY-NC-4.0", "GPL-3.0-only", "GPL-3.0-or-later",
               "MIT OR Apache-2.0", None)  # fmt: skip
SCOPES = ("code", "weights", "data:collection", "checkpoint:a", "subset:b", "folder:c", "*")
RUNGS = ("exact_text", "identifier", "engine", "near", "statement", "none")


def claim(number: int, expression: str | None, scope: str, rung: str) -> Claim:
    return Claim(
        f"c{number}", "local:.", scope, expression or "words", expression, "declared", "unknown",
        rung, 0.5, Location("README.md", number + 1),  # type: ignore[arg-type]
    )  # fmt: skip


ROWS = st.tuples(st.sampled_from(EXPRESSIONS), st.sampled_from(SCOPES), st.sampled_from(RUNGS)).map(
    lambda row: (None, *row[1:]) if row[1] == "*" else row
)  # `*` narrows, it never grants
CLAIMS = st.lists(ROWS, max_size=8).map(lambda rows: [claim(n, *r) for n, r in enumerate(rows)])


def parts(expression: str | None) -> set[str]:
    return set((expression or "").replace("(", "").replace(")", "").split(" AND ")) - {""}


@given(CLAIMS, ROWS)
def test_a_further_claim_never_takes_a_license_away(
    claims: list[Claim], further: tuple[str | None, str, str]
) -> None:
    scopes = frozenset({("local:.", "code"), ("local:.", "weights")})
    more = [*claims, claim(99, *further)]
    after = {a.scope: parts(a.expression) for a in conclude(more, scopes)}
    for answer in conclude(claims, scopes):
        if answer.scope not in after:
            assert answer.expression is None  # the parts now speak for the whole
            continue
        # A part that names its first license leaves the whole's, which keeps its own answer.
        own = any(c.expression and c.scope == answer.scope for c in claims)
        if own or ":" not in answer.scope or answer.scope.startswith("data"):
            gone = parts(answer.expression) - after[answer.scope]
            assert all(any(same_family(g, k) for k in after[answer.scope]) for g in gone)


@given(CLAIMS)
def test_every_scope_that_exists_is_answered_in_whole_or_in_parts(claims: list[Claim]) -> None:
    answers = conclude(claims, frozenset({("local:.", "weights")}))
    assert any(a.scope == "weights" or a.scope.startswith("checkpoint:") for a in answers)


def test_or_later_refines_a_tag_that_cannot_say_it() -> None:
    tag = replace(claim(0, "GPL-3.0-only", "code", "identifier"), written="gpl-3.0")
    claims = [tag, claim(1, "GPL-3.0-or-later", "code", "exact_rule")]
    (answer,) = conclude(claims, frozenset())
    assert answer.expression == "GPL-3.0-or-later"
    assert conflicts(claims) == ()


def test_a_choice_keeps_its_brackets_in_a_conjunction() -> None:
    claims = [claim(0, "MIT OR Apache-2.0", "code", "identifier"),
              claim(1, "CC-BY-NC-4.0", "code", "identifier")]  # fmt: skip
    (answer,) = conclude(claims, frozenset())
    assert answer.expression == "CC-BY-NC-4.0 AND (MIT OR Apache-2.0)"


def test_a_vendor_name_that_may_mean_opposites_is_settled_by_a_text_alone() -> None:
    place = Location("README.md", 2, key="license")
    names = ("LicenseRef-licaudit-yi-series-1.0", "Apache-2.0")
    open_ = replace(claim(0, None, "weights", "identifier"), location=place, candidates=names)
    prose = claim(1, "Apache-2.0", "weights", "identifier")
    text = claim(2, "Apache-2.0", "weights", "exact_text")
    assert not is_settled(open_, [open_, prose])
    assert is_settled(open_, [open_, text])
    gap = Gap("local:.", "ambiguous_name", "why", place, "weights")
    assert settle([open_, prose], [gap])[0].blocks
    assert not settle([open_, text], [gap])[0].blocks
