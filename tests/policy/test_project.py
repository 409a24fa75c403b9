"""licaudit.yaml: every mistake is one sentence with its place; a good file says all it can."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from licaudit.errors import ConfigError
from licaudit.facts import Agreement, Confirmation, Intent, Position, Waiver
from licaudit.policy.project import Project, SourceNote, read_project

GOOD = """\
intent: {use: commercial, actor: company, established_in: CN, trained_in: [CN], users_in: [CN, EU],
         group_monthly_users: {2024-07-23: 5000000}, distribute: [weights, service]}
packs: [ci-default, ./mine]
posture: balanced
params: {strong_copyleft: [network]}
sources:
  - {dataset: vendor-corpus, channel: commercial, contract: vendor-17}
  - {dataset: crawl, channel: self_collected, evidence: [docs/log.csv]}
agreements:
  - {id: vendor-17, licensee: Us Ltd, acts: [train, distribute_weights],
     term: [2024-03-01, 2027-01-01], survives: trained_model, territory: [CN]}
positions:
  - {question: dataset-share-alike-into-weights, answer: does-not-travel, by: legal@us,
     basis: memo-12, expires: 2027-06-30}
confirmations:
  - {license: CC-BY-4.0, condition: attribution, by: me, expires: 2027-01-01}
waivers:
  - {rule: duty-missing, artifact: 'local:.', fingerprint: abc, reason: known,
     approver: me, expires: 2026-07-01}
