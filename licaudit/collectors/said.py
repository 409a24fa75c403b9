"""License values as data formats write them: a name, an address, an object, or a list of these."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from licaudit.collectors.json_text import JsonText, Path, dotted
from licaudit.collectors.reading import clean, shown
from licaudit.facts import Collected, Form, Gap, Location, Passage, Scope
from licaudit.sources.tree import Entry

LONGEST_NAME = 160  # characters; a longer value is prose, not a name
_NAMES = (
    "name",
    "identifier",
    "id",
    "@id",
    "rightsIdentifier",
    "type",
    "title",
    "rights",
    "sc:name",
)
_LINKS = ("url", "path", "rightsURI", "rightsUri", "link", "href", "sc:url", "@id")
_MOST = 200


def licenses(
    document: JsonText, entry: Entry, root: str, scope: Scope, path: Path, value: Any
) -> Collected:
    """A passage for each license of a field, a Gap for what is none. Empty values say nothing."""
    items = list(_items(path, value))
    gaps = []
    passages = []
    for place, item in items[:_MOST]:
        where = Location(entry.path, document.line(*place), key=dotted(place))
        written, hints = words(item)
        if written is None:
            detail = f"`{dotted(place)}` is {shown(item)}, which names no license"
            gaps.append(Gap(root, "broken", detail, where, scope))
        elif written:
            if len(items) > 1:
                hints.append(("listed", str(len(items))))
            passages.append(passage(written, where, scope, root, hints))
    return Collected(passages=tuple(passages), gaps=tuple(gaps))


def passage(
    written: str, where: Location, scope: Scope, root: str, hints: Iterable[tuple[str, str]] = ()
) -> Passage:
    """A name is a tag; what is too long for one is prose."""
    form: Form = "tag" if len(written) <= LONGEST_NAME and "\n" not in written else "prose"
    return Passage(written, where, form, scope, root, hints=tuple(hints))


def words(item: Any) -> tuple[str | None, list[tuple[str, str]]]:
    """(the words, their hints); ("", []) for nothing said, (None, []) for what cannot be one."""
    if item is None:
        return "", []
    if isinstance(item, str):
        return clean(item.strip()), []
    if not isinstance(item, dict):
        return None, []
    told = [v.strip() for k in _NAMES if isinstance(v := item.get(k), str) and v.strip()]
    names = [v for v in told if not v.startswith(("http://", "https://"))]
    names = [v for v in names if v not in ("CreativeWork", "sc:CreativeWork", "URL")]
    links = [v.strip() for k in _LINKS if isinstance(v := item.get(k), str) and v.strip()]
    link = next(iter(links), "")
    if not names and not link:
        return (None if item else ""), []
    if not names:
        return clean(link), []
    return clean(names[0]), [("license_link", clean(link))] if link else []


def _items(path: Path, value: Any) -> Iterator[tuple[Path, Any]]:
    if isinstance(value, list):
        yield from (((*path, index), item) for index, item in enumerate(value))
    else:
        yield path, value
