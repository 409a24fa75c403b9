"""A lock at work: hubs go down and licenses change; the audit says the same, or what differs."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from licaudit.sources import session

from ..sources.hubs import HuggingFace
from ..sources.loopback import Reply
from .conftest import MIT, Run, Said

BASE = "pkg:huggingface/birds/wren-7b"
CARD = b"---\nlicense: cc-by-nc-4.0\nbase_model: birds/egg-7b\ndatasets: [birds/songs]\n---\n"


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[HuggingFace]:
    """A hub on loopback with a model, its base under a new name, and a dataset with its text."""
    hub = HuggingFace()
    hub.add("birds/wren-7b", {"README.md": CARD, "config.json": b"{}"})
    hub.add("birds/egg-8b", {"README.md": b"---\nlicense: apache-2.0\n---\n# Egg\n"})
    hub.renamed["birds/egg-7b"] = "birds/egg-8b"
    card = b"---\nlicense: mit\n---\n# Songs\n"
    hub.add("birds/songs", {"README.md": card, "LICENSE": MIT.encode()}, "datasets")
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


@pytest.fixture
def finch(tree: Callable[..., Path]) -> Path:
    """A model made from all of it."""
    card = "---\nlicense: mit\nbase_model: birds/wren-7b\n---\n# Finch\n"
    return tree("finch", **{"README.md": card, "LICENSE": MIT, "config.json": "{}"})


def down(hub: HuggingFace) -> None:
    for server in (hub.server, hub.store):
        server.answer = lambda _: Reply(reset=True)


def judged(audit: dict[str, Any]) -> dict[str, Any]:
    """All that an outage may not change: verdicts, findings, duties, licenses, links."""
    kept = ("verdict", "verdicts", "findings", "obligations", "links", "licenses", "copyrights")
    found = {key: audit.get(key) for key in kept}
    found["artifacts"] = [{**a, "claims": sorted(a["claims"])} for a in audit["artifacts"]]
    found["claims"] = sorted(audit["claims"], key=lambda c: c["id"])
    found["blocking"] = sorted(json.dumps(g) for g in audit["gaps"] if g["blocks"])
    return found


def audited(cli: Run, hub: HuggingFace, folder: Path, *flags: str) -> dict[str, Any]:
    return cli("audit", folder, "--allow-private", hub.store.host, *flags).audit


def locked(cli: Run, hub: HuggingFace, folder: Path) -> Said:
    return cli("lock", folder, "--allow-private", hub.store.host)


def test_an_outage_changes_no_verdict(cli: Run, hub: HuggingFace, finch: Path):
    before = audited(cli, hub, finch)
    assert {a["id"] for a in before["artifacts"]} >= {BASE, "pkg:huggingface/birds/egg-8b"}
    assert before["verdict"] == "fail"
    assert locked(cli, hub, finch).code == 0
    down(hub)
    after = audited(cli, hub, finch)
    assert judged(after) == judged(before)
    old = [g for g in after["gaps"] if g["reason"] == "remembered"]
    assert {g["artifact"] for g in old} == {
        BASE, "pkg:huggingface/birds/egg-8b", "pkg:huggingface/datasets/birds/songs",
    }  # fmt: skip
    assert all("days before" in g["detail"] and "licaudit.lock" in g["detail"] for g in old)
    assert judged(audited(cli, hub, finch, "--offline")) == judged(before)
    assert judged(audited(cli, hub, finch, "--locked")) == judged(before)


def test_an_outage_of_the_file_store_alone_changes_no_verdict(
    cli: Run, hub: HuggingFace, finch: Path
):
    before = audited(cli, hub, finch)
    assert locked(cli, hub, finch).code == 0
    hub.store.answer = lambda _: Reply(500, b"")
    after = audited(cli, hub, finch)
    assert judged(after) == judged(before)
    songs = "pkg:huggingface/datasets/birds/songs"
    assert {g["artifact"] for g in after["gaps"] if g["reason"] == "remembered"} == {songs}
    card = b"---\nlicense: cc-by-nc-4.0\n---\n# Songs\n"
    hub.add("birds/songs", {"README.md": card, "LICENSE": MIT.encode()}, "datasets")
    gaps = audited(cli, hub, finch)["gaps"]  # the commit is gone: no outage, and not covered up
    assert (songs, "missing") in {(g["artifact"], g["reason"]) for g in gaps if g["blocks"]}
    gaps = [g["reason"] for g in json.loads(_unlocked(cli, hub, finch))["gaps"] if g["blocks"]]
    assert "unreachable" in gaps


def _unlocked(cli: Run, hub: HuggingFace, folder: Path) -> bytes:
    """audit.json of a copy without a lock."""
    (folder / "licaudit.lock").unlink()
    said = cli("audit", folder, "--allow-private", hub.store.host)
    return (said.folder / "licaudit-report" / "audit.json").read_bytes()


def test_without_a_lock_an_outage_is_no_pass(cli: Run, hub: HuggingFace, tree):
    card = "---\nlicense: mit\nbase_model: birds/egg-8b\n---\n# Finch\n"
    folder = tree("finch", **{"README.md": card, "LICENSE": MIT, "config.json": "{}"})
    with_hub = audited(cli, hub, folder)["verdict"]
    assert locked(cli, hub, folder).code == 0
    down(hub)
    assert audited(cli, hub, folder)["verdict"] == with_hub
    (folder / "licaudit.lock").unlink()
    assert audited(cli, hub, folder)["verdict"] != "pass"


def test_what_vanished_from_its_hub_is_not_covered_up(cli: Run, hub: HuggingFace, finch: Path):
    assert locked(cli, hub, finch).code == 0
    hub.repositories.pop(("models", "birds/wren-7b"))
    gaps = audited(cli, hub, finch)["gaps"]
    assert [g["reason"] for g in gaps if g["artifact"] == BASE and g["blocks"]] == ["denied"]


def test_locked_refuses_what_drifted_and_lists_it(cli: Run, hub: HuggingFace, finch: Path):
    assert locked(cli, hub, finch).code == 0
    flags = ("--locked", "--allow-private", hub.store.host)
    assert cli("audit", finch, *flags).code == 1
    text = MIT.replace("free of charge", "for a fee").encode()
    card = b"---\nlicense: mit\n---\n# Songs\n"
    hub.add("birds/songs", {"README.md": card, "LICENSE": text}, "datasets")
    said = cli("audit", finch, *flags)
    assert said.code == 2
    sentence = said.sentence()
    assert "(1) pkg:huggingface/datasets/birds/songs: revision was" in sentence
    assert "songs/LICENSE was sha256:" in sentence


def test_an_old_lock_can_be_written_anew(cli: Run, hub: HuggingFace, finch: Path):
    (finch / "licaudit.lock").write_text('{"schema": "licaudit/lock/1", "upstreams": {}}')
    said = cli("audit", finch)
    assert said.code == 2
    assert "Write it again with `licaudit lock`" in said.sentence()
    assert locked(cli, hub, finch).code == 0
    assert cli("audit", finch).code == 1


def test_a_replay_needs_neither_hub_nor_lock(
    cli: Run, hub: HuggingFace, finch: Path, tmp_path: Path
):
    assert locked(cli, hub, finch).code == 0
    down(hub)
    kept = tmp_path / "kept"
    before = audited(cli, hub, finch, "--record", str(kept))
    (finch / "licaudit.lock").unlink()
    after = cli("audit", finch, "--replay", kept).audit
    assert {**after, "run": None} == {**before, "run": None}
