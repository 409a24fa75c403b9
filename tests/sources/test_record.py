"""Record and replay: the same answers with every server down, and no secret on the way."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from pathlib import Path

import pytest

from licaudit.errors import ConfigError, TargetError
from licaudit.sources.faults import SourceGap
from licaudit.sources.open import open_root, open_tree
from licaudit.sources.record import Recording, Replay
from licaudit.sources.secrets import Secrets
from licaudit.sources.targets import Target, parse_target
from licaudit.sources.tree import ReadError, Tree
from licaudit.sources.web import Web

from .forge import Forge
from .hubs import HuggingFace, ModelScope
from .loopback import Reply

MakeWeb = Callable[..., Web]
Answers = list[object]
CARD = b"---\nlicense: mit\n---\n"


def answers(tree: Tree) -> Answers:
    """Everything a collector could learn from a tree."""
    found: Answers = [tree.kind, tree.name, tree.revision, tree.entries(), tree.gaps()]
    found.append(getattr(tree, "about", None))
    for entry in tree.entries():
        for start, length in ((0, None), (0, 1_000), (3, 4)):
            try:
                found.append(tree.read(entry.path, start, length))
            except ReadError as error:
                found.append((error.reason, error.detail))
    return found


def opened(target: Target, web: Web, **how: object) -> Answers:
    try:
        return answers(open_tree(target, web, **how))  # type: ignore[arg-type]
    except SourceGap as gap:
        return [gap.reason, gap.detail, gap.where, gap.status]


@pytest.fixture
def targets(hub: HuggingFace, modelscope: ModelScope, tmp_path: Path) -> list[Target]:
    hub.add(
        "acme/tiny", {"README.md": CARD, "w.bin": bytes(5_000), "e": b""}, card={"license": "x"}
    )
    hub.add("acme/gated", {"README.md": CARD}, gated="auto")
    hub.add("acme/set", {"README.md": CARD}, "datasets")
    modelscope.add("acme/tiny", {"README.md": CARD})
    local = tmp_path / "local"
    local.mkdir()
    (local / "LICENSE").write_text("MIT\n")
    (local / "out").symlink_to("/etc/passwd")
    names = ["hf:acme/tiny", "hf:acme/gated", "hf:datasets/acme/set", "hf:acme/none"]
    return [parse_target(n) for n in (*names, "ms:acme/tiny", "ms:a/none", str(local))]


def test_a_replay_answers_as_the_network_did(
    hub: HuggingFace,
    modelscope: ModelScope,
    targets: list[Target],
    make_web: MakeWeb,
    tmp_path: Path,
):
    allow = frozenset({hub.store.host})
    recording = Recording(tmp_path / "kept")
    with Forge(tmp_path / "forge").running() as forge:
        forge.create("org/name", {"LICENSE": b"MIT\n", "sub": ("160000", "1" * 40)})
        allow |= {forge.host}
        targets.append(parse_target(f"git+{forge.url}/org/name", allow=allow))
        web = make_web(allow=allow)
        before = [opened(t, web, record=recording) for t in targets]
    recording.save()
    for server in (hub.server, hub.store, modelscope.server):
        server.answer = lambda _: Reply(500, b"down")
    asked = len(hub.server.asked) + len(modelscope.server.asked)
    replay = Replay(tmp_path / "kept")
    assert [opened(t, make_web(offline=True), replay=replay) for t in targets] == before
    assert len(hub.server.asked) + len(modelscope.server.asked) == asked
    assert len(before[0]) > 10  # it was read, not refused


def test_a_recording_is_the_same_whatever_the_order(
    hub: HuggingFace, targets: list[Target], make_web: MakeWeb, tmp_path: Path
):
    for name, order in (("one", targets), ("two", targets[::-1])):
        recording = Recording(tmp_path / name)
        for target in order:
            opened(target, make_web(), record=recording)
        recording.save()

    def files(name: str) -> dict[str, bytes]:
        root = tmp_path / name
        return {str(p.relative_to(root)): p.read_bytes() for p in root.rglob("*") if p.is_file()}

    assert files("one") == files("two")
    index = json.loads((tmp_path / "one/index.json").read_text())
    assert set(index["trees"]) == {t.key for t in targets}


def test_the_first_answer_stands(hub: HuggingFace, make_web: MakeWeb, tmp_path: Path):
    sha = hub.add("acme/tiny", {"README.md": CARD})
    hub.server.faults[f"/acme/tiny/resolve/{sha}/README.md"] = [Reply(403, b"")]
    recording = Recording(tmp_path / "kept")
    tree = open_tree(parse_target("hf:acme/tiny"), make_web(), record=recording)
    for _ in range(2):
        with pytest.raises(ReadError) as caught:
            tree.read("README.md")
        assert caught.value.reason == "denied"


def test_what_was_not_recorded_is_a_gap(hub: HuggingFace, make_web: MakeWeb, tmp_path: Path):
    hub.add("acme/tiny", {"README.md": CARD})
    recording = Recording(tmp_path / "kept")
    open_tree(parse_target("hf:acme/tiny"), make_web(), record=recording)
    recording.save()
    replay = Replay(tmp_path / "kept")
    tree = replay.tree("hf:acme/tiny")
    with pytest.raises(ReadError) as caught:
        tree.read("README.md")
    assert caught.value.reason == "not_recorded"
    with pytest.raises(SourceGap) as missing:
        replay.tree("hf:acme/other")
    assert missing.value.as_gap("pkg:x").reason == "not_recorded"
    with pytest.raises(TargetError, match="does not hold it"):
        open_root(parse_target("hf:acme/other"), make_web(), replay=replay)


def test_a_damaged_recording_is_noticed(hub: HuggingFace, make_web: MakeWeb, tmp_path: Path):
    hub.add("acme/tiny", {"README.md": CARD})
    folder = tmp_path / "kept"
    recording = Recording(folder)
    open_tree(parse_target("hf:acme/tiny"), make_web(), record=recording).read("README.md")
    recording.save()
    (body,) = (p for p in (folder / "bodies").rglob("*") if p.is_file())
    body.write_bytes(b"license: other")
    with pytest.raises(ReadError, match="damaged"):
        Replay(folder).tree("hf:acme/tiny").read("README.md")
    body.unlink()
    with pytest.raises(ReadError, match="damaged"):
        Replay(folder).tree("hf:acme/tiny").read("README.md")
    index = json.loads((folder / "index.json").read_text())
    index["trees"]["hf:acme/tiny"]["reads"] = {"0+ README.md": "../" * 21 + "x"}
    (folder / "index.json").write_text(json.dumps(index))
    with pytest.raises(ReadError, match="damaged"):
        Replay(folder).tree("hf:acme/tiny").read("README.md")
    index["trees"]["hf:acme/tiny"] = {"name": 3}
    (folder / "index.json").write_text(json.dumps(index))
    with pytest.raises(SourceGap, match="damaged"):
        Replay(folder).tree("hf:acme/tiny")
    for text in ("", "[]", '{"schema": "other"}', '{"schema": "licaudit-recording/1"}'):
        (folder / "index.json").write_text(text)
        with pytest.raises(ConfigError, match="cannot be read"):
            Replay(folder)
    with pytest.raises(ConfigError):
        Replay(tmp_path / "nowhere")


@pytest.mark.parametrize("echoed", [True, False])
def test_a_planted_token_is_nowhere(
    hub: HuggingFace,
    modelscope: ModelScope,
    make_web: MakeWeb,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
    echoed: bool,
):
    caplog.set_level(logging.DEBUG)
    planted = ("hf_planted_token", "ms_planted_token")
    monkeypatch.setenv("HF_TOKEN", planted[0])
    monkeypatch.setenv("MODELSCOPE_API_TOKEN", planted[1])
    echo = " ".join(planted).encode() if echoed else b""
    hub.add("acme/tiny", {"README.md": CARD + echo, "w.bin": bytes(2_000)})
    modelscope.add("acme/tiny", {"README.md": CARD})
    hub.server.faults["/api/models/acme/none"] = [Reply(403, echo, {"X-Error-Message": "no"})]
    recording = Recording(tmp_path / "kept")
    said: list[object] = []
    for name in ("hf:acme/tiny", "hf:acme/none", "hf:acme/nobody", "ms:acme/tiny", "ms:a/none"):
        target = parse_target(name)
        said.append(opened(target, make_web(), record=recording))
    recording.save()
    captured = capfd.readouterr()
    kept = b"".join(p.read_bytes() for p in (tmp_path / "kept").rglob("*") if p.is_file())
    everything = [repr(said), caplog.text, captured.out, captured.err, repr(kept)]
    assert any("planted" in str(a.headers) for a in hub.server.asked)  # they were sent
    assert any("planted" in str(a.headers) for a in modelscope.server.asked)
    for text in everything:
        assert "planted_token" not in text
        assert "signed-secret" not in text


def test_secrets_are_masked_in_texts():
    secrets = Secrets(["tok_12345678", "short"])
    assert secrets.text("a tok_12345678 b short") == "a *** b short"
    url = "see https://me:pw@host/x?Signature=abc#f now"
    assert secrets.text(url) == "see https://host/x now"
    assert secrets.data(b"x tok_12345678") == b"x ***"
