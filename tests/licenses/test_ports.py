"""Creative Commons ports: all ways to write one lead to it; unpublished ones settle nothing."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from licaudit.errors import KnowledgeError
from licaudit.facts import ACTIONS, ASSET_KINDS, PERMISSION_ORDER, PURPOSES
from licaudit.licenses.identify import Ladder
from licaudit.licenses.knowledge import Knowledge, compile_knowledge
from licaudit.licenses.names import resolve_name
from licaudit.licenses.port_names import read_address, read_name
from licaudit.licenses.prose import mentions
from licaudit.settings import data_folder

LICAUDIT = "LicenseRef-licaudit-"
# The places of each version as Creative Commons lists them in its repository of legal codes.
PLACES = {
    "2.0": "at au be br ca cl de es fr hr it jp kr nl pl tw uk za",
    "2.1": "au ca es jp",
    "2.5": "ar au bg br ca ch cn co dk es hr hu il in it mk mt mx my nl pe pl pt scotland se si tw"
    " za",
    "3.0": "am at au az br ca ch cl cn cr cz de ec ee eg es fr ge gr gt hk hr ie igo it lu nl no nz"
    " ph pl pr pt ro rs sg th tw ug us ve vn za",
}
UNITS = ("by", "by-nc", "by-nc-nd", "by-nc-sa", "by-nd", "by-sa")
# Version 1.0 also licensed without attribution, and Japan did so in 2.0.
OLDER = {
    ("fi", "1.0"): "by by-nc by-nc-sa by-nd by-nd-nc by-sa nc nc-sa nd nd-nc sa",
    ("il", "1.0"): "by by-nc by-nc-sa by-nd by-nd-nc by-sa",
    ("nl", "1.0"): "by by-nc by-nc-sa by-nd by-nd-nc by-sa nc nc-sa nd nd-nc sa",
    ("br", "1.0"): "sampling sampling+",
    ("de", "1.0"): "sampling+",
    ("tw", "1.0"): "sampling sampling+ nc-sampling+",
    ("jp", "2.0"): "nc nc-sa nd nd-nc sa",
}
ALL = [(u, v, p) for v, places in PLACES.items() for p in places.split() for u in UNITS]
ALL += [(u, v, p) for (p, v), units in OLDER.items() for u in units.split()]


@pytest.fixture(scope="module")
def knowledge(ladder: Ladder) -> Knowledge:
    return ladder.knowledge


@pytest.fixture(scope="module")
def named(ladder: Ladder):  # type: ignore[no-untyped-def]
    return lambda text: resolve_name(text, ladder.knowledge, ladder.catalog)


def test_every_port_has_an_id_of_its_own_and_no_other_port_is_known(knowledge: Knowledge) -> None:
    known = {key: found for key, found in knowledge.ports.known.items() if len(key.split()) == 3}
    assert len(known) == len(ALL) == len(set(known.values()))
    for unit, version, place in ALL:
        url = f"https://creativecommons.org/licenses/{unit}/{version}/{place}/"
        reading = read_address(url, knowledge.ports)
        assert reading is not None, url
        assert reading.id in known.values(), url


def test_a_port_grants_no_more_than_its_generic_license(knowledge: Knowledge) -> None:
    for license_id, patch in knowledge.ports.patches.items():
        port, generic = knowledge.get(license_id), knowledge.get(patch["extends"])
        assert port is not None
        assert generic is not None
        assert port.jurisdiction, license_id
        assert port.basis == "summary", license_id
        assert port.confidence in ("medium", "low"), license_id
        assert not port.texts, "a port's own text was not read as a whole"
        assert port.note is not None
        assert generic.name in port.note.en
        assert port.note.zh
        assert generic.conditions == port.conditions
        for action in ACTIONS:
            for purpose in PURPOSES:
                for kind in ASSET_KINDS:
                    own, other = (t.grant(action, purpose, kind)[0] for t in (port, generic))
                    assert PERMISSION_ORDER.index(own) <= PERMISSION_ORDER.index(other)


@pytest.mark.parametrize(
    "written",
    [
        "CC-BY-NC-2.5-CN",
        "cc-by-nc-2.5-cn",
        "CC BY-NC 2.5 CN",
        "CC BY-NC 2.5 China Mainland",
        "cc-by-nc-2-5-cn",
        "Creative Commons Attribution-NonCommercial 2.5 China Mainland",
        "Creative Commons Attribution Non-Commercial 2.5 China Mainland License",
        "Attribution-NonCommercial 2.5 (China)",
        "署名-非商业性使用 2.5 中国大陆",
        "知识共享署名-非商业性使用2.5中国大陆许可协议",
        "http://creativecommons.org/licenses/by-nc/2.5/cn",
        "https://creativecommons.org/licenses/by-nc/2.5/cn/",
        "https://www.creativecommons.org/licenses/by-nc/2.5/cn/deed.zh",
        "https://creativecommons.org/licenses/by-nc/2.5/cn/deed.zh-hans",
        "https://creativecommons.org/licenses/by-nc/2.5/cn/legalcode",
        "https://creativecommons.org/licenses/by-nc/2.5/cn/legalcode.zh-hans?x=1#s",
        "https://creativecommons.org/licenses/by-nc/2.5/cn/rdf",
        "HTTPS://CreativeCommons.org/licenses/BY-NC/2.5/CN/",
    ],
)
def test_every_usual_way_to_write_a_port(named, written: str) -> None:  # type: ignore[no-untyped-def]
    assert named(written).expression == f"{LICAUDIT}cc-by-nc-2.5-cn"


@pytest.mark.parametrize(
    ("written", "expression"),
    [
        ("Creative Commons Attribution 3.0 Germany", "CC-BY-3.0-DE"),
        ("Namensnennung - Keine kommerzielle Nutzung 3.0 Deutschland", "CC-BY-NC-3.0-DE"),
        ("Naamsvermelding-GelijkDelen 3.0 Nederland", f"{LICAUDIT}cc-by-sa-3.0-nl"),
        ("Atribuição 2.5 Brasil", f"{LICAUDIT}cc-by-2.5-br"),
        ("クリエイティブ・コモンズ 表示 2.1 日本 ライセンス", f"{LICAUDIT}cc-by-2.1-jp"),
        ("CC BY-SA 2.0 UK: England & Wales", "CC-BY-SA-2.0-UK"),
        ("CC-BY-NC-SA-3.0-US", "LicenseRef-scancode-cc-by-nc-sa-3.0-us"),
        ("CC BY-NC 3.0 IGO", f"{LICAUDIT}cc-by-nc-3.0-igo"),
        ("CC BY 3.0 DE OR MIT", "CC-BY-3.0-DE OR MIT"),
        ("https://creativecommons.org/licenses/by-nd-nc/1.0/", "CC-BY-NC-ND-1.0"),
        ("https://creativecommons.org/licenses/by/4.0/deed.de", "CC-BY-4.0"),
        ("https://creativecommons.org/licenses/by/4.0/legalcode.zh-hans", "CC-BY-4.0"),
        ("https://creativecommons.org/publicdomain/zero/1.0/deed.en", "CC0-1.0"),
    ],
)
def test_names_in_other_words_and_generic_licenses(named, written: str, expression: str) -> None:  # type: ignore[no-untyped-def]
    assert named(written).expression == expression


@pytest.mark.parametrize(
    "written",
    [
        "CC-BY-3.0-FI",
        "CC BY-SA 2.5 Germany",
        "CC BY 4.0 China Mainland",
        "https://creativecommons.org/licenses/by/3.0/fi/",
        "https://creativecommons.org/licenses/by/4.0/de/legalcode",
        "https://creativecommons.org/licenses/by/3.0/atlantis/",
    ],
)
def test_a_port_that_nobody_published_is_never_the_generic_license(named, written: str) -> None:  # type: ignore[no-untyped-def]
    found = named(written)
    assert found.expression is None
    assert len(found.candidates) == 1
    assert "published no version" in found.why


def test_a_port_without_a_version_leaves_its_versions_open(named) -> None:  # type: ignore[no-untyped-def]
    found = named("CC BY-NC-SA China Mainland")
    ids = [f"{LICAUDIT}cc-by-nc-sa-{version}-cn" for version in ("2.5", "3.0")]
    assert (found.expression, list(found.candidates)) == (None, ids)


@pytest.mark.parametrize("written", ["by 3.0 de", "CC BY 3.0 DE FR", "CC 3.0 DE", "CC BY 3.0 Mars"])
def test_what_is_no_name_of_a_port_is_unknown(named, written: str) -> None:  # type: ignore[no-untyped-def]
    assert named(written) is None


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("The data is licensed under CC BY 3.0 in the EU.", ["CC-BY-3.0"]),
        ("The corpus is released under CC BY-NC-SA 3.0 CN.", [f"{LICAUDIT}cc-by-nc-sa-3.0-cn"]),
        (
            "本数据集采用知识共享署名-非商业性使用-相同方式共享 3.0 中国大陆许可协议进行许可。",
            [f"{LICAUDIT}cc-by-nc-sa-3.0-cn"],
        ),
        ("本数据集采用知识共享署名-非商业性使用 4.0 国际许可协议。", ["CC-BY-NC-4.0"]),
        ("论文署名 4.0 分", []),
        ("see https://creativecommons.org/licenses/by/3.0/fi/ for terms", [None]),
    ],
)
def test_ports_in_sentences(ladder: Ladder, sentence: str, expected: list[str | None]) -> None:
    found = mentions(sentence, ladder.knowledge, ladder.catalog)
    assert [m.named.expression for m in found] == expected


def test_differences_that_were_read_are_said_with_their_clause(knowledge: Knowledge) -> None:
    for license_id, words in {
        "cc-by-3.0-fr": ("databases", "(3, 4)"),
        "cc-by-sa-2.5-scotland": ("law and courts of Scotland", "(6.5)"),
        "cc-by-nd-3.0-igo": ("mediation and arbitration", "(8)"),
        "cc-by-2.0-jp": ("Japanese law", "(Art. 9)"),
    }.items():
        terms = knowledge.get(LICAUDIT + license_id)
        assert terms is not None
        assert terms.note is not None
        assert all(word in terms.note.en for word in words), license_id


@settings(deadline=None)
@given(text=st.text(max_size=80))
def test_no_text_breaks_the_readers(knowledge: Knowledge, text: str) -> None:
    ports = knowledge.ports
    for reading in (
        read_name(text, ports),
        read_name(text, ports, sure=True),
        read_address(f"https://creativecommons.org/licenses/{text}", ports),
    ):
        assert reading is None or reading.id or reading.why


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    """The real table of ports, beside the generic licenses that it needs."""
    real, folder = data_folder("rules"), tmp_path / "rules"
    (folder / "licenses").mkdir(parents=True)
    for path in sorted((real / "licenses").glob("cc-*.yaml")):
        (folder / "licenses" / path.name).write_text(path.read_text("utf-8"), "utf-8")
    for name in ("creative-commons-ports.yaml",):
        (folder / name).write_text((real / name).read_text("utf-8"), "utf-8")
    (folder / "aliases.yaml").write_text("names: {}\n", "utf-8")
    return folder


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('version: "2.0", place: at,', 'version: "2.0", place: xx,', "`xx` is no place"),
        ('version: "2.0", place: at,', 'version: "2.2", place: at,', "no license has the elements"),
        ('version: "2.0", place: at,', 'version: "2.0", place: de,', "stands in the table twice"),
        ("{value: waived,", "{value: wavied,", "value"),
        ("place: am, law:", "place: am, lwa:", "lwa"),
        ("code: AM,", "code: [AM],", "code"),
        ("zh: 亚美尼亚,", "zh: 阿根廷,", "means two things"),
    ],
)
def test_a_broken_table_is_named_with_its_line(rules: Path, old: str, new: str, said: str) -> None:
    path = rules / "creative-commons-ports.yaml"
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")
    with pytest.raises(KnowledgeError) as caught:
        compile_knowledge(rules)
    assert said in str(caught.value)
    assert "rules/creative-commons-ports.yaml:" in str(caught.value)
