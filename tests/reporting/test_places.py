"""Which line of the audited repository a finding is shown at."""

from __future__ import annotations

import dataclasses

import pytest

from licaudit.facts import AuditResult, Claim, Location
from licaudit.reporting.index import Index
from licaudit.reporting.places import Place, Places, place_of

from .sample import sample
from .sample_tree import ALPACA, CODE_NODE, FAQ, READER, ROOT, WIZARD
from .variants import at


def places(result: AuditResult | None = None) -> Places:
    return Places(Index(result or sample()))


def test_home_is_the_root_and_what_stands_in_it() -> None:
    home = places().home
    assert {ROOT, CODE_NODE, FAQ} <= home
    assert not home & {WIZARD, ALPACA, READER}


@pytest.mark.parametrize(
    ("location", "place"),
    [
        (Location("README.md", 3), Place("README.md", 3)),
        (Location("./a/../README.md"), Place("README.md", 1)),
        (Location("LICENSE", 1, 202), Place("LICENSE", 1)),
        (Location("LICENSE", 1, 4), Place("LICENSE", 1, 4)),
        (Location("a.md", -2, -5), Place("a.md", 1)),
        (Location("../../etc/passwd", 1), None),
        (Location("/etc/passwd", 1), None),
        (Location("https://x.example/a", 1), None),
        (Location("a\\..\\b", 1), None),
        (Location("train/"), None),
        (Location(""), None),
        (Location("."), None),
        (None, None),
    ],
)
def test_a_place_is_a_file_inside_the_tree(location: Location | None, place: Place | None) -> None:
    assert place_of(location) == place


def test_uris_are_relative_whatever_a_file_is_called() -> None:
    assert Place("a b/c:d#e?f%\u202e.md").uri == "a%20b/c%3Ad%23e%3Ff%25%E2%80%AE.md"
    assert Place("x\udce9").uri == "x%5Cudce9"


@pytest.mark.parametrize(
    ("target", "kind", "prefix"),
    [
        (".", "local", ""),
        ("models/chat/", "local", "models/chat"),
        ("./models/chat", "local", "models/chat"),
        ("../other", "local", ""),
        ("/somewhere/else", "local", ""),
        ("~/x", "local", ""),
        ("hf:org/name", "huggingface", ""),
        ("org/name", "huggingface", ""),
        ("", "local", ""),
    ],
)
def test_paths_start_at_the_root_of_the_repository(target: str, kind: str, prefix: str) -> None:
    assert places(at(target, kind)).prefix == prefix


def test_a_single_file_is_not_a_folder() -> None:
    result = at("docs/README.md")
    claims = tuple(c for c in result.claims if c.location.path == "README.md")
    result = dataclasses.replace(result, claims=claims)
    assert places(result).prefix == "docs"


def test_what_nothing_names_stands_at_the_card() -> None:
    found = places()
    assert found.named("pkg:pypi/never-heard-of") == Place("README.md", 1)
    empty = dataclasses.replace(at("sub"), claims=(), links=(), artifacts=())
    assert places(empty).fallback == Place("sub/README.md", 1)


def test_claims_read_elsewhere_are_never_taken_for_lines_of_ours() -> None:
    found = places()

    def line_of(claim: Claim) -> Place | None:
        return found.of_claim(claim)

    ours = {c.id for c in sample().claims if line_of(c)}
    assert ours == {"c-root-tag", "c-root-code", "c-code"}
    for judgement in sample().judgements:
        for finding in judgement.findings:
            assert found.anchor(finding) != Place("METADATA", 22)


def test_a_ring_of_contents_ends() -> None:
    from licaudit.facts import Link

    ring = (Link(ROOT, "local:a", "contains"), Link("local:a", ROOT, "contains"))
    result = dataclasses.replace(sample(), links=(*sample().links, *ring))
    assert ROOT in places(result).home
