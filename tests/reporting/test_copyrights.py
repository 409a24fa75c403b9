"""Copyright statements reach every report that has a place for them, and come back from JSON."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from licaudit.audit import Request, run_audit
from licaudit.facts import AuditResult, Intent
from licaudit.policy.project import Project
from licaudit.reporting import cyclonedx, html, notice, spdx
from licaudit.reporting import json as audit_json

OWN = "Copyright (c) 2023 Acme Labs, Inc."
VENDORED = "Copyright 2020 Jane Roe"
HEAD = "MIT License\n\n{}\n\nPermission is hereby granted, free of charge, to any person\n"


@pytest.fixture(scope="module")
def result(cache_home: Path, tmp_path_factory: pytest.TempPathFactory) -> AuditResult:
    folder = tmp_path_factory.mktemp("heron")
    (folder / "tool.py").write_text("print(1)\n")
    (folder / "LICENSE").write_text(HEAD.format(OWN))
    (folder / "vendor").mkdir()
    (folder / "vendor" / "LICENSE").write_text(HEAD.format(VENDORED))
    return run_audit(Request(str(folder), (Intent(),), Project(), as_of=date(2026, 10, 9)))


def test_each_statement_keeps_its_place_and_scope(result: AuditResult) -> None:
    found = [(c.statement, c.scope, c.location.label(), c.years) for c in result.copyrights]
    assert found == [
        (OWN, "code", "LICENSE:3", "2023"),
        (VENDORED, "folder:vendor", "vendor/LICENSE:3", "2020"),
    ]


def test_a_vendored_folder_s_holder_is_not_the_work_s(result: AuditResult) -> None:
    assert result.artifacts[0].holders == ("Acme Labs, Inc.",)


def test_json_comes_back_and_older_files_stay_readable(result: AuditResult) -> None:
    data = audit_json.write(result)
    assert audit_json.read(data).copyrights == result.copyrights
    older = {k: v for k, v in json.loads(data).items() if k != "copyrights"}
    assert audit_json.read(json.dumps(older).encode()).copyrights == ()


def test_inventories_and_notices_carry_them(result: AuditResult) -> None:
    (package,) = json.loads(spdx.write(result))["packages"]
    assert package["copyrightText"].split("\n") == [OWN, VENDORED]
    component = json.loads(cyclonedx.write(result))["metadata"]["component"]
    assert component["copyright"] == package["copyrightText"]
    for lang in ("en", "zh"):
        words = notice.write(result, lang).decode()
        assert OWN in words
        assert VENDORED in words


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_page_shows_them_with_their_place(result: AuditResult, lang: str) -> None:
    words = html.write(result, lang).decode()
    assert VENDORED in words
    assert "vendor/LICENSE:3" in words
