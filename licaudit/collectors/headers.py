"""License lines at the head of program files: SPDX tags, and notices for the engine to read."""

from __future__ import annotations

import re

from licaudit.collectors import roles
from licaudit.collectors.context import Context
from licaudit.facts import CODE, Collected, Gap, Location, Passage
from licaudit.sources.tree import Entry, ReadError, Tree, decode

HEAD = 6_000  # bytes; a license header stands at the top
_SPDX = re.compile(
    r"SPDX-License-Identifier:[ \t]*([^\r\n]{1,300}?)[ \t]*(?:\*/|-->|#})?[ \t]*$", re.M
)
_HOLDER = re.compile(
    r"(?:SPDX-FileCopyrightText:|Copyright[ \t]+(?:\([Cc]\)|©|\d{4}))[^\r\n]{1,300}"
)
_CLUE = re.compile(
    r"\b(licen[sc]ed? (under|by)|general public licen[sc]e|redistribution and use|permission is "
    r"hereby granted|all rights reserved|non-?commercial|apache licen[sc]e|mozilla public|creative "
    r"commons|this file is part of|proprietary|research purposes)\b",
    re.IGNORECASE,
)


def collect(tree: Tree, entry: Entry, context: Context) -> Collected:
    """A tag for each SPDX line, or one notice passage when clue words stand in the head."""
    artifact, _, folder = context.owner(entry.folder)
    try:
        data = tree.read(entry.path, 0, min(entry.size, HEAD))
    except ReadError as error:
        where = Location(entry.path)
        return Collected(gaps=(Gap(artifact, error.reason, error.detail, where, CODE),))
    text = decode(data) if data else None
    if not text:
        return Collected()
    scope = roles.nested(CODE, folder)
    holder = _HOLDER.search(text)
    said: tuple[tuple[str, str], ...] = ()
    if holder:  # beside a license tag nobody reads the head's other lines: whose it is goes along
        line = text.count("\n", 0, holder.start()) + 1
        said = (("copyright", f"{line}:{holder[0].strip()}"),)
    tags = tuple(
        Passage(
            match.group(1).strip(" \t*/"),
            Location(
                entry.path, text.count("\n", 0, match.start()) + 1, key="SPDX-License-Identifier"
            ),
            "tag",
            scope,
            artifact,
            "declared",
            hints=(("header", "yes"), *said),
        )
        for match in _SPDX.finditer(text)
    )
    if tags or not _CLUE.search(text):
        return Collected(passages=tags)
    last = text.count("\n") + 1
    location = Location(entry.path, 1, last, 0, len(data))
    return Collected(
        passages=(
            Passage(
                text, location, "notice", scope, artifact, "detected", hints=(("header", "yes"),)
            ),
        )
    )
