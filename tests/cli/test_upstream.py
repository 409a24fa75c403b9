"""Everything a work came from, read over the network: a hub of our own on loopback."""

from __future__ import annotations

import json
import socket
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import pytest

from licaudit.sources import session

from ..sources.hubs import HuggingFace, ModelScope
from ..sources.loopback import Asked, Loopback, Reply
from .conftest import MIT, Run
from .upstreams import (
    BLOCKING,
    WEIGHTS,
    card,
    chain,
    data,
    facts,
    licensed,
    links,
    model,
    nodes,
    reasons,
)

Make = Callable[..., Path]
NC = "CC-BY-NC-4.0"
CUT = "cut_short"


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[HuggingFace]:
    """A hub that may be asked, nobody's tokens and caches, and no waiting between tries."""
    monkeypatch.delenv("LICAUDIT_OFFLINE")
    for name in ("HF_TOKEN", "HUGGING_FACE_HUB_TOKEN", "HF_HUB_OFFLINE", "MODELSCOPE_API_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HF_HOME", str(tmp_path / "hf"))
    monkeypatch.setattr("huggingface_hub.constants.HF_TOKEN_PATH", str(tmp_path / "token"))
    monkeypatch.setattr(session, "POLICY", replace(session.POLICY, backoff=0.0, retries=1))
    hub = HuggingFace()
    with ExitStack() as stack:
        for server in (hub.server, hub.store):
            stack.enter_context(server.running())
        monkeypatch.setenv("HF_ENDPOINT", hub.server.url)
        yield hub


@pytest.fixture
def work(tree: Make) -> Callable[..., Path]:
    """A model of our own whose card has these fields."""

    def make(license: str | None = "mit", /, **more: object) -> Path:
        return tree(**{"README.md": card(license, **more), "config.json": "{}"})

    return make


def test_a_chain_of_five_is_walked_to_its_end(cli: Run, hub: HuggingFace, work: Make) -> None:
    names = [f"acme/step-{n}" for n in range(5)]
    chain(hub, names)
    said = cli("audit", work(base_model=names[0]))
    assert said.code == 1
    assert licensed(said, model(names[4])) == NC
    (finding,) = [f for f in said.audit["findings"] if f["rule"] == "commercial-prohibited"]
    assert finding["path"] == ["local:.", *map(model, names)]
    assert "step-4" in said.out


def test_a_diamond_is_read_once(cli: Run, hub: HuggingFace, work: Make) -> None:
    hub.add("acme/base", {"README.md": card("apache-2.0"), **WEIGHTS})
    for side in ("left", "right"):
        hub.add(f"acme/{side}", {"README.md": card(base_model="acme/base"), **WEIGHTS})
    said = cli("audit", work(base_model=("acme/left", "acme/right")))
    assert licensed(said, model("acme/base")) == "Apache-2.0"
    assert hub.server.paths().count("/api/models/acme/base") == 1
    assert {(model("acme/left"), "fine_tuned_from", model("acme/base"))} <= links(said)
    assert {(model("acme/right"), "fine_tuned_from", model("acme/base"))} <= links(said)


def test_models_that_name_each_other_end(cli: Run, hub: HuggingFace, work: Make) -> None:
    hub.add("acme/egg", {"README.md": card(base_model="acme/hen"), **WEIGHTS})
    hub.add("acme/hen", {"README.md": card("cc-by-nc-4.0", base_model="acme/egg"), **WEIGHTS})
    said = cli("audit", work(base_model="acme/egg"))
    assert said.code == 1
    assert hub.server.paths().count("/api/models/acme/egg") == 1
    assert licensed(said, model("acme/hen")) == NC


def test_a_target_that_its_upstream_names_is_one_node(cli: Run, hub: HuggingFace) -> None:
    hub.add("acme/egg", {"README.md": card(base_model="acme/hen"), **WEIGHTS})
    hub.add("acme/hen", {"README.md": card(base_model="acme/egg"), **WEIGHTS})
    said = cli("audit", "hf:acme/egg")
    assert hub.server.paths().count("/api/models/acme/egg") == 1
    assert set(nodes(said)) == {model("acme/egg"), model("acme/hen")}


