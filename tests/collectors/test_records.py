"""Records that source notes name: found, digested, and held against the sites' reservations."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from licaudit.collectors.optouts import _pattern, _tdmrep
from licaudit.collectors.records import Named, find_records
from licaudit.facts import Collected
from licaudit.sources.local import LocalTree

ROBOTS = "User-agent: *\nDisallow: /private/\n\nUser-agent: ourbot\nDisallow: /ours/\n"
LOG = """date,url
2024-01-01,https://news.example/a/1
2024-01-02,https://news.example/private/2
2024-01-03,https://blog.example/ours/3
"""


def collected(folder: Path, *named: tuple[str, str], crawler: str | None = None) -> Collected:
    return find_records(LocalTree(str(folder)), [Named("d", p, s, crawler) for p, s in named])


def write(folder: Path, **files: str) -> Path:
    for name, text in files.items():
        path = folder / name.replace("__", "/").replace("_txt", ".txt").replace("_csv", ".csv")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    return folder


def reserved(found: Collected) -> list[tuple[str, str, str | None]]:
    return [
        (p.value, p.location.label() if p.location else "", p.about)
        for p in found.probes
        if p.kind == "reserved"
    ]


def test_a_file_is_a_record_with_its_digest(tmp_path: Path) -> None:
    (tmp_path / "consent.csv").write_bytes(b"who,when\n")
    (probe,) = collected(tmp_path, ("consent.csv", "consent")).probes
    assert (probe.kind, probe.artifact, probe.value) == ("record", "d", "consent.csv")
    assert probe.digest == hashlib.sha256(b"who,when\n").hexdigest()


def test_a_folder_is_a_record_whose_digest_changes_with_any_file(tmp_path: Path) -> None:
    write(tmp_path, snap__a_txt="1", snap__b_txt="2")
    (before,) = collected(tmp_path, ("snap", "robots")).probes
    write(tmp_path, snap__b_txt="3")
    (after,) = collected(tmp_path, ("snap", "robots")).probes
    assert before.digest
    assert before.digest != after.digest


def test_what_is_not_there_is_no_record(tmp_path: Path) -> None:
    (tmp_path / "consent.csv").write_text("x", "utf-8")
    assert not collected(tmp_path, ("consent", "consent"), ("../x", "consent")).probes


def test_an_address_that_robots_keeps_is_reserved(tmp_path: Path) -> None:
    folder = tmp_path / "snap" / "news.example"
    folder.mkdir(parents=True)
    (folder / "robots.txt").write_text(ROBOTS, "utf-8")
    (tmp_path / "log.csv").write_text(LOG, "utf-8")
    found = collected(tmp_path, ("log.csv", "collection_log"), ("snap", "robots"))
    assert reserved(found) == [
        ("https://news.example/private/2", "log.csv:3", "snap/news.example/robots.txt")
    ]
    assert not found.gaps


def test_the_group_of_the_named_crawler_counts(tmp_path: Path) -> None:
    folder = tmp_path / "snap"
    folder.mkdir()
    (folder / "blog.example.txt").write_text(ROBOTS, "utf-8")
    (tmp_path / "log.csv").write_text(LOG, "utf-8")
    named = (("log.csv", "collection_log"), ("snap", "robots"))
    assert not reserved(collected(tmp_path, *named))
    assert [r[0] for r in reserved(collected(tmp_path, *named, crawler="OurBot"))] == [
        "https://blog.example/ours/3"
    ]


def test_a_snapshot_of_nobody_knows_which_site_is_a_gap(tmp_path: Path) -> None:
    write(tmp_path, robots_txt=ROBOTS, log_csv=LOG)
    found = collected(tmp_path, ("log.csv", "collection_log"), ("robots.txt", "robots"))
    assert [g.reason for g in found.gaps] == ["snapshot_unplaced"]
    assert all(g.blocks for g in found.gaps)


def test_it_speaks_for_the_only_site_of_the_log(tmp_path: Path) -> None:
    write(tmp_path, robots_txt=ROBOTS, log_csv="https://news.example/private/9\n")
    found = collected(tmp_path, ("log.csv", "collection_log"), ("robots.txt", "robots"))
    assert [r[0] for r in reserved(found)] == ["https://news.example/private/9"]


def test_a_text_mining_reservation_reserves(tmp_path: Path) -> None:
    rules = [{"location": "/", "tdm-reservation": 1}, {"location": "/a/", "tdm-reservation": 0}]
    folder = tmp_path / "tdm" / "news.example"
    folder.mkdir(parents=True)
    (folder / "tdmrep.json").write_text(json.dumps(rules), "utf-8")
    (tmp_path / "log.csv").write_text(LOG, "utf-8")
    found = collected(tmp_path, ("log.csv", "collection_log"), ("tdm", "reservations"))
    assert [r[0] for r in reserved(found)] == ["https://news.example/private/2"]


def test_a_snapshot_that_cannot_be_read_is_a_gap(tmp_path: Path) -> None:
    for name, text in (("robots.txt", "<html>404</html>"), ("tdmrep.json", "{")):
        (tmp_path / name).write_text(text, "utf-8")
    (tmp_path / "log.csv").write_text("https://news.example/a\n", "utf-8")
    found = collected(
        tmp_path,
        ("log.csv", "collection_log"),
        ("robots.txt", "robots"),
        ("tdmrep.json", "reservations"),
    )
    assert sorted(g.reason for g in found.gaps) == ["unreadable", "unreadable"]


@given(st.text(max_size=200))
@settings(max_examples=200, deadline=None)
def test_any_text_is_a_reservation_or_is_not(text: str) -> None:
    read = _tdmrep(text)
    assert read is None or read("https://a.example/", "/") in (True, False)


@given(st.text("ab*$/", max_size=30), st.text("ab/", max_size=200))
@settings(max_examples=300, deadline=None)
def test_any_pattern_ends(pattern: str, path: str) -> None:
    _pattern(pattern).match(path)
    if "*" not in pattern and "$" not in pattern:
        assert bool(_pattern(pattern).match(path)) == path.startswith(pattern)
