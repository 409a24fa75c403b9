"""Bad input: one clear sentence, the right exit code, never a traceback, never a silent pass."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from licaudit.collectors import collect_tree
from licaudit.errors import TargetError
from licaudit.sources.local import LocalTree

from .conftest import MIT, Run, program

Make = Callable[..., Path]


def blocking(audit: dict) -> set[tuple[str, str | None]]:
    """The gaps that stop a pass, as (reason, path)."""
    return {
        (g["reason"], g["location"]["path"] if g["location"] else None)
        for g in audit["gaps"]
        if g["blocks"]
    }


# Targets.


def test_a_path_that_does_not_exist(cli: Run) -> None:
    for command in ("audit", "ask"):
        said = cli(command, "no-such-folder")
        assert said.code == 4
        assert said.sentence().startswith("no-such-folder: there is nothing at this path. Check")
        assert said.out == ""
        assert not (said.folder / "licaudit-report").exists()


def test_an_empty_folder_is_review_with_a_gap(cli: Run, tree: Make) -> None:
    said = cli("audit", tree())
    assert said.code == 3
    assert said.audit["verdict"] == "review"
    assert blocking(said.audit) == {("empty", None)}
    assert "there is no file to audit" in said.out


def test_an_empty_target(cli: Run) -> None:
    said = cli("audit", "")
    assert said.code == 2
    assert "the target is empty" in said.sentence()


@pytest.mark.parametrize(
    ("target", "key"),
    [
        ("hf:org/name", "hf:org/name"),
        ("https://git.example/org/name/tree/main", "git+https://git.example/org/name@main"),
        ("ms:datasets/org/name", "ms:datasets/org/name"),
        ("git+https://git.example/org/a", "git+https://git.example/org/a"),
        ("pkg:pypi/harbor", "pypi:harbor"),
        ("npm:harbor", "npm:harbor"),
    ],
)
def test_what_is_not_on_this_disk_is_out_of_reach_offline(cli: Run, target: str, key: str) -> None:
    said = cli("audit", target, "--offline")
    assert said.code == 4
    assert said.sentence().startswith(f"{key}: ")
    assert "the network is not used" in said.sentence()
    assert said.sentence().endswith("Run without --offline, or replay a recording.")


@pytest.mark.parametrize(
    "target", ["ftp://x.example/a", "file:///etc", "https://127.0.0.1/org/name", "hf:../up", "xy:z"]
)
def test_what_is_no_target_is_refused(cli: Run, target: str) -> None:
    said = cli("audit", target)
    assert said.code == 2
    assert said.sentence().startswith(target)


@pytest.mark.parametrize("target", ["x" * 5000, "a\0b"])
def test_a_path_no_disk_can_hold(cli: Run, target: str) -> None:
    said = cli("audit", target)
    assert said.code == 4
    assert "this path cannot be read" in said.sentence()


def test_a_target_that_is_neither_file_nor_folder(cli: Run, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    said = cli("audit", tmp_path / "pipe")
    assert said.code == 4
    assert "neither a folder nor a file" in said.sentence()


@contextmanager
def ordinary_user() -> Iterator[None]:
    """Act as nobody for a while: root may read everything."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder every user of the machine can reach, which pytest's own are not."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        (folder / "LICENSE").write_text(MIT)
        (folder / "LICENSE").chmod(0o644)
        yield folder
        folder.chmod(0o755)


def test_a_folder_that_may_not_be_listed(open_folder: Path) -> None:
    open_folder.chmod(0o311)
    with ordinary_user(), pytest.raises(TargetError, match="Permission denied"):
        LocalTree(str(open_folder)).entries()


# Files of a tree.


def test_a_license_file_that_may_not_be_read(open_folder: Path) -> None:
    (open_folder / "LICENSE").chmod(0)
    with ordinary_user():
        _, collected = collect_tree(LocalTree(str(open_folder)))
    assert ("unreadable", "LICENSE") in {
        (g.reason, g.location.path) for g in collected.gaps if g.location and g.blocks
    }


