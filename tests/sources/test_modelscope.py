"""ModelScope over loopback."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from licaudit.sources.about import DEFAULT_LICENSE
from licaudit.sources.faults import SourceGap
from licaudit.sources.modelscope import ModelScopeTree
from licaudit.sources.targets import parse_target
from licaudit.sources.tree import ReadError
from licaudit.sources.web import Web

from .hubs import ModelScope
from .loopback import Reply, of_json

CARD = b"---\nlicense: apache-2.0\n---\n"
MakeWeb = Callable[..., Web]


def test_a_model(modelscope: ModelScope, make_web: MakeWeb):
    files = {"README.md": CARD, "sub/w.bin": bytes(5_000)}
    modelscope.add("acme/tiny", files)
    modelscope.data = {"License": "MIT License", "BaseModel": ["acme/base"], "Visibility": 5}
    tree = ModelScopeTree(parse_target("ms:acme/tiny"), make_web())
    assert [e.path for e in tree.entries()] == sorted(files)
    assert tree.revision.startswith("master:sha256:")
    assert tree.read("README.md") == CARD
    assert tree.read("sub/w.bin", 10, 5) == bytes(5)
    assert tree.bytes_read == len(CARD) + 5
    assert [(s.key, s.value, s.note) for s in tree.about.said] == [
        ("License", "MIT License", None),
        ("BaseModel", "acme/base", None),
    ]
    assert tree.gaps() == ()


def test_the_revision_follows_the_content(modelscope: ModelScope, make_web: MakeWeb):
    def revision() -> str:
        return ModelScopeTree(parse_target("ms:acme/tiny"), make_web()).revision

    modelscope.add("acme/tiny", {"LICENSE": b"MIT"})
    first = revision()
    assert revision() == first
    modelscope.add("acme/tiny", {"LICENSE": b"GPL"})
    assert revision() != first


def test_a_license_the_hub_fills_in_is_weak_evidence(modelscope: ModelScope, make_web: MakeWeb):
    modelscope.add("acme/tiny", {"README.md": CARD})
    modelscope.data = {"License": "Apache License 2.0"}
    (said,) = ModelScopeTree(parse_target("ms:acme/tiny"), make_web()).about.said
    assert said.note == DEFAULT_LICENSE


def test_a_listing_cut_without_a_word_is_a_gap(
    modelscope: ModelScope, make_web: MakeWeb, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("licaudit.sources.modelscope.CUT_AT", 10)
    modelscope.limit = 10
    modelscope.add("acme/big", {**{f"d/{i:03}": b"x" for i in range(30)}, "LICENSE": b"MIT"})
    tree = ModelScopeTree(parse_target("ms:acme/big"), make_web())
    assert "LICENSE" in [e.path for e in tree.entries()]
    (gap,) = tree.gaps()
    assert (gap.reason, gap.blocks) == ("cut_short", True)


def test_a_dataset_is_listed_page_by_page(modelscope: ModelScope, make_web: MakeWeb):
    modelscope.add("acme/set", {f"{i:04}.txt": b"x" for i in range(450)}, "datasets")
    tree = ModelScopeTree(parse_target("ms:datasets/acme/set@v1"), make_web())
    assert len(tree.entries()) == 450
    assert tree.gaps() == ()
    assert tree.revision.startswith("v1:")


def test_a_hub_that_repeats_its_pages_leaves_a_gap(modelscope: ModelScope, make_web: MakeWeb):
    rows = [{"Path": f"{i}", "Size": 1, "Type": "blob"} for i in range(200)]
    modelscope.server.answer = lambda a: of_json(
        {"Code": 200, "Success": True, "Data": {"Files": rows}}
    )
    tree = ModelScopeTree(parse_target("ms:datasets/acme/set"), make_web())
    assert len(tree.entries()) == 200
    assert [g.reason for g in tree.gaps()] == ["cut_short"]


@pytest.mark.parametrize(
    ("reply", "reason"),
    [
        (Reply(404, b""), "missing"),
        (Reply(403, b""), "denied"),
        (Reply(500, b""), "unreachable"),
        (Reply(200, b"<html>"), "broken"),
        (Reply(200, b"[" * 100_000), "broken"),
        (of_json([]), "broken"),
        (of_json({"Code": 200, "Data": None}), "broken"),
        (of_json({"Code": 10010205001, "Data": None, "Success": False}), "denied"),
        (of_json({"Code": 200, "Data": {"Files": [1]}}), "broken"),
        (of_json({"Code": 200, "Data": {"Files": 7}}), "broken"),
    ],
)
def test_answers_that_are_no_repository(
    modelscope: ModelScope, make_web: MakeWeb, reply: Reply, reason: str
):
    modelscope.server.answer = lambda _: reply
    with pytest.raises(SourceGap) as caught:
        ModelScopeTree(parse_target("ms:acme/tiny"), make_web())
    assert caught.value.reason == reason


def test_content_that_is_not_the_listed_one(modelscope: ModelScope, make_web: MakeWeb):
    files = {"LICENSE": b"MIT"}
    modelscope.add("acme/tiny", files)
    tree = ModelScopeTree(parse_target("ms:acme/tiny"), make_web())
    files["LICENSE"] = b"GPL"
    with pytest.raises(ReadError, match="not the one that is listed"):
        tree.read("LICENSE")


def test_the_token_goes_to_the_hub_alone(
    modelscope: ModelScope, make_web: MakeWeb, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("MODELSCOPE_API_TOKEN", "ms_planted_token")
    modelscope.add("acme/tiny", {"README.md": CARD})
    tree = ModelScopeTree(parse_target("ms:acme/tiny"), make_web())
    assert tree.read("README.md") == CARD
    assert {a.headers["cookie"] for a in modelscope.server.asked} == {
        "m_session_id=ms_planted_token"
    }
