"""A contradiction is told with both sides verbatim, their places, and which is stricter."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from licaudit.audit import Request, run_audit
from licaudit.facts import AuditResult, Finding, Intent
from licaudit.policy.contradictions import SHOWN
from licaudit.policy.project import Project

DAY = date(2026, 10, 9)


def audit(folder: Path, license_: str, body: str) -> AuditResult:
    card = f"---\nlicense: {license_}\ntask_categories: [translation]\n---\n# Heron\n\n{body}\n"
    (folder / "README.md").write_text(card, encoding="utf-8")
    return run_audit(Request(str(folder), (Intent(),), Project(), as_of=DAY))


def told(result: AuditResult) -> Finding:
    (found,) = [f for f in result.judgements[0].findings if f.rule == "claims-conflict"]
    return found


def test_both_sides_stand_verbatim_with_their_places(tmp_path: Path) -> None:
    result = audit(tmp_path, "mit", "## License\n\nReleased under CC BY-NC 4.0.")
    found = told(result)
    for words in (found.message.en, found.message.zh):
        assert "“mit”" in words
        assert "“Released under CC BY-NC 4.0.”" in words
        assert "README.md:2" in words
        assert "README.md:9" in words
    assert "CC-BY-NC-4.0 is stricter" in found.message.en
    assert "CC-BY-NC-4.0 较严" in found.message.zh
    assert found.outcome == "fail"
    claims = {c.id: c for c in result.claims}
    assert {claims[e].location.label() for e in found.evidence} == {"README.md:2", "README.md:9"}


def test_the_strictest_is_judged_until_somebody_decides(tmp_path: Path) -> None:
    result = audit(tmp_path, "mit", "## License\n\nReleased under CC BY-NC 4.0.")
    (answer,) = result.answers
    assert answer.expression == "CC-BY-NC-4.0 AND MIT"
    assert result.verdict == "fail"


def test_two_that_allow_the_use_are_a_question(tmp_path: Path) -> None:
    found = told(audit(tmp_path, "cc-by-4.0", "## License\n\nReleased under CC BY 3.0."))
    assert found.outcome == "review"
    assert "different versions of one license" in found.message.en


def test_an_ambiguous_name_counts_as_all_it_may_mean(tmp_path: Path) -> None:
    found = told(audit(tmp_path, "gpl", "## License\n\nMIT"))
    assert found.outcome == "review"
    assert "“gpl”" in found.message.en


@pytest.mark.parametrize(("sentences", "counted"), [(1, ""), (3, "and 2 more")])
def test_what_is_past_the_first_few_is_counted(
    tmp_path: Path, sentences: int, counted: str
) -> None:
    names = ("CC BY 3.0", "GPL-3.0", "Apache-2.0")[:sentences]
    body = "\n\n".join(f"## License\n\nReleased under {name}." for name in names)
    message = told(audit(tmp_path, "mit", body)).message.en
    assert message.count(", against ") == min(SHOWN, sentences * (sentences + 1) // 2)
    assert (counted in message) if counted else (" more" not in message)


def test_no_contradiction_is_no_finding(tmp_path: Path) -> None:
    result = audit(tmp_path, "mit", "## License\n\nMIT License")
    assert "claims-conflict" not in {f.rule for f in result.judgements[0].findings}