def test_an_old_name_is_the_same_node_as_the_new_one(
    cli: Run, hub: HuggingFace, work: Make
) -> None:
    hub.add("acme/new", {"README.md": card("cc-by-nc-4.0"), **WEIGHTS})
    hub.renamed["acme/old"] = "acme/new"
    hub.add("acme/mid", {"README.md": card(base_model="acme/old"), **WEIGHTS})
    said = cli("audit", work(base_model=("acme/mid", "acme/new")))
    assert model("acme/old") not in nodes(said)
    assert (model("acme/mid"), "fine_tuned_from", model("acme/new")) in links(said)
    assert licensed(said, model("acme/new")) == NC


def test_a_bare_old_name_of_a_dataset_is_resolved(cli: Run, hub: HuggingFace, work: Make) -> None:
    hub.add("acme/quiz", {"README.md": card("cc-by-4.0"), "a.csv": b"a"}, "datasets")
    hub.renamed["quiz"] = "acme/quiz"
    said = cli("audit", work(datasets=("quiz",)))
    assert licensed(said, data("acme/quiz")) == "CC-BY-4.0"
    assert data("quiz") not in nodes(said)


def test_a_gated_card_is_a_gap_beside_what_the_hub_says(
    cli: Run, hub: HuggingFace, work: Make
) -> None:
    said_by_hub = {"license": "cc-by-nc-4.0", "base_model": "acme/base"}
    hub.add("acme/gated", {"README.md": card(), **WEIGHTS}, gated="manual", card=said_by_hub)
    hub.add("acme/base", {"README.md": card("apache-2.0"), **WEIGHTS})
    said = cli("audit", work(base_model="acme/gated"))
    assert reasons(said, model("acme/gated")) == {"gated"}
    assert licensed(said, model("acme/gated")) == NC
    assert licensed(said, model("acme/base")) == "Apache-2.0"
    assert said.code == 1


@pytest.mark.parametrize(
    ("reply", "reason"),
    [
        (Reply(401, b"{}"), "denied"),
        (Reply(403, b"{}"), "denied"),
        (Reply(404, b"{}"), "missing"),
        (Reply(404, b"{}", {"X-Error-Code": "RepoNotFound"}), "missing"),
        (Reply(401, b"{}", {"X-Error-Code": "GatedRepo"}), "gated"),
        (Reply(503, b"later"), "unreachable"),
        (Reply(200, b"<html>"), "broken"),
    ],
)
def test_what_cannot_be_had_is_a_gap_that_stops_no_other(
    cli: Run, hub: HuggingFace, work: Make, reply: Reply, reason: str
) -> None:
    hub.add("acme/good", {"README.md": card("cc-by-nc-4.0"), **WEIGHTS})
    hub.server.faults["/api/models/acme/bad"] = [reply] * 9
    said = cli("audit", work(base_model=("acme/bad", "acme/good")))
    assert reasons(said, model("acme/bad")) == {reason}
    assert licensed(said, model("acme/good")) == NC
    assert said.code == 1


def test_an_unreachable_upstream_alone_is_a_review(cli: Run, hub: HuggingFace, work: Make) -> None:
    said = cli("audit", work(base_model="acme/none"))
    assert said.code == 3
    assert reasons(said, model("acme/none")) == {"denied"}


@pytest.mark.parametrize(
    "front", ["---\n---\n", "", "# A model\n", "---\nlicense:\n---\n", "---\nbase_model: []\n---\n"]
)
def test_a_card_that_says_nothing_is_no_license(
    cli: Run, hub: HuggingFace, work: Make, front: str
) -> None:
    hub.add("acme/mute", {"README.md": front.encode(), **WEIGHTS})
    said = cli("audit", work(base_model="acme/mute"))
    assert said.code == 3
    assert licensed(said, model("acme/mute")) is None


