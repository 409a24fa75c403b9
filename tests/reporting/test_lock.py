"""The lock: what was read of every upstream, given back while a hub is down."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from licaudit.errors import ConfigError
from licaudit.facts import AuditResult, Gap, Location
from licaudit.reporting import lock
from licaudit.reporting.lock import REMEMBERED, Lock, Recall, drift, load, parse, text_of, write
from licaudit.sources.faults import SourceGap

from . import sample
from .sample_tree import BASE, ROOT
from .strategies import results

DOWN = SourceGap("unreachable", "no connection", "the hub")
GONE = SourceGap("missing", "it does not exist (404)", "the hub")


@pytest.fixture
def result() -> AuditResult:
    return sample.sample()


def test_it_holds_every_upstream_and_not_the_target(result: AuditResult):
    held = parse(write(result), "x").pinned
    reached = {link.target for link in result.links}
    assert set(held) == {i for i in reached if not i.startswith("local:") and i != ROOT}
    for name, item in held.items():
        (own,) = (a for a in item.artifacts if a.id == name)
        assert own.revision == item.revision
        assert set(item.claims) == {c for c in result.claims if c.artifact.split("#")[0] == name}
        assert item.seen == date.fromisoformat(result.as_of)


def test_reading_and_writing_gives_the_same_bytes(result: AuditResult):
    data = write(result)
    assert text_of(parse(data, "x")).encode() == data
    assert data == write(replace(result, claims=result.claims[::-1], links=result.links[::-1]))
    assert drift(result, data, "x") == []


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(results())
def test_any_result_has_a_lock_without_drift(result: AuditResult):
    data = write(result)
    assert drift(result, data, "x") == []
    assert text_of(parse(data, "x")).encode("utf-8", "backslashreplace") == data


def test_one_fact_stands_on_one_line_so_that_branches_merge(result: AuditResult):
    lines = write(result).decode().splitlines()
    for item in result.claims:
        if item.artifact == BASE:
            (line,) = (ln for ln in lines if f'"{item.id}"' in ln)
            assert json.loads(line.strip().rstrip(","))["written"] == item.written
    changed = [replace(a, revision="f" * 40) if a.id == BASE else a for a in result.artifacts]
    other = write(replace(result, artifacts=tuple(changed))).decode().splitlines()
    assert 1 <= sum(a != b for a, b in zip(lines, other, strict=True)) <= 2


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda r: _revised(r, BASE, "f" * 40), "revision was"),
        (lambda r: _licensed(r, BASE, "MIT"), "is MIT"),
        (lambda r: replace(r, links=tuple(x for x in r.links if x.target != BASE)), "is gone"),
    ],
)
def test_drift_says_what_differs(result: AuditResult, change, words: str):
    (said,) = drift(change(result), write(result), "x")
    assert BASE in said
    assert words in said


def test_many_differences_are_counted(result: AuditResult, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(lock, "SHOWN", 2)
    said = drift(replace(result, links=()), write(result), "x")
    assert len(said) == 3
    assert said[-1] == f"and {len(parse(write(result), 'x').pinned) - 2} more"


def test_a_hub_that_is_down_is_answered_for_and_one_that_says_no_is_not(result: AuditResult):
    recall = Recall(parse(write(result), "x"), date.fromisoformat(result.as_of))
    assert recall(BASE, GONE) is None
    assert recall("pkg:huggingface/no/body", DOWN) is None
    assert recall.claims(()) == []
    found = recall(BASE, DOWN)
    assert found is not None
    own = {c for c in result.claims if c.artifact == BASE}
    assert set(recall.claims(())) == own
    assert recall.claims(own) == []
    assert {g for g in found.gaps if g.reason != REMEMBERED} == {
        g for g in result.gaps if g.artifact == BASE
    }


@pytest.mark.parametrize(("days", "words"), [(0, "0 days"), (1, "1 day "), (400, "400 days")])
def test_it_says_how_old_its_answer_is(result: AuditResult, days: int, words: str):
    held = parse(write(result), "x")
    seen = date.fromisoformat(result.as_of)
    found = Recall(held, date.fromordinal(seen.toordinal() + days))(BASE, DOWN)
    assert found is not None
    (gap,) = (g for g in found.gaps if g.reason == REMEMBERED)
    assert not gap.blocks
    assert words in gap.detail
    assert seen.isoformat() in gap.detail


def test_locking_again_during_an_outage_keeps_the_old_day(result: AuditResult):
    later = replace(
        result,
        as_of="2030-01-01",
        gaps=(*result.gaps, Gap(BASE, REMEMBERED, "this was read on 2026-02-03", blocks=False)),
    )
    held = parse(write(later), "x").pinned
    assert held[BASE].seen == date(2026, 2, 3)
    assert {p.seen for name, p in held.items() if name != BASE} == {date(2030, 1, 1)}
    assert REMEMBERED not in {g.reason for g in held[BASE].gaps}


def test_an_old_name_leads_to_the_new_one(result: AuditResult):
    name = BASE.removeprefix("pkg:huggingface/")
    note = Gap(BASE, "renamed", f"asked for as old/name, it is now {name}", blocks=False)
    held = parse(write(replace(result, gaps=(*result.gaps, note))), "x")
    found = held.answer("pkg:huggingface/old/name")
    assert found is not None
    assert found.id == BASE


def test_nothing_secret_and_no_folder_of_this_machine_is_in_it(
    result: AuditResult, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
):
    monkeypatch.setenv("HF_TOKEN", "hf_planted_token")
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    words = f"hf_planted_token https://me:planted@hub.example/x {tmp_path}/home/x {Path.cwd()}/y"
    claims = tuple(replace(c, written=words) for c in result.claims)
    data = write(replace(result, claims=claims, gaps=(Gap(BASE, "broken", words),))).decode()
    assert "planted" not in data
    assert str(tmp_path) not in data
    assert str(Path.cwd()) not in data
    assert "https://***@hub.example/x" in data


def _broken(change) -> bytes:
    plain = json.loads(write(sample.sample()))
    change(plain)
    return json.dumps(plain).encode()


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"[]",
        b"null",
        b"\xff\xfe",
        b'{"schema": "licaudit/lock/1", "upstreams": {}}',
        b'{"schema": "licaudit/lock/2"}',
        b"[" * 100_000,
        _broken(lambda p: p["upstreams"][BASE].pop("claims")),
        _broken(lambda p: p["upstreams"][BASE].update(seen="yesterday")),
        _broken(lambda p: p["upstreams"][BASE].update(claims=[{"id": 3}])),
        _broken(lambda p: p["upstreams"].update({"pkg:x/other": p["upstreams"][BASE]})),
    ],
)
def test_what_is_no_lock_is_refused_with_the_way_out(data: bytes, tmp_path: Path):
    (tmp_path / "licaudit.lock").write_bytes(data)
    with pytest.raises(ConfigError) as caught:
        load(tmp_path / "licaudit.lock")
    assert "licaudit lock" in caught.value.sentence()
    with pytest.raises(ConfigError):
        load(tmp_path)


def test_a_lock_with_marks_of_a_merge_says_so(result: AuditResult):
    text = b"<<<<<<< ours\n" + write(result)
    with pytest.raises(ConfigError, match="marks of the merge"):
        parse(text, "x")


@given(st.binary(max_size=200))
def test_no_bytes_crash_it(data: bytes):
    with pytest.raises(ConfigError):
        parse(data, "x")


def test_what_was_out_of_reach_when_locking_is_not_answered_for(result: AuditResult):
    lost = Gap(BASE, "unreachable", "no connection")
    held = parse(write(replace(result, gaps=(*result.gaps, lost))), "x")
    recall = Recall(held, date(2026, 6, 2))
    assert held.pinned[BASE].unread
    assert recall(BASE, DOWN) is None
    assert recall.answered == set()


def test_where_the_target_names_an_upstream_is_not_locked(result: AuditResult):
    moved = tuple(replace(a, location=Location("README.md", 99)) for a in result.artifacts)
    assert write(replace(result, artifacts=moved)) == write(result)


def test_an_empty_lock_answers_nothing():
    assert Recall(Lock({}), date(2026, 1, 1))(BASE, DOWN) is None


def _revised(result: AuditResult, artifact: str, revision: str) -> AuditResult:
    changed = (replace(a, revision=revision) if a.id == artifact else a for a in result.artifacts)
    return replace(result, artifacts=tuple(changed))


def _licensed(result: AuditResult, artifact: str, expression: str) -> AuditResult:
    changed = (
        replace(a, expression=expression) if a.artifact == artifact else a for a in result.answers
    )
    return replace(result, answers=tuple(changed))
