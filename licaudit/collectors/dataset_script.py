"""Loading scripts of `datasets`: their `_LICENSE`, `_CITATION` and `_HOMEPAGE`, by syntax alone."""

from __future__ import annotations

import ast
import re

from licaudit.collectors import roles
from licaudit.collectors.context import Context
from licaudit.collectors.reading import clean, only_gap, read_text
from licaudit.collectors.said import passage
from licaudit.collectors.syntax import dotted_name, literal, parse
from licaudit.facts import DATA, Collected, Gap, Location, Passage
from licaudit.settings import LIMITS
from licaudit.sources.tree import Entry, Tree

_BUILDERS = ("GeneratorBasedBuilder", "ArrowBasedBuilder", "BeamBasedBuilder", "DatasetBuilder")
_TELLING = re.compile(rf"\b({'|'.join(_BUILDERS)}|DatasetInfo)\b")
_NAME = re.compile(r"^_*(?:DATASET_)?LICEN[SC]E(?:S|_NAME|_TEXT)?$", re.IGNORECASE)
_HINTS = {"_HOMEPAGE": "homepage", "_CITATION": "citation"}
_LONGEST_HINT = 2_000


def collect(tree: Tree, entry: Entry, context: Context) -> Collected:
    """A passage for each license constant, and for each literal `license=` of a DatasetInfo."""
    artifact, _, folder = context.owner(entry.folder)
    scope = roles.nested(DATA, folder)
    text = read_text(tree, entry, artifact, scope, limit=LIMITS.code_file, blocks=False)
    if isinstance(text, Gap):
        return Collected()  # the reader of Python files says so
    if not _TELLING.search(text):
        return Collected()
    module = parse(text)
    if isinstance(module, str):
        return only_gap(Gap(artifact, "unparsable", module, Location(entry.path), scope))
    hints = _hints(module)
    found: dict[tuple[str, int], Passage] = {}
    for name, node in [*_constants(module), *_arguments(module)]:
        value = literal(node)
        for key, written in _written(name, value):
            part = f"subset:{key}" if key else scope
            where = Location(entry.path, node.lineno, node.end_lineno, key=name)
            found[written, node.lineno] = passage(clean(written), where, part, artifact, hints)
    return Collected(passages=tuple(found.values()), scopes=frozenset({(artifact, scope)}))


def _constants(module: ast.Module) -> list[tuple[str, ast.expr]]:
    """Module and class constants whose name says license."""
    bodies = [module.body, *(n.body for n in module.body if isinstance(n, ast.ClassDef))]
    return [
        (target.id, node.value)
        for body in bodies
        for node in body
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name) and _NAME.match(target.id)
    ]


def _arguments(module: ast.Module) -> list[tuple[str, ast.expr]]:
    """`license="..."` written out in a call of DatasetInfo or of a config."""
    return [
        ("license", keyword.value)
        for node in ast.walk(module)
        if isinstance(node, ast.Call) and dotted_name(node.func).endswith(("Info", "Config"))
        for keyword in node.keywords
        if keyword.arg == "license"
    ]


def _written(name: str, value: object) -> list[tuple[str, str]]:
    """(config or "", words): a text, a list of them, or a text for each config."""
    if isinstance(value, str):
        return [("", value.strip())] if value.strip() else []
    if isinstance(value, (list, tuple)):
        return [("", v.strip()) for v in value if isinstance(v, str) and v.strip()]
    if isinstance(value, dict):
        return [
            (str(k)[:100], v.strip()) for k, v in value.items() if isinstance(v, str) and v.strip()
        ]
    return []


def _hints(module: ast.Module) -> list[tuple[str, str]]:
    """The homepage and citation beside the license, for whoever reads the claim."""
    found = []
    for node in module.body:
        if isinstance(node, ast.Assign) and isinstance(value := literal(node.value), str):
            for target in node.targets:
                if isinstance(target, ast.Name) and target.id in _HINTS and value.strip():
                    found.append((_HINTS[target.id], clean(value.strip())[:_LONGEST_HINT]))
    return found