def test_a_file_whose_reading_fails(cli: Run, clean: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import licaudit.sources.local as local

    def refuse(path: str, flags: int) -> int:
        if str(path).endswith("NOTICE"):
            raise PermissionError(13, "Permission denied", path)
        return os.open(path, flags)

    (clean / "NOTICE").write_text("Portions are under other terms.\n")
    monkeypatch.setattr(local, "_open", refuse)
    said = cli("audit", clean)
    assert said.code == 3
    assert ("unreadable", "NOTICE") in blocking(said.audit)
    assert "Permission denied" in said.out


def test_a_pipe_named_like_a_license_is_a_gap_and_does_not_hang(cli: Run, clean: Path) -> None:
    os.mkfifo(clean / "LICENSE-MODEL")
    said = cli("audit", clean)
    assert said.code == 3
    assert ("unreadable", "LICENSE-MODEL") in blocking(said.audit)


def test_a_socket_is_a_gap(cli: Run, clean: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(clean)
    with socket.socket(socket.AF_UNIX) as door:
        door.bind("NOTICE")
    said = cli("audit", clean)
    assert said.code == 3
    assert ("unreadable", "NOTICE") in blocking(said.audit)


def test_a_folder_named_license_licenses_nothing(cli: Run, tree: Make) -> None:
    said = cli("audit", tree(**{"LICENSE/note.bin": b"\0\1", "a.py": "print()\n"}))
    assert said.code == 3
    assert said.audit["claims"] == []


def test_a_link_out_of_the_tree_is_not_followed(cli: Run, tree: Make, tmp_path: Path) -> None:
    (tmp_path / "LICENSE").write_text(MIT)
    folder = tree(**{"a.py": "print()\n"})
    (folder / "LICENSE").symlink_to(tmp_path / "LICENSE")
    said = cli("audit", folder)
    assert said.code == 3
    assert ("outside_tree", "LICENSE") in blocking(said.audit)
    assert said.audit["claims"] == []


BROKEN = {
    "open bracket": "license: [mit\ntags: : x\n",
    "tabs": "license:\tmit\n\t- a\n",
    "two values": "license: mit\nlicense: cc-by-nc-4.0\n",
    "alias bomb": "a: &a [x,x,x,x,x,x,x,x,x]\n"
    + "".join(
        f"{c}: &{c} [{','.join(['*' + p] * 9)}]\n"
        for p, c in zip("abcdefgh", "bcdefghi", strict=True)
    )
    + "license: mit\n",
    "python object": "license: !!python/object/apply:os.system ['touch /tmp/licaudit-owned']\n",
    "a list": "- license: mit\n",
    "a mapping for a name": "license: {mit: {a: [1, {b: c}]}}\n",
    "merge marks": "<<<<<<< HEAD\nlicense: mit\n=======\nlicense: cc-by-nc-4.0\n>>>>>>> other\n",
    "deep": "license: " + "[" * 3000 + "]" * 3000 + "\n",
}


@pytest.mark.parametrize("head", BROKEN.values(), ids=BROKEN.keys())
def test_a_broken_front_matter_never_passes(cli: Run, tree: Make, head: str) -> None:
    said = cli("audit", tree(**{"README.md": f"---\n{head}---\n# A model\n", "config.json": "{}"}))
    assert said.code in (1, 3), said.out + said.err
    assert said.audit["gaps"] or said.audit["findings"]
    assert not Path("/tmp/licaudit-owned").exists()


def test_a_broken_front_matter_is_named_with_its_line(cli: Run, tree: Make) -> None:
    said = cli("audit", tree(**{"README.md": f"---\n{BROKEN['open bracket']}---\n# A model\n"}))
    (gap,) = [g for g in said.audit["gaps"] if g["reason"] == "broken_front_matter"]
    assert gap["location"]["path"] == "README.md"
    assert gap["location"]["line"] in (1, 2, 3)
    assert "not valid YAML" in gap["detail"]


def test_a_huge_front_matter_is_a_gap(cli: Run, tree: Make) -> None:
    head = "license: mit\ntags:\n" + "- abcdefghij\n" * 100_000
    said = cli("audit", tree(**{"README.md": f"---\n{head}---\n# A model\n", "LICENSE": MIT}))
    assert said.code == 3
    assert any(path == "README.md" for _, path in blocking(said.audit))
    assert "larger than the limit" in said.out


@pytest.mark.parametrize(
    "rubbish",
    [bytes(range(256)) * 20, b"\xff\xfe" + b"\x00\xd8" * 999, b"\x89PNG\r\n\x1a\n" + b"\0" * 99],
)
def test_rubbish_named_readme_is_a_gap(cli: Run, tree: Make, rubbish: bytes) -> None:
    said = cli("audit", tree(**{"README.md": rubbish, "a.py": "print()\n"}))
    assert said.code == 3
    assert said.audit["findings"]
    assert any(g["location"] and g["location"]["path"] == "README.md" for g in said.audit["gaps"])


def test_names_that_are_no_utf8_break_nothing(cli: Run, clean: Path) -> None:
    Path(os.fsdecode(os.fsencode(clean) + b"/data-\xff\xfe.md")).write_text(
        "---\nlicense: other\n---\n"
    )
    Path(os.fsdecode(os.fsencode(clean) + b"/LICENSE-\xff")).write_text("call us first")
    said = cli("audit", clean, "--format", "markdown,spdx")
    assert said.code == 3
    done = program("audit", clean, cwd=said.folder)
    assert done.returncode == 3, done.stderr
    assert done.stderr == ""


def test_a_terminal_obeys_nothing_that_a_tree_says(cli: Run, tree: Make) -> None:
    evil = "\x1b]0;owned\x07\x1b[2J\u202ePASS"
    folder = tree(
        **{
            "README.md": f'---\nlicense: other\nlicense_name: "{evil}"\nmodel_name: "{evil}"\n'
            f"---\n# {evil}\n",
            f"LICENSE{evil}": "call us first",
            "licaudit.yaml": f'"{evil}": 1\n',
        }
    )
    said = cli("audit", folder)
    assert said.code == 2
    said.sentence()
    (folder / "licaudit.yaml").unlink()
    listed = cli("audit", folder)
    for text in (said.err, listed.out, listed.err, cli("ask", folder).out):
        assert not set(text) & {"\x1b", "\x07", "\u202e"}


# Rules and packs.


def pack_with(root: Path, folder: Path, old: str, new: str) -> Path:
    """A copy of one rule of ours with one thing wrong."""
    folder.mkdir()
    source = root / "rules" / "packs" / "ci-default"
    (folder / "pack.yaml").write_text(
        "id: mine\nname: {en: Mine, zh: 自有}\ndescription: {en: Mine., zh: 自有。}\n"
    )
    rule = (source / "duty-missing.yaml").read_text("utf-8")
    assert old in rule
    (folder / "duty-missing.yaml").write_text(rule.replace(old, new), "utf-8")
    return folder


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("subject.questions", "subject.questons", "questons"),
        ("q.code", "q.coed", "coed"),
        ("Code.duty_missing", "Code.duty_mising", ""),
        ("severity: high", "severty: high", "unknown key `severty`"),
        ("severity: high", "severity: hgih", "hgih"),
        ("  zh: >-", "  cn: >-", "en and zh"),
        ("subject.questions.exists", "size(subject.questions", ""),
        ("for: subject", "for: [subject", "not valid YAML"),
    ],
)
def test_a_misspelt_rule_is_refused_with_its_place(
    cli: Run, root: Path, clean: Path, tmp_path: Path, old: str, new: str, says: str
) -> None:
    pack = pack_with(root, tmp_path / "mine", old, new)
    said = cli("audit", clean, "--pack", pack)
    assert said.code == 2
    assert says in said.sentence()
    place = said.sentence().split(": ")[0]
    file, line, *column = place.rsplit("/", 1)[-1].split(":")
    assert file == "duty-missing.yaml"
    assert int(line) > 0
    assert says == "not valid YAML" or int(column[0]) > 0
    assert not (said.folder / "licaudit-report").exists()


