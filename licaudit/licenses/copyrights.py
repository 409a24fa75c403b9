"""Who holds the copyright, since when: the copyright lines of texts that were read for licenses.

The only importer of ScanCode's `cluecode`, which is loaded on the first line that may be one. What
it reads are the lines around a sign of copyright, never whole files.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import islice

from licaudit.errors import ToolError
from licaudit.facts import Copyright, Gap, Passage
from licaudit.licenses.authority_rules import load_names
from licaudit.licenses.claims import at_line, gap

# Work is bounded by counts, not by time: two runs on one tree must say the same.
MOST = 40  # signs of copyright looked at in one passage; who lists more lists others' material
WINDOW = 3  # lines read from a sign of copyright on: a statement may go over several
LINE = 300  # characters of a line that are read
READ = 1_000_000  # characters of a passage that are searched
_SIGN = re.compile(
    r"copyrights? *(?:\(c\)|©|&copy;|:|\d{4}|by\b|[A-Z\u4e00-\u9fff<\[{])|©|\(c\) *\d{4}"
    r"|&copy;|SPDX-FileCopyrightText|SPDX-SnippetCopyrightText|版权所有(?![者人方])|著作权(?:所有(?![者人方])|归)|版权归"
)
_SIGN_LOW = re.compile(
    r"\bCOPYRIGHT *(?:\(C\)|©|\d{4})|\bcopyright *(?:\(c\)|©|\d{4})", re.IGNORECASE
)
_YEARS = re.compile(r"(?<!\d)(?:19|20)\d\d(?: ?[-–—,/至到] ?(?:(?:19|20)?\d\d|present|now))*", re.I)
_TAG = re.compile(r"SPDX-(?:File|Snippet)CopyrightText: *")
# ScanCode writes Chinese names in Latin letters: theirs are read from the line itself.
_CHINESE = re.compile(
    r"(?:版权所有(?![者人方])|版权归|著作权归|著作权所有(?![者人方])|Copyright|©|\([Cc]\))[\s:：©()Cc年,，.\d~–-]*"
    r"([\u4e00-\u9fff][^,，。;；\n]{1,60})"
)
_ENDS = re.compile(r"(?:版权所有|所有|保留所有权利|保留一切权利|拥有|。).*$")


def find_copyrights(passages: Iterable[Passage]) -> tuple[tuple[Copyright, ...], tuple[Gap, ...]]:
    """Copyright statements in the order of the passages, each once for a place; what was cut."""
    found: dict[tuple[str, str, str, int | None], Copyright] = {}
    gaps: list[Gap] = []
    for passage in passages:
        windows = list(islice(_windows(passage), MOST + 1))
        if len(windows) > MOST:
            detail = f"only the first {MOST} copyright statements were read"
            gaps.append(gap(passage, "cut_short", detail, blocks=False))
        for number, window in windows[:MOST]:
            for item in _read(passage, window, number):
                key = (item.artifact, item.location.path, item.statement, item.location.line)
                found.setdefault(key, item)
    return tuple(found.values()), tuple(gaps)


def _windows(passage: Passage) -> Iterator[tuple[int, list[str]]]:
    """(line in the passage, a few lines from there) for each sign of copyright."""
    said = passage.hint("copyright")
    if said:
        number, _, words = said.partition(":")
        first = passage.location.line or 1  # the hint counts from the beginning of the file
        yield int(number) - first + 1, [words]
        return
    if passage.form not in ("text", "notice", "prose"):
        return
    lines = passage.text[:READ].split("\n")
    for index, line in enumerate(lines):
        if not _signed(line[:LINE]):
            continue
        window = [line]
        for more in lines[index + 1 : index + WINDOW]:
            if not more.strip() or _signed(more[:LINE]):
                break
            window.append(more)
        yield index + 1, window


def _signed(line: str) -> bool:
    return bool(_SIGN.search(line) or _SIGN_LOW.search(line))


def _read(passage: Passage, window: list[str], number: int) -> Iterator[Copyright]:
    """The statements of a few lines, the first of which stands at `number` of the passage."""
    own_text = passage.form == "text"
    for line, statement, holders in detect("\n".join(w[:LINE] for w in window)):
        kept = tuple(h for h in holders if _is_holder(h, own_text))
        if not kept:
            continue
        years = ", ".join(dict.fromkeys(m[0] for m in _YEARS.finditer(statement)))
        place = at_line(passage, number + line - 1)
        yield Copyright(passage.artifact, passage.scope, statement, kept, years or None, place)


@lru_cache(maxsize=4096)
def detect(text: str) -> tuple[tuple[int, str, tuple[str, ...]], ...]:
    """(line, statement, holders) of each copyright statement in a few lines of text.

    Raises ToolError when ScanCode is not there.
    """
    lines = text.split("\n")
    chinese = _in_chinese(lines)
    if chinese:
        return chinese
    try:
        from cluecode.copyrights import detect_copyrights_from_lines
    except ImportError as error:
        raise ToolError(
            f"ScanCode's copyright detection does not start ({error})",
            todo="Reinstall licaudit-ai.",
        ) from error
    numbered = [(n, _TAG.sub("Copyright ", line)) for n, line in enumerate(lines, 1)]
    statements: dict[int, str] = {}
    holders: dict[int, list[str]] = {}
    for item in detect_copyrights_from_lines(numbered, include_authors=False):
        plain = item.to_dict()
        if "copyright" in plain:
            statements.setdefault(plain["start_line"], plain["copyright"])
        elif "holder" in plain:
            holders.setdefault(plain["start_line"], []).append(plain["holder"])
    return tuple(
        (line, statement, tuple(holders.get(line, ())))
        for line, statement in sorted(statements.items())
    )


def _in_chinese(lines: list[str]) -> tuple[tuple[int, str, tuple[str, ...]], ...]:
    match = _CHINESE.search(lines[0])
    if match is None:
        return ()
    holder = _ENDS.sub("", match[1]).strip(" :：、")
    return ((1, " ".join(lines[0].split()).strip("*#/ "), (holder,)),) if holder else ()


def _is_holder(name: str, own_text: bool) -> bool:
    """Neither a template's blank nor, in a license's own text, the author of that text."""
    table = load_names()
    low = name.lower()
    if len(low) < 2 or any(p in low for p in table.placeholders):
        return False
    bare = re.sub(r"[^\w\u4e00-\u9fff ]", " ", low)
    return not (
        own_text and any(" ".join(bare.split()).startswith(a) for a in table.license_authors)
    )
