"""How a lock is laid out: sorted, one fact to a line, nothing of this machine in it."""

from __future__ import annotations

import json
import os
import re
import tempfile
from pathlib import Path
from typing import Any

from licaudit.sources.secrets import Secrets

_OPEN = 3  # levels of mappings that are laid out over several lines
_USER = re.compile(r"(?<=://)[^/\s@]+@")  # a user and password in an address


def dump(value: Any) -> str:
    """JSON with sorted keys; below the third level a line holds a whole value."""
    return _laid_out(value, 0) + "\n"


def _laid_out(value: Any, level: int) -> str:
    inner, outer = " " * (level + 1), " " * level
    if isinstance(value, dict) and value and level < _OPEN + 1:
        rows = [
            f"{inner}{_line(str(key))}: {_laid_out(value[key], level + 1)}" for key in sorted(value)
        ]
        return "{\n" + ",\n".join(rows) + f"\n{outer}}}"
    if isinstance(value, list) and value and level <= _OPEN:
        rows = [f"{inner}{_line(item)}" for item in value]
        return "[\n" + ",\n".join(rows) + f"\n{outer}]"
    return _line(value)


def _line(value: Any) -> str:
    return json.dumps(value, sort_keys=True, ensure_ascii=False)


def scrubbed(value: Any) -> Any:
    """The same values without tokens, credentials in addresses, and folders of this machine."""
    secrets, here = Secrets(), _folders()

    def clean(item: Any) -> Any:
        if isinstance(item, dict):
            return {clean(key): clean(found) for key, found in item.items()}
        if isinstance(item, list):
            return [clean(found) for found in item]
        if not isinstance(item, str):
            return item
        text = secrets.data(item.encode("utf-8", "surrogatepass")).decode("utf-8", "surrogatepass")
        for folder, name in here:
            text = text.replace(folder, name)
        return _USER.sub("***@", text)

    return clean(value)


def _folders() -> list[tuple[str, str]]:
    """Folders of this machine and what stands for them, the longest first."""
    found = {tempfile.gettempdir(): "<tmp>", str(Path.home()): "~", os.getcwd(): "."}
    return sorted(((f, n) for f, n in found.items() if len(f) > 3), key=lambda pair: -len(pair[0]))