def test_an_unknown_pack(cli: Run, clean: Path) -> None:
    said = cli("audit", clean, "--pack", "comercial-use")
    assert said.code == 2
    assert said.sentence().startswith("there is no pack `comercial-use`. Packs: ci-default, ")


def test_a_project_names_its_packs_from_its_own_folder(
    cli: Run, root: Path, clean: Path, tmp_path: Path
) -> None:
    pack_with(root, tmp_path / "mine", "high", "low")
    (clean / "licaudit.yaml").write_text("packs: [../mine]\n")
    said = cli("audit", clean)
    assert said.code == 0, said.err
    assert said.audit["judgements"][0]["packs"] == ["mine"]


# The project file.


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("intent: {use: [commercial\n", "not valid YAML"),
        ("- intent\n", "expected keys"),
        ("inten: {use: commercial}\n", "unknown key `inten`"),
        ("intent: {uze: commercial}\n", "unknown key `uze`"),
        ("intent: {use: selling}\n", "use"),
        ("intent: {users_in: [Europe]}\n", "`Europe` is no region"),
        ("posture: lax\n", "`lax` is no posture"),
        ("packs: 7\n", "`packs` must be a list"),
        ("packs: [no-such-pack]\n", "there is no pack `no-such-pack`"),
        ("params: {no_such: [a]}\n", "no chosen pack has a parameter `no_such`"),
        (
            "waivers:\n  - {rule: a, artifact: b, fingerprint: c, reason: d, approver: e}\n",
            "`expires` is required",
        ),
        (
            "waivers:\n  - {rule: a, artifact: b, fingerprint: c, reason: d, approver: e,\n"
            "     expires: soon}\n",
            "expires",
        ),
        ("sources:\n  - {dataset: a, channel: stolen}\n", "channel"),
    ],
)
def test_a_broken_project_file(cli: Run, clean: Path, text: str, says: str) -> None:
    (clean / "licaudit.yaml").write_text(text)
    said = cli("audit", clean)
    assert said.code == 2
    assert says in said.sentence()
    if "pack" not in says:
        assert "licaudit.yaml" in said.sentence()


