"""YAML of ours, parsed once: rule files and packs are kept as JSON by their content."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from licaudit.documents import Document, read_yaml
from licaudit.settings import cache_folder, keep

FORMAT = 1  # raise when `Document` or the reading of YAML changes


def kept_yaml(text: str, name: str) -> Document:
    """`read_yaml`, thirty times as fast for a text that was read before. Raises DocumentError.

    The kept form is found by a digest of the whole text, so it cannot be stale. What is missing or
    broken there is parsed anew; a cache that cannot be written to costs time alone.
    Not for what is itself compiled into a kept form, such as licenses and messages.
    """
    digest = hashlib.sha256(f"{FORMAT}\0{text}".encode("utf-8", "surrogatepass")).hexdigest()
    kept = cache_folder("knowledge") / "yaml" / f"{digest}.json"
    try:
        return _of_plain(json.loads(kept.read_text("utf-8")), name)
    except (OSError, ValueError, KeyError, TypeError):
        document = read_yaml(text, name)
    keep(kept, json.dumps(_plain(document), ensure_ascii=True).encode("ascii"))
    return document


def _plain(document: Document) -> dict[str, Any]:
    marks = [[list(path), *place] for path, place in document.marks.items()]
    return {"data": document.data, "marks": marks}


def _of_plain(plain: dict[str, Any], name: str) -> Document:
    marks = {tuple(path): (int(line), int(column)) for path, line, column in plain["marks"]}
    return Document(plain["data"], name, marks)
