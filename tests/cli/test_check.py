"""`check` judges again what an audit.json kept, comes to the same, and refuses what is none."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from licaudit.audit import Request, run_audit
from licaudit.facts import AuditResult, Intent
from licaudit.judging import again, kept_project
from licaudit.policy.packs import DEFAULT_PACKS, Pack, load_packs
from licaudit.policy.project import Project, parse_project
from licaudit.reporting import json as result_json

from ..conftest import ASSETS, EXAMPLES
from .conftest import MIT, Run

Make = Callable[..., Path]
DAY = date(2026, 10, 9)
SAMPLES = (
    *sorted(EXAMPLES.iterdir()),
    *(
        ASSETS / name
        for name in (
            "agpl-header-in-code",
            "badges-for-three-parts",
            "choice-in-words",
            "label-against-url",
            "license-per-checkpoint-table",
            "nested-license-folder",
            "notice-and-portion",
            "one-sentence-three-parts",
            "three-files-three-roles",
            "training-script",
        )
    ),
)
INTENTS = (
    Intent(),
    Intent(use="research", distribute=()),
    Intent(distribute=("weights", "code"), modify=True, release_as="Apache-2.0"),
    Intent(train=True, release_name="Harbor-8B", scopes=("weights", "checkpoint:small")),
)
PROJECT = """
intent: {use: commercial}
confirmations:
  - {license: MIT, condition: license-text, by: us, expires: 2026-12-01}
sources:
  - {dataset: crawl, channel: self_collected}