def test_no_project_file_where_one_was_promised(cli: Run, clean: Path) -> None:
    said = cli("audit", clean, "--config", "none.yaml")
    assert said.code == 2
    assert said.sentence() == (
        "none.yaml: there is no such project file. Check the path given with --config."
    )


# Flags.


@pytest.mark.parametrize(
    ("flag", "value", "says"),
    [
        ("--format", "pdf", "`pdf` is no report format. Formats: json, html"),
        ("--format", "spdx,word", "`word` is no report format"),
        ("--lang", "fr", "`fr` is no language of the reports. Use en or zh."),
        ("--use", "selling", "`selling` is no use. Use one of commercial, research, internal."),
        ("--posture", "lax", "`lax` is no posture. Use one of strict, balanced"),
        ("--as-of", "yesterday", "`yesterday` is no date. Write it as 2026-01-31."),
        ("--as-of", "2026-02-30", "`2026-02-30` is no date"),
    ],
)
def test_a_value_no_flag_takes(cli: Run, clean: Path, flag: str, value: str, says: str) -> None:
    said = cli("audit", clean, flag, value)
    assert said.code == 2
    assert said.sentence().startswith(says)
    assert said.out == ""


def test_ask_takes_its_own_formats_only(cli: Run, clean: Path) -> None:
    said = cli("ask", clean, "--format", "spdx")
    assert said.code == 2
    assert said.sentence() == "`spdx` is no format of `ask`. Use text or json."


@pytest.mark.parametrize("place", ["file", "below", "/proc/licaudit"])
def test_a_place_that_cannot_be_written(cli: Run, clean: Path, tmp_path: Path, place: str) -> None:
    (tmp_path / "taken").write_text("")
    out = {"file": tmp_path / "taken", "below": tmp_path / "taken" / "deep"}.get(place, place)
    said = cli("audit", clean, "--out", out)
    assert said.code == 2
    assert "the reports cannot be written" in said.sentence()
    assert said.sentence().endswith("Choose another folder with --out.")


def test_an_unknown_flag_or_command_is_usage(cli: Run, clean: Path) -> None:
    assert cli("audit", clean, "--nope").code == 2
    assert cli("autid", clean).code == 2
    assert cli("audit").code == 2


# In a process of its own.


def test_exit_codes_and_streams_of_the_program(clean: Path, tmp_path: Path) -> None:
    for words, code in (((clean,), 0), ((clean, "--use", "selling"), 2), ((tmp_path / "none",), 4)):
        done = program("audit", *words, cwd=tmp_path)
        assert done.returncode == code, done.stderr
        assert "Traceback" not in done.stderr
        assert bool(done.stderr) == (code != 0)
    assert program(cwd=tmp_path).returncode == 2


def test_an_encoding_without_chinese_loses_words_and_nothing_else(
    clean: Path, tmp_path: Path, root: Path
) -> None:
    env = os.environ | {"PYTHONIOENCODING": "ascii", "PYTHONPATH": str(root)}
    done = program("audit", clean, "--lang", "zh", cwd=tmp_path, env=env)
    assert done.returncode == 0, done.stderr


def test_a_reader_that_leaves_does_not_change_the_verdict(
    clean: Path, tmp_path: Path, root: Path
) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    command = [sys.executable, "-m", "licaudit", "audit", str(clean)]
    env = os.environ | {"PYTHONPATH": str(root)}
    done = subprocess.run(
        command, cwd=tmp_path, env=env, stdout=writer, stderr=subprocess.PIPE, check=False
    )
    os.close(writer)
    assert (done.returncode, done.stderr) == (0, b"")


def test_a_fault_of_our_own_is_not_a_verdict(
    cli: Run, clean: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import licaudit.audit

    def fall_over(*_: object) -> None:
        raise KeyError("x\ny")

    monkeypatch.setattr(licaudit.audit, "run_audit", fall_over)
    with pytest.raises(KeyError):
        cli("audit", clean)
    said = cli("audit", clean, debug=False)
    assert said.code == 4
    assert "fault of licaudit itself (KeyError: 'x\\ny')" in said.sentence()
