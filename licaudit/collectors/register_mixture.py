"""Training mixtures as registers: YAML and JSON lists of datasets with weights, in common shapes.

A list of names or of mappings, a mapping from names to mappings or weights (LLaMA-Factory's
`dataset_info.json`), and the flat `weight path weight path` of Megatron.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from licaudit.collectors.json_text import JsonError, Path, dotted, parse
from licaudit.collectors.register_columns import TELLING, key_of, load_words, role_of
from licaudit.collectors.register_tables import MOST_ROWS, TableError
from licaudit.documents import DocumentError, read_yaml
from licaudit.facts import Location

OURS = "licaudit"  # the key under which an audit writes its answers back
_DEEPEST = 4


@dataclass(frozen=True, slots=True)
class Item:
    """One entry: the path to it, and (role, words, path) of each thing said of it."""

    path: Path
    said: tuple[tuple[str, str, Path], ...]


@dataclass(frozen=True)
class Mixture:
    """The entries of a file and where they stand in it."""

    path: str
    items: tuple[Item, ...]
    line: Callable[..., int | None]
    strange: tuple[Path, ...] = ()
    cut: bool = False

    def at(self, path: Path) -> Location:
        """The location of a value."""
        return Location(self.path, self.line(*path), key=dotted(path))


def read_mixture(text: str, name: str) -> Mixture | None:
    """The mixture of a file, None when it is something else. Raises TableError when broken."""
    data, line = _parsed(text, name)
    configs = load_words().configs
    if isinstance(data, dict) and any(str(k).lower() in configs for k in data):
        return None  # a training's config or an SBOM: their own readers know them
    found = list(_lists(data, ()))
    items = [item for path, value in found for item in _items(path, value)]
    if not any(_telling(item) for item in items):
        return None
    strange = tuple(
        (*i.path, key)
        for i in items[:MOST_ROWS]
        for value in [_value(data, i.path)]
        if isinstance(value, dict)
        for key in value
        if role_of(str(key)) is None and key != OURS and isinstance(value[key], str)
    )
    return Mixture(name, tuple(items[:MOST_ROWS]), line, strange, len(items) > MOST_ROWS)


def _parsed(text: str, name: str) -> tuple[Any, Callable[..., int | None]]:
    try:
        if name.lower().endswith(".json"):
            document = parse(text)
            return document.data, document.line
        yaml = read_yaml(text, name)
        return yaml.data, yaml.line
    except JsonError as error:
        raise TableError("broken", f"not valid JSON: {error}") from error
    except DocumentError as error:
        raise TableError("broken", error.what) from error


def _lists(data: Any, path: Path) -> Iterator[tuple[Path, Any]]:
    """Where entries may stand: the top itself, or below the keys that mixtures use."""
    if isinstance(data, list):
        yield path, data
        return
    if not isinstance(data, dict):
        return
    words = load_words()
    below = [k for k in data if key_of(str(k)) in words.lists and k != OURS]
    nested = [k for k in below if isinstance(data[k], (list, dict))]
    if nested and len(path) < _DEEPEST:
        for key in nested:
            yield from _lists(data[key], (*path, str(key)))
        return
    entries = {str(k): v for k, v in data.items() if k != OURS}
    if entries and (_described(entries) or _weighed(entries, sure=bool(path))):
        yield path, entries


def _described(entries: dict[str, Any]) -> bool:
    """Whether a mapping describes data by name: every value a mapping that says where it is from.

    A hub's own listing of a dataset's parts has `features` and is none.
    """
    maps = [v for v in entries.values() if isinstance(v, dict)]
    configs = load_words().configs
    return (
        len(maps) == len(entries)
        and not any(str(k).lower() in configs for m in maps for k in m)
        and any(role_of(str(k)) in TELLING for m in maps for k in m)
    )


def _weighed(entries: dict[str, Any], *, sure: bool) -> bool:
    """Whether a mapping gives names weights; at a file's top only names of hubs or paths tell."""
    return all(map(_number, entries.values())) and (sure or any("/" in k for k in entries))


def _items(path: Path, value: Any) -> Iterator[Item]:
    if isinstance(value, list):
        if _flat(value):
            for index in range(1, len(value), 2):
                spot = (*path, index)
                weight = ("weight", str(value[index - 1]), (*path, index - 1))
                yield Item(spot, (("name", str(value[index]), spot), weight))
            return
        for index, item in enumerate(value):
            yield from _one((*path, index), item, None)
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from _one((*path, str(key)), item, str(key))


def _flat(value: list[Any]) -> bool:
    """Megatron's `[0.3, data/one, 0.7, data/two]`."""
    pairs = list(zip(value[::2], value[1::2], strict=False))
    return (
        len(value) > 1
        and len(value) % 2 == 0
        and all(_number(w) and isinstance(n, str) and not _number(n) for w, n in pairs)
    )


def _number(value: Any) -> bool:
    if isinstance(value, bool):
        return False
    if isinstance(value, (int, float)):
        return True
    return isinstance(value, str) and value.replace(".", "", 1).isdigit()


def _one(path: Path, value: Any, name: str | None) -> Iterator[Item]:
    """One entry: a mapping, a bare name, or a name with its weight."""
    said: list[tuple[str, str, Path]] = [("name", name, path)] if name else []
    if isinstance(value, dict):
        for key, inner in value.items():
            role = role_of(str(key))
            if role is None or key == OURS:
                continue
            if name and role == "name" and isinstance(inner, str):
                role = "place"  # the key is its name already; this one may lead somewhere
            said += [(role, words, (*path, str(key))) for words in _words(inner)]
        if any(role in ("name", "place") for role, _, _ in said):
            yield Item(path, tuple(said))
    elif name is None and isinstance(value, str) and value.strip():
        yield Item(path, (("name", value.strip(), path),))
    elif name and _number(value):
        yield Item(path, (*said, ("weight", str(value), path)))
    elif name and isinstance(value, str) and value.strip():
        yield Item(path, (*said, ("place", value.strip(), path)))


def _words(value: Any) -> list[str]:
    if isinstance(value, list):
        return [w for item in value[:50] for w in _words(item)]
    if isinstance(value, Mapping) or value is None or isinstance(value, bool):
        return []
    return [str(value).strip()] if str(value).strip() else []


def _telling(item: Item) -> bool:
    roles = {role for role, _, _ in item.said}
    return bool(roles & TELLING) or "weight" in roles


def _value(data: Any, path: Path) -> Any:
    for step in path:
        data = data[step]
    return data
