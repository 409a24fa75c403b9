from __future__ import annotations

import dataclasses
import itertools
import re
from html.parser import HTMLParser
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from licaudit.facts import AuditResult, Debate, Declared, Held, Intent, PlaceNote, Text
from licaudit.i18n import LANGUAGES, messages
from licaudit.licenses.duties import load_duties
from licaudit.reporting import html, json, markdown
from licaudit.settings import data_folder

from .sample import sample
from .strategies import results

EVIL = '<script>alert("1")</script><img src=x onerror=alert(1)>'
VOID = {"meta", "link", "br", "img", "hr", "input"}


class Page(HTMLParser):
    """The tags of a page; complains when they do not close in order."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open, f"</{tag}> closes nothing"
        assert self.open.pop() == tag

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))


def text_of(result: AuditResult, lang: str = "en") -> str:
    return html.write(result, lang).decode("utf-8")


def hostile() -> AuditResult:
    """The sample with markup in every name and word a tree may choose."""
    result = sample()
    return dataclasses.replace(
        result,
        target=dataclasses.replace(result.target, input=EVIL, revision=EVIL, kind=EVIL),
        artifacts=tuple(
            dataclasses.replace(a, name=EVIL, revision=EVIL, holders=(EVIL,))
            for a in result.artifacts
        ),
        claims=tuple(
            dataclasses.replace(
                c,
                written=EVIL * 20,
                note=EVIL,
                expression=EVIL,
                location=dataclasses.replace(c.location, path=EVIL, key=EVIL),
            )
            for c in result.claims
        ),
        answers=tuple(dataclasses.replace(a, expression=EVIL) for a in result.answers),
        gaps=tuple(dataclasses.replace(g, detail=EVIL, reason=EVIL) for g in result.gaps),
        notes=(f"`{EVIL}` {EVIL}",),
    )


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("make", [sample, hostile])
def test_the_page_runs_and_loads_nothing(make: Any, lang: str) -> None:
    page = Page(text_of(make(), lang))
    names = {tag for tag, _ in page.tags}
    assert not names & {"script", "link", "img", "iframe", "object", "embed", "form", "base"}
    for tag, attributes in page.tags:
        assert not any(name.startswith("on") for name in attributes), tag
        assert (attributes.get("href") or "#").startswith("#")
        assert "src" not in attributes
    policy = next(a for t, a in page.tags if t == "meta" and "http-equiv" in a)
    assert policy["content"] == "default-src 'none'; style-src 'unsafe-inline'; img-src data:"
    assert not re.search(r"url\(\s*['\"]?(?!#)|@import", text_of(make(), lang))


def test_hostile_words_are_shown_as_they_are_written() -> None:
    text = text_of(hostile())
    assert "<script" not in text
    assert "&lt;script&gt;" in text


def test_unseen_characters_are_spelled_out() -> None:
    result = sample()
    first, *rest = result.artifacts
    strange = dataclasses.replace(first, name="safe\u202egpj.exe\x00\udcff")
    text = text_of(dataclasses.replace(result, artifacts=(strange, *rest)))
    assert "safe⟨U+202E⟩gpj.exe⟨U+0000⟩⟨U+DCFF⟩" in text
    assert "\u202e" not in text


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(results())
def test_any_result_can_be_shown(result: AuditResult) -> None:
    for lang in LANGUAGES:
        Page(text_of(result, lang))
        assert "<script" not in text_of(result, lang)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_headings_descend_one_level_at_a_time_and_anchors_exist(lang: str) -> None:
    page = Page(text_of(sample(), lang))
    levels = [int(tag[1]) for tag, _ in page.tags if re.fullmatch(r"h[1-6]", tag)]
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in itertools.pairwise(levels))
    ids = [a["id"] for _, a in page.tags if "id" in a]
    assert len(ids) == len(set(ids))
    targets = {str(a["href"])[1:] for _, a in page.tags if "href" in a}
    assert targets <= set(ids)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_verdict_can_be_retraced_on_the_page(lang: str) -> None:
    result = sample()
    text = text_of(result, lang)
    for finding in result.judgements[0].findings:
        assert finding.rule in text
        assert finding.pack in text
        assert finding.fingerprint in text
    for claim in result.claims:
        assert claim.location.label() in text
        assert claim.written.split("\n")[0] in text
    assert "2(a)(1)" in text
    assert result.knowledge_version in text


def test_both_languages_say_the_rule_s_own_words() -> None:
    finding = sample().judgements[0].findings[1]
    assert finding.message.en.split(":")[0] in text_of(sample(), "en")
    assert finding.message.zh in text_of(sample(), "zh")
    assert 'lang="zh-Hans"' in text_of(sample(), "zh")


def test_a_debated_finding_shows_both_positions_and_who_signed() -> None:
    text = text_of(sample())
    words = messages("en")
    assert text.count(words["debate.travels_words"]) == 2
    assert text.count(words["debate.stays_words"]) == 2
    assert "Position signed by legal@brightdesk.example" in text
    assert "Nobody has signed a position" in text


def test_a_waived_finding_is_no_longer_to_be_done() -> None:
    text = text_of(sample())
    todo = text[text.index('id="todo"') : text.index('id="findings"')]
    assert "name-prefix-missing" not in todo
    assert "research-only-data" in todo
    assert "name-prefix-missing" in text


@pytest.mark.parametrize("lang", LANGUAGES)
def test_each_duty_says_how_it_is_checked_and_what_that_cannot_see(lang: str) -> None:
    result = sample()
    (judged,) = result.judgements
    duties = tuple(dataclasses.replace(o, check="license_file") for o in judged.obligations[:1])
    only = dataclasses.replace(judged, obligations=duties)
    text = text_of(dataclasses.replace(result, judgements=(only,)), lang)
    check = load_duties().checks["license_file"]
    for words in (
        check.looks.say(lang),
        check.blind.say(lang),
        messages(lang)["obligations.blind"],
    ):
        assert words in text


def test_equal_fixes_are_one_item() -> None:
    result = sample()
    (judged,) = result.judgements
    again = dataclasses.replace(judged.findings[4], artifact=judged.findings[0].artifact)
    more = dataclasses.replace(judged, findings=(*judged.findings, again))
    text = text_of(dataclasses.replace(result, judgements=(more,)))
    todo = text[text.index('id="todo"') : text.index('id="findings"')]
    assert todo.count("<li class=") - todo.count('<li class="duty') == 6


def test_two_intents_stand_one_after_the_other() -> None:
    result = sample()
    (first,) = result.judgements
    second = dataclasses.replace(first, intent=Intent(use="research"), verdict="review")
    page = Page(text_of(dataclasses.replace(result, judgements=(first, second))))
    ids = [a["id"] for _, a in page.tags if "id" in a]
    assert {"verdict", "verdict-2", "findings", "findings-2"} <= set(ids)
    assert len(ids) == len(set(ids))


def test_an_empty_audit_clears_nothing() -> None:
    empty = dataclasses.replace(
        sample(), judgements=(), artifacts=(), answers=(), links=(), claims=(), licenses=()
    )
    assert messages("en")["verdict.nothing"] in text_of(empty)


def test_the_bytes_are_the_same_every_time() -> None:
    assert html.write(sample()) == html.write(sample())


def test_templates_use_messages_that_exist() -> None:
    words = messages("en")
    groups = {key.split(".")[0] for key in words}
    for path in sorted((data_folder("reports") / "templates").glob("*.j2")):
        text = path.read_text("utf-8")
        assert "| safe" not in text, path
        for key in re.findall(r"""\bt\(["']([\w.]+)["'][,)]""", text):
            assert {key, f"{key}.one"} & set(words), f"{path.name}: {key}"
        for group in re.findall(r"""\bterm\(["'](\w+)["']""", text):
            assert group in groups, f"{path.name}: {group}"


def debating() -> AuditResult:
    """The sample with both sides of a question, and a position that came to nothing."""
    result = sample()
    first = result.judgements[0]
    debate = Debate(
        next(f.debated for f in first.findings if f.debated),
        (
            Held("travels", "Careful <Readers>", Text("It holds parts of it.", "它含有其部分。")),
            Held("does-not", "Others", Text("Nothing was copied.", "未复制任何内容。")),
        ),
        (PlaceNote("JP", Text("Analysis is free.", "分析自由。"), "Act, Art. 30-4"),),
    )
    told = Declared("position", "q: travels (me)", "expired", Text("It ended.", "已到期。"))
    judged = dataclasses.replace(first, debates=(debate,), declared=(told,))
    return dataclasses.replace(result, judgements=(judged, *result.judgements[1:]))


def test_a_debated_finding_names_who_holds_what_and_what_places_say() -> None:
    english, chinese = text_of(debating()), text_of(debating(), "zh")
    for words in ("It holds parts of it.", "Nothing was copied.", "(Others)", "Act, Art. 30-4"):
        assert words in english
    assert "q: travels (me)" in english
    assert "未复制任何内容。" in chinese
    assert messages("zh")["declared.title"] in chinese
    assert messages("en")["declared.title"] not in text_of(sample())


def test_both_sides_stand_in_the_summary_and_in_the_json() -> None:
    summary = markdown.write(debating(), "en").decode()
    assert "It holds parts of it. (Careful \\<Readers\\>)" in summary
    assert "Nothing was copied. (Others)" in summary
    assert "q: travels (me)" in summary
    again = json.read(json.write(debating()))
    assert again.judgements[0].debates == debating().judgements[0].debates
    assert again.judgements[0].declared == debating().judgements[0].declared
