"""Who speaks, and for whom: a copy, a conversion or a collection never loosens what it hands on."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from licaudit.errors import KnowledgeError
from licaudit.facts import Artifact, Claim, Collected, Copyright, Link, Location, Passage
from licaudit.licenses.authority import OF_BASE, attribute, is_owner, owners_of, with_authority
from licaudit.licenses.authority_rules import load_names
from licaudit.licenses.conclude import conclude
from licaudit.licenses.copyrights import MOST, detect, find_copyrights

Read = Callable[..., Any]
HUB = "pkg:huggingface/acme/heron-7b"
PARENT = "pkg:huggingface/wader/egret-7b"


def card(front: str, body: str = "") -> str:
    return f"---\n{front}\n---\n# Heron-7B\n\n{body}\n"


def page(text: str, artifact: str = HUB) -> Passage:
    return Passage(text, Location("README.md", 1), "prose", "weights", artifact)


def text_file(text: str, scope: str = "weights", artifact: str = HUB) -> Passage:
    return Passage(text, Location("LICENSE", 1), "text", scope, artifact, "detected")


def tag(expression: str = "MIT", artifact: str = HUB, scope: str = "weights") -> Claim:
    return Claim(
        f"c{expression}{scope}", artifact, scope, expression.lower(), expression, "declared",
        "unknown", "identifier", 0.95, Location("README.md", 2, key="license"),
    )  # fmt: skip


def model(*passages: Passage, links: tuple[Link, ...] = (), name: str = "heron-7b") -> Collected:
    artifacts = [Artifact(HUB, "model", name)]
    artifacts += [Artifact(x.target, "model", "egret-7b") for x in links]
    return Collected(tuple(artifacts), passages, links)


def authority(collected: Collected, claim: Claim | None = None) -> str:
    return attribute([claim or tag()], collected).claims[0].authority


def test_the_owner_who_holds_the_copyright_is_the_holder() -> None:
    held = text_file("MIT License\n\nCopyright (c) 2023 ACME, Inc.\n\nPermission is granted")
    assert authority(model(held)) == "holder"


@pytest.mark.parametrize(
    "holder", ["Egret Labs", "Acme Rockets", "The Heron Authors", "<copyright holder>"]
)
def test_another_holder_leaves_the_owner_unknown(holder: str) -> None:
    assert authority(model(text_file(f"Copyright (c) 2023 {holder}\n"))) == "unknown"


def test_a_folder_on_a_disk_has_no_owner() -> None:
    held = text_file("Copyright (c) 2023 Acme\n", artifact="local:.")
    collected = Collected((Artifact("local:.", "model", "acme"),), (held,))
    assert authority(collected, tag(artifact="local:.")) == "unknown"


def test_the_code_s_holder_is_not_the_weights_holder() -> None:
    held = text_file("Copyright (c) 2023 Acme\n", scope="code")
    assert authority(model(held)) == "unknown"
    assert authority(model(held), tag(scope="code")) == "holder"


QUANTIZED = Link(HUB, PARENT, "quantized_from", (Location("README.md", 4),))
HANDED_ON = {
    "a relation": (model(page("# Heron"), links=(QUANTIZED,)), "distributor"),
    "a name": (model(page("# Heron"), name="acme/Heron-7B-GGUF"), "distributor"),
    "a sentence": (
        model(page("This repo contains GGUF format model files for Heron 7B.")), "distributor"
    ),
    "a conversion": (model(page("The weights were converted from the original.")), "distributor"),
    "a copy": (model(page("This is a mirror of wader/egret-7b.")), "mirror"),
    "a re-upload": (model(page("Uploaded from the official page for convenience.")), "mirror"),
    "a Chinese copy": (model(page("本仓库为 Egret 官方权重的镜像。")), "mirror"),
}  # fmt: skip


@pytest.mark.parametrize("name", HANDED_ON)
def test_who_hands_on_is_no_holder(name: str) -> None:
    collected, wanted = HANDED_ON[name]
    held = text_file("Copyright (c) 2023 Acme\n")
    with_text = replace(collected, passages=(*collected.passages, held))
    assert authority(with_text) == wanted


@pytest.mark.parametrize("name", [n for n in HANDED_ON if n != "a relation"])
def test_handing_on_without_a_name_leaves_a_gap(name: str) -> None:
    gaps = attribute([tag()], HANDED_ON[name][0]).gaps
    assert [(g.reason, g.blocks, g.scope) for g in gaps] == [("base_not_named", True, "weights")]


def test_a_named_parent_leaves_no_gap() -> None:
    assert attribute([tag()], HANDED_ON["a relation"][0]).gaps == ()


@pytest.mark.parametrize(
    "words",
    [
        "Heron is a language model trained on public text.",
        "GGUF files of this model are at another place.",
        "A quantized model runs on a laptop.",
        "We compare with a mirror descent baseline.",
    ],
)
def test_a_model_of_its_own_is_not_handed_on(words: str) -> None:
    found = attribute([tag()], model(page(words)))
    assert found.gaps == ()
    assert found.claims[0].authority == "unknown"


@pytest.mark.parametrize(
    ("words", "gap"),
    [
        ("It is a collection of publicly available instruction datasets.", True),
        ("We combined several existing datasets into one.", True),
        ("本数据集整合了多个公开数据集。", True),
        ("It is a collection of letters that we wrote.", False),
        ("Each row is one sentence.", False),
    ],
)
def test_a_collection_s_license_is_none_on_its_content(words: str, gap: bool) -> None:
    data = replace(page(words), scope="data:collection")
    collected = Collected((Artifact(HUB, "dataset", "nest"),), (data,))
    claims = [tag(scope="data:collection")]
    found = attribute(claims, collected)
    assert [g.reason for g in found.gaps] == (["content_unlicensed"] if gap else [])
    assert found.claims[0].authority == ("distributor" if gap else "unknown")
    stated = attribute([*claims, tag("CC0-1.0", scope="data:content")], collected)
    assert stated.gaps == ()


def test_the_original_s_license_is_said_of_the_parent(reading: Read) -> None:
    front = "license: apache-2.0\nbase_model: wader/egret-7b"
    read = reading(**{"README.md": card(front, "## License\n\nOriginal license: CC-BY-NC-4.0")})
    assert read.expression("weights") == "Apache-2.0"
    assert read.expression("weights", PARENT) == "CC-BY-NC-4.0"
    (said,) = [c for c in read.claims if c.artifact == PARENT]
    assert said.authority == "stranger"
    assert said.location.label() == "README.md:9"
    assert (said.note or "").startswith(OF_BASE)


def test_hearsay_never_clears_a_parent(reading: Read) -> None:
    front = "license: apache-2.0\nbase_model: wader/egret-7b"
    read = reading(**{"README.md": card(front, "## License\n\nOriginal model license: MIT")})
    (gap,) = [g for g in read.gaps if g.artifact == PARENT]
    assert gap.reason == "hearsay"
    assert gap.blocks


def test_without_a_parent_the_original_s_license_stays_here(reading: Read) -> None:
    read = reading(**{"README.md": card("license: mit", "## License\n\nOriginal license: GPL-3.0")})
    assert read.expression("weights") == "GPL-3.0-only AND MIT"


@pytest.mark.parametrize(
    "words",
    [
        "The base model is licensed under CC-BY-NC-4.0.",
        "The original model is under the Llama license.",
        "Heron is fine-tuned from Egret. Its base model is released under CC BY-NC 4.0.",
    ],
)
def test_a_base_s_terms_are_never_dropped(reading: Read, words: str) -> None:
    read = reading(**{"README.md": card("license: mit", f"## License\n\n{words}")})
    assert "base_license" in read.blocking() or read.expression("weights") != "MIT"


@pytest.mark.parametrize(
    "words",
    [
        "As a baseline we use Egret-7B, which is licensed under GPL-3.0.",
        "Our sibling model Heron-XL is released under CC-BY-NC-4.0.",
        "We cite Bittern (CC BY-NC-SA 4.0).",
        "For comparison, Egret-7B is licensed under CC-BY-NC-4.0.",
        "Unlike Egret-7B, released under CC-BY-NC-4.0, ours is free.",
        "The demo video is licensed under CC BY-NC-ND 4.0.",
        "We also release Heron-7B-Research under CC-BY-NC-4.0.",
    ],
)
def test_another_work_s_license_does_not_taint(reading: Read, words: str) -> None:
    read = reading(**{"README.md": card("license: mit", f"{words}\n\n## License\n\nMIT")})
    assert read.expression("weights") == "MIT"
    assert not read.blocking()
    assert not read.conflicts


@pytest.mark.parametrize(
    "words",
    [
        "Heron-7B is released under CC-BY-NC-4.0.",
        "As a baseline, we release the model under CC-BY-NC-4.0.",
        "Unlike Egret-7B, ours is released under CC-BY-NC-4.0.",
        "For comparison, this model is licensed under CC-BY-NC-4.0.",
        "The model and its demo are licensed under CC-BY-NC-4.0.",
        "The model is CC-BY-NC-4.0 licensed.",
        "本模型采用 CC-BY-NC-4.0 许可证。",
    ],
)
def test_the_own_license_is_never_taken_for_another_s(reading: Read, words: str) -> None:
    read = reading(**{"README.md": card("license: mit", words)})
    assert read.expression("weights") == "CC-BY-NC-4.0 AND MIT"


PARTS = {
    "names": ("LICENSE-CODE", "LICENSE-MODEL", "LICENSE-DATA"),
    "sentences": "The code is MIT licensed. Model weights are released under CC-BY-NC-4.0. The data"
    " is available under CC BY 4.0.",
    "a list": "## License\n\n- Code: MIT\n- Weights: CC-BY-NC-4.0\n- Data: CC BY 4.0\n",
    "Chinese": "代码采用 MIT 许可证，模型权重采用 CC-BY-NC-4.0 许可证，数据集采用 CC BY 4.0 许可。",
}


@pytest.mark.parametrize("name", PARTS)
def test_parts_have_licenses_of_their_own(
    reading: Read, text: Callable[[str], str], name: str
) -> None:
    said, files = PARTS[name], {"tool.py": "print(1)\n"}
    if isinstance(said, str):
        files["README.md"] = f"# Heron\n\n{said}\n"
    else:
        keys = ("mit", "cc-by-nc-4.0", "cc-by-4.0")
        files |= {path: text(key) for path, key in zip(said, keys, strict=True)}
    read = reading(**files)
    found = {s: e for s, e in read.scopes().items() if e}
    assert found == {"code": "MIT", "weights": "CC-BY-NC-4.0", "data:collection": "CC-BY-4.0"}
    assert not read.conflicts


STANDING = st.sampled_from(sorted(HANDED_ON))
EXPRESSIONS = st.lists(
    st.sampled_from(["MIT", "Apache-2.0", "CC-BY-NC-4.0"]), unique=True, min_size=1
)


@given(STANDING, EXPRESSIONS)
def test_knowing_who_speaks_takes_no_license_away(name: str, expressions: list[str]) -> None:
    claims = [tag(e) for e in expressions]
    known = attribute(claims, HANDED_ON[name][0])
    scopes = frozenset({(HUB, "weights")})
    before, after = conclude(claims, scopes), conclude(known.claims, scopes)
    assert [a.expression for a in before] == [a.expression for a in after]


@given(st.text(min_size=1, max_size=30), st.text(min_size=1, max_size=30))
def test_owner_and_holder_are_one_name_or_none(one: str, other: str) -> None:
    names = load_names()
    assert is_owner(one, other, names) == is_owner(other, one, names)


def test_legal_forms_do_not_make_another_name() -> None:
    names = load_names()
    assert is_owner("stability-ai", "Stability AI Ltd.", names)
    assert not is_owner("ai", "AI Inc.", names)
    assert not is_owner("heron", "Heron Rockets Inc.", names)


def test_a_known_authority_is_kept() -> None:
    claim = replace(tag(), authority="holder")
    copyrights = (Copyright(HUB, "weights", "(c) X", ("X",), None, Location("LICENSE", 1)),)
    found, _ = with_authority([claim], HANDED_ON["a copy"][0], copyrights, {HUB: "acme"})
    assert found[0].authority == "holder"


def test_owners_come_from_ids_alone() -> None:
    ids = ("local:.", HUB, "pkg:github/wader/egret@v1", "pkg:pypi/heron", "name:model/Heron")
    artifacts = tuple(Artifact(i, "model", i) for i in ids)
    assert owners_of(Collected(artifacts)) == {HUB: "acme", "pkg:github/wader/egret@v1": "wader"}


STATEMENTS = {
    "Copyright (c) 2021-2023 Acme Labs, Inc. and contributors": (
        "Acme Labs, Inc. and contributors", "2021-2023"
    ),
    "Copyright 2020 Foo Bar <foo@bar.example>": ("Foo Bar", "2020"),
    "# SPDX-FileCopyrightText: 2022 Jane Roe": ("Jane Roe", "2022"),
    "版权所有 © 2023 某某科技有限公司。保留所有权利。": ("某某科技有限公司", "2023"),
    "Copyright © 2024 某某大学": ("某某大学", "2024"),
    "Copyright (c) Meta Platforms, Inc. and affiliates.": (
        "Meta Platforms, Inc. and affiliates", None
    ),
}  # fmt: skip


@pytest.mark.parametrize("line", STATEMENTS)
def test_holders_and_years_of_a_statement(line: str) -> None:
    holder, years = STATEMENTS[line]
    (found,), gaps = find_copyrights([text_file(f"MIT License\n\n{line}\n\nPermission")])
    assert (found.holders, found.years, found.location.line) == ((holder,), years, 3)
    assert gaps == ()


@pytest.mark.parametrize(
    "line",
    [
        "Copyright (C) 2007 Free Software Foundation, Inc. <https://fsf.example/>",
        "Copyright [yyyy] [name of copyright owner]",
        "Copyright (c) <year> <copyright holders>",
        "THE AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM",
        "subject to the copyright license granted above",
        "在任何情况下，作者、贡献者或版权所有者均不对因软件而产生的损害负责",
    ],
)
def test_what_names_no_holder_of_the_work(line: str) -> None:
    assert find_copyrights([text_file(f"{line}\n")]) == ((), ())


def test_the_author_of_a_license_holds_a_work_that_says_so_in_its_notice() -> None:
    notice = replace(text_file("Copyright 2019 The Apache Software Foundation\n"), form="notice")
    (found,), _ = find_copyrights([notice])
    assert found.holders == ("The Apache Software Foundation",)


def test_a_page_of_copyrights_is_cut_and_says_so() -> None:
    many = "\n".join(f"Copyright (c) {1990 + n % 30} Acme Rockets {n} Inc.\n" for n in range(90))
    found, (gap,) = find_copyrights([text_file(many)])
    assert len(found) == MOST
    assert (gap.reason, gap.blocks) == ("cut_short", False)


@given(st.text(max_size=200))
def test_any_line_is_read_without_harm(text: str) -> None:
    for line, statement, holders in detect(text):
        assert 1 <= line <= text.count("\n") + 1
        assert statement
        assert all(holders)


def test_nothing_heavy_is_loaded_where_no_copyright_stands() -> None:
    program = (
        "import sys\n"
        "from licaudit.facts import Location, Passage\n"
        "from licaudit.licenses.copyrights import find_copyrights\n"
        "find_copyrights([Passage('MIT', Location('LICENSE', 1), 'text', 'code', 'local:.')])\n"
        "print('cluecode' in sys.modules)\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True)
    assert done.stdout.strip() == b"False"


def test_a_header_s_holder_goes_with_its_tag(reading: Read) -> None:
    head = "# SPDX-FileCopyrightText: 2022 Jane Roe\n# SPDX-License-Identifier: MIT\nx = 1\n"
    read = reading(**{"pkg.py": head})
    (found,), _ = find_copyrights(read.collected.passages)
    assert (found.holders, found.location.label()) == (("Jane Roe",), "pkg.py:1")
    assert read.collected.artifacts[0].holders == ("Jane Roe",)


@pytest.mark.parametrize(
    ("old", "new"),
    [("repackers:", "repakers:"), ("mirror_words:\n", "mirror_words:\n  - '('\n"),
     ("license_authors: [", "license_authors: [1, ")],
)  # fmt: skip
def test_a_broken_table_is_refused(root: Path, tmp_path: Path, old: str, new: str) -> None:
    source = (root / "rules" / "authority.yaml").read_text("utf-8")
    assert old in source
    (tmp_path / "authority.yaml").write_text(source.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(KnowledgeError, match=r"rules/authority\.yaml"):
        load_names(tmp_path)
