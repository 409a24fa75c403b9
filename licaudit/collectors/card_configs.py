"""Configs of a dataset card that carry licenses of their own: `configs` and `dataset_info`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from licaudit.collectors.frontmatter import FrontMatter
from licaudit.collectors.json_text import dotted
from licaudit.collectors.reading import clean
from licaudit.collectors.said import passage, words
from licaudit.facts import Collected, Gap, Location
from licaudit.sources.tree import Entry

_KEYS = ("license", "licenses", "licence", "license_name", "license_link")
_FIELDS = ("configs", "dataset_info")


def collect(head: FrontMatter, entry: Entry, artifact: str) -> Collected:
    """A passage per license, in the scope `subset:<config>`; nothing when no config has one."""
    passages, gaps = [], []
    for path, config in _configs(head.data):
        told = config.get("config_name") or config.get("name") or path[-1]
        scope = f"subset:{clean(str(told))[:100]}"
        key = next((k for k in _KEYS if config.get(k) not in (None, "", [])), None)
        if key is None:
            continue
        hints = [(k, clean(str(config[k]))) for k in _KEYS[3:] if config.get(k) and k != key]
        values = config[key] if isinstance(config[key], list) else [config[key]]
        where = Location(entry.path, head.line(*path, key), key=dotted((*path, key)))
        for value in values:
            written, more = words(value)
            if written is None:
                detail = f"`{where.key}` names no license"
                gaps.append(Gap(artifact, "broken", detail, where, scope))
            elif written:
                listed = [("listed", str(len(values)))] if len(values) > 1 else []
                passages.append(passage(written, where, scope, artifact, [*hints, *more, *listed]))
    return Collected(passages=tuple(passages), gaps=tuple(gaps))


def _configs(data: dict[str, Any]) -> Iterator[tuple[tuple[str | int, ...], dict[str, Any]]]:
    """`dataset_info` may be one mapping, which then speaks of the whole: left to its license."""
    for field in _FIELDS:
        value = data.get(field)
        for index, config in enumerate(value if isinstance(value, list) else []):
            if isinstance(config, dict):
                yield (field, index), config
    alone = data.get("dataset_info")
    if isinstance(alone, dict) and alone.get("config_name"):
        yield ("dataset_info",), alone