@pytest.mark.parametrize(
    ("base", "bases"),
    [
        ("acme/a", ["acme/a"]),
        (("acme/a", "acme/b"), ["acme/a", "acme/b"]),
        ((), []),
        (("acme/a", "./local/path"), ["acme/a"]),
    ],
)
def test_base_model_in_all_its_shapes(
    cli: Run, hub: HuggingFace, work: Make, base: object, bases: list[str]
) -> None:
    for name in ("acme/a", "acme/b"):
        hub.add(name, {"README.md": card("apache-2.0"), **WEIGHTS})
    hub.add("acme/mid", {"README.md": card(base_model=base), **WEIGHTS})
    said = cli("audit", work(base_model="acme/mid"))
    found = {t for s, _, t in links(said) if s == model("acme/mid") and t.startswith("pkg:")}
    assert found == {model(b) for b in bases}
    assert all(licensed(said, model(b)) == "Apache-2.0" for b in bases)


def test_a_dangling_base_is_a_gap_on_its_own_node(cli: Run, hub: HuggingFace, work: Make) -> None:
    hub.add("acme/mid", {"README.md": card(base_model="acme/gone"), **WEIGHTS})
    said = cli("audit", work(base_model="acme/mid"))
    assert reasons(said, model("acme/gone")) == {"denied"}
    assert not reasons(said, model("acme/mid"))
    assert said.code == 3


def test_data_carries_its_terms_through_the_model_trained_on_it(
    cli: Run, hub: HuggingFace, work: Make
) -> None:
    hub.add("acme/part", {"README.md": card("cc-by-nc-4.0"), "a.csv": b"a"}, "datasets")
    parts = card("cc-by-4.0", source_datasets=("acme/part",), task_categories=("other",))
    hub.add("acme/whole", {"README.md": parts, "a.csv": b"a"}, "datasets")
    said = cli("audit", work(datasets=("acme/whole",)))
    prohibited = [f for f in said.audit["findings"] if f["rule"] == "noncommercial-data"]
    assert ["local:.", data("acme/whole"), data("acme/part")] in [f["path"] for f in prohibited]
    row = next(r for r in said.audit["inherited"] if r["artifact"] == data("acme/part"))
    assert row["relations"] == ["trained_on", "derived_from"]
    assert "use_limits" in row["travels"]
    page = (said.folder / "licaudit-report" / "report.html").read_text("utf-8")
    assert "acme/part" in page.split('id="inherited"')[1].split("</section>")[0]


def test_depth_cuts_and_says_so(cli: Run, hub: HuggingFace, work: Make) -> None:
    names = [f"acme/step-{n}" for n in range(4)]
    chain(hub, names)
    said = cli("audit", work(base_model=names[0]), "--depth", "2")
    assert "/api/models/acme/step-2" not in hub.server.paths()
    assert any(
        g["reason"] == CUT and "step-2" in g["detail"] and g["blocks"] for g in said.audit["gaps"]
    )
    assert said.code == 3


def test_the_budget_cuts_and_says_so(cli: Run, hub: HuggingFace, work: Make) -> None:
    names = [f"acme/step-{n}" for n in range(6)]
    chain(hub, names, "mit")
    said = cli("audit", work(base_model=names[0]), "--max-requests", "7")
    cut = {g["artifact"] for g in said.audit["gaps"] if g["reason"] == CUT and g["blocks"]}
    assert cut
    assert len(hub.server.asked) == 7
    assert said.code == 3


