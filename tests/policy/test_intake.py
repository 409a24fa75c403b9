"""The pack data-intake: each channel with what shows it, and each without."""

from __future__ import annotations

from datetime import date

import pytest

from licaudit.facts import (
    Agreement,
    Artifact,
    Collected,
    Gap,
    Intent,
    Judgement,
    Link,
    Location,
    Probe,
)
from licaudit.policy.packs import DEFAULT_PACKS
from licaudit.policy.project import Evidence, Project, SourceNote
from licaudit.policy.sources import record_paths, records, with_sources

from .build import ROOT, Work

DATA = "pkg:generic/corpus"
PACK = ("data-intake",)
INTENT = Intent(use="commercial", distribute=("weights",), trained_in=("CN",))


def work(expression: str | None = None) -> Work:
    return Work().under("Apache-2.0").came_from(DATA, "trained_on", expression, kind="dataset")


def note(channel: str, *evidence: str | Evidence, **more: str) -> Project:
    return Project(sources=(SourceNote(DATA, channel, evidence=evidence, **more),))  # type: ignore[arg-type]


def has(made: Work, *paths: str) -> Work:
    for path in paths:
        made.probes.append(Probe(DATA, "record", path, Location(path), "d" * 64))
    return made


def judged(
    made: Work, project: Project, intent: Intent = INTENT, packs: tuple[str, ...] = PACK, **more
) -> Judgement:
    for name, artifact in made.artifacts.items():
        for source in project.sources:
            if source.dataset in (name, artifact.name):
                made.artifacts[name] = Artifact(
                    name, artifact.kind, artifact.name, channel=source.channel
                )
    return made.judged(intent, project, packs, **more)


def found(judgement: Judgement) -> dict[str, str]:
    return {f.rule: f.outcome for f in judgement.findings}


def test_a_channel_nobody_names_is_a_question() -> None:
    assert found(judged(work("MIT"), Project())) == {"channel-unknown": "review"}
    assert found(judged(work("MIT"), note("other"))) == {"channel-unknown": "review"}


def test_a_record_that_is_not_there_shows_nothing() -> None:
    said = found(judged(work("MIT"), note("public", "docs/LICENSE-corpus.txt")))
    assert said == {"record-not-found": "fail", "public-license-not-kept": "review"}


def test_public_data_with_its_license_kept() -> None:
    made = has(work("MIT"), "docs/LICENSE-corpus.txt")
    assert not found(judged(made, note("public", "docs/LICENSE-corpus.txt")))


def test_public_data_without_any_license_fails() -> None:
    assert found(judged(work(), note("public")))["public-license-not-kept"] == "fail"


RECORDS = ("docs/crawl-log.csv", "docs/robots", "docs/tdm-reservations")


def test_collected_data_with_its_records_and_opt_outs_kept() -> None:
    assert not found(judged(has(work(), *RECORDS), note("self_collected", *RECORDS)))


@pytest.mark.parametrize(
    ("left_out", "rule"),
    [(0, "collection-unrecorded"), (1, "opt-outs-unrecorded"), (2, "opt-outs-unrecorded")],
)
def test_collected_data_without_one_of_them(left_out: int, rule: str) -> None:
    kept = [r for n, r in enumerate(RECORDS) if n != left_out]
    assert found(judged(has(work(), *kept), note("self_collected", *kept))) == {rule: "review"}


def test_collected_data_that_its_site_reserves_fails() -> None:
    made = has(work(), *RECORDS)
    place = Location("docs/crawl-log.csv", 3)
    made.probes.append(Probe(DATA, "reserved", "https://a.example/x", place, None, "docs/robots"))
    judgement = judged(made, note("self_collected", *RECORDS))
    assert found(judgement) == {"opt-out-ignored": "fail"}
    assert "https://a.example/x (docs/crawl-log.csv:3; reserved by docs/robots)" in (
        judgement.findings[0].message.en
    )


def bought(**more) -> Project:
    values = {
        "acts": ("train", "distribute_weights"),
        "term": (date(2025, 1, 1), date(2027, 1, 1)),
        "document_sha256": "d" * 64,
        **more,
    }
    agreement = Agreement("c-1", "Us", **values)  # type: ignore[arg-type]
    source = SourceNote(DATA, "commercial", contract="c-1")
    return Project(sources=(source,), agreements=(agreement,))


