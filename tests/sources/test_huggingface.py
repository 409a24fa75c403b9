"""Hugging Face over loopback, driven by the real huggingface_hub."""

from __future__ import annotations

import json
import random
from collections.abc import Callable

import pytest

from licaudit.sources.faults import SourceGap
from licaudit.sources.huggingface import HubTree
from licaudit.sources.targets import parse_target
from licaudit.sources.tree import Entry, ReadError
from licaudit.sources.web import Web

from .hubs import HuggingFace, blob_id
from .loopback import Reply, of_json

CARD = b"---\nlicense: cc-by-nc-4.0\nbase_model: acme/base\n---\n# Tiny\n"
WEIGHTS = bytes(range(256)) * 40  # in the large-file store
MakeWeb = Callable[..., Web]


def gap_of(target: str, web: Web) -> SourceGap:
    with pytest.raises(SourceGap) as caught:
        HubTree(parse_target(target), web)
    return caught.value


def test_a_model_is_described_listed_and_read_at_one_commit(hub: HuggingFace, make_web: MakeWeb):
    files = {"README.md": CARD, "model.safetensors": WEIGHTS, "docs/a b?.md": b"x"}
    sha = hub.add("acme/tiny", files, tags=["license:cc-by-nc-4.0", "en"])
    tree = HubTree(parse_target("hf:acme/tiny"), make_web())
    assert (tree.kind, tree.name, tree.revision) == ("huggingface", "acme/tiny", sha)
    assert [e.path for e in tree.entries()] == sorted(files)
    assert Entry("README.md", len(CARD), f"git:{blob_id(CARD)}") in tree.entries()
    assert tree.gaps() == ()
    assert tree.read("README.md") == CARD
    assert tree.read("docs/a b?.md", 0, 100) == b"x"
    assert f"/acme/tiny/resolve/{sha}/README.md" in hub.server.paths()
    assert {a.headers["user-agent"].partition("/")[0] for a in hub.server.asked} == {"licaudit"}


