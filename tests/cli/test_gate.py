"""A pipeline at a throwaway repository: green on what is old, red on what is new, come what may."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any

import junitparser
import pytest

from licaudit.sources import session

from ..sources.hubs import HuggingFace
from ..sources.loopback import Reply
from .conftest import MIT, Run, Said, program

DAY = "2026-10-09"
BASELINE = "licaudit-baseline.json"
CARD = "---\nlicense: cc-by-nc-4.0\n---\n# Finch\n"
FORMATS = "sarif,junit,codequality,annotations,markdown"
FILES = {"README.md": CARD, "config.json": "{}", "requirements.txt": "birdsong==1.0\n"}


def git(folder: Path, *words: str) -> None:
    who = ("-c", "user.name=CI", "-c", "user.email=ci@example.invalid")
    subprocess.run(["git", *who, *words], cwd=folder, check=True, capture_output=True)


def write(folder: Path, **files: str) -> None:
    for path, text in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, "utf-8")
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--message", "A change")


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A repository with findings in it, as it was when somebody began to gate."""
    folder = tmp_path / "finch"
    folder.mkdir()
    git(folder, "init", "--quiet")
    write(folder, **{**FILES, ".gitignore": "licaudit-report/\n"})
    return folder


def audit(cli: Run, folder: Path, *flags: object) -> Said:
    return cli("audit", ".", "--as-of", DAY, *flags, folder=folder)


def settle(cli: Run, folder: Path, *flags: object) -> dict[str, Any]:
    """Commit the audit of today as the baseline."""
    said = audit(cli, folder, *flags)
    write(folder, **{BASELINE: json.dumps(said.audit)})
    return said.audit


def gate(cli: Run, folder: Path, *flags: object) -> Said:
    return audit(cli, folder, "--baseline", BASELINE, *flags)


def new(said: Said) -> set[tuple[str, str]]:
    return {(f["rule"], f["artifact"]) for f in said.audit["findings"] if f["known"] is False}


def test_green_on_old_findings_and_red_on_new_ones(
    cli: Run, repository: Path, tmp_path: Path
) -> None:
    assert audit(cli, repository).code == 1
    before = settle(cli, repository)
    git(tmp_path, "clone", "--quiet", str(repository), "checkout")
    checkout = tmp_path / "checkout"
    said = gate(cli, checkout)
    assert said.code == 0, said.out
    assert (said.audit["verdict"], said.audit["new_verdict"]) == ("fail", "pass")
    assert said.audit["baseline"] == {"as_of": DAY, "target": ".", "verdict": "fail"}
    assert new(said) == set()
    for finding in before["findings"]:
        assert f"{finding['rule']} on {finding['artifact']}" in said.out
    write(checkout, **{"data/README.md": "---\nlicense: cc-by-nc-nd-4.0\n---\n# Songs\n"})
    red = gate(cli, checkout)
    assert red.code == 1
    assert red.audit["new_verdict"] == "fail"
    assert {artifact for _, artifact in new(red)} >= {"local:data"}
    assert "commercial-prohibited" in red.out


def test_the_program_ends_with_the_code_of_what_is_new(cli: Run, repository: Path) -> None:
    settle(cli, repository)
    done = program("audit", ".", "--offline", "--baseline", BASELINE, cwd=repository)
    assert (done.returncode, done.stderr) == (0, "")
    done = program("audit", ".", "--offline", cwd=repository)
    assert done.returncode == 1


def test_words_that_move_in_their_file_stay_known(cli: Run, repository: Path) -> None:
    settle(cli, repository)
    moved = CARD.replace("license:", "language: en\ntags: [birds]\nlicense:")
    write(repository, **{"README.md": moved})
    said = gate(cli, repository)
    assert (said.code, new(said)) == (0, set())


def test_a_finding_that_goes_away_is_no_trouble(cli: Run, repository: Path) -> None:
    settle(cli, repository)
    write(repository, **{"requirements.txt": ""})
    assert gate(cli, repository).code == 0


def test_a_new_dependency_is_new_and_the_old_ones_are_not(cli: Run, repository: Path) -> None:
    write(repository, **{"requirements.txt": "birdsong==1.0\nnest==2.0\n"})
    settle(cli, repository)
    assert gate(cli, repository).code == 0
    write(repository, **{"requirements.txt": "birdsong==1.0\nnest==2.0\nfeather==3.0\n"})
    said = gate(cli, repository)
    assert said.code == 3
    (found,) = [f for f in said.audit["findings"] if f["known"] is False]
    assert found["rule"] == "dependency-license-unknown"
    assert found["fresh"] == ["pkg:pypi/feather@3.0"]
    assert len(found["members"]) == 3
    write(repository, **{"requirements.txt": "nest==2.0\n"})
    assert gate(cli, repository).code == 0