PAST = (date(2023, 1, 1), date(2024, 1, 1))
CONTRACTS = {
    "live": (bought(), {}),
    "ended": (bought(term=PAST), {"contract-not-live": "fail"}),
    "ended, the model lives on": (bought(term=PAST, survives="trained_model"), {}),
    "ended, nothing lives on": (
        bought(term=PAST, survives="nothing"),
        {"contract-not-live": "fail"},
    ),
    "not begun": (bought(term=(date(2027, 1, 1), date(2028, 1, 1))), {"contract-not-live": "fail"}),
    "another act": (bought(acts=("serve",)), {"contract-not-live": "fail"}),
    "another place": (bought(territory=("US",)), {"contract-not-live": "review"}),
    "no document": (bought(document_sha256=None), {"contract-unshown": "review"}),
}


@pytest.mark.parametrize(("project", "wanted"), CONTRACTS.values(), ids=CONTRACTS)
def test_bought_data_needs_a_contract_that_covers_the_act(
    project: Project, wanted: dict[str, str]
) -> None:
    assert found(judged(work(), project)) == wanted


def test_training_anew_after_the_contract_ended_is_not_covered() -> None:
    project = bought(term=PAST, survives="trained_model")
    anew = Intent(use="commercial", distribute=("weights",), train=True)
    assert found(judged(work(), project, anew)) == {"contract-not-live": "fail"}


def test_bought_data_without_a_contract() -> None:
    assert found(judged(work(), note("commercial"))) == {"contract-missing": "review"}
    unlisted = note("commercial", contract="c-9")
    assert found(judged(work(), unlisted)) == {"contract-missing": "review"}


def test_a_document_that_is_not_the_one_agreed_fails() -> None:
    project = bought(document_sha256="e" * 64)
    source = SourceNote(DATA, "commercial", contract="c-1", evidence=("docs/contract.pdf",))
    shown = Project(sources=(source,), agreements=project.agreements)
    assert found(judged(has(work(), "docs/contract.pdf"), shown)) == {"contract-unshown": "fail"}


@pytest.mark.parametrize("channel", ["user_input", "own"])
def test_people_who_gave_data_were_asked(channel: str) -> None:
    unasked = judged(work(), note(channel))
    consent = judged(has(work(), "docs/consent.csv"), note(channel, "docs/consent.csv"))
    version = judged(work(), note(channel, terms_version="2025-03"))
    assert found(unasked) == {"givers-not-asked": "review"}
    assert not found(consent)
    assert not found(version)
    # What the records show to be ours needs nobody's license.
    assert {v.scope: v.outcome for v in version.verdicts} == {"weights": "pass"}
    assert unasked.verdict == "review"


def test_synthetic_data_names_what_generated_it() -> None:
    assert found(judged(work(), note("synthetic"))) == {"generator-unnamed": "review"}
    made = work().came_from("pkg:generic/gen", "generated_by", "Apache-2.0", source=DATA)
    assert not found(judged(made, note("synthetic")))


def test_a_generator_that_forbids_it_or_says_nothing() -> None:
    forbids = work().came_from("pkg:generic/gen", "generated_by", "CC-BY-NC-4.0", source=DATA)
    unknown = work().came_from("pkg:generic/gen", "generated_by", None, source=DATA)
    assert found(judged(forbids, note("synthetic")))["generator-terms"] in ("fail", "review")
    assert found(judged(unknown, note("synthetic"))) == {"generator-terms": "review"}


INSIDE = Intent(use="commercial", distribute=(), modify=True, restricted_fields=())
HELD = {
    "own": note("own", terms_version="2025-03"),
    "user_input": note("user_input", terms_version="2025-03"),
    "synthetic": note("synthetic"),
}


def made_by(made: Work, channel: str, expression: str | None = "Apache-2.0") -> Work:
    if channel != "synthetic":
        return made
    return made.came_from("pkg:generic/gen", "generated_by", expression, source=DATA)


