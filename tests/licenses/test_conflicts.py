"""Two places that cannot both be right are told with both places; all else is silent."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from licaudit.errors import KnowledgeError
from licaudit.facts import Claim, Location
from licaudit.licenses.alike import difference, leaves, may_mean, same_license, within
from licaudit.licenses.conflict_rules import UNLISTED, load_conflicts
from licaudit.licenses.conflicts import conflicts

Read = Callable[..., Any]
CODE = {"tool.py": "print(1)\n"}
NC, SA = (
    "https://creativecommons.org/licenses/by-nc-sa/4.0/",
    ("https://creativecommons.org/licenses/by-sa/4.0/"),
)


def card(front: str, body: str = "") -> str:
    return f"---\n{front}\n---\n# Heron\n\n{body}\n"


def data(front: str, body: str = "") -> dict[str, str]:
    return {"README.md": card(f"{front}\ntask_categories: [translation]", body)}


def page(license_: str) -> str:
    return f"# Heron\n\n## License\n\n{license_}\n"


def pyproject(license_: str, *classifiers: str) -> str:
    return f'[project]\nname = "heron"\nlicense = "{license_}"\nclassifiers = {list(classifiers)}\n'


GPL3 = "License :: OSI Approved :: GNU General Public License v3 (GPLv3)"
BADGE = "# Heron\n\n![License](https://img.shields.io/badge/license-{}-blue.svg)\n"
# name -> (the pair it is, how they differ, files); `{key}` is the text of a license
AGAINST: dict[str, tuple[str, str, dict[str, str]]] = {
    "tag and body": (
        "tag-against-body", "license",
        data("license: cc-by-4.0", "## License\n\nReleased under CC BY-NC-SA 4.0."),
    ),
    "tag and a bare name": (
        "tag-against-body", "version", data("license: apache-2.0", "## License\n\nApache 1.1")
    ),
    "versions of one license": (
        "tag-against-body", "version",
        data("license: cc-by-4.0", "## License\n\nLicensed under CC BY 3.0."),
    ),
    "a list and a body outside it": (
        "tag-against-body", "license",
        data("license: [mit, cc-by-4.0]", "## License\n\nReleased under GPL-3.0."),
    ),
    "words and the link behind them": (
        "label-against-link", "license",
        data("license: cc-by-nc-sa-4.0", f"## License\n\nLicensed under [CC BY-NC-SA 4.0]({SA})."),
    ),
    "license and license_name": (
        "license-against-name", "license",
        {"README.md": card("license: mit\nlicense_name: gpl-3.0")},
    ),
    "license and license_link": (
        "license-against-link", "license", {"README.md": card(f"license: mit\nlicense_link: {NC}")}
    ),
    "license_name and license_link": (
        "name-against-link", "license",
        {"README.md": card(f"license: other\nlicense_name: apache-2.0\nlicense_link: {NC}")},
    ),
    "card and license file": (
        "tag-against-file", "license",
        {"README.md": card("license: mit"), "LICENSE": "{apache-2.0}"},
    ),
    "page and license file": (
        "page-against-file", "license",
        {**CODE, "README.md": page("MIT"), "LICENSE": "{apache-2.0}"},
    ),
    "page and license file, other version": (
        "page-against-file", "version",
        {**CODE, "README.md": page("Licensed under GPL-2.0."), "LICENSE": "{gpl-3.0}"},
    ),
    "badge and license file": (
        "badge-against-file", "license",
        {**CODE, "README.md": BADGE.format("MIT"), "LICENSE": "{apache-2.0}"},
    ),
    "manifest and license file": (
        "metadata-against-file", "license",
        {**CODE, "pyproject.toml": pyproject("MIT"), "LICENSE": "{apache-2.0}"},
    ),
    "manifest and classifier": (
        "metadata-against-classifier", "license",
        {**CODE, "pyproject.toml": pyproject("MIT", GPL3)},
    ),
    "English and Chinese page": (
        "page-against-page", "license",
        {**CODE, "README.md": page("MIT License"),
         "README_zh.md": page("本项目采用 GPL-3.0 许可证。")},
    ),
    "two license files": (
        "file-against-file", "license", {**CODE, "LICENSE": "{mit}", "COPYING": "{gpl-3.0}"}
    ),
    "card and the data set's record": (
        "tag-against-record", "license",
        {**data("license: mit"),
         "dataset_infos.json": '{"default": {"license": "cc-by-nc-4.0", "features": {}}}'},
    ),
    "an ambiguous name of another family": (
        "tag-against-file", "license", {"README.md": card("license: gpl"), "LICENSE": "{mit}"}
    ),
    "or-later and only, both in words": (
        "metadata-against-metadata", "later",
        {**CODE, "pyproject.toml": pyproject("GPL-3.0-only"),
         "package.json": '{"name": "heron", "license": "GPL-3.0-or-later"}'},
    ),
}  # fmt: skip
SILENT: dict[str, dict[str, str]] = {
    "tag and its own text": {"README.md": card("license: mit"), "LICENSE": "{mit}"},
    "text that names another holder": {
        "README.md": card("license: mit", "Made by Acme."),
        "LICENSE": "MIT License\n\nCopyright (c) 2020 Somebody Else\n\n{mit}",
    },
    "code against weights": {
        "README.md": card("license: mit", "## License\n\nThe code is under Apache-2.0. The model"
                          " weights are under MIT."),
        **CODE,
    },
    "a list holds the text": {
        "README.md": card("license: [mit, apache-2.0]"), "LICENSE": "{apache-2.0}"
    },
    "a sentence names both": {
        **CODE, "README.md": page("Licensed under MIT and Apache-2.0."), "LICENSE": "{mit}"
    },
    "a choice": {
        **CODE, "README.md": page("Licensed under either of MIT or Apache-2.0 at your option."),
        "LICENSE-MIT": "{mit}", "LICENSE-APACHE": "{apache-2.0}",
        "pyproject.toml": pyproject("MIT OR Apache-2.0"),
    },
    "a family name": {"README.md": card("license: gpl"), "LICENSE": "{gpl-3.0}"},
    "a tag that cannot say or-later": {
        **CODE, "README.md": page("GPL-3.0"), "LICENSE": "{gpl-3.0}",
        "main.py": "# This program is free software: you can redistribute it and/or modify it under"
                   " the terms of\n# the GNU General Public License as published by the Free"
                   " Software Foundation, either version 3\n# of the License, or (at your option)"
                   " any later version.\n",
    },
    "LGPL needs the GPL's text": {
        **CODE, "pyproject.toml": pyproject("LGPL-3.0-only"), "COPYING": "{gpl-3.0}",
        "COPYING.LESSER": "{lgpl-3.0}",
    },
    "a checkpoint of its own": {
        "README.md": card("license: mit", "| Model | License |\n|---|---|\n| Heron-7B | MIT |\n"
                          "| Heron-70B | CC-BY-NC-4.0 |"),
    },
    "a folder of its own": {**CODE, "LICENSE": "{mit}", "vendor/egret/LICENSE": "{apache-2.0}"},
    "one program file's header": {
        **CODE, "LICENSE": "{mit}", "a.py": "# SPDX-License-Identifier: BSD-3-Clause\n"
    },
    "what it was collected from": data(
        "license: cc-by-4.0",
        "## License\n\nThe source articles are licensed under CC BY-SA 3.0. The data of Egret are"
        " used, which comes under ODbL; see their site.",
    ),
    "terms that come on top": data(
        "license: odc-by", "## License\n\nYou are also bound by the Common Crawl terms of use."
    ),
    "works licensed by name": {
        **CODE, "LICENSE": "{apache-2.0}",
        "README.md": page("* Egret is licensed under the [MIT](https://forge.example/egret)\n"
                          "* Bittern is licensed under BSD-3-Clause"),
    },
    "a row of the data": data(
        "license: apache-2.0", 'An instance:\n\n{"path": "a.py",\n "license": "mit"}'
    ),
    "a national port": data(
        "license: cc-by-4.0",
        "## License\n\nUnder [CC BY 3.0](https://creativecommons.org/licenses/by/3.0/us/).",
    ) | {"README.md": card("license: cc-by-3.0\ntask_categories: [translation]",
         "## License\n\nUnder [CC BY 3.0](https://creativecommons.org/licenses/by/3.0/us/).")},
    "notices of others": {
        **CODE, "LICENSE": "{mit}", "NOTICE": "This product includes parts under:\n\n{apache-2.0}"
    },
}  # fmt: skip


def filled(files: dict[str, str], text: Callable[[str], str]) -> dict[str, str]:
    """The files with the texts of the licenses that their `{key}` names."""
    keys = ("mit", "apache-2.0", "gpl-3.0", "lgpl-3.0")
    result = {}
    for name, content in files.items():
        whole = content
        for key in keys:
            whole = whole.replace(f"{{{key}}}", text(key))
        result[name.replace("/", "__")] = whole
    return result


@pytest.mark.parametrize("name", AGAINST)
def test_what_cannot_both_hold_is_told(
    reading: Read, text: Callable[[str], str], name: str
) -> None:
    kind, differ, files = AGAINST[name]
    found = reading(**filled(files, text)).conflicts
    assert (kind, differ) in {(c.kind, c.differ) for c in found}
    for conflict in found:
        assert conflict.left.location.path
        assert conflict.left.written
        assert conflict.left != conflict.right


@pytest.mark.parametrize("name", SILENT)
def test_what_can_both_hold_is_silent(reading: Read, text: Callable[[str], str], name: str) -> None:
    found = reading(**filled(SILENT[name], text)).conflicts
    assert [(c.kind, c.left.written, c.right.written) for c in found] == []


def test_both_sides_of_name_and_link_bind(reading: Read) -> None:
    front = f"license: other\nlicense_name: apache-2.0\nlicense_link: {NC}"
    read = reading(**{"README.md": card(front)})
    assert read.expression("weights") == "Apache-2.0 AND CC-BY-NC-SA-4.0"
    (conflict,) = read.conflicts
    assert {conflict.left.location.label(), conflict.right.location.label()} == {
        "README.md:3", "README.md:4"
    }  # fmt: skip


IDS = st.sampled_from(
    ("MIT", "Apache-2.0", "Apache-1.1", "CC-BY-4.0", "CC-BY-NC-4.0", "GPL-3.0-only",
     "GPL-3.0-or-later", "MIT OR Apache-2.0", "GPL-2.0-only WITH Classpath-exception-2.0")
)  # fmt: skip
PLACES = st.sampled_from(
    (
        ("README.md", "license"),
        ("README.md", None),
        ("LICENSE", None),
        ("pyproject.toml", "license"),
    )
)


def claim(number: int, expression: str, path: str, key: str | None) -> Claim:
    return Claim(
        f"c{number}", "local:.", "code", f"under {expression}", expression, "declared", "unknown",
        "identifier", 0.9, Location(path, number + 1, key=key), note=expression,
    )  # fmt: skip


CLAIMS = st.lists(st.tuples(IDS, PLACES), max_size=6).map(
    lambda rows: [claim(n, e, *p) for n, (e, p) in enumerate(rows)]
)


@given(CLAIMS)
def test_conflicts_are_between_different_licenses_only(claims: list[Claim]) -> None:
    for conflict in conflicts(claims):
        assert conflict.left.id != conflict.right.id
        one, other = (leaves(c.expression or "") for c in (conflict.left, conflict.right))
        assert conflict.differ == "later" or not (within(one, other) and within(other, one))


@given(CLAIMS)
def test_the_order_of_claims_changes_nothing(claims: list[Claim]) -> None:
    def told(found: Any) -> set[Any]:
        return {(c.kind, c.differ, frozenset((c.left.id, c.right.id))) for c in found}

    assert told(conflicts(claims)) == told(conflicts(claims[::-1]))


@given(IDS, IDS)
def test_two_bare_claims_conflict_unless_one_names_the_other(one: str, other: str) -> None:
    both = [claim(0, one, "README.md", "license"), claim(1, other, "LICENSE", None)]
    named = within(leaves(one), leaves(other)) or within(leaves(other), leaves(one))
    ranges = {one, other} == {"GPL-3.0-only", "GPL-3.0-or-later"}  # both say so in words
    assert bool(conflicts(both)) == (ranges or not named)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("GPL-3.0-only", "GPL-3.0-or-later", True),
        ("CC-BY-3.0", "CC-BY-3.0-DE", True),
        ("CC-BY-3.0", "LicenseRef-licaudit-cc-by-3.0-za", True),
        ("CC-BY-3.0", "CC-BY-4.0", False),
        ("CC-BY-4.0", "CC-BY-NC-4.0", False),
        ("MIT", "MIT-0", False),
    ],
)
def test_names_of_one_license(one: str, other: str, same: bool) -> None:
    assert same_license(one, other) is same


def test_an_ambiguous_name_may_mean_its_family_alone() -> None:
    bsd = frozenset({"BSD-2-Clause", "BSD-3-Clause"})
    assert may_mean(bsd, frozenset({"BSD-3-Clause"}))
    assert may_mean(bsd, frozenset({"BSD-4-Clause"}))
    assert not may_mean(bsd, frozenset({"MIT"}))


def test_a_changed_text_differs_in_its_text() -> None:
    modified = frozenset({"LicenseRef-licaudit-modified-MIT"})
    assert difference(modified, frozenset({"MIT"})) == "text"
    assert difference(modified, frozenset({"Apache-2.0"})) == "license"


def test_every_pair_of_the_table_has_words_and_known_places() -> None:
    table = load_conflicts()
    ids = {p.id for p in table.places}
    assert len(ids) == len(table.places)
    for between, pair in table.pairs.items():
        assert between <= ids
        assert pair.words.en
        assert pair.words.zh
        assert table.words(pair.id).en
    assert table.pair("badge", "config") is UNLISTED


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        ("voice: sentence", "voice: chorus", "`voice`"),
        ("between: [page_field, page_text]", "between: [page_field, nowhere]", "`between`"),
        ("'^license_name$'", "'('", "regular expression"),
        ("differences:", "differenses:", "nothing else"),
        ("{en: a badge, zh: 徽章}", "{en: a badge}", "en and zh"),
    ],
)
def test_a_broken_table_is_refused_with_its_place(
    root: Path, tmp_path: Path, old: str, new: str, line: str
) -> None:
    source = (root / "rules" / "conflicts.yaml").read_text("utf-8")
    assert old in source
    (tmp_path / "conflicts.yaml").write_text(source.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(KnowledgeError) as caught:
        load_conflicts(tmp_path)
    assert line in str(caught.value)
    assert "rules/conflicts.yaml" in str(caught.value)


def test_a_missing_table_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(KnowledgeError):
        load_conflicts(tmp_path)
