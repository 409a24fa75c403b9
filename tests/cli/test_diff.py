"""What changed between two audits or two locks, and whether it matters."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from licaudit.facts import AuditResult, Probe
from licaudit.licenses.text_digests import text_probes
from licaudit.reporting import json as audit_json
from licaudit.reporting import lock
from licaudit.reporting.diff_terms import shift_of

from ..reporting.sample import sample
from ..reporting.sample_tree import BASE, WIKI
from .conftest import Run

Change = Callable[[AuditResult], AuditResult]
Files = Callable[..., tuple[Path, Path]]


def licensed(expression: str | None, artifact: str = BASE) -> Change:
    def change(result: AuditResult) -> AuditResult:
        answers = (
            replace(a, expression=expression) if a.artifact == artifact else a
            for a in result.answers
        )
        return replace(result, answers=tuple(answers))

    return change


def with_text(digest: str) -> Change:
    return lambda r: replace(
        r, probes=(*r.probes, Probe(BASE, "license_file", "LICENSE", digest=f"sha256:{digest}"))
    )


def without(artifact: str) -> Change:
    return lambda r: replace(r, links=tuple(x for x in r.links if x.target != artifact))


def revised(result: AuditResult) -> AuditResult:
    changed = (replace(a, revision="f" * 40) if a.id == BASE else a for a in result.artifacts)
    return replace(result, artifacts=tuple(changed))


def judged(result: AuditResult, **changes: Any) -> AuditResult:
    (judgement,) = result.judgements
    return replace(result, judgements=(replace(judgement, **changes),))


def same(result: AuditResult) -> AuditResult:
    return result


@pytest.fixture(params=["audit.json", "licaudit.lock"])
def files(request: pytest.FixtureRequest, tmp_path: Path) -> Files:
    """Two audits as files of one kind."""
    write = audit_json.write if request.param == "audit.json" else lock.write

    def make(old: Change, new: Change) -> tuple[Path, Path]:
        paths = tmp_path / f"old-{request.param}", tmp_path / f"new-{request.param}"
        for path, change in zip(paths, (old, new), strict=True):
            path.write_bytes(write(change(sample())))
        return paths

    return make


def changes(cli: Run, paths: tuple[Path, Path]) -> tuple[int, list[dict[str, Any]]]:
    said = cli("diff", *paths, "--format", "json")
    document = json.loads(said.out)
    assert document["matters"] == bool(said.code) == any(c["matters"] for c in document["changes"])
    return said.code, document["changes"]


def test_the_same_twice_is_nothing(cli: Run, files: Files):
    paths = files(same, same)
    assert changes(cli, paths) == (0, [])
    assert cli("diff", *paths).out.strip() == "Nothing changed."
    assert cli("diff", *paths, "--lang", "zh").out.strip() == "没有变化。"


@pytest.mark.parametrize(
    ("old", "new", "what", "code", "lost", "gained"),
    [
        ("MIT", "CC-BY-NC-4.0", "tightened", 1, ("train", "commercial"), None),
        ("CC-BY-NC-4.0", "CC-BY-4.0", "relaxed", 0, None, ("use", "commercial")),
        ("MIT", "CC-BY-NC-ND-4.0", "tightened", 1, ("distribute", "commercial"), None),
        ("Apache-2.0", "MIT OR Apache-2.0", None, None, None, None),
        ("MIT", None, "open", 1, ("use", "commercial"), None),
        ("MIT", "LicenseRef-of-nobody", "open", 1, ("use", "commercial"), None),
        (None, "MIT", "relaxed", 0, None, ("use", "commercial")),
    ],
)
def test_a_license_that_became_another(cli: Run, files: Files, old, new, what, code, lost, gained):
    found_code, found = changes(cli, files(licensed(old), licensed(new)))
    rows = [c for c in found if c["kind"] == "license"]
    assert {r["subject"] for r in rows} == {BASE}
    for row in rows:
        assert (row["old"], row["new"]) == (old, new)
        if what:
            assert row["what"] == what
        if lost:
            assert lost in [tuple(act[:2]) for act in row["lost"]]
        if gained:
            assert gained in [tuple(act[:2]) for act in row["gained"]]
    if code is not None:
        assert found_code == code


def test_direction_comes_from_terms_and_turns_round():
    names = ("MIT", "Apache-2.0", "CC-BY-NC-4.0", "CC-BY-SA-4.0", "GPL-3.0-only", "CC0-1.0")
    turned = {"tightened": "relaxed", "relaxed": "tightened", "mixed": "mixed", "same": "same"}
    for old in names:
        for new in names:
            there, back = shift_of(old, new), shift_of(new, old)
            assert turned[there.direction] == back.direction
            assert [a[:2] for a in there.lost] == [a[:2] for a in back.gained]
            assert there.asks_more == back.asks_less
            assert (there.direction == "same") == (old == new)
    assert shift_of("MIT", "Apache-2.0").asks_more  # the same acts, more to do for them
    assert shift_of("MIT", "X11").direction in ("same", "tightened", "mixed")


def test_a_text_edited_in_place(cli: Run, files: Files):
    code, (found,) = changes(cli, files(with_text("a" * 64), with_text("b" * 64)))
    assert code == 1
    assert (found["kind"], found["what"]) == ("text", "edited")
    assert (found["subject"], found["scope"]) == (BASE, "LICENSE")
    assert "Text edited in place" in cli("diff", *files(with_text("a"), with_text("b"))).out


def test_a_node_that_came_matters_and_one_that_went_does_not(cli: Run, files: Files):
    code, (found,) = changes(cli, files(without(WIKI), same))
    assert (code, found["kind"], found["what"], found["subject"]) == (1, "node", "came", WIKI)
    code, (found,) = changes(cli, files(same, without(WIKI)))
    assert (code, found["kind"], found["what"], found["subject"]) == (0, "node", "went", WIKI)


def test_a_revision_alone_does_not_matter(cli: Run, files: Files):
    code, (found,) = changes(cli, files(same, revised))
    assert (code, found["kind"], found["new"]) == (0, "revision", "f" * 40)


def test_verdicts_and_findings_of_audits(cli: Run, tmp_path: Path):
    before = sample()
    (judgement,) = before.judgements
    worst, *rest = judgement.findings
    better = judged(before, findings=tuple(rest), verdicts=judgement.verdicts[1:])
    old, new = tmp_path / "old.json", tmp_path / "new.json"
    old.write_bytes(audit_json.write(better))
    new.write_bytes(audit_json.write(before))
    code, found = changes(cli, (old, new))
    assert code == 1
    kinds = {(c["kind"], c["what"], c["matters"]) for c in found}
    assert kinds == {("verdict", "came", True), ("finding", "came", True)}
    assert worst.rule in {c["scope"] or c["subject"] for c in found} | {worst.rule}
    code, found = changes(cli, (new, old))
    assert code == 0
    assert {(c["kind"], c["what"]) for c in found} == {("verdict", "went"), ("finding", "went")}


def test_a_finding_with_other_evidence_is_the_same_and_a_lost_waiver_matters(
    cli: Run, tmp_path: Path
):
    before = sample()
    (judgement,) = before.judgements
    moved = tuple(replace(f, fingerprint="0" * 64) for f in judgement.findings)
    waived = tuple(replace(f, waiver="w", fingerprint="1" * 64) for f in judgement.findings)
    paths = [tmp_path / f"{n}.json" for n in range(3)]
    for path, findings in zip(paths, (judgement.findings, moved, waived), strict=True):
        path.write_bytes(audit_json.write(judged(before, findings=findings)))
    assert changes(cli, (paths[0], paths[1])) == (0, [])
    code, found = changes(cli, (paths[2], paths[0]))
    assert code == 1
    assert {c["what"] for c in found} == {"turned"}
    assert {c["old"] for c in found} == {"waived"}
    assert changes(cli, (paths[0], paths[2]))[0] == 0


def test_an_audit_beside_a_lock(cli: Run, tmp_path: Path):
    old, new = tmp_path / "licaudit.lock", tmp_path / "audit.json"
    old.write_bytes(lock.write(sample()))
    new.write_bytes(audit_json.write(sample()))
    assert changes(cli, (old, new)) == (0, [])
    new.write_bytes(audit_json.write(licensed("CC-BY-NC-4.0")(sample())))
    code, found = changes(cli, (old, new))
    assert code == 1
    assert {c["kind"] for c in found} == {"license"}


@pytest.mark.parametrize("content", [None, "", "{", "[]", '{"schema": "licaudit/lock/9"}'])
def test_what_is_neither_is_refused(cli: Run, tmp_path: Path, content: str | None):
    good, bad = tmp_path / "good.lock", tmp_path / "bad"
    good.write_bytes(lock.write(sample()))
    if content is not None:
        bad.write_text(content)
    said = cli("diff", good, bad)
    assert said.code == 2
    assert said.sentence()
    assert cli("diff", good, good, "--format", "xml").code == 2


def test_hostile_names_do_not_reach_the_terminal(cli: Run, files: Files):
    said = cli("diff", *files(licensed("MIT"), licensed("\x1b[31mMIT\u202e")))
    assert said.code == 1
    assert "\x1b" not in said.out
    assert "\u202e" not in said.out


def test_texts_of_upstreams_alone_are_digested():
    from licaudit.facts import Collected, Location, Passage

    def text(artifact: str, words: str) -> Passage:
        return Passage(words, Location("LICENSE"), "text", "code", artifact)

    passages = (text("local:.", "own"), text(BASE, "The  Text\n"), text("pkg:x/y", "the text"))
    one, two = text_probes(Collected(passages=passages), "local:.")
    assert [p.artifact for p in (one, two)] == [BASE, "pkg:x/y"]
    assert one.digest == two.digest  # layout and case are no edit
    assert text_probes(Collected(probes=(one,)), "local:.") == (one,)