def test_check_holds_an_audit_against_a_baseline(cli: Run, repository: Path) -> None:
    settle(cli, repository)
    write(repository, **{"data/README.md": "---\nlicense: cc-by-nc-nd-4.0\n---\n# Songs\n"})
    assert audit(cli, repository).code == 1
    file = "licaudit-report/audit.json"
    words = ("check", file, "--as-of", DAY, "--baseline")
    assert cli(*words, file, folder=repository).code == 0
    assert cli(*words, BASELINE, folder=repository).code == 1


@pytest.mark.parametrize("name", ["other", "../finch/data"])
def test_a_baseline_of_another_target_is_refused(cli: Run, repository: Path, name: str) -> None:
    settle(cli, repository)
    write(repository, **{"other/README.md": CARD, "data/README.md": CARD})
    said = cli("audit", name, "--baseline", BASELINE, folder=repository)
    assert said.code == 2
    assert f"the baseline is of `.`, not of `{name}`" in said.sentence()


def test_another_spelling_of_a_folder_is_the_same_target(cli: Run, repository: Path) -> None:
    settle(cli, repository)
    assert cli("audit", "./", "--baseline", BASELINE, folder=repository).code == 0


def waivers(audit: dict[str, Any], expires: str) -> str:
    lines = [
        f"  - {{rule: {f['rule']}, artifact: '{f['artifact']}', fingerprint: '{f['fingerprint']}',"
        f" reason: bought, approver: counsel, expires: {expires}}}\n"
        for f in audit["findings"]
    ]
    return "waivers:\n" + "".join(lines)


def test_a_waiver_is_green_until_it_ends(cli: Run, repository: Path) -> None:
    write(repository, **{"licaudit.yaml": waivers(audit(cli, repository).audit, "2026-10-31")})
    said = audit(cli, repository)
    assert said.code == 0, said.out
    assert all(f["waiver"] for f in said.audit["findings"])
    late = cli("audit", ".", "--as-of", "2026-11-01", folder=repository)
    assert late.code == 1
    assert len(late.audit["waivers"]["expired"]) == len(late.audit["findings"])
    assert "expired" in late.out.lower()


def test_a_baseline_does_not_go_on_where_a_waiver_ended(cli: Run, repository: Path) -> None:
    write(repository, **{"licaudit.yaml": waivers(audit(cli, repository).audit, "2026-10-31")})
    settle(cli, repository)
    assert gate(cli, repository).code == 0
    late = cli("audit", ".", "--as-of", "2026-11-01", "--baseline", BASELINE, folder=repository)
    assert late.code == 1


def test_no_format_hides_what_is_known_or_waived(cli: Run, repository: Path) -> None:
    before = settle(cli, repository)
    said = gate(cli, repository, "--format", FORMATS)
    report = repository / "licaudit-report"
    rules = {f["rule"] for f in before["findings"]}
    (run,) = json.loads((report / "licaudit.sarif").read_bytes())["runs"]
    assert {r["ruleId"]: r["baselineState"] for r in run["results"]} == dict.fromkeys(
        rules, "unchanged"
    )
    assert run["properties"]["newVerdict"] == "pass"
    suites = junitparser.JUnitXml.fromstring((report / "licaudit.junit.xml").read_bytes())
    marks = {type(r).__name__ for s in suites for c in s for r in c.result}
    assert marks == {"Skipped"}
    listed = json.loads((report / "gl-code-quality-report.json").read_bytes())
    assert {e["check_name"] for e in listed} == rules
    assert all(e["description"].startswith("(known since 2026-10-09)") for e in listed)
    lines = (report / "annotations.txt").read_text().splitlines()
    assert {x.split(" ")[0] for x in lines} == {"::notice"}
    for rule in rules:
        for name in ("summary.md", "report.html", "annotations.txt"):
            assert rule in (report / name).read_text("utf-8"), (rule, name)
    assert said.code == 0
    write(repository, **{"licaudit.yaml": waivers(before, "2026-10-31")})
    audit(cli, repository, "--format", FORMATS)
    (run,) = json.loads((report / "licaudit.sarif").read_bytes())["runs"]
    assert {w["rule"] for w in run["properties"]["waived"]} == rules
    for rule in rules:
        for name in ("licaudit.junit.xml", "report.html", "audit.json"):
            assert rule in (report / name).read_text("utf-8"), (rule, name)


