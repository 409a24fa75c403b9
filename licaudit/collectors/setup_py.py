"""setup.py, read as a syntax tree: the literal arguments of its setup() call."""

from __future__ import annotations

import ast

from licaudit.collectors.packages import DEV, is_dev_group
from licaudit.collectors.python_metadata import (
    classifiers,
    dependencies,
    license_files,
    license_passage,
)
from licaudit.collectors.reading import joined, only_gap, read_text
from licaudit.collectors.syntax import dotted_name, literal, parse
from licaudit.facts import CODE, Collected, Gap, Location
from licaudit.settings import LIMITS
from licaudit.sources.tree import Entry, Tree

_NOTES = {"install_requires": None, "setup_requires": "build", "tests_require": DEV}
_TELLING = ("license", "licence", "classifiers", "extras_require", "license_files", *_NOTES)
Names = dict[str, ast.expr]


def collect(tree: Tree, entry: Entry, root: str) -> Collected:
    """Passages, packages and links; an argument that only running would tell is a Gap."""
    text = read_text(tree, entry, root, CODE, limit=LIMITS.code_file)
    if isinstance(text, Gap):
        return only_gap(text)
    module = parse(text)
    if isinstance(module, str):
        return only_gap(Gap(root, "unparsable", module, Location(entry.path), CODE))
    names = _constants(module)
    found = []
    for node in ast.walk(module):
        if isinstance(node, ast.Call) and dotted_name(node.func).split(".")[-1] == "setup":
            for keyword in node.keywords:
                found.append(_argument(tree, keyword, names, entry, root))
    return joined(found)


def _constants(module: ast.Module) -> Names:
    """Names set exactly once at the top of the file, with what they are set to."""
    values: dict[str, list[ast.expr]] = {}
    for node in module.body:
        if isinstance(node, ast.Assign):
            for target in node.targets:
                if isinstance(target, ast.Name):
                    values.setdefault(target.id, []).append(node.value)
    return {name: nodes[0] for name, nodes in values.items() if len(nodes) == 1}


def _argument(tree: Tree, keyword: ast.keyword, names: Names, entry: Entry, root: str) -> Collected:
    key, node = keyword.arg, keyword.value
    if key not in _TELLING and key is not None:
        return Collected()
    if isinstance(node, ast.Name) and node.id in names:
        node = names[node.id]
    line = node.lineno
    if key in ("license", "licence") and isinstance(value := literal(node), str):
        return license_passage(value, entry, root, line, key)
    if key in ("classifiers", "license_files", *_NOTES) and key is not None:
        listed = _strings(node)
        if listed is not None:
            values, lines = [v for v, _ in listed], [n for _, n in listed]
            if key == "classifiers":
                return classifiers(values, lines, entry, root, key)
            if key == "license_files":
                return license_files(tree, values, entry, root, line, key)
            return dependencies(values, lines, entry, root, key, _NOTES[key])
    if key == "extras_require" and isinstance(node, ast.Dict):
        return _extras(node, names, entry, root)
    if literal(node) == "" or (isinstance(node, ast.Constant) and node.value is None):
        return Collected()
    shown_key = f"`{key}` of setup()" if key else "what ** gives to setup()"
    where = Location(entry.path, line, key=key)
    detail = f"{shown_key} is computed, and nothing is run to find out"
    return only_gap(Gap(root, "unresolved", detail, where, CODE, blocks=False))


def _strings(node: ast.expr) -> list[tuple[str, int]] | None:
    """The strings of a literal list or of lines in one string, with their lines; None otherwise."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return [(v.strip(), node.lineno) for v in node.value.split("\n") if v.strip()]
    if not isinstance(node, (ast.List, ast.Tuple, ast.Set)):
        return None
    found = []
    for item in node.elts:
        if not (isinstance(item, ast.Constant) and isinstance(item.value, str)):
            return None
        found.append((item.value, item.lineno))
    return found


def _extras(node: ast.Dict, names: Names, entry: Entry, root: str) -> Collected:
    found = []
    for key, written in zip(node.keys, node.values, strict=True):
        extra = literal(key)
        known = isinstance(written, ast.Name) and written.id in names
        value = names[written.id] if known and isinstance(written, ast.Name) else written
        listed = _strings(value)
        if not isinstance(extra, str) or listed is None:
            where = Location(entry.path, value.lineno, key="extras_require")
            detail = "an extra of setup() is computed, and nothing is run to find out"
            found.append(only_gap(Gap(root, "unresolved", detail, where, CODE, blocks=False)))
            continue
        note = DEV if is_dev_group(extra) else f"optional:{extra}"
        values, lines = [v for v, _ in listed], [n for _, n in listed]
        key_name = f"extras_require.{extra}"
        found.append(dependencies(values, lines, entry, root, key_name, note))
    return joined(found)
