"""`licaudit audit`: what it says, what it writes, what it reads and what it imports."""

from __future__ import annotations

import json
import struct
from collections.abc import Callable
from pathlib import Path

import pytest

from .conftest import MIT, Run, program

Make = Callable[..., Path]
HAN = "一-鿿"
INTENTS = """intents:
  - {use: research, distribute: [], restricted_fields: [], modify: false}
  - {use: commercial, actor: company, distribute: [weights]}
"""
NC_CARD = "---\nlicense: cc-by-nc-4.0\n---\n# Harbor\n"


def chinese(text: str) -> bool:
    return any("一" <= c <= "鿿" for c in text)


def sparse(path: Path, size: int) -> None:
    """A safetensors file of one tensor that claims `size` bytes and holds next to none."""
    head = {
        "__metadata__": {"format": "pt", "license": "mit"},
        "w": {"dtype": "U8", "shape": [size], "data_offsets": [0, size]},
    }
    text = json.dumps(head).encode()
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text)
        file.truncate(8 + len(text) + size)


@pytest.mark.parametrize(
    "names",
    [
        ("model.safetensors",),
        (
            "pytorch_model.bin",
            "model.gguf",
            "model.onnx",
            "model.pt",
            "weights.npz",
            "tokenizer.json",
        ),
        ("notes.txt", "data.json", "blob", "data.parquet", "train.jsonl", "big.py"),
    ],
)
def test_weights_and_other_giants_cost_next_to_no_reading(
    cli: Run, clean: Path, names: tuple[str, ...]
) -> None:
    for name in names:
        sparse(clean / name, 2_000_000_000)
    said = cli("audit", clean)
    assert said.audit["run"]["bytes_read"] < 1_000_000
    assert said.code in (0, 3)


def test_a_giant_license_file_is_never_a_silent_pass(cli: Run, tree: Make) -> None:
    folder = tree(**{"LICENSE": MIT, "main.py": "print()\n", "LICENSE-MODEL": MIT})
    with open(folder / "LICENSE-MODEL", "r+b") as file:
        file.truncate(2_000_000_000)
    said = cli("audit", folder)
    assert said.code == 3
    assert said.audit["run"]["bytes_read"] < 1_500_000


def test_review_is_let_through_by_name_and_only_when_asked(cli: Run, examples: Path) -> None:
    folder = examples / "rail-model-review"
    assert cli("audit", folder).code == 3
    said = cli("audit", folder, "--allow-review")
    assert said.code == 0
    review = [f for f in said.audit["findings"] if f["outcome"] == "review"]
    assert review
    for finding in review:
        assert (
            f"Let through by --allow-review: {finding['rule']} on {finding['artifact']}" in said.out
        )
    assert said.audit["verdict"] == "review"


def test_a_failure_is_never_let_through(cli: Run, examples: Path, clean: Path) -> None:
    said = cli("audit", examples / "llama-adapter-fails", "--allow-review")
    assert said.code == 1
    assert "Let through" not in said.out
    assert "Let through" not in cli("audit", clean, "--allow-review").out


@pytest.mark.parametrize(
    ("example", "word"),
    [
        ("clean-classifier-passes", "通过"),
        ("rail-model-review", "待审"),
        ("llama-adapter-fails", "不通过"),
    ],
)
def test_chinese_is_chinese(cli: Run, examples: Path, example: str, word: str) -> None:
    said = cli("audit", examples / example, "--lang", "zh", "--allow-review")
    lines = said.out.splitlines()
    assert lines[0].startswith(word)
    assert chinese(lines[1])
    english = ("Commercial use;", "Report:", "Duties", "Gaps", "Project file", "must be", "do:")
    assert not [w for w in english if w in said.out]
    page = (said.folder / "licaudit-report" / "report.html").read_text("utf-8")
    assert '<html lang="zh' in page
    ours = [x for x in lines if x.startswith(("    ", "  ")) and not x.startswith("      ")]
    spoken = [x for x in ours if x.strip().count(" ") > 8]
    assert all(chinese(x) for x in spoken), [x for x in spoken if not chinese(x)]


def test_several_intents_stand_side_by_side(cli: Run, tree: Make) -> None:
    folder = tree(**{"README.md": NC_CARD, "config.json": "{}", "licaudit.yaml": INTENTS})
    said = cli("audit", folder)
    assert said.code == 1
    assert [j["verdict"] for j in said.audit["judgements"]] == ["pass", "fail"]
    assert (said.audit["verdict"], said.audit["intent"]["use"]) == ("fail", "research")
    assert {v["intent"] for v in said.audit["verdicts"]} == {"research", "commercial"}
    assert "Intent 1 of 2:" in said.out
    assert said.out.index("Intent 1 of 2:") < said.out.index("Intent 2 of 2:")
    assert cli("audit", folder, "--use", "research").code == 0
    assert cli("ask", folder).out.startswith("No")
    assert cli("ask", folder, "--use", "research").out.startswith("Yes")