"""


def read(folder: Path, text: str) -> Project:
    file = folder / "licaudit.yaml"
    file.write_text(text, "utf-8")
    return read_project(file)


def test_a_good_file_is_read_whole(tmp_path: Path) -> None:
    project = read(tmp_path, GOOD)
    (intent,) = project.intents
    assert intent == Intent(
        use="commercial",
        actor="company",
        established_in="CN",
        trained_in=("CN",),
        users_in=("CN", "EU"),
        group_monthly_users=(("2024-07-23", 5_000_000),),
        distribute=("weights", "service"),
    )
    assert project.packs == ("ci-default", "./mine")
    assert project.posture == "balanced"
    assert project.params == (("strong_copyleft", ("network",)),)
    assert project.sources == (
        SourceNote("vendor-corpus", "commercial", "vendor-17"),
        SourceNote("crawl", "self_collected", None, ("docs/log.csv",)),
    )
    assert project.agreements == (
        Agreement(
            "vendor-17",
            "Us Ltd",
            ("train", "distribute_weights"),
            (date(2024, 3, 1), date(2027, 1, 1)),
            survives="trained_model",
            territory=("CN",),
        ),
    )
    assert project.positions == (
        Position(
            "dataset-share-alike-into-weights",
            "does-not-travel",
            "legal@us",
            "memo-12",
            date(2027, 6, 30),
        ),
    )
    assert project.confirmations == (
        Confirmation("CC-BY-4.0", "attribution", "me", date(2027, 1, 1)),
    )
    assert project.waivers == (
        Waiver("duty-missing", "local:.", "abc", "known", "me", date(2026, 7, 1), line=18),
    )


def test_an_empty_file_says_nothing(tmp_path: Path) -> None:
    assert read(tmp_path, "# later\n") == Project(name="licaudit.yaml")


def test_several_intents_keep_their_order(tmp_path: Path) -> None:
    project = read(tmp_path, "intents:\n  - {use: research}\n  - {use: commercial}\n")
    assert [i.use for i in project.intents] == ["research", "commercial"]


WAIVER = "waivers:\n  - {rule: r, artifact: a, fingerprint: f, reason: x, approver: me}\n"
AGREEMENT = "agreements:\n  - {id: a, licensee: us, acts: [%s], term: [%s, 2027-01-01]%s}\n"
MISTAKES = {
    "a waiver nobody signed": (
        WAIVER.replace("me}", "' ', expires: 2027-01-01}"),
        "2:55",
        "`approver` is empty",
    ),
    "a curation without a reason": (
        "curations:\n  - artifact: a\n    scope: code\n    expression: MIT\n    sha256: '0'\n"
        "    reason: ''\n    author: me\n",
        "6:5",
        "`reason` is empty",
    ),
    "unknown key": ("intents_: []\n", "1:1", "unknown key `intents_`"),
    "waiver without expiry": (WAIVER, "2:5", "`expires` is required"),
    "a list where a mapping goes": ("intent: [commercial]\n", "1:1", "an intent is a mapping"),
    "a mapping where a list goes": ("waivers: {}\nagreements: {a: 1}\n", "2:1", "must be a list"),
    "intents as a mapping": ("intents: {use: research}\n", "1:1", "`intents` must be a list"),
    "both intent and intents": ("intent: {}\nintents: []\n", "2:1", "not both"),
    "packs of numbers": ("packs: [1]\n", "1:1", "`packs` must be a list of names"),
    "params of nothing known": ("params: {a: b}\n", "1:10", "`params.a` must be a list of strings"),
    "a document that is a list": ("- a\n", "1:1", "expected keys"),
    "an empty list as document": ("[]\n", "1:1", "expected keys"),
    "no YAML": ("intent: {use\n", "2", "not valid YAML"),
    "a key twice": ("packs: [a]\npacks: [b]\n", "2", "not valid YAML"),
    "a misspelt field": ("intent:\n  user: commercial\n", "2:3", "unknown key `user`"),
    "an unknown use": ("intent: {use: comercial}\n", "1:10", "`use`"),
    "an unknown region": ("intent: {users_in: [CN, XX]}\n", "1:25", "`XX` is no region"),
    "a country that is often written so": ("intent: {established_in: UK}\n", "1:10", "`UK`"),
    "a small country": ("intent: {users_in: [cn]}\n", "1:21", "`cn` is no region"),
    "an unknown actor": (
        "intent: {actor: compnay}\n",
        "1:10",
        "`compnay` is unknown under `actor`",
    ),
    "an unknown modality": ("intent: {modality: imgae}\n", "1:10", "`imgae`"),
    "an unknown field of use": ("intent: {restricted_fields: [militery]}\n", "1:30", "`militery`"),
    "an unknown scope": ("intent: {scopes: [wieghts]}\n", "1:19", "`wieghts`"),
    "users on no date": (
        "intent:\n  group_monthly_users: {soon: 5}\n",
        "2:25",
        "`soon` is no date",
    ),
    "users in no number": (
        "intent:\n  group_monthly_users: {2024-07-23: true}\n",
        "2:25",
        "whole numbers",
    ),
    "revenue in words": ("intent: {annual_revenue_usd: '5'}\n", "1:10", "whole numbers"),
    "negative users": ("intent: {group_monthly_users: -1}\n", "1:10", "whole numbers"),
    "a source with a stray key": (
        "sources:\n  - {dataset: d, channel: public, contrat: c}\n",
        "2:35",
        "unknown key `contrat`",
    ),
    "a source on no channel": ("sources:\n  - {dataset: d, channel: web}\n", "2:18", "`channel`"),
    "an unknown act": (AGREEMENT % ("trian", "2024-01-01", ""), "2:34", "`trian`"),
    "a term that ends first": (AGREEMENT % ("train", "2028-01-01", ""), "2:42", "before it begins"),
    "an unknown survival": (
        AGREEMENT % ("train", "2024-01-01", ", survives: model"),
        "2:74",
        "`model` is unknown under `survives`",
    ),
    "a question nobody asks": (
        "positions:\n  - {question: q, answer: travels, by: me, basis: b, expires: 2027-01-01}\n",
        "2:6",
        "`q` is unknown under `question`",
    ),
    "an unknown posture": ("posture: strickt\n", "1:1", "`strickt` is no posture"),
    "an unknown distribution": ("intent: {distribute: [wieghts]}\n", "1:23", "Input should be"),
}


@pytest.mark.parametrize(("text", "place", "says"), MISTAKES.values(), ids=MISTAKES)
def test_a_mistake_is_one_sentence_with_its_place(
    tmp_path: Path, text: str, place: str, says: str
) -> None:
    with pytest.raises(ConfigError) as caught:
        read(tmp_path, text)
    error = caught.value
    assert error.where == f"licaudit.yaml:{place}"
    assert says in error.what
    assert error.sentence().startswith(f"licaudit.yaml:{place}: ")
    assert "\n" not in error.sentence()
    assert error.exit_code == 2


def test_what_was_probably_meant_is_said(tmp_path: Path) -> None:
    for text, meant in (
        ("intent: {established_in: UK}", "Did you mean GB?"),
        ("intent: {actor: compnay}", "Did you mean company?"),
        ("intent: {restricted_fields: [militery]}", "Did you mean military?"),
    ):
        with pytest.raises(ConfigError) as caught:
            read(tmp_path, text)
        assert caught.value.todo == meant


def test_users_may_be_one_undated_number(tmp_path: Path) -> None:
    (intent,) = read(tmp_path, "intent: {group_monthly_users: 7}").intents
    assert intent.group_monthly_users == (("any_time", 7),)


def test_norway_stays_a_country(tmp_path: Path) -> None:
    (intent,) = read(tmp_path, "intent: {users_in: [NO]}").intents
    assert intent.users_in == ("NO",)


def test_a_file_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="cannot be read"):
        read_project(tmp_path / "nowhere.yaml")