def test_what_allow_review_lets_by_is_named(cli: Run, repository: Path) -> None:
    write(repository, **{"README.md": CARD.replace("cc-by-nc-4.0", "mit"), "LICENSE": MIT})
    said = audit(cli, repository, "--allow-review")
    assert said.code == 0
    found = [f for f in said.audit["findings"] if f["outcome"] == "review"]
    assert found
    for finding in found:
        assert f"--allow-review: {finding['rule']} on {finding['artifact']}" in said.out


def test_a_curation_of_other_words_never_passes(cli: Run, clean: Path) -> None:
    assert cli("audit", clean).code == 0
    text = (
        "curations:\n  - artifact: 'local:.'\n    scope: code\n    expression: MIT\n"
        "    sha256: '00'\n    reason: read it\n    author: me\n"
    )
    (clean / "licaudit.yaml").write_text(text)
    said = cli("audit", clean)
    assert said.code == 2
    assert said.sentence().startswith(f"{clean / 'licaudit.yaml'}:2: the curation of `local:.` ")
    assert "LICENSE:1" in said.sentence()
    assert not (said.folder / "licaudit-report" / "report.html").exists()
    digest = said.sentence().partition("theirs is ")[2][:64]
    (clean / "licaudit.yaml").write_text(text.replace("'00'", f"'{digest}'"))
    assert cli("audit", clean).code == 0


@pytest.mark.parametrize("pack", ["./mine", "ci-defualt"])
def test_a_pack_that_is_not_there_is_named_with_its_line(cli: Run, clean: Path, pack: str) -> None:
    (clean / "licaudit.yaml").write_text(f"posture: strict\npacks:\n  - ci-default\n  - {pack}\n")
    said = cli("audit", clean)
    assert said.code == 2
    assert said.sentence().startswith(f"{clean / 'licaudit.yaml'}:4:")
    assert "there is no pack" in said.sentence()


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[HuggingFace]:
    """A hub on loopback with a base model that forbids selling."""
    hub = HuggingFace()
    card = b"---\nlicense: cc-by-nc-4.0\n---\n# Wren\n"
    hub.add("birds/wren", {"README.md": card, "config.json": b"{}"})
    for name in ("HF_TOKEN", "HUGGING_FACE_HUB_TOKEN", "HF_HUB_OFFLINE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.delenv("LICAUDIT_OFFLINE")
    monkeypatch.setenv("HF_HOME", str(tmp_path / "hf"))
    monkeypatch.setattr("huggingface_hub.constants.HF_TOKEN_PATH", str(tmp_path / "token"))
    monkeypatch.setattr(session, "POLICY", replace(session.POLICY, backoff=0.0, retries=1))
    monkeypatch.setenv("HF_ENDPOINT", hub.server.url)
    with ExitStack() as stack:
        for server in (hub.server, hub.store):
            stack.enter_context(server.running())
        yield hub


def test_with_a_lock_the_gate_is_the_same_while_the_hub_is_down(
    cli: Run, hub: HuggingFace, repository: Path
) -> None:
    card = "---\nlicense: mit\nbase_model: birds/wren\n---\n# Finch\n"
    write(repository, **{"README.md": card, "LICENSE": MIT, "requirements.txt": ""})
    flags = ("--allow-private", hub.store.host)
    settle(cli, repository, *flags)
    assert cli("lock", ".", *flags, folder=repository).code == 0
    git(repository, "add", "--all")
    up = gate(cli, repository, *flags)
    for server in (hub.server, hub.store):
        server.answer = lambda _: Reply(reset=True)
    down = gate(cli, repository, *flags)
    assert (up.code, up.audit["verdict"]) == (0, "fail"), up.out
    assert (down.code, down.audit["verdict"]) == (0, "fail"), down.out
    assert [f["fingerprint"] for f in down.audit["findings"]] == [
        f["fingerprint"] for f in up.audit["findings"]
    ]
    write(repository, **{"data/README.md": "---\nlicense: cc-by-nc-nd-4.0\n---\n# Songs\n"})
    assert gate(cli, repository, *flags).code == 1
    (repository / "licaudit.lock").unlink()
    assert gate(cli, repository, *flags).code == 1
