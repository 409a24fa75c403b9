"""The three examples: their verdicts, their audit.json as expected, and every report of them."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from spdx_tools.spdx.parser.parse_anything import parse_file
from spdx_tools.spdx.validation.document_validator import validate_full_spdx_document

from .conftest import Run

HERE = Path(__file__).parent
DAY = "2026-10-09"
VERDICTS = {
    "clean-classifier-passes": ("pass", 0),
    "rail-model-review": ("review", 3),
    "llama-adapter-fails": ("fail", 1),
}
# What changes with every correction of a license or rule and says nothing about the audit itself.
PASSING = ("run", "knowledge_version", "licaudit_version")


@pytest.fixture(params=VERDICTS)
def example(request: pytest.FixtureRequest) -> str:
    name: str = request.param
    return name


def settled(document: dict[str, Any]) -> str:
    kept = {k: v for k, v in document.items() if k not in PASSING}
    return json.dumps(kept, ensure_ascii=False, sort_keys=True, indent=1) + "\n"


def copied(examples: Path, name: str, to: Path) -> Path:
    shutil.copytree(examples / name, to / name)
    return to


def test_the_verdict_and_the_whole_audit_are_as_expected(
    cli: Run, examples: Path, tmp_path: Path, example: str, golden: Callable[[Path, str], None]
) -> None:
    folder = copied(examples, example, tmp_path)
    said = cli("audit", example, "--as-of", DAY, folder=folder)
    assert (said.audit["verdict"], said.code) == VERDICTS[example], said.out
    assert said.audit["target"]["input"] == example
    golden(HERE / "golden" / f"{example}.json", settled(said.audit))


def test_two_runs_are_identical_but_for_the_run(
    cli: Run, examples: Path, tmp_path: Path, example: str
) -> None:
    documents = []
    for place in ("one", "deep/er/two"):
        folder = copied(examples, example, tmp_path / place)
        for _ in range(2):  # the second sees the reports of the first
            said = cli("audit", example, "--as-of", DAY, "--format", "spdx", folder=folder)
            report = folder / "licaudit-report" / "audit.json"
            lines = report.read_text("utf-8").partition('\n "run": {')
            documents.append(lines[0] + lines[2].partition("\n }")[2])
            assert str(tmp_path) not in report.read_text("utf-8")
            assert said.audit["run"]["files"] > 0
    assert len(set(documents)) == 1


def test_reports_written_into_the_target_are_not_audited(
    cli: Run, examples: Path, tmp_path: Path
) -> None:
    folder = copied(examples, "clean-classifier-passes", tmp_path) / "clean-classifier-passes"
    results = []
    for _ in range(2):
        cli("audit", ".", "--as-of", DAY, "--out", "reports/licenses", folder=folder)
        results.append((folder / "reports" / "licenses" / "audit.json").read_text("utf-8"))
    first, second = (settled(json.loads(r)) for r in results)
    assert first == second


def test_the_failing_example_fails_for_reasons_of_many_kinds(cli: Run, examples: Path) -> None:
    said = cli("audit", examples / "llama-adapter-fails", "--as-of", DAY)
    rules = {f["rule"] for f in said.audit["findings"] if f["outcome"] == "fail"}
    assert rules >= {
        "commercial-prohibited",
        "copyleft-inside-release",
        "declared-looser-than-upstream",
        "duty-missing",
        "noncommercial-data",
        "text-narrows-license",
    }
    for rule in rules:
        assert rule in said.out
    for place in ("README.md:37", "data/README.md:2", "vendor/dialogkit/dialog.py:2"):
        assert place in said.out


def test_every_finding_can_be_retraced(cli: Run, examples: Path, example: str) -> None:
    audit = cli("audit", examples / example, "--as-of", DAY).audit
    claims = {c["id"]: c for c in audit["claims"]}
    artifacts = {a["id"] for a in audit["artifacts"]}
    for finding in audit["findings"]:
        assert finding["path"][0] == "local:."
        assert set(finding["path"]) <= artifacts
        assert set(finding["evidence"]) <= set(claims)
    for claim in claims.values():
        file = examples / example / claim["location"]["path"]
        if not file.exists():  # what we know of an upstream stands in our own rules
            assert claim["location"]["path"].startswith("rules/")
            continue
        lines = file.read_text("utf-8").split("\n")
        words = claim["written"].split()[0].strip("\"'#*->")
        first = claim["location"]["line"] - 1
        assert words.lower() in " ".join(lines[first : first + 3]).lower(), claim


def test_the_audit_fits_its_schema(cli: Run, root: Path, examples: Path, example: str) -> None:
    schema = json.loads((root / "reports" / "schemas" / "audit.schema.json").read_bytes())
    Draft202012Validator.check_schema(schema)
    audit = cli("audit", examples / example).audit
    errors = [
        f"{e.json_path}: {e.message}" for e in Draft202012Validator(schema).iter_errors(audit)
    ]
    assert errors == []


def test_the_spdx_document_is_valid(cli: Run, examples: Path, example: str) -> None:
    said = cli("audit", examples / example, "--format", "spdx")
    document = parse_file(str(said.folder / "licaudit-report" / "licaudit.spdx.json"))
    problems = [m.validation_message for m in validate_full_spdx_document(document)]
    assert problems == []
    assert document.packages


class Page(HTMLParser):
    """What a page would load, run or leave to."""

    LOADING = ("src", "srcset", "data", "poster", "background", "action", "formaction")

    def __init__(self, text: str) -> None:
        super().__init__()
        self.loads: list[str] = []
        self.tags: set[str] = set()
        self.policy = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        self.tags.add(tag)
        self.loads += [f"{k}={values[k]}" for k in self.LOADING if k in values]
        self.loads += [f"{k}={v}" for k, v in attrs if k.startswith("on")]
        if tag == "link":
            self.loads.append(f"link={values.get('href')}")
        if values.get("http-equiv") == "Content-Security-Policy":
            self.policy = values.get("content") or ""


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_page_needs_nothing_but_itself(
    cli: Run, examples: Path, example: str, lang: str
) -> None:
    said = cli("audit", examples / example, "--lang", lang)
    text = (said.folder / "licaudit-report" / "report.html").read_text("utf-8")
    page = Page(text)
    assert page.loads == []
    assert "default-src 'none'" in page.policy
    assert not page.tags & {"iframe", "object", "embed", "base", "form"}
    assert not re.search(r"url\(\s*['\"]?(?!#|data:)|@import", text)


def test_names_of_a_tree_stay_text_on_the_page(cli: Run, tree: Callable[..., Path]) -> None:
    evil = "</title><script>alert(1)</script><img src=x onerror=alert(1)>"
    flat = evil.replace("/", "")
    folder = tree(
        f"m {flat}",
        **{
            "README.md": f"---\nlicense: other\nlicense_name: {json.dumps(evil)}\n"
            f"datasets: [{json.dumps(evil)}]\nbase_model: {json.dumps(evil)}\n"
            f"model_name: {json.dumps(evil)}\n---\n# {evil}\n",
            f"data {flat}/README.md": f"---\nlicense: {json.dumps(evil)}\n---\n",
            f"LICENSE-{flat}": evil,
            "requirements.txt": f"{evil}\n",
        },
    )
    said = cli("audit", folder, "--format", "markdown,spdx")
    assert said.code == 3, said.err
    text = (said.folder / "licaudit-report" / "report.html").read_text("utf-8")
    page = Page(text)
    assert page.loads == []
    assert "img" not in page.tags
    assert text.count("<script") <= 1
    assert "alert(1)" in text
    summary = (said.folder / "licaudit-report" / "summary.md").read_text("utf-8")
    outside_code = re.sub(r"(`+).*?\1", "", summary)
    assert "<img" not in outside_code.replace("\\<", "")