def test_weights_are_read_by_range_and_from_the_store_without_the_token(
    hub: HuggingFace, make_web: MakeWeb, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("HF_TOKEN", "hf_planted_token")
    hub.add("acme/tiny", {"model.safetensors": WEIGHTS})
    tree = HubTree(parse_target("hf:acme/tiny"), make_web(allow=frozenset({hub.store.host})))
    assert tree.read("model.safetensors", 8, 16) == WEIGHTS[8:24]
    assert tree.bytes_read == 16
    (asked,) = hub.store.asked
    assert asked.headers["range"] == "bytes=8-23"
    assert "authorization" not in asked.headers
    assert all(a.headers["authorization"] == "Bearer hf_planted_token" for a in hub.server.asked)


def test_a_store_on_a_private_address_is_refused_unless_allowed(
    hub: HuggingFace, make_web: MakeWeb
):
    hub.add("acme/tiny", {"model.safetensors": WEIGHTS})
    tree = HubTree(parse_target("hf:acme/tiny"), make_web())
    with pytest.raises(ReadError, match="private network") as caught:
        tree.read("model.safetensors", 0, 8)
    assert caught.value.reason == "refused"
    assert "signed-secret" not in str(caught.value)
    assert hub.store.asked == []


@pytest.mark.parametrize("folder", ["datasets", "spaces"])
def test_datasets_and_spaces(hub: HuggingFace, make_web: MakeWeb, folder: str):
    hub.add("acme/set", {"README.md": CARD}, folder)
    tree = HubTree(parse_target(f"hf:{folder}/acme/set"), make_web())
    assert tree.read("README.md") == CARD
    assert tree.about.subtype == folder.removesuffix("s")
    assert tree.about.url == f"{hub.server.url}/{folder}/acme/set"


def test_a_renamed_repository_is_known_by_its_new_name(hub: HuggingFace, make_web: MakeWeb):
    hub.add("acme/bert-tiny", {"README.md": CARD})
    hub.renamed["bert-tiny"] = "acme/bert-tiny"
    tree = HubTree(parse_target("hf:bert-tiny"), make_web())
    assert tree.name == "acme/bert-tiny"
    assert tree.about.renamed
    (gap,) = tree.gaps()
    assert (gap.reason, gap.blocks) == ("renamed", False)
    assert tree.read("README.md") == CARD


def test_a_revision_is_asked_for_and_a_missing_one_is_missing(hub: HuggingFace, make_web: MakeWeb):
    sha = hub.add("acme/tiny", {"README.md": CARD})
    assert HubTree(parse_target(f"hf:acme/tiny@{sha}"), make_web()).revision == sha
    gap = gap_of("hf:acme/tiny@v9", make_web())
    assert (gap.reason, gap.detail, gap.status) == ("missing", "it has no such revision", 404)


def test_a_gated_model_is_described_and_its_files_are_gaps(hub: HuggingFace, make_web: MakeWeb):
    card = {"license": "llama3", "license_name": "x", "base_model": ["a/b", "c/d"], "other": 3}
    hub.add("acme/gated", {"README.md": CARD}, gated="manual", card=card)
    tree = HubTree(parse_target("hf:acme/gated"), make_web())
    assert tree.about.gated == "manual"
    said = [(s.key, s.value) for s in tree.about.said]
    assert ("cardData.license", "llama3") in said
    assert ("cardData.base_model", "c/d") in said
    with pytest.raises(ReadError, match="terms must be accepted") as caught:
        tree.read("README.md")
    assert caught.value.reason == "gated"


def test_a_token_opens_what_is_gated_or_private(
    hub: HuggingFace, make_web: MakeWeb, monkeypatch: pytest.MonkeyPatch
):
    hub.add("acme/gated", {"README.md": CARD}, gated="auto", private=True)
    assert gap_of("hf:acme/gated", make_web()).reason == "denied"
    monkeypatch.setenv("HF_TOKEN", "hf_planted_token")
    hub.token = "hf_planted_token"
    tree = HubTree(parse_target("hf:acme/gated"), make_web())
    assert tree.about.private
    assert tree.read("README.md") == CARD


@pytest.mark.parametrize(
    ("reply", "reason", "status"),
    [
        (Reply(401, b"{}"), "denied", 401),
        (Reply(403, b"{}"), "denied", 403),
        (Reply(404, b"{}"), "missing", 404),
        (Reply(451, b"{}"), "denied", 451),
        (Reply(403, b"{}", {"X-Error-Code": "GatedRepo"}), "gated", 403),
        (
            Reply(403, b"", {"X-Error-Message": "Access to this resource is disabled."}),
            "denied",
            403,
        ),
        (Reply(200, b"<html>not JSON"), "broken", None),
        (Reply(200, b"[1, 2]"), "broken", None),
        (of_json({"sha": "0" * 40}), "broken", None),
        (of_json({"id": "../../etc", "sha": "0" * 40}), "broken", None),
        (of_json({"id": "acme/tiny", "siblings": 3}), "broken", None),
        (of_json({"id": "acme/tiny", "siblings": [{"x": 1}]}), "broken", None),
        (of_json({"id": "acme/tiny", "disabled": True, "siblings": []}), "denied", None),
    ],
)
def test_answers_that_are_no_repository(
    hub: HuggingFace, make_web: MakeWeb, reply: Reply, reason: str, status: int | None
):
    hub.server.answer = lambda _: reply
    gap = gap_of("hf:acme/tiny", make_web())
    assert (gap.reason, gap.status) == (reason, status)
    assert gap.where == "hf:acme/tiny"
    assert gap.as_target_error().exit_code == 4


def test_faults_are_retried_until_the_answer_comes(
    hub: HuggingFace, make_web: MakeWeb, waits: list[float]
):
    hub.add("acme/tiny", {"README.md": CARD})
    hub.server.faults["/api/models/acme/tiny"] = [
        Reply(429, b"", {"Retry-After": "7"}),
        Reply(500, b""),
        Reply(200, b'{"id": "ac', promised=500),
        Reply(reset=True),
    ]
    assert HubTree(parse_target("hf:acme/tiny"), make_web()).name == "acme/tiny"
    assert waits[0] == 7
    assert len(waits) == 4


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        (Reply(429, b""), "too many requests"),
        (Reply(503, b""), "answered 503"),
        (Reply(200, b"{", promised=9), "broke off"),
        (Reply(reset=True), "no connection"),
    ],
)
def test_faults_without_end_are_a_gap(
    hub: HuggingFace, make_web: MakeWeb, fault: Reply, words: str
):
    hub.server.answer = lambda _: fault
    gap = gap_of("hf:acme/tiny", make_web(retries=2))
    assert gap.reason == "unreachable"
    assert words in gap.detail
    assert len(hub.server.asked) == 3


