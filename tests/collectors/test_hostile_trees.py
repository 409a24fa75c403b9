"""Trees made to hurt: unreadable, binary, endless, misleading. A Gap or a clean reading."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from licaudit.collectors import collect_tree
from licaudit.facts import Collected
from licaudit.sources.local import LocalTree

CARD = "---\nlicense: mit\npipeline_tag: x\n---\n# Heron\n"


@pytest.fixture
def collected(tmp_path: Path) -> Callable[..., Collected]:
    """What the collectors find in a folder of the given files."""

    def build(files: dict[str, str | bytes]) -> Collected:
        for name, content in files.items():
            path = tmp_path / "tree" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content if isinstance(content, bytes) else content.encode())
        (tmp_path / "tree").mkdir(exist_ok=True)
        return collect_tree(LocalTree(str(tmp_path / "tree")))[1]

    return build


def blocking(found: Collected) -> set[str]:
    return {g.reason for g in found.gaps if g.blocks}


def values(found: Collected) -> list[str]:
    return [p.text for p in found.passages if p.form == "tag"]


def test_an_empty_folder(collected: Callable[..., Collected]) -> None:
    found = collected({})
    assert blocking(found) == {"empty"}
    assert found.passages == ()


@pytest.mark.parametrize("name", ["README.md", "LICENSE", "MODEL_CARD.md", "NOTICE"])
@pytest.mark.parametrize("content", [b"\x00\x01\x02" * 500, b"\x89HDF\r\n\x1a\n\x00" * 90])
def test_binary_rubbish_under_a_page_s_name(
    collected: Callable[..., Collected], name: str, content: bytes
) -> None:
    found = collected({name: content, "a.py": "A = 1\n"})
    assert blocking(found) == {"binary"}
    assert found.passages == ()


def test_null_bytes_in_a_card(collected: Callable[..., Collected]) -> None:
    assert blocking(collected({"README.md": CARD.encode() + b"\x00" * 10})) == {"binary"}


@pytest.mark.parametrize("encoding", ["utf-16", "utf-8-sig"])
def test_marked_encodings_are_read(collected: Callable[..., Collected], encoding: str) -> None:
    found = collected({"README.md": CARD.encode(encoding)})
    assert values(found) == ["mit"]
    assert found.gaps == ()


def test_latin_1_and_gb18030_are_read(collected: Callable[..., Collected]) -> None:
    page = CARD.replace("Heron", "Réiher").encode("latin-1")
    found = collected({"README.md": page, "zh/LICENSE": "许可证仅供研究使用".encode("gb18030")})
    assert values(found) == ["mit"]
    assert any("仅供研究" in p.text for p in found.passages)


@pytest.mark.parametrize("name", ["LICENSE", "README.md", "a.py", "NOTICE"])
def test_a_file_that_cannot_be_read_is_a_gap(memory: Callable[..., Any], name: str) -> None:
    files = {"LICENSE": "MIT License\n", "README.md": CARD, "a.py": "A = 1\n", "NOTICE": "Words"}
    found = collect_tree(memory(files, broken=frozenset({name})))[1]
    gaps = [g for g in found.gaps if g.reason == "unreadable"]
    assert any(g.blocks for g in gaps)
    assert {g.location.path for g in gaps if g.location} == {name}


def test_a_link_out_of_the_tree_is_never_followed(
    collected: Callable[..., Collected], tmp_path: Path
) -> None:
    (tmp_path / "outside").write_text("MIT License\n")
    (tmp_path / "tree").mkdir()
    (tmp_path / "tree" / "LICENSE").symlink_to(tmp_path / "outside")
    (tmp_path / "tree" / "loop").symlink_to(tmp_path / "tree" / "loop")
    found = collected({"a.py": "A = 1\n"})
    assert found.passages == ()
    assert "outside_tree" in blocking(found)


def test_git_s_own_folder_is_skipped(collected: Callable[..., Collected]) -> None:
    found = collected({".git/LICENSE": "GPL-3.0", ".git/README.md": CARD, "a.py": "A = 1\n"})
    assert found.passages == ()


def test_a_license_file_of_5_mb_is_not_read_whole(memory: Callable[..., Any]) -> None:
    tree = memory({"LICENSE": "MIT License\n" + "words " * 850_000, "a.py": "A = 1\n"})
    found = collect_tree(tree)[1]
    assert "cut_short" in blocking(found)
    assert tree.handed_out < 2_000_000


@pytest.mark.parametrize("name", ["README.md", "LICENSE", "a.py", "NOTICE"])
@pytest.mark.parametrize("filler", ["license ", "|", " ", "[", "<", "许可", "---\n"])
def test_a_megabyte_of_one_thing_does_not_hang(
    collected: Callable[..., Collected], name: str, filler: str
) -> None:
    found = collected({name: (filler * 1_000_000)[:1_000_000]})
    assert found.artifacts[0].id == "local:."


@pytest.mark.parametrize("name", ["README.md", "LICENSE", "NOTICE", "a.py", "LICENSE.html"])
def test_ten_megabytes_on_one_line_are_read_in_part(
    collected: Callable[..., Collected], name: str
) -> None:
    found = collected({name: ("the license of this model is free to use " * 250_000)[:10_000_000]})
    assert "cut_short" in {g.reason for g in found.gaps}
    assert sum(len(p.text) for p in found.passages) < 4_000_000


@pytest.mark.parametrize(
    "name", ["README.md", "LICENSE", "NOTICE", "a.py", "LICENSE.html", "LICENSE.pdf"]
)
def test_a_gigabyte_of_nothing_is_not_read(tmp_path: Path, name: str) -> None:
    with open(tmp_path / name, "wb") as file:
        file.write(b"MIT License\n")
        file.truncate(1 << 30)
    tree = LocalTree(str(tmp_path))
    found = collect_tree(tree)[1]
    assert {g.reason for g in found.gaps} & {"cut_short", "binary"}
    assert [p for p in found.passages if p.form in ("text", "tag")] == []
    assert tree.bytes_read < 8_000_000


@pytest.mark.parametrize("filler", ["x: " + "y" * 9_900_000 + "\n", "- y\n" * 2_400_000])
def test_front_matter_of_ten_megabytes(collected: Callable[..., Collected], filler: str) -> None:
    found = collected({"README.md": f"---\nlicense: mit\n{filler}---\n# Heron\n"})
    assert {"cut_short", "broken_front_matter"} <= blocking(found)


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("name", ["README.md", "LICENSE"])
def test_utf_16_whose_mark_is_missing_is_read(
    collected: Callable[..., Collected], encoding: str, name: str
) -> None:
    found = collected({name: (CARD + "You may look at 鹭.\n").encode(encoding)})
    assert any("鹭" in p.text for p in found.passages)
    assert blocking(found) == set()


@pytest.mark.parametrize(
    "content",
    [
        CARD.encode() + b"\x00" * 10,
        CARD.encode().replace(b" ", b"\x00"),
        CARD.encode("utf-16-le") + b"\x00\x00" * 40,
        b"\xff\xfe" + b"\x00" * 400,
        CARD.encode("utf-16-le")[1:] + b"\xd8" * 9,
    ],
    ids=["at the end", "for spaces", "two by two", "behind a mark", "shifted"],
)
@pytest.mark.parametrize("name", ["README.md", "LICENSE", "NOTICE"])
def test_null_bytes_are_no_text(
    collected: Callable[..., Collected], name: str, content: bytes
) -> None:
    found = collected({name: content})
    assert blocking(found) == {"binary"}
    assert found.passages == ()


@pytest.mark.parametrize("name", ["README.md", "LICENSE", "NOTICE", "a.py", "LICENSE.docx"])
def test_a_file_that_vanishes_mid_scan_is_a_gap(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text(CARD)
    (tmp_path / "b.py").write_text("A = 1\n")
    tree = LocalTree(str(tmp_path))
    tree.entries()
    (tmp_path / name).unlink()
    found = collect_tree(tree)[1]
    assert "unreadable" in blocking(found)
    assert found.passages == ()
