"""The whole audit as a function: what it needs, what it reports, what must always hold."""

from __future__ import annotations

import json
import socket
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from licaudit.audit import Request, run_audit
from licaudit.errors import RuleError, TargetError
from licaudit.facts import AuditResult, Intent
from licaudit.policy.project import Project
from licaudit.reporting import json as audit_json
from licaudit.settings import LIMITS

DAY = date(2026, 10, 9)
MIT_CARD = "---\nlicense: mit\n---\n# Harbor\n"
GIANT = b"MIT License\n" + b"\0" * (LIMITS.whole_file + 1)
TREES: dict[str, dict[str, str | bytes]] = {
    "nothing": {},
    "a giant license for the weights": {"README.md": MIT_CARD, "LICENSE-MODEL": GIANT},
    "a giant license for the data": {"LICENSE": MIT_CARD, "a.py": "1", "DATA_LICENSE": GIANT},
    "a giant license for all": {"README.md": MIT_CARD, "config.json": "{}", "LICENSE": GIANT},
    "rubbish beside a good card": {"README.md": MIT_CARD, "LICENSE": b"\0\1\2" * 99},
    "rubbish for the weights": {"README.md": MIT_CARD, "a.py": "1", "LICENSE-MODEL": b"\0\1" * 99},
    "a license in a picture": {"README.md": MIT_CARD, "LICENSE.pdf": b"%PDF-1.7\n"},
    "a broken card of data": {
        "README.md": MIT_CARD,
        "data/README.md": "---\nlicense: [mit\n---\n",
        "data/train.csv": "a",
    },
    "a broken adapter": {"README.md": MIT_CARD, "adapter_config.json": "{"},
    "broken weights": {"README.md": MIT_CARD, "model.safetensors": b"\xff" * 99},
    "a placeholder": {"README.md": MIT_CARD, "LICENSE": "https://example.com/license"},
    "an error page": {"README.md": "<html><title>404 Not Found</title></html>"},
    "broken requirements": {"README.md": MIT_CARD, "requirements.txt": "-r ../up.txt\n???\n"},
    "broken code": {"README.md": MIT_CARD, "load.py": "from_pretrained(\n"},
    "broken metadata": {"README.md": MIT_CARD, "pyproject.toml": "[project\n", "a.py": "1"},
}


def put(folder: Path, files: dict[str, str | bytes]) -> Path:
    for path, content in files.items():
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content.encode() if isinstance(content, str) else content)
    return folder


def audit(folder: Path, *intents: Intent, **more: object) -> AuditResult:
    request = Request(str(folder), intents or (Intent(),), Project(), as_of=DAY)
    for name, value in more.items():
        object.__setattr__(request, name, value)
    return run_audit(request)


@pytest.mark.parametrize("files", TREES.values(), ids=TREES.keys())
@pytest.mark.parametrize("packs", [None, ("research-only-data",)])
def test_no_gap_that_blocks_stands_beside_a_pass(
    tmp_path: Path, files: dict[str, str | bytes], packs: tuple[str, ...] | None
) -> None:
    result = audit(put(tmp_path, files), **({"packs": packs} if packs else {}))
    assert {g.artifact for g in result.gaps} <= {a.id for a in result.artifacts}
    if any(g.blocks and g.artifact == "local:." for g in result.gaps):
        assert result.verdict != "pass"
        parts = {v.scope for j in result.judgements for v in j.verdicts if v.outcome != "pass"}
        assert parts


def test_one_audit_reads_each_file_a_bounded_number_of_times(tmp_path: Path) -> None:
    put(tmp_path, {f"docs/{n}.md": "words " * 2_000 for n in range(20)})
    result = audit(tmp_path)
    assert result.run.files == 20
    assert result.run.bytes_read <= 3 * 20 * 12_000


def test_an_audit_reaches_no_network_and_runs_nothing(
    examples: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("an audit of a folder reached out")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    monkeypatch.setattr("subprocess.Popen.__init__", refuse)
    monkeypatch.setattr("os.system", refuse)
    assert audit(examples / "llama-adapter-fails").verdict == "fail"


def test_code_of_the_tree_is_never_run(tmp_path: Path) -> None:
    trap = f"open({str(tmp_path / 'owned')!r}, 'w')\n"
    names = ("setup.py", "conftest.py", "__init__.py", "sitecustomize.py", "licaudit.py", "re.py")
    put(tmp_path / "work", dict.fromkeys(names, trap))
    audit(tmp_path / "work")
    assert not (tmp_path / "owned").exists()


def test_steps_are_told_in_order(examples: Path) -> None:
    steps: list[str] = []
    folder = str(examples / "clean-classifier-passes")
    run_audit(Request(folder, (Intent(),), Project(), as_of=DAY), steps.append)
    assert steps == ["read", "identify", "follow", "judge"]


def test_a_broken_pack_stops_the_audit_before_anything_is_read(tmp_path: Path) -> None:
    with pytest.raises(RuleError):
        audit(tmp_path / "none", packs=("no-such-pack",))
    with pytest.raises(TargetError):
        audit(tmp_path / "none")


def test_intents_are_judged_side_by_side_on_one_reading(tmp_path: Path) -> None:
    card = {"README.md": "---\nlicense: cc-by-nc-4.0\n---\n", "config.json": "{}"}
    result = audit(put(tmp_path, card), Intent("research"), Intent("commercial"))
    first, second = result.judgements
    assert (first.intent.use, second.intent.use) == ("research", "commercial")
    assert (second.verdict, result.verdict) == ("fail", "fail")
    assert first.verdict != "fail"


@pytest.mark.parametrize(
    "name", ["clean-classifier-passes", "rail-model-review", "llama-adapter-fails"]
)
def test_a_result_survives_being_written_and_read(
    examples: Path, name: str, golden: Callable[[Path, str], None]
) -> None:
    result = audit(examples / name)
    data = audit_json.write(result)
    assert audit_json.read(data) == result
    assert audit_json.write(audit_json.read(data)) == data
    assert json.loads(data)["verdict"] == result.verdict


def test_sentences_that_show_duties_met_are_probes_of_the_audit(assets: Path) -> None:
    intent = Intent(distribute=("weights",), modify=True)
    folder = str(assets / "part-credited-and-changed")
    result = run_audit(Request(folder, (intent,), Project(), as_of=DAY))
    read_back = audit_json.read(audit_json.write(result))
    notes = {(p.kind, p.about) for p in read_back.probes if p.about}
    assert notes == {("change_note", "local:base"), ("credit_line", "local:base")}
    status = {
        (o.artifact, o.check): (o.status, o.evidence)
        for o in read_back.judgements[0].obligations
        if o.check in ("change_note", "credit_line", "share_alike_outbound")
    }
    assert status == {
        ("local:base", "change_note"): ("met", ("README.md:6",)),
        ("local:base", "credit_line"): ("met", ("README.md:6",)),
        ("local:.", "change_note"): ("manual", ()),
        ("local:.", "credit_line"): ("manual", ()),
        ("local:.", "share_alike_outbound"): ("met", ("README.md:2", "README.md:6")),
    }