def test_a_redirect_without_end_is_refused(hub: HuggingFace, make_web: MakeWeb):
    hub.server.answer = lambda a: Reply(307, b"", {"Location": a.path})
    assert gap_of("hf:acme/tiny", make_web()).detail == "redirected without end"
    assert len(hub.server.asked) == 6


@pytest.mark.parametrize(
    "place",
    ["http://169.254.169.254/latest", "http://localhost:1/", "file:///etc/passwd", "http://[::1]/"],
)
def test_a_redirect_to_the_inside_is_refused(hub: HuggingFace, make_web: MakeWeb, place: str):
    hub.server.answer = lambda _: Reply(302, b"", {"Location": place})
    assert gap_of("hf:acme/tiny", make_web()).reason == "refused"
    assert len(hub.server.asked) == 1


def test_sizes_that_lie_are_found_out_and_bounded(hub: HuggingFace, make_web: MakeWeb):
    siblings = [
        {"rfilename": "short.md", "size": 3, "blobId": None},
        {"rfilename": "long.md", "size": 900, "blobId": None},
        {"rfilename": "other.md", "size": 8, "blobId": "0" * 40},
        {"rfilename": "negative.md", "size": -1},
        {"rfilename": "../out.md", "size": 1},
    ]
    files = dict.fromkeys(("short.md", "long.md", "other.md"), b"8 bytes!")
    hub.add("acme/liar", files, fields={"siblings": siblings})
    tree = HubTree(parse_target("hf:acme/liar"), make_web())
    assert [e.path for e in tree.entries()] == ["long.md", "other.md", "short.md"]
    assert [g.reason for g in tree.gaps()] == ["broken", "outside_tree"]
    for path in files:
        with pytest.raises(ReadError) as caught:
            tree.read(path, 0, 1_000)
        assert caught.value.reason == "broken"
    with pytest.raises(ReadError, match="not in the listing"):
        tree.read("../out.md")


def test_an_endless_file_is_read_as_far_as_asked(hub: HuggingFace, make_web: MakeWeb):
    hub.add("acme/tiny", {"README.md": CARD}, fields={"siblings": None})
    listing = [{"type": "file", "path": "a.bin", "size": 10**15, "oid": "0" * 40}]

    def answer(asked):
        if "/tree/" in asked.path:
            return of_json([*listing, {"type": "directory", "path": "d", "size": 0, "oid": "1"}])
        if "/resolve/" in asked.path:
            return Reply(200, b"z" * 300_000)  # no Range is served
        return of_json({"id": "acme/tiny", "sha": "1" * 40})

    hub.server.answer = answer
    tree = HubTree(parse_target("hf:acme/tiny"), make_web())
    assert [e.path for e in tree.entries()] == ["a.bin"]
    assert tree.read("a.bin", 100, 50) == b"z" * 50
    with pytest.raises(ReadError, match="reads no ranges"):
        tree.read("a.bin", 10**14, 50)


def test_a_hub_that_names_no_commit_leaves_a_gap(hub: HuggingFace, make_web: MakeWeb):
    hub.add("acme/tiny", {"README.md": CARD}, fields={"sha": None})
    tree = HubTree(parse_target("hf:acme/tiny"), make_web())
    (gap,) = tree.gaps()
    assert gap.blocks
    assert tree.revision == "main"


