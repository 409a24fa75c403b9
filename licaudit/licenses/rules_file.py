"""One file of `rules/` that holds a fixed set of keys, read with its positions."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from licaudit.compiled import kept_yaml
from licaudit.documents import Document, DocumentError
from licaudit.errors import KnowledgeError
from licaudit.settings import data_folder


def read_rules(name: str, keys: Iterable[str], what: str, folder: Path | None = None) -> Document:
    """`rules/<name>`, or the same file of another folder: a mapping with exactly these keys.

    `what` is what the file holds, for the message. Raises KnowledgeError with file and line.
    """
    path = (folder or data_folder("rules")) / name
    wanted = tuple(keys)
    try:
        document = kept_yaml(path.read_text("utf-8"), f"rules/{name}")
    except OSError as error:
        why = f"{what} cannot be read ({error.strerror})"
        raise KnowledgeError(why, where=str(path)) from error
    except DocumentError as error:
        raise KnowledgeError(error.what, where=error.where) from error
    if not isinstance(document.data, dict) or set(document.data) != set(wanted):
        why = f"the file must hold {', '.join(wanted)}, and nothing else"
        raise KnowledgeError(why, where=document.where())
    return document