severity: {evidence-gap: low}
"""
NC_CARD = "---\nlicense: cc-by-nc-4.0\n---\n# A model\n"


@cache
def packs(names: tuple[str, ...]) -> tuple[Pack, ...]:
    return load_packs(names)


def facts(result: AuditResult) -> dict[str, Any]:
    return {k: v for k, v in result_json.contract(result).items() if k != "run"}


@given(
    folder=st.sampled_from(SAMPLES),
    intents=st.lists(st.sampled_from(INTENTS), min_size=1, max_size=2).map(tuple),
    names=st.sampled_from([DEFAULT_PACKS, ("ci-default",), ("weights-release", "open-release")]),
    posture=st.sampled_from(["strict", "balanced", "license-text-only"]),
    depth=st.sampled_from([None, 0, 1]),
)
@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
def test_the_same_packs_and_day_give_the_same_judgements(
    folder: Path, intents: Any, names: tuple[str, ...], posture: Any, depth: int | None
) -> None:
    audited = run_audit(
        Request(str(folder), intents, Project(), names, posture, as_of=DAY, depth=depth)
    )
    kept = result_json.read(result_json.write(audited))
    judged = again(kept, kept_project(kept), intents, packs(names), posture, DAY)
    assert facts(judged) == facts(audited)


def test_a_project_file_is_kept_and_judged_with_again(tree: Make) -> None:
    folder = tree(**{"LICENSE": MIT, "main.py": "print(1)\n"})
    project = parse_project(PROJECT, "licaudit.yaml")
    request = Request(str(folder), project.intents, project, as_of=DAY)
    audited = run_audit(request)
    kept = result_json.read(result_json.write(audited))
    own = kept_project(kept)
    judged = again(
        kept, own, project.intents, load_packs(DEFAULT_PACKS, own.overrides), "strict", DAY
    )
    assert own == project
    assert facts(judged) == facts(audited)


def audited(cli: Run, folder: Path, *words: object) -> Path:
    """The audit.json of a folder."""
    said = cli("audit", folder, "--as-of", DAY, *words)
    assert said.code in (0, 1, 3), said.err
    return said.folder / "licaudit-report" / "audit.json"


def test_another_use_and_other_packs_are_judged_without_the_tree(cli: Run, tree: Make) -> None:
    folder = tree(**{"README.md": NC_CARD, "config.json": "{}", "model.safetensors": b""})
    file = audited(cli, folder)
    for path in folder.iterdir():
        path.unlink()
    same = cli("check", file, "--as-of", DAY, "--format", "sarif,junit")
    assert same.code == 1
    report = same.folder / "licaudit-check"
    assert {p.name for p in report.iterdir()} >= {"audit.json", "report.html", "licaudit.sarif"}
    again_ = json.loads((report / "audit.json").read_bytes())
    first = json.loads(file.read_bytes())
    assert again_["judgements"] == first["judgements"]
    other = cli("check", file, "--as-of", DAY, "--use", "research", "--pack", "ci-default")
    document = json.loads((other.folder / "licaudit-check" / "audit.json").read_bytes())
    assert document["intent"]["use"] == "research"
    assert document["judgements"][0]["packs"] == ["ci-default"]
    assert document["claims"] == first["claims"]


def test_a_waiver_of_another_project_file_counts_and_ends(
    cli: Run, tree: Make, tmp_path: Path
) -> None:
    folder = tree(**{"README.md": NC_CARD, "config.json": "{}", "model.safetensors": b""})
    file = audited(cli, folder, "--pack", "commercial-use")
    found = json.loads(file.read_bytes())["findings"]
    lines = [
        f"  - {{rule: {f['rule']}, artifact: '{f['artifact']}', fingerprint: '{f['fingerprint']}',"
        " reason: bought, approver: counsel, expires: 2026-12-31}"
        for f in found
    ]
    config = tmp_path / "mine.yaml"
    config.write_text("waivers:\n" + "\n".join(lines) + "\n")
    live = cli("check", file, "--config", config, "--as-of", DAY)
    late = cli("check", file, "--config", config, "--as-of", "2027-01-01")
    assert live.code != 1
    assert late.code == 1
    assert "expired" in late.out.lower()


@pytest.mark.parametrize(
    ("key", "value"),
    [
        (
            "curations",
            "[{artifact: 'local:.', scope: code, expression: MIT, sha256: '0', reason: r, "
            "author: a}]",
        ),
        ("sources", "[{dataset: crawl, channel: own}]"),
    ],
)
def test_what_changes_the_reading_needs_an_audit(
    cli: Run, clean: Path, tmp_path: Path, key: str, value: str
) -> None:
    file = audited(cli, clean)
    config = tmp_path / "mine.yaml"
    config.write_text(f"{key}: {value}\n")
    said = cli("check", file, "--config", config)
    assert said.code == 2
    assert f"`{key}` differ" in said.sentence()


def test_a_pack_of_ones_own_must_be_named_again(cli: Run, clean: Path, tmp_path: Path) -> None:
    pack = tmp_path / "mine"
    pack.mkdir()
    (pack / "pack.yaml").write_text(
        "id: ci-default\nname: {en: Mine, zh: 自用}\ndescription: {en: Mine., zh: 自用。}\n"
        "extends: [commercial-use]\n"
    )
    file = audited(cli, clean, "--pack", pack)
    said = cli("check", file)
    assert said.code == 2
    assert "packs of its own: ci-default" in said.sentence()
    assert cli("check", file, "--pack", pack).code == 0


def test_the_file_that_is_judged_is_not_written_over(cli: Run, clean: Path) -> None:
    file = audited(cli, clean)
    before = file.read_bytes()
    said = cli("check", file, "--out", file.parent)
    assert said.code == 2
    assert "--out" in said.sentence()
    assert file.read_bytes() == before


def broken(document: dict[str, Any], change: str) -> bytes:
    if change == "cut":
        return json.dumps(document).encode()[:-40]
    if change == "foreign":
        return b'{"name": "something", "version": 2}'
    if change == "list":
        return b"[]"
    if change == "newer":
        document["schema"] = "licaudit/audit/2"
    if change == "no claims":
        document["claims"] = []
    if change == "no judgements":
        document["judgements"] = []
    if change == "no root":
        del document["target"]["root"]
    if change == "rows":
        row = {"number": 2, "sheet": "", "key": "", "artifact": "a", "name": "a"}
        document["rows"] = [row | {"verdict": "pass"}]
    if change == "other root":
        document["target"]["root"] = "pkg:generic/other"
    if change == "outcome":
        document["judgements"][0]["verdict"] = "green"
    if change == "number":
        document["claims"][0]["confidence"] = "high"
    return json.dumps(document).encode()


UNREADABLE = [
    ("cut", "this is not JSON"),
    ("foreign", "it names no schema"),
    ("list", "it names no schema"),
    ("newer", "its schema is `licaudit/audit/2`"),
    ("outcome", "'green' is not one of"),
    ("number", "`claims[0].confidence` is a str"),
]
UNJUDGEABLE = [
    ("no claims", "does not hold it"),
    ("no judgements", "it holds no judgement"),
    ("no root", "does not say which artifact"),
    ("other root", "speaks of `pkg:generic/other`"),
    ("rows", "it is of a register"),
]


@pytest.mark.parametrize(("change", "says"), UNREADABLE + UNJUDGEABLE)
def test_what_is_no_audit_is_not_judged(
    cli: Run, clean: Path, tmp_path: Path, change: str, says: str
) -> None:
    other = tmp_path / "other.json"
    other.write_bytes(broken(json.loads(audited(cli, clean).read_bytes()), change))
    said = cli("check", other)
    assert said.code == 2
    assert says in said.sentence()
    assert said.sentence().startswith(str(other))


@pytest.mark.parametrize(("change", "says"), UNREADABLE)
@pytest.mark.parametrize("command", ["audit", "check"])
def test_what_is_no_audit_is_no_baseline(
    cli: Run, clean: Path, tmp_path: Path, change: str, says: str, command: str
) -> None:
    file = audited(cli, clean)
    other = tmp_path / "other.json"
    other.write_bytes(broken(json.loads(file.read_bytes()), change))
    said = cli(command, clean if command == "audit" else file, "--baseline", other)
    assert said.code == 2
    assert says in said.sentence()
    assert said.sentence().startswith(str(other))


def test_a_file_that_is_not_there(cli: Run) -> None:
    said = cli("check", "nowhere/audit.json")
    assert said.code == 2
    assert said.sentence().startswith("nowhere/audit.json: this file cannot be read")


def test_a_name_for_the_release_replaces_the_one_of_the_tree(cli: Run, tree: Make) -> None:
    folder = tree(**{"LICENSE": MIT, "main.py": "print(1)\n"})
    kept = result_json.read(audited(cli, folder).read_bytes())
    own = kept_project(kept)
    named = (replace(Intent(), release_name="Harbor"),)
    judged = again(kept, own, named, packs(("ci-default",)), "strict", DAY)
    assert [p.value for p in judged.probes if p.kind == "name"] == ["Harbor"]


def test_an_intent_said_on_the_command_line_is_judged_by(cli: Run, tree: Make) -> None:
    folder = tree(**{"README.md": "---\nlicense: cc-by-nc-4.0\n---\n# Harbor\n", "a.json": "{}"})
    file = audited(cli, folder)
    flags = ("--intent", "use=research", "--release-as", "MIT", "--out", "again")
    said = cli("check", file, *flags)
    written = json.loads((said.folder / "again" / "audit.json").read_bytes())
    assert written["intent"]["use"] == "research"
    assert written["intent"]["release_as"] == "MIT"
    assert cli("check", file, "--out", "as-before").code == 1
