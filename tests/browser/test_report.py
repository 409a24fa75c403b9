"""The report in a real browser: it opens, stays at home, reads in order and fits a phone."""

from __future__ import annotations

import sys
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from licaudit.cli import main

pytestmark = pytest.mark.browser
WIDTHS = {"phone": 390, "desk": 1280}
Report = Callable[[str, str], Path]


@pytest.fixture(scope="module")
def report(examples: Path, tmp_path_factory: pytest.TempPathFactory) -> Report:
    """The report of an example in one language, written once."""
    made: dict[tuple[str, str], Path] = {}

    def write(example: str, lang: str) -> Path:
        if (example, lang) not in made:
            out = tmp_path_factory.mktemp("report")
            words = ["audit", examples / example, "--out", out, "--lang", lang]
            with pytest.MonkeyPatch.context() as patch:
                patch.setattr(sys, "argv", ["licaudit", *map(str, words)])
                with pytest.raises(SystemExit):
                    main()
            made[example, lang] = out / "report.html"
        return made[example, lang]

    return write


@pytest.fixture(params=["en", "zh"])
def lang(request: pytest.FixtureRequest) -> str:
    word: str = request.param
    return word


@pytest.fixture
def opened(page: Any, report: Report, lang: str) -> Any:
    """The failing example's report on the page, with what went wrong kept aside."""
    page.faults, page.requests = [], []
    page.on("console", lambda m: page.faults.append(f"{m.type}: {m.text}"))
    page.on("pageerror", lambda e: page.faults.append(str(e)))
    page.on("request", lambda r: page.requests.append(r.url))
    page.goto(report("llama-adapter-fails", lang).as_uri())
    return page


def test_it_opens_without_a_fault_and_asks_for_nothing(opened: Any) -> None:
    opened.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
    opened.wait_for_load_state("load")
    assert opened.faults == []
    assert [u for u in opened.requests if not u.startswith(("file:", "data:"))] == []
    assert len([u for u in opened.requests if u.startswith("file:")]) == 1


def test_the_verdict_is_seen_first(opened: Any, lang: str) -> None:
    opened.set_viewport_size({"width": 1280, "height": 800})
    place = opened.locator(".head-verdict")
    assert {"en": "fail", "zh": "不通过"}[lang] in place.inner_text().lower()
    assert place.is_visible()
    assert place.bounding_box()["y"] < 400
    assert opened.evaluate("document.documentElement.lang").startswith(lang)


def test_headings_descend_one_level_at_a_time(opened: Any) -> None:
    levels = opened.evaluate(
        "[...document.querySelectorAll('h1,h2,h3,h4,h5,h6')].map(h => +h.tagName[1])"
    )
    assert levels[0] == 1
    assert levels.count(1) == 1
    for before, after in pairwise(levels):
        assert after <= before + 1, levels
    assert opened.evaluate(
        "[...document.querySelectorAll('h1,h2,h3')].every(h => h.innerText.trim())"
    )


def test_links_inside_the_page_lead_somewhere(opened: Any) -> None:
    loose = opened.evaluate(
        """[...document.querySelectorAll('a[href^="#"]')]
        .map(a => decodeURIComponent(a.getAttribute('href').slice(1)))
        .filter(id => !document.getElementById(id))"""
    )
    assert loose == []
    assert opened.evaluate("document.querySelectorAll('a[href^=\"#\"]').length") > 5
    ids = opened.evaluate("[...document.querySelectorAll('[id]')].map(e => e.id)")
    assert len(ids) == len(set(ids))


def test_a_link_to_folded_words_shows_them(opened: Any) -> None:
    links = opened.locator("a[href^='#']:not(.skip)")
    for number in range(min(links.count(), 15)):
        link = links.nth(number)
        if not link.is_visible():
            continue
        target = link.get_attribute("href")
        link.click()
        assert opened.evaluate("decodeURIComponent(location.hash)") == target


def test_details_open_and_close(opened: Any) -> None:
    details = opened.locator("details")
    assert details.count() > 0
    for number in range(details.count()):
        box = details.nth(number)
        if not box.locator("summary").first.is_visible():
            continue
        before = box.evaluate("d => d.open")
        box.locator("summary").first.click()
        assert box.evaluate("d => d.open") != before
        box.locator("summary").first.click()
        assert box.evaluate("d => d.open") == before


@pytest.mark.parametrize("width", WIDTHS.values(), ids=WIDTHS.keys())
def test_nothing_runs_off_the_side(opened: Any, width: int) -> None:
    opened.set_viewport_size({"width": width, "height": 800})
    for _ in range(2):
        wide = opened.evaluate("document.documentElement.scrollWidth")
        assert wide <= width, culprits(opened, width)
        opened.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")


def culprits(page: Any, width: int) -> Any:
    return page.evaluate(
        """w => [...document.querySelectorAll('body *')]
        .filter(e => e.getBoundingClientRect().right > w + 1)
        .slice(0, 8).map(e => e.tagName + '.' + e.className + ': ' + e.innerText?.slice(0, 40))""",
        width,
    )


def test_no_text_is_too_small_to_read(opened: Any) -> None:
    small = opened.evaluate(
        """[...document.querySelectorAll('body *')]
        .filter(e => [...e.childNodes].some(n => n.nodeType === 3 && n.data.trim()))
        .filter(e => !e.closest('svg, [aria-hidden]'))
        .filter(e => parseFloat(getComputedStyle(e).fontSize) < 11)
        .map(e => e.tagName + ': ' + e.innerText.slice(0, 40))"""
    )
    assert small == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_both_colour_schemes_and_print_work(opened: Any, scheme: str) -> None:
    opened.emulate_media(color_scheme=scheme)
    ink, paper = opened.evaluate(
        "[getComputedStyle(document.body).color, getComputedStyle(document.body).backgroundColor]"
    )
    assert ink != paper
    opened.emulate_media(media="print")
    assert opened.locator("h1").is_visible()
    assert opened.faults == []


@pytest.mark.parametrize("example", ["clean-classifier-passes", "rail-model-review"])
def test_the_other_examples_open_as_well(
    page: Any, report: Report, lang: str, example: str
) -> None:
    faults: list[str] = []
    page.on("console", lambda m: faults.append(m.text))
    page.on("pageerror", lambda e: faults.append(str(e)))
    page.goto(report(example, lang).as_uri())
    word = {
        ("clean-classifier-passes", "en"): "pass",
        ("clean-classifier-passes", "zh"): "通过",
        ("rail-model-review", "en"): "review",
        ("rail-model-review", "zh"): "待审",
    }[example, lang]
    assert word in page.locator(".head-verdict").inner_text().lower()
    assert faults == []
