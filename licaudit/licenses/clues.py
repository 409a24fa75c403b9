"""Where a file may speak of licenses: one pass over its bytes, at a gigabyte a second.

A few words mark nearly every rule of ScanCode's. Rules that hold none of them get a pattern of
their own, from their rarest three words, so that no exact rule goes without a clue.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from importlib.metadata import version
from typing import Any

WORDS = (
    r"licen[cs]",
    r"li[cz]en[sz]",
    r"copyleft",
    r"permission",
    r"permitted",
    r"warrant",
    r"redistribut",
    r"gpl",
    r"\bmit\b",
    r"apache",
    r"\bbsd",
    r"mozilla",
    r"\bmpl",
    r"\bepl",
    r"disclaim",
    r"liabilit",
    r"open.?source",
    r"free.?software",
    r"\bcc0",
    r"\bcc.by",
    r"creative.?commons",
    r"public.?domain",
    r"proprietary",
    r"freeware",
    r"shareware",
    r"\beula\b",
    r"spdx",
    r"terms.{1,4}(of|and).{1,4}(use|service|conditions)",
)
PLAIN = re.compile("|".join(WORDS), re.IGNORECASE)
BETWEEN = r"[^a-z0-9]+"
NEXT = 3  # words of a rule that make its pattern


def patterns(rules: Iterable[Sequence[str]]) -> list[str]:
    """Patterns for all rules, given as their words: the common clues, then those of the rest."""
    held = [list(words) for words in rules]
    often = Counter(word for words in held for word in set(words))
    rest = {_own(words, often) for words in held if not PLAIN.search(" ".join(words))}
    return [*WORDS, *sorted(rest)]


def _own(words: list[str], often: Counter[str]) -> str:
    starts = range(max(1, len(words) - NEXT + 1))
    best = min(starts, key=lambda i: min(often[w] for w in words[i : i + NEXT]))
    chosen = words[best : best + NEXT]
    body = BETWEEN.join(re.escape(w) for w in chosen)
    return rf"\b{body}" if chosen[0].isascii() else body


def compile_patterns(found: Sequence[str]) -> bytes:
    """The patterns as a database that loads in milliseconds."""
    import hyperscan

    database = hyperscan.Database()
    database.compile(
        expressions=[p.encode() for p in found],
        ids=list(range(len(found))),
        flags=[hyperscan.HS_FLAG_CASELESS] * len(found),
    )
    return bytes(hyperscan.dumpb(database))


class Clues:
    """The compiled patterns."""

    def __init__(self, data: bytes) -> None:
        import hyperscan

        self._database = hyperscan.loadb(data, hyperscan.HS_MODE_BLOCK)
        self._scratch = hyperscan.Scratch(self._database)
        self._database.scratch = self._scratch

    def ends(self, data: bytes) -> list[int]:
        """Byte offsets after each clue, rising."""
        found: set[int] = set()

        def note(_id: int, _start: int, end: int, _flags: int, _context: Any) -> None:
            found.add(end)

        self._database.scan(data, match_event_handler=note)
        return sorted(found)


def open_clues() -> Clues:
    """The patterns for the installed ScanCode's rules, compiled first when nobody has."""
    from licaudit.licenses.index_build import FORMAT
    from licaudit.settings import cache_folder, keep

    name = f"clues-{version('scancode-toolkit')}-{FORMAT}-{version('hyperscan')}.db"
    try:
        return Clues((cache_folder("index") / name).read_bytes())
    except (OSError, ValueError, hyperscan_error()):
        data = compile_patterns(patterns(_rules()))
    keep(cache_folder("index") / name, data)
    return Clues(data)


def hyperscan_error() -> type[Exception]:
    """What hyperscan raises for a database that is damaged or of another version."""
    import hyperscan

    error: type[Exception] = hyperscan.error
    return error


def _rules() -> Iterator[list[str]]:
    from licaudit.licenses.rule_index import open_index

    index = open_index()
    words = {token: word for word, token in index.dictionary.items()}
    for rule in range(len(index.tids_by_rid)):
        if rule not in index.false_positive_rids:
            yield [words[token] for token in index.tids_by_rid[rule]]