def test_one_artifact_on_two_hubs_is_one_node_and_their_quarrel_a_finding(
    cli: Run, hub: HuggingFace, tree: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = ModelScope()
    monkeypatch.setenv("MODELSCOPE_ENDPOINT", other.server.url)
    hub.add("acme/base", {"README.md": card("cc-by-nc-4.0"), **WEIGHTS})
    other.add("Acme/base", {"README.md": card("mit"), **WEIGHTS})
    both = {
        "README.md": card(base_model="acme/base"),
        "load.py": "from modelscope import snapshot_download\nsnapshot_download('Acme/base')\n",
    }
    with other.server.running():
        said = cli("audit", tree(**both))
    assert "pkg:modelscope/Acme/base" not in nodes(said)
    assert [f["artifact"] for f in said.audit["findings"] if f["rule"] == "hubs-disagree"] == [
        model("acme/base")
    ]
    assert said.code == 1
    mirror = [c for c in said.audit["claims"] if c["authority"] == "mirror"]
    assert {c["location"]["path"] for c in mirror} == {"ms:Acme/base/README.md"}


def test_a_secret_never_shows(
    cli: Run, hub: HuggingFace, work: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    secret = "hf_planted_token_0123456789"
    monkeypatch.setenv("HF_TOKEN", secret)
    hub.token = secret
    hub.add("acme/base", {"README.md": card(), **WEIGHTS}, private=True)
    hub.add("acme/leak", {"README.md": card() + secret.encode(), **WEIGHTS})
    hub.server.faults["/api/models/acme/echo"] = [Reply(500, secret.encode())] * 9
    folder = work(base_model=("acme/base", "acme/echo", "acme/leak"))
    said = cli("audit", folder, "--record", "kept", "--format", "markdown,sarif,spdx,prov")
    assert licensed(said, model("acme/base")) == "MIT"
    written = [p.read_bytes() for p in said.folder.rglob("*") if p.is_file()]
    assert written
    assert not [w for w in written if secret.encode() in w]
    assert secret not in said.out + said.err


@pytest.mark.parametrize(
    "link",
    [
        "file:///etc/passwd",
        "http://localhost/LICENSE",
        "https://127.0.0.1/LICENSE",
        "http://169.254.169.254/latest/meta-data",
        "https://10.0.0.1/terms",
        "http://2130706433/terms",
    ],
)
def test_a_card_that_points_inside_is_not_followed(
    cli: Run, hub: HuggingFace, work: Make, link: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    hub.add("acme/base", {"README.md": card("other", license_link=link), **WEIGHTS})
    known = {("127.0.0.1", int(s.host.partition(":")[2])) for s in (hub.server, hub.store)}
    connect = socket.socket.connect

    def only_the_hub(self: socket.socket, address: object) -> None:
        assert address in known
        connect(self, address)  # type: ignore[arg-type]

    monkeypatch.setattr(socket.socket, "connect", only_the_hub)
    said = cli("audit", work(base_model="acme/base"))
    assert said.code == 3


def test_a_recorded_walk_is_replayed_without_a_network(
    cli: Run, hub: HuggingFace, work: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    chain(hub, ["acme/a", "acme/b"])
    hub.add("acme/g", {"README.md": card()}, gated="auto", card={"license": "mit"})
    hub.add("acme/d", {"README.md": card("cc-by-4.0"), "a.csv": b"a"}, "datasets")
    hub.renamed["acme/old"] = "acme/b"
    bases = ("acme/a", "acme/g", "acme/old", "acme/none")
    folder = work(base_model=bases, datasets=("acme/d",))
    first = cli("audit", folder, "--record", tmp_path / "kept", "--as-of", "2026-03-01")
    before = facts(first)

    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("a replay reached out")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    again = cli("audit", folder, "--replay", tmp_path / "kept")
    assert facts(again) == before
    assert licensed(again, model("acme/b")) == NC
    assert reasons(again, model("acme/none")) <= set(BLOCKING)


def test_two_walks_give_the_same_bytes(cli: Run, hub: HuggingFace, work: Make) -> None:
    for n in range(12):
        bases = tuple(f"acme/m{k}" for k in (2 * n + 1, 2 * n + 2) if k < 12)
        hub.add(f"acme/m{n}", {"README.md": card(base_model=bases), **WEIGHTS})
    folder = work(base_model="acme/m0")
    one, two = (facts(cli("audit", folder, "--as-of", "2026-03-01")) for _ in range(2))
    assert json.dumps(one) == json.dumps(two)
    assert len(one["artifacts"]) == 13


def test_offline_asks_nobody_and_says_so(cli: Run, hub: HuggingFace, work: Make) -> None:
    chain(hub, ["acme/a", "acme/b"])
    said = cli("audit", work(base_model="acme/a"), "--offline")
    assert hub.server.asked == []
    assert reasons(said, model("acme/a"), blocks=False) == {"offline"}
    assert said.code == 3


@pytest.mark.parametrize(
    ("target", "node"),
    [
        ("hf:acme/a", "acme/a"),
        ("pkg:huggingface/acme/a", "acme/a"),
        ("{hub}/acme/a/tree/main", "acme/a"),
        ("hf:acme/old", "acme/a"),
    ],
)
def test_a_repository_on_a_hub_is_a_target_in_every_form(
    cli: Run, hub: HuggingFace, target: str, node: str
) -> None:
    chain(hub, ["acme/a", "acme/b"])
    hub.renamed["acme/old"] = "acme/a"
    target = target.format(hub=hub.server.url)
    said = cli("audit", target)
    assert said.code == 1
    assert said.audit["target"]["input"] == target
    assert licensed(said, model("acme/b")) == NC
    (finding,) = [f for f in said.audit["findings"] if f["rule"] == "commercial-prohibited"]
    assert finding["path"] == [model(node), model("acme/b")]
    assert cli("ask", target).code == 1


def test_a_nested_folder_of_an_upstream_is_no_folder_of_ours(
    cli: Run, hub: HuggingFace, work: Make
) -> None:
    inner = card("cc-by-nc-4.0", task_categories=("other",))
    files = {"README.md": card("apache-2.0"), "data/README.md": inner, "data/a.csv": b"a"}
    hub.add("acme/base", {**files, **WEIGHTS})
    folder = work(base_model="acme/base")
    (folder / "data").mkdir()
    (folder / "data" / "README.md").write_bytes(card("cc0-1.0", task_categories=("other",)))
    said = cli("audit", folder)
    assert licensed(said, "local:data") == "CC0-1.0"
    assert licensed(said, f"{model('acme/base')}#data") == NC


def test_a_target_that_is_not_there_is_no_audit(cli: Run, hub: HuggingFace) -> None:
    said = cli("audit", "hf:acme/none")
    assert said.code == 4
    assert "acme/none" in said.sentence()


def test_an_outage_changes_no_verdict_where_a_lock_stands(
    cli: Run, hub: HuggingFace, work: Make
) -> None:
    chain(hub, ["acme/a", "acme/b", "acme/c"])
    hub.add("acme/d", {"README.md": card("cc-by-4.0"), "a.csv": b"a"}, "datasets")
    folder = work(base_model="acme/a", datasets=("acme/d",))
    before = cli("audit", folder)
    assert cli("lock", folder).code == 0
    hub.server.answer = lambda _: Reply(503, b"later")
    after = cli("audit", folder)
    assert after.code == before.code == 1
    kept = [{(f["rule"], *f["path"]) for f in s.audit["findings"]} for s in (before, after)]
    assert kept[0] == kept[1]
    told = [g for g in after.audit["gaps"] if g["artifact"] == model("acme/c")]
    assert any("licaudit.lock" in g["detail"] and not g["blocks"] for g in told)


def test_with_a_lock_upstreams_are_read_as_they_were_and_locked_notices(
    cli: Run, hub: HuggingFace, work: Make
) -> None:
    hub.add("acme/a", {"README.md": card("apache-2.0"), **WEIGHTS})
    folder = work(base_model="acme/a")
    assert cli("lock", folder).code == 0
    old = hub.repositories["models", "acme/a"]
    hub.add("acme/a", {"README.md": card("cc-by-nc-4.0"), **WEIGHTS})
    now, new = hub.server.answer, hub.repositories["models", "acme/a"]

    def both(asked: Asked) -> Reply | None:
        hub.repositories["models", "acme/a"] = old if old.sha in asked.path else new
        return now(asked)

    hub.server.answer = both
    said = cli("audit", folder)
    assert licensed(said, model("acme/a")) == "Apache-2.0"
    assert nodes(said)[model("acme/a")]["revision"] == old.sha
    drifted = cli("audit", folder, "--locked")
    assert drifted.code == 2
    assert NC in drifted.sentence()


@pytest.mark.parametrize("revision", ["../../main", "--upload-pack=x", "a b", "v1;x"])
def test_a_revision_that_is_none_is_refused(
    cli: Run, hub: HuggingFace, tree: Make, revision: str
) -> None:
    chain(hub, ["acme/a", "acme/b"])
    config = {"base_model_name_or_path": "acme/a", "revision": revision, "peft_type": "LORA"}
    folder = tree(**{"README.md": card(), "adapter_config.json": json.dumps(config)})
    said = cli("audit", folder)
    assert said.code == 3
    assert not [p for p in hub.server.paths() if ".." in p or "upload" in p]


def test_a_silent_hub_is_not_asked_over_and_over(cli: Run, hub: HuggingFace, work: Make) -> None:
    hub.server.answer = lambda _: Reply(reset=True)
    said = cli("audit", work(base_model=tuple(f"acme/m{n}" for n in range(60))))
    assert said.code == 3
    assert {r for n in range(60) for r in reasons(said, model(f"acme/m{n}"))} == {"unreachable"}
    assert len(hub.server.asked) < 60


def test_a_linked_license_is_read_where_it_stands(cli: Run, hub: HuggingFace, work: Make) -> None:
    page = Loopback(lambda _: Reply(200, MIT.encode(), {"Content-Type": "text/plain"}))
    with page.running():
        link = f"{page.url}/LICENSE"
        hub.add("acme/base", {"README.md": card("other", license_link=link), **WEIGHTS})
        folder = work(base_model="acme/base")
        closed = cli("audit", folder)
        assert page.asked == []
        said = cli("audit", folder, "--allow-private", page.host)
    assert licensed(closed, model("acme/base")) is None
    assert licensed(said, model("acme/base")) == "MIT"
    assert {c["location"]["path"] for c in said.audit["claims"] if c["rung"] == "exact_text"} == {
        link
    }


def test_a_license_linked_on_its_hub_is_read_there(cli: Run, hub: HuggingFace, work: Make) -> None:
    link = f"{hub.server.url}/acme/terms/blob/main/LICENSE"
    hub.add("acme/base", {"README.md": card("other", license_link=link), **WEIGHTS})
    hub.add("acme/terms", {"LICENSE": b"CC0 1.0 Universal\n"})
    said = cli("audit", work(base_model="acme/base"))
    assert any(a.path.endswith("/LICENSE") for a in hub.server.asked)
    assert any(c["location"]["path"] == link for c in said.audit["claims"])


def test_everything_in_the_cache_of_this_disk(
    cli: Run, hub: HuggingFace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path / "hub"))
    for name, license in (("good", "mit"), ("bad", "cc-by-nc-4.0")):
        kept = tmp_path / "hub" / f"models--acme--{name}"
        snapshot = kept / "snapshots" / ("1" * 40)
        snapshot.mkdir(parents=True)
        (kept / "refs").mkdir()
        (kept / "refs" / "main").write_text("1" * 40)
        (snapshot / "README.md").write_bytes(card(license))
        (snapshot / "config.json").write_text("{}")
    said = cli("audit", "hf-cache:", "--offline")
    assert said.code == 1
    folder = said.folder / "licaudit-report"
    summary = json.loads((folder / "summary.json").read_text("utf-8"))["repositories"]
    assert [(r["target"].partition("@")[0], r["verdict"]) for r in summary] == [
        ("hf-cache:acme/bad", "fail"),
        ("hf-cache:acme/good", "review"),
    ]
    assert all(Path(said.folder, r["report"]).is_file() for r in summary)
    assert "2 repositories: 1 fail, 1 need a review, 0 pass" in said.out
    assert cli("audit", "hf-cache:", "--record", "x").code == 2


def test_an_empty_cache_is_no_audit(cli: Run, hub: HuggingFace) -> None:
    assert cli("audit", "hf-cache:").code == 4
