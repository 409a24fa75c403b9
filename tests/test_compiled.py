"""Rule files kept in parsed form: the same answer wherever it comes from; no trust in a cache."""

from __future__ import annotations

from pathlib import Path

import pytest

from licaudit.compiled import kept_yaml
from licaudit.documents import DocumentError, read_yaml
from licaudit.settings import data_folder

TEXT = "rules:\n  - id: heron\n    when: 1.5\n    ok: true\n    none:\n"


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    return tmp_path / "licaudit" / "knowledge" / "yaml"


def test_all_rule_files_come_back_as_they_were_read(cache: Path) -> None:
    files = sorted(data_folder("rules").glob("*.yaml")) + sorted(
        data_folder("rules").glob("packs/*/*.yaml")
    )
    assert len(files) > 15
    for path in files:
        text = path.read_text("utf-8")
        read = read_yaml(text, path.name)
        assert kept_yaml(text, path.name) == read
        assert kept_yaml(text, path.name) == read


def test_places_stay_and_the_name_is_the_asker_s(cache: Path) -> None:
    kept_yaml(TEXT, "a.yaml")
    assert kept_yaml(TEXT, "b.yaml").where("rules", 0, "when") == "b.yaml:3:5"


@pytest.mark.parametrize("damage", [b"", b"{", b"[]", b'{"data": 1}', b"\xff", b'{"marks": 3}'])
def test_a_damaged_form_is_read_anew(cache: Path, damage: bytes) -> None:
    kept_yaml(TEXT, "a.yaml")
    (kept,) = cache.iterdir()
    kept.write_bytes(damage)
    assert kept_yaml(TEXT, "a.yaml") == read_yaml(TEXT, "a.yaml")
    assert kept.read_bytes() != damage


def test_a_cache_that_cannot_be_written_costs_nothing_but_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    occupied = tmp_path / "file"
    occupied.write_bytes(b"")
    monkeypatch.setenv("XDG_CACHE_HOME", str(occupied))
    assert kept_yaml(TEXT, "a.yaml") == read_yaml(TEXT, "a.yaml")


def test_broken_yaml_is_an_error_each_time(cache: Path) -> None:
    for _ in range(2):
        with pytest.raises(DocumentError, match=r"a\.yaml:1"):
            kept_yaml("a: [", "a.yaml")
