"""A license that changed between revisions: each revision is judged by its own words."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from licaudit.audit import Request, run_audit
from licaudit.facts import AuditResult, Intent
from licaudit.policy.project import Project
from licaudit.reporting.lock import drift, write
from licaudit.sources.session import POLICY, Reading

from ..sources.forge import Forge
from ..sources.hubs import HuggingFace

DAY = date(2026, 10, 9)
WEIGHTS = {"config.json": b"{}", "model.bin": b"w" * 40}
Audit = Callable[..., AuditResult]


def card(license_id: str, more: str = "") -> bytes:
    return f"---\nlicense: {license_id}\n{more}---\n# Heron\n".encode()


@pytest.fixture
def audit(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, cache_home: Path) -> Audit:
    """An audit that may ask hosts on loopback, without anybody's tokens, caches or settings."""
    for name in ("LICAUDIT_OFFLINE", "HF_TOKEN", "HUGGING_FACE_HUB_TOKEN", "HF_HUB_OFFLINE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HF_HOME", str(tmp_path / "hf"))
    monkeypatch.setattr("huggingface_hub.constants.HF_TOKEN_PATH", str(tmp_path / "token"))
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", "/dev/null")
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")

    def run(target: str, host: str) -> AuditResult:
        policy = replace(POLICY, backoff=0.0, retries=1, allow=frozenset({host}))
        reading = Reading(policy=policy)
        return run_audit(Request(target, (Intent(),), Project(), as_of=DAY, reading=reading))

    return run


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch) -> Iterator[HuggingFace]:
    hub = HuggingFace()
    with ExitStack() as stack:
        for server in (hub.server, hub.store):
            stack.enter_context(server.running())
        monkeypatch.setenv("HF_ENDPOINT", hub.server.url)
        yield hub


def test_a_license_that_changed_between_revisions(audit: Audit, tmp_path: Path) -> None:
    with Forge(tmp_path / "forge").running() as forge:
        free = forge.create("acme/heron", {"README.md": card("mit"), **WEIGHTS})
        limited = forge.commit("acme/heron", {"README.md": card("cc-by-nc-4.0"), **WEIGHTS})
        address = f"git+{forge.url}/acme/heron"
        before = audit(f"{address}@{free}", forge.host)
        after = audit(f"{address}@{limited}", forge.host)
        newest = audit(address, forge.host)
    assert (before.target.revision, before.verdict) == (free, "pass")
    assert (after.target.revision, after.verdict) == (limited, "fail")
    assert (newest.target.revision, newest.verdict) == (limited, "fail")


def test_a_lock_notices_a_changed_license(audit: Audit, hub: HuggingFace, tmp_path: Path) -> None:
    work = tmp_path / "work"
    work.mkdir()
    (work / "README.md").write_bytes(card("mit", "base_model: acme/heron\n"))
    (work / "config.json").write_text("{}")
    host = hub.server.url.removeprefix("http://")
    hub.add("acme/heron", {"README.md": card("mit"), **WEIGHTS})
    before = audit(str(work), host)
    lock = write(before)
    assert before.verdict == "pass"
    assert drift(before, lock, "licaudit.lock") == []
    hub.add("acme/heron", {"README.md": card("cc-by-nc-4.0"), **WEIGHTS})
    after = audit(str(work), host)
    assert after.verdict == "fail"
    said = "\n".join(drift(after, lock, "licaudit.lock"))
    assert "acme/heron" in said
    assert "was MIT" in said
    assert "CC-BY-NC-4.0" in said