@pytest.mark.parametrize("packs", [PACK, DEFAULT_PACKS], ids=["data-intake", "default"])
@pytest.mark.parametrize("channel", HELD)
def test_what_is_declared_ours_hides_nothing_that_speaks_against_it(
    channel: str, packs: tuple[str, ...]
) -> None:
    def verdict(made: Work) -> str:
        return judged(made, HELD[channel], INSIDE, packs).verdict

    assert verdict(made_by(work(), channel)) == "pass"
    assert verdict(made_by(work("CC-BY-NC-4.0"), channel)) == "fail"
    narrowed = work().under(None, "data:collection", DATA, narrows="non_commercial")
    assert verdict(made_by(narrowed, channel)) == "fail"
    unread = made_by(work(), channel)
    unread.gaps.append(Gap(DATA, "unreadable", "a file"))
    assert verdict(unread) == "review"


def test_a_generator_nobody_knows_is_a_question_under_every_pack() -> None:
    for packs in (PACK, DEFAULT_PACKS, ()):
        made = made_by(work(), "synthetic", None)
        assert judged(made, HELD["synthetic"], INSIDE, packs).verdict == "review"


def test_a_declaration_without_its_evidence_is_a_question() -> None:
    for project in (
        note("own"),
        note("own", terms_version="  "),
        note("user_input", "docs/consent.csv"),
        note("own", Evidence("docs/a.csv", "collection_log")),
        note("self_collected", terms_version="2025-03"),
    ):
        for packs in (PACK, DEFAULT_PACKS):
            said = judged(has(work(), "docs/a.csv"), project, INSIDE, packs)
            assert said.verdict in ("review", "fail"), project


def test_a_rule_with_nothing_to_look_at_says_so() -> None:
    idle = judged(work("MIT"), note("own", terms_version="1")).not_applied or ()
    rules = {n.rule for n in idle}
    assert {"contract-not-live", "opt-out-ignored", "public-license-not-kept"} <= rules
    assert not rules & {"channel-unknown", "givers-not-asked"}
    assert all(n.why.en and n.why.zh and n.pack == "data-intake" for n in idle)


def test_parameters_switch_records_off() -> None:
    from licaudit.policy.judge import judge
    from licaudit.policy.packs import load_packs
    from licaudit.policy.parameters import Override

    off = [Override("params", n, False, "x") for n in ("needs_robots", "needs_reservations")]
    project = note("self_collected", RECORDS[0])
    made = has(work(), RECORDS[0])
    made.artifacts[DATA] = Artifact(DATA, "dataset", "corpus", channel="self_collected")
    judgement = judge(made.case(project), INTENT, load_packs(PACK, off), "strict")
    assert not found(judgement)


def test_declared_data_that_nothing_names_joins_the_work() -> None:
    root = Collected(artifacts=(Artifact(ROOT, "model", "work"),))
    sources = (SourceNote("corpus", "synthetic", generator="gen"),)
    joined = with_sources(root, Project(sources=sources, name="licaudit.yaml", lines=(4,)), ROOT)
    assert [(a.id, a.kind) for a in joined.artifacts] == [
        (ROOT, "model"),
        (DATA, "dataset"),
        ("pkg:generic/gen", "model"),
    ]
    place = (Location("licaudit.yaml", 4),)
    assert joined.links == (
        Link(ROOT, DATA, "trained_on", place),
        Link(DATA, "pkg:generic/gen", "generated_by", place),
    )
    assert with_sources(joined, Project(sources=sources), ROOT) == joined


def test_what_a_record_shows_its_path_or_the_note_tells() -> None:
    source = SourceNote(
        "corpus", "own", evidence=("docs/a.csv", "./crawl/", Evidence("docs/x", "consent"))
    )
    assert record_paths(source) == [
        ("docs/a.csv", "other"),
        ("crawl", "collection_log"),
        ("docs/x", "consent"),
    ]
    (first, *_) = records(Project(sources=(source,)), (Artifact("a", "dataset", "corpus"),))
    assert (first.artifact, first.path, first.shows) == ("a", "docs/a.csv", "other")