def test_an_empty_card_and_a_missing_file(hub: HuggingFace, make_web: MakeWeb):
    hub.add("acme/tiny", {"README.md": b"", "gone.md": b"x"})
    tree = HubTree(parse_target("hf:acme/tiny"), make_web())
    assert tree.read("README.md", 0, 100) == b""
    del hub.repositories["models", "acme/tiny"].files["gone.md"]
    hub.server.faults.clear()
    with pytest.raises(ReadError) as caught:
        tree.read("gone.md")
    assert caught.value.reason == "missing"


def test_a_card_is_fetched_once(hub: HuggingFace, make_web: MakeWeb):
    hub.add("acme/tiny", {"README.md": CARD})
    tree = HubTree(parse_target("hf:acme/tiny"), make_web())
    assert tree.read("README.md", 0, 1_000) == tree.read("README.md") == CARD
    assert tree.read("README.md", 4, 7) == CARD[4:11]
    assert len(hub.server.asked) == 2


def test_an_answer_larger_than_any_repository_is_cut(hub: HuggingFace, make_web: MakeWeb):
    hub.server.answer = lambda _: of_json({"id": "x" * 5_000})
    assert gap_of("hf:acme/tiny", make_web(answer=1_000)).reason == "cut_short"


def test_budgets_of_requests_and_time(hub: HuggingFace, make_web: MakeWeb):
    hub.add("acme/tiny", {"README.md": CARD})
    assert gap_of("hf:acme/tiny", make_web(requests=0)).reason == "cut_short"
    assert gap_of("hf:acme/tiny", make_web(total=-1.0)).reason == "cut_short"


def test_offline_asks_nobody(hub: HuggingFace, make_web: MakeWeb):
    assert gap_of("hf:acme/tiny", make_web(offline=True)).reason == "offline"
    assert hub.server.asked == []


def test_a_mirror_that_only_an_address_named_gets_no_token(
    make_web: MakeWeb, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("HF_TOKEN", "hf_planted_token")
    asked: list[tuple[str, object]] = []

    def get(self, url, *, auth=None, **_):
        asked.append((url, auth))
        raise SourceGap("unreachable", "no connection")

    monkeypatch.setattr(Web, "get", get)
    gap_of("https://hf-mirror.com/acme/tiny", make_web())
    assert asked == [("https://hf-mirror.com/api/models/acme/tiny?blobs=true", None)]


def test_a_token_that_is_echoed_is_masked(
    hub: HuggingFace, make_web: MakeWeb, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("HF_TOKEN", "hf_planted_token")
    body = json.dumps({"id": "acme/tiny", "tags": ["license:hf_planted_token"], "siblings": []})
    hub.server.answer = lambda _: Reply(200, body.encode())
    tree = HubTree(parse_target("hf:acme/tiny"), make_web())
    assert [s.value for s in tree.about.said] == ["license:***"]


@pytest.mark.parametrize("seed", range(3))
def test_with_every_fifth_answer_wrong_only_gaps_differ(
    hub: HuggingFace, make_web: MakeWeb, seed: int
):
    names = [f"acme/m{n}" for n in range(12)]
    for name in names:
        hub.add(name, {"README.md": CARD, "LICENSE": name.encode()})

    def found(name: str) -> list[object]:
        try:
            tree = HubTree(parse_target(f"hf:{name}"), make_web(retries=2))
        except SourceGap:
            return []
        read: list[object] = [tree.revision, tree.entries()]
        for entry in tree.entries():
            try:
                read.append(tree.read(entry.path))
            except ReadError:
                read.append(None)
        return read

    right = [found(name) for name in names]
    chance, true_answer = random.Random(seed), hub.server.answer
    faults = [
        Reply(429, b"", {"Retry-After": "1"}),
        Reply(429, b""),
        Reply(500, b""),
        Reply(reset=True),
        Reply(200, b"trunc", promised=50),
        Reply(200, b'{"wrong": '),
        Reply(302, b"", {"Location": "?again=1"}),
        Reply(302, b"", {"Location": "http://127.0.0.1:9/"}),
    ]
    hub.server.answer = lambda a: chance.choice(faults) if chance.random() < 0.2 else true_answer(a)
    for name, known in zip(names, right, strict=True):
        for seen, expected in zip(found(name), known, strict=False):
            assert seen in (None, expected), name
