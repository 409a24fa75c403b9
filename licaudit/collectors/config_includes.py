"""Configs that continue another file: whether that file is here, and whether the chain ends.

Every config of a tree is read on its own, so an included one needs no second reading: what matters
is one that is not here, and a chain that comes back to its beginning.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from licaudit.collectors.reading import beside, file_at, only_gap, read_text, shown
from licaudit.facts import Collected, Gap, Location, Scope
from licaudit.sources.tree import Entry, Tree

_LARGEST = 200_000
_DEPTH = 20
_MOST = 50  # files one config may continue
_INCLUDE = re.compile(
    r"""^\s*(?:-\s+)?["']?(?:_base_|extends|includes?|base_config|import_config)["']?\s*:\s*"""
    r"""["']?([^\s"'#\[\],{}]+\.(?:ya?ml|json))["']?"""
    r"""|!include(?:_once)?\s+["']?([^\s"'#]+)["']?""",
    re.MULTILINE,
)


def check(tree: Tree, entry: Entry, text: str, artifact: str, scope: Scope) -> Collected:
    """Gaps for included files that are not in the tree, and for a chain that never ends."""
    found = Collected()
    for line, name in _named(text):
        where = Location(entry.path, line)
        problem = _follow(tree, entry, name, (entry.path,))
        if problem:
            found += only_gap(Gap(artifact, "unresolved", problem, where, scope, blocks=False))
    return found


def _named(text: str) -> Iterator[tuple[int, str]]:
    for count, match in enumerate(_INCLUDE.finditer(text)):
        if count >= _MOST:
            return
        yield (
            text.count("\n", 0, match.start(match.lastindex or 0)) + 1,
            match[match.lastindex or 0],
        )


def _follow(tree: Tree, entry: Entry, name: str, seen: tuple[str, ...]) -> str | None:
    """Why a chain of includes cannot be followed to its end, if it cannot."""
    paths = [p for home in (entry.folder, "") if (p := beside(home, name)) is not None]
    target = next((f for p in paths if (f := file_at(tree, p)) is not None), None)
    if target is None:
        return f"it continues {shown(name)}, which is not in this tree"
    if target.path in seen:
        return f"it continues {shown(name)}, which continues it again: {' -> '.join(seen[:4])}"
    if len(seen) > _DEPTH:
        return f"a chain of more than {_DEPTH} included files"
    text = read_text(tree, target, "", limit=_LARGEST, blocks=False)
    if isinstance(text, Gap):
        return f"it continues {target.path}, which cannot be read: {text.detail}"
    inner = next(iter(_named(text)), None)
    return _follow(tree, target, inner[1], (*seen, target.path)) if inner else None
