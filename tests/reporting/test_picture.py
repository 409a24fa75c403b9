from __future__ import annotations

import dataclasses

import pytest

from licaudit.facts import Artifact, AuditResult, Link
from licaudit.reporting.index import Index
from licaudit.reporting.layout import MOST, columns, graph_of
from licaudit.reporting.picture import draw, shorten, units

from .sample import sample
from .sample_tree import CODE_NODE, READER, ROOT


def crowded(packages: int, datasets: int = 0) -> AuditResult:
    """The sample with many more packages and datasets."""
    result = sample()
    more = [Artifact(f"pkg:pypi/p{n}@1", "package", f"p{n}", "1") for n in range(packages)]
    data = [Artifact(f"local:d{n}", "dataset", f"d{n}") for n in range(datasets)]
    links = [Link(CODE_NODE, a.id, "depends_on") for a in more]
    links += [Link(ROOT, a.id, "trained_on") for a in data]
    return dataclasses.replace(
        result, artifacts=(*result.artifacts, *more, *data), links=(*result.links, *links)
    )


def test_a_readable_graph_is_drawn_whole() -> None:
    drawing = draw(Index(sample()), "en")
    assert (drawing.folded, drawing.boxes) == (0, len(sample().artifacts))
    for artifact in sample().artifacts:
        assert artifact.name in drawing.svg


def test_packages_fold_first_and_findings_stay_visible() -> None:
    result = crowded(packages=200)
    graph = graph_of(Index(result))
    folded = [node for node in graph.nodes if node.count > 1]
    assert [(node.kind, node.count) for node in folded] == [("package", 202)]
    assert READER in {node.id for node in graph.nodes}
    assert sum(node.count for node in graph.nodes) == len(result.artifacts)
    assert draw(Index(result), "en").folded == 202


@pytest.mark.parametrize(("packages", "datasets"), [(0, 300), (300, 300), (48, 0), (47, 0)])
def test_no_picture_holds_more_boxes_than_one_can_read(packages: int, datasets: int) -> None:
    result = crowded(packages, datasets)
    graph = graph_of(Index(result))
    assert len(graph.nodes) <= MOST
    assert sum(node.count for node in graph.nodes) == len(result.artifacts)


def test_even_a_thousand_findings_fit() -> None:
    result = crowded(packages=0, datasets=100)
    (judged,) = result.judgements
    findings = [
        dataclasses.replace(judged.findings[4], artifact=f"local:d{n}", path=(ROOT, f"local:d{n}"))
        for n in range(100)
    ]
    judged = dataclasses.replace(judged, findings=tuple(findings))
    graph = graph_of(Index(dataclasses.replace(result, judgements=(judged,))))
    assert len(graph.nodes) <= MOST
    assert {n.outcome for n in graph.nodes if n.kind == "dataset"} == {"review"}


def test_columns_follow_the_distance_from_the_root() -> None:
    graph = graph_of(Index(sample()))
    ids = [column.ids for column in columns(graph)]
    assert ids[0] == (ROOT,)
    assert CODE_NODE in ids[1]
    assert READER in ids[2]


def test_rings_islands_and_links_to_nothing_are_drawn_too() -> None:
    nodes = tuple(Artifact(name, "model", name) for name in "abcd")
    links = (
        Link("a", "b", "derived_from"),
        Link("b", "a", "derived_from"),
        Link("c", "c", "derived_from"),
        Link("c", "missing", "trained_on"),
    )
    result = dataclasses.replace(sample(), judgements=(), artifacts=nodes, links=links)
    graph = graph_of(Index(result))
    placed = [name for column in columns(graph) for name in column.ids]
    assert sorted(placed) == list("abcd")
    assert draw(Index(result), "zh").svg.count('<rect class="frame"') == 4


def test_boxes_never_overlap() -> None:
    import re

    svg = draw(Index(crowded(packages=44)), "en").svg
    spots = re.findall(r'class="frame" x="(\d+)" y="(\d+)" width="(\d+)" height="(\d+)"', svg)
    boxes = [tuple(map(int, spot)) for spot in spots]
    assert len(boxes) > 50
    for number, (x, y, width, height) in enumerate(boxes):
        for x2, y2, _, _ in boxes[number + 1 :]:
            assert abs(x - x2) >= width or abs(y - y2) >= height


def test_the_picture_is_the_same_every_time() -> None:
    assert draw(Index(crowded(30)), "en") == draw(Index(crowded(30)), "en")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("short", "short"),
        ("some-organization/model-7b", "…/model-7b"),
        ("a-name-without-owner-that-is-long", "a-name-w…is-long"),
        ("一二三四五六七八九十", "一二三四…八九十"),
    ],
)
def test_long_names_lose_their_owner_then_their_middle(text: str, shown: str) -> None:
    assert shorten(text, 16) == shown
    assert units(shorten(text, 16)) <= 16
