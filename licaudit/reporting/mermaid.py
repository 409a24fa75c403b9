"""The provenance graph as a Mermaid diagram in Markdown, ready to stand in a README.

Forges draw it themselves. Large graphs are folded as on the HTML page, so that it stays readable.
"""

from __future__ import annotations

from licaudit.facts import AuditResult
from licaudit.i18n import name, say
from licaudit.reporting.index import Index
from licaudit.reporting.issues import line
from licaudit.reporting.layout import Graph, Node, graph_of

MOST_EDGES = 400  # Mermaid draws no more than 500
LONG = 60  # characters of a name
SHAPES = {
    "model": ("[", "]"),
    "weights": ("[", "]"),
    "dataset": ("[(", ")]"),
    "code": ("[[", "]]"),
    "package": ("[[", "]]"),
    "document": (">", "]"),
    "service": ("([", "])"),
}
STYLES = (
    "classDef fail stroke:#b3261e,stroke-width:3px;",
    "classDef review stroke:#9a6700,stroke-width:2px,stroke-dasharray:6 3;",
    "classDef root stroke-width:3px;",
)
_SAFE = frozenset(" -_./")


def write(result: AuditResult, lang: str = "en") -> bytes:
    """The bytes of a Markdown block with the diagram in one language."""
    graph = graph_of(Index(result))
    ids = {node.id: f"n{number}" for number, node in enumerate(graph.nodes)}
    lines = ["```mermaid", "flowchart LR"]
    lines += [f"  {_box(node, ids[node.id], lang)}" for node in graph.nodes]
    lines += [f"  {arrow}" for arrow in _arrows(graph, ids, lang)]
    lines += [f"  {style}" for style in STYLES]
    lines += [f"  {marks}" for marks in _classes(graph, ids)]
    lines.append("```")
    if len(_pairs(graph)) > MOST_EDGES:
        lines += ["", say("ci.more", lang, n=len(_pairs(graph)) - MOST_EDGES)]
    return ("\n".join(lines) + "\n").encode("utf-8", "backslashreplace")


def _box(node: Node, box: str, lang: str) -> str:
    opened, closed = SHAPES[node.kind]
    kind = name("kinds" if node.count > 1 else "kind", node.kind, lang)
    if node.count > 1:
        text = f"{quoted(kind)} ({node.count})"
    else:
        text = f"{quoted(node.name)}<br/>{quoted(kind)}"
        if node.license:
            text += f"<br/>{quoted(node.license)}"
        if node.outcome in ("fail", "review"):
            # Colour alone tells nothing to some readers.
            text += f"<br/>{quoted(name('outcome', node.outcome, lang))}"
    return f'{box}{opened}"{text}"{closed}'


def _pairs(graph: Graph) -> dict[tuple[str, str], list[str]]:
    table: dict[tuple[str, str], list[str]] = {}
    for source, target, relation in graph.edges:
        table.setdefault((source, target), []).append(relation)
    return table


def _arrows(graph: Graph, ids: dict[str, str], lang: str) -> list[str]:
    """One arrow per pair, with all its relations."""
    return [
        f'{ids[source]} -- "{quoted(", ".join(name("relation", r, lang) for r in found))}" --> '
        f"{ids[target]}"
        for (source, target), found in list(_pairs(graph).items())[:MOST_EDGES]
    ]


def _classes(graph: Graph, ids: dict[str, str]) -> list[str]:
    lines = []
    for outcome in ("fail", "review"):
        found = [ids[node.id] for node in graph.nodes if node.outcome == outcome]
        if found:
            lines.append(f"class {','.join(found)} {outcome};")
    if graph.root in ids:
        lines.append(f"class {ids[graph.root]} root;")
    return lines


def quoted(text: str) -> str:
    """Words for a label: every sign that could mean something to Mermaid or HTML is a number."""
    words = line(text)
    if len(words) > LONG:
        words = f"{words[: LONG - 20]}…{words[-19:]}"
    return "".join(s if s.isalnum() or s in _SAFE or ord(s) > 127 else f"#{ord(s)};" for s in words)
