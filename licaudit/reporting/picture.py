"""The provenance graph as SVG, drawn by hand so that a report needs no other program."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

from markupsafe import Markup

from licaudit.facts import RELATIONS
from licaudit.i18n import name as word
from licaudit.i18n import say
from licaudit.reporting.index import Index
from licaudit.reporting.layout import Column, Edge, Graph, Node, columns, graph_of
from licaudit.reporting.visible import visible

WIDTH, HEIGHT = 232, 54  # of a box
PITCH_X, PITCH_Y = 418, 78
MARGIN = 14
NAME_UNITS, LINE_UNITS = 23, 29
LABEL = 106  # room for the words of a line, before its end
SMALLEST = 0.7  # the picture shrinks to this part of its width; then it scrolls
PORT = 15  # between the ends of two lines of different relations


@dataclass(frozen=True, slots=True)
class Drawing:
    """The picture, and how many artifacts it had to fold into shared boxes."""

    svg: Markup
    folded: int
    boxes: int


def draw(index: Index, lang: str) -> Drawing:
    """The picture of one result."""
    graph = graph_of(index)
    spots, width, height = _spots(columns(graph))
    parts = [
        Markup('<svg class="picture" role="img" aria-labelledby="picture-title picture-desc" ')
        + Markup('viewBox="0 0 {0} {1}" width="{0}" height="{1}" style="min-width: {2}px">').format(
            width, height, round(width * SMALLEST)
        ),
        Markup('<title id="picture-title">{}</title>').format(say("picture.title", lang)),
        Markup('<desc id="picture-desc">{}</desc>').format(
            say("picture.description", lang, boxes=len(graph.nodes), lines=len(graph.edges))
        ),
        _arrowheads(),
        *_lines(index, graph, spots, lang),
        *(_box(node, spots[node.id], node.id == graph.root, lang) for node in graph.nodes),
        Markup("</svg>"),
    ]
    folded = sum(node.count for node in graph.nodes if node.count > 1)
    return Drawing(Markup("\n").join(parts), folded, len(graph.nodes))


def _spots(table: list[Column]) -> tuple[dict[str, tuple[int, int]], int, int]:
    """The upper left corner of every box, and the size of the whole."""
    tall = max((_height(column) for column in table), default=HEIGHT)
    spots: dict[str, tuple[int, int]] = {}
    top = MARGIN
    for number, column in enumerate(table):
        # Lines to the second half of a tall column pass between the boxes of its first half.
        top = top + PITCH_Y // 2 if column.second else MARGIN + (tall - _height(column)) // 2
        for row, name in enumerate(column.ids):
            spots[name] = (MARGIN + number * PITCH_X, top + row * PITCH_Y)
    lowest = max((y for _, y in spots.values()), default=0)
    width = 2 * MARGIN + max(len(table) - 1, 0) * PITCH_X + WIDTH
    return spots, width, lowest + HEIGHT + MARGIN


def _height(column: Column) -> int:
    return len(column.ids) * PITCH_Y - (PITCH_Y - HEIGHT)


def _arrowheads() -> Markup:
    heads = [
        f'<marker id="arrow{name}" class="tip{name}" viewBox="0 0 8 8" refX="7" refY="4" '
        'markerWidth="7" markerHeight="7" orient="auto"><path d="M0 0 8 4 0 8z"/></marker>'
        for name in ("", "-fail", "-review")
    ]
    return Markup("<defs>" + "".join(heads) + "</defs>")


def _marked(index: Index) -> dict[tuple[str, str], str]:
    """The lines that lead to a culprit, with the outcome they are drawn in."""
    table: dict[tuple[str, str], str] = {}
    for judgement in index.result.judgements:
        for finding in judgement.findings:
            if finding.waiver is None and finding.outcome != "pass":
                for pair in zip(finding.path, finding.path[1:], strict=False):
                    if table.get(pair) != "fail":
                        table[pair] = finding.outcome
    return table


def _lines(
    index: Index, graph: Graph, spots: dict[str, tuple[int, int]], lang: str
) -> list[Markup]:
    marked = _marked(index)
    incoming: dict[str, list[str]] = {}
    for _, target, relation in graph.edges:
        if relation not in incoming.setdefault(target, []):
            incoming[target].append(relation)
    for names in incoming.values():
        names.sort(key=RELATIONS.index)
    lines: list[Markup] = []
    labels: list[Markup] = []
    seen: set[tuple[str, str]] = set()
    # Marked lines are drawn last, above the others.
    for edge in sorted(graph.edges, key=lambda e: (marked.get(e[:2], ""),)):
        names = incoming[edge[1]]
        port = round((names.index(edge[2]) - (len(names) - 1) / 2) * PORT)
        tone = marked.get(edge[:2], "")
        lines.append(_line(edge, spots, port, tone))
        if edge[1:] not in seen:
            seen.add((edge[1], edge[2]))
            x, y = spots[edge[1]]
            labels.append(
                _text(
                    f"edge-label on-{tone}" if tone else "edge-label",
                    x - 14,
                    y + HEIGHT // 2 + port - 5,
                    word("relation", edge[2], lang),
                    "end",
                )
            )
    return lines + labels


def _line(edge: Edge, spots: dict[str, tuple[int, int]], port: int, tone: str) -> Markup:
    (x1, y1), (x2, y2) = spots[edge[0]], spots[edge[1]]
    y1, y2, end = y1 + HEIGHT // 2, y2 + HEIGHT // 2 + port, x2 - 3
    if x2 > x1:
        # The bend ends before the next column: what goes further runs on between its boxes.
        bend = x1 + PITCH_X - LABEL
        start = x1 + WIDTH
        middle = (start + bend) // 2
        path = f"M{start} {y1}C{middle} {y1} {middle} {y2} {bend} {y2}H{end}"
    else:
        # Back or within a column: out on the left, in on the left.
        left = min(x1, x2) - 46
        path = f"M{x1} {y1}C{left} {y1} {left} {y2} {end} {y2}"
    suffix = f"-{tone}" if tone else ""
    return Markup('<path class="edge{}" d="{}" marker-end="url(#arrow{})"/>').format(
        f" on-{tone}" if tone else "", path, suffix
    )


def _box(node: Node, spot: tuple[int, int], root: bool, lang: str) -> Markup:
    x, y = spot
    title, second = _box_words(node, lang)
    outcome = node.outcome or "none"
    label = f"{title} — {second} — {word('box', outcome, lang)}"
    classes = f"box is-{outcome} kind-{node.kind}" + (" root" if root else "")
    return (
        Markup('<g class="{}"><title>{}</title>').format(classes, label)
        + Markup('<rect class="frame" x="{}" y="{}" width="{}" height="{}" rx="9"/>').format(
            x, y, WIDTH, HEIGHT
        )
        + Markup('<rect class="stripe" x="{}" y="{}" width="4" height="{}" rx="2"/>').format(
            x + 8, y + 10, HEIGHT - 20
        )
        + _text("box-name", x + 21, y + 24, shorten(title, NAME_UNITS))
        + _text("box-line", x + 21, y + 41, shorten(second, LINE_UNITS))
        + _badge(x + WIDTH - 4, y + 4, outcome)
        + Markup("</g>")
    )


def _box_words(node: Node, lang: str) -> tuple[str, str]:
    kind = word("kind", node.kind, lang)
    if node.count > 1:
        return (
            say("picture.folded", lang, n=node.count, kind=kind),
            say("picture.folded_note", lang),
        )
    license = _short_license(node.license or say("license.none", lang))
    return visible(node.name), visible(f"{kind} · {license}")


def _badge(x: int, y: int, outcome: str) -> Markup:
    mark = {"fail": "✕", "review": "?"}.get(outcome)
    if mark is None:
        return Markup("")
    circle = Markup('<circle class="badge" cx="{}" cy="{}" r="9"/>').format(x, y)
    return circle + _text("badge-mark", x, y + 4, mark, "middle")


def _text(style: str, x: int, y: int, words: str, anchor: str = "start") -> Markup:
    return Markup('<text class="{}" x="{}" y="{}" text-anchor="{}">{}</text>').format(
        style, x, y, anchor, words
    )


def _short_license(expression: str) -> str:
    return expression.replace("LicenseRef-scancode-", "").replace("LicenseRef-licaudit-", "")


def units(text: str) -> int:
    """How wide text stands, in Latin letters: a Chinese character is two."""
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def shorten(text: str, most: int) -> str:
    """Text no wider than `most`: without its owner first, then without its middle."""
    if units(text) > most and "/" in text.strip("/") and " " not in text:
        text = "…/" + text.rsplit("/", 1)[1]
    if units(text) <= most:
        return text
    head, tail = "", ""
    for left, right in zip(text, reversed(text), strict=True):
        if units(head + left + tail) > most - 1:
            break
        head += left
        if units(head + right + tail) > most - 1:
            break
        tail = right + tail
    return f"{head}…{tail}"
