"""The tolerant reading of code that does not parse: patterns over its lines, comments left out."""

from __future__ import annotations

import re
from collections.abc import Iterator

from licaudit.collectors.code_mentions import Mention
from licaudit.collectors.hub_ids import HubKind
from licaudit.collectors.hub_urls import hub_addresses
from licaudit.collectors.telling import hub_name, is_model_shaped, kind_told

_LONGEST = 2_000
_QUOTED = re.compile(
    r"""(?P<before>[\w.]*)(?P<sign>\s*[=:(,\[]\s*)(?P<q>["'])(?P<text>[^"'\n]+)(?P=q)"""
)
_CALL = re.compile(r"(from_pretrained|load_dataset|snapshot_download|hf_hub_download|pipeline)$")
_SAID = re.compile(r"^\s*(?:print|raise|logger|logging|assert)\b")


def fallback(text: str) -> Iterator[Mention]:
    """Hub ids of quoted strings: arguments of a loader, under a telling name, or by their shape."""
    for number, line in enumerate(text.split("\n"), 1):
        code = _uncommented(line)
        if len(code) > _LONGEST or _SAID.match(code):
            continue
        for match in _QUOTED.finditer(code):
            name = match["before"].rpartition(".")[2]
            kind: HubKind | None = kind_told(name)
            if _CALL.search(name):
                kind = "dataset" if name == "load_dataset" else "model"
            hub_id = hub_name(match["text"], kind) if kind else None
            if hub_id and kind:
                yield kind, hub_id, None, f"`{name}`", number
            elif is_model_shaped(match["text"]):
                yield "model", match["text"], None, "a literal", number
        for found, hub_id, hub, _ in hub_addresses(code):
            yield found, hub_id, hub, "its address", number


def _uncommented(line: str) -> str:
    """A line without its comment, as far as that can be told without parsing."""
    at = line.find("#")
    return line if at < 0 or line[:at].count('"') % 2 or line[:at].count("'") % 2 else line[:at]