def test_a_target_in_any_spelling_is_the_same_work(cli: Run, clean: Path) -> None:
    said = [
        cli("audit", target, "--as-of", "2026-10-09", folder=folder)
        for target, folder in ((clean, None), (".", clean), ("work/", clean.parent))
    ]
    audits = [s.audit for s in said]
    assert [a["target"]["input"] for a in audits] == [str(clean), ".", "work/"]
    assert len({json.dumps(a["artifacts"]) for a in audits}) == 1
    assert len({a["target"]["revision"] for a in audits}) == 1


def test_one_file_can_be_audited(cli: Run, clean: Path) -> None:
    said = cli("audit", clean / "LICENSE")
    assert said.code in (0, 3)
    assert said.audit["run"]["files"] == 1


def test_installed_packages_are_named_as_left_out(cli: Run, clean: Path) -> None:
    for folder in (".venv/lib/x", "node_modules/y", ".git"):
        (clean / folder).mkdir(parents=True)
        (clean / folder / "LICENSE").write_text("all rights reserved")
    said = cli("audit", clean)
    assert said.code == 0
    skipped = {g["location"]["path"] for g in said.audit["gaps"] if g["reason"] == "skipped"}
    assert skipped == {".venv", "node_modules"}
    assert "Gaps: 0 that block a pass, 2 for information" in said.out


WAIVER = """waivers:
  - {{rule: {rule}, artifact: "{artifact}", fingerprint: {fingerprint}, reason: contract 17,
     approver: legal@harbor, expires: 2026-12-31}}
"""


def test_a_waiver_waives_until_its_day_and_is_reported_after(cli: Run, tree: Make) -> None:
    folder = tree(**{"README.md": NC_CARD, "config.json": "{}"})
    before = cli("audit", folder, "--as-of", "2026-10-09")
    assert before.code == 1
    lines = [WAIVER.format(**f) for f in before.audit["findings"]]
    text = lines[0] + "".join(x.split("\n", 1)[1] for x in lines[1:])
    (folder / "licaudit.yaml").write_text(text)

    live = cli("audit", folder, "--as-of", "2026-12-31")
    assert live.code == 0, live.out
    assert "Waived, and still in the report" in live.out
    assert "legal@harbor" in live.out
    assert live.audit["findings"]

    late = cli("audit", folder, "--as-of", "2027-01-01")
    assert late.code == 1
    assert "Expired waiver, waives nothing: commercial-prohibited on local:." in late.out
    assert len(late.audit["waivers"]["expired"]) == len(lines)
    assert not any(f["waiver"] for f in late.audit["findings"])

    (folder / "README.md").write_text(NC_CARD.replace("4.0", "3.0"))
    moved = cli("audit", folder, "--as-of", "2026-12-31")
    assert moved.code == 1
    assert "Unused waiver, fits no finding" in moved.out


def test_the_project_file_is_named_with_what_it_declares(cli: Run, clean: Path) -> None:
    assert "Project file" not in cli("audit", clean).out
    (clean / "licaudit.yaml").write_text("intent: {use: commercial}\n")
    assert "licaudit.yaml (intent)" in cli("audit", clean).out


def test_reports_are_whole_or_not_there(
    cli: Run, clean: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from licaudit.reporting import spdx

    def fall_over(*_: object) -> bytes:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(spdx, "write", fall_over)
    said = cli("audit", clean, "--format", "spdx", debug=False)
    assert said.code == 4
    assert not (said.folder / "licaudit-report").exists()


def test_colours_and_spinners_are_for_terminals(cli: Run, examples: Path, tmp_path: Path) -> None:
    done = program("audit", examples / "llama-adapter-fails", cwd=tmp_path)
    assert done.returncode == 1
    assert "\x1b" not in done.stdout + done.stderr
    assert done.stderr == ""
    assert "\n" in done.stdout
    # Nothing is wrapped for a program: a sentence is a line.
    assert any(len(line) > 200 for line in done.stdout.splitlines())


def test_a_terminal_gets_colours_and_lines_that_fit(
    cli: Run, examples: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from rich.cells import cell_len
    from rich.text import Text

    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("COLUMNS", "64")
    for lang in ("en", "zh"):
        out = cli("audit", examples / "llama-adapter-fails", "--lang", lang).out
        assert "\x1b[" in out
        lines = [Text.from_ansi(line).plain for line in out.splitlines()]
        assert max(map(cell_len, lines)) <= 64, max(lines, key=cell_len)
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\x1b[3" not in cli("ask", examples / "llama-adapter-fails").out


def test_a_spinner_waits_and_leaves_nothing_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    import threading

    from rich.status import Status

    from licaudit.cli import audit

    shown = threading.Event()
    start = Status.start

    def noticed(status: Status) -> None:
        start(status)
        shown.set()

    monkeypatch.setattr(Status, "start", noticed)
    monkeypatch.setattr("sys.stderr.isatty", lambda: True, raising=False)
    before = set(threading.enumerate())
    for patience, appears in ((30.0, False), (0.0, True)):
        monkeypatch.setattr(audit, "PATIENCE", patience)
        with audit._spinner("zh") as progress:
            for step in ("read", "identify", "follow", "judge"):
                progress(step)
            if appears:
                assert shown.wait(9)
        assert shown.is_set() == appears
        for thread in set(threading.enumerate()) - before:
            thread.join(9)
            assert not thread.is_alive()
