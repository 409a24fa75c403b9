"""Makes the compact rule index from the installed ScanCode, once per version.

ScanCode's own index costs 5 s and 1.4 GB in every process. What matching needs of it fits in flat
arrays that a process maps instead of loading: tokens of all rules, rules in the order of their
tokens, postings of words, and each rule's record, read only when it matches. The arrays are
derived from ScanCode's data (CC-BY-4.0, see NOTICE) and stay in the user's cache.
"""

from __future__ import annotations

import marshal
import os
import pickle
import shutil
import tempfile
from array import array
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from licaudit.licenses.exact_rules import ALONE
from licaudit.licenses.scancode_names import rows_of

FORMAT = 3  # raise it whenever the layout below changes
FILES = (
    "tokens.bin",  # int16: token ids of all rules, one after the other
    "offsets.bin",  # int64: where each rule's tokens begin, and the end
    "order.bin",  # int32: rule ids in the order of their tokens
    "postings.bin",  # int32: for each token id, the rules that can be matched by likeness
    "postings_offsets.bin",  # int64
    "bags.bin",  # int16 pairs (token id, count) of each such rule
    "bags_offsets.bin",  # int64
    "limits.bin",  # float64 x 8 per rule, see LIMITS
    "records.bin",  # pickled rules
    "records_offsets.bin",  # int64
    "words.bin",  # marshal: everything small
)
# Columns of limits.bin: what a likely rule must reach, on sets of tokens and on bags of them.
LIMITS = (
    "likely",
    "high_unique",
    "matched_unique",
    "length_unique",
    "high",
    "matched",
    "length",
    "containment",
)


def build(folder: Path) -> None:
    """Write the index into a folder that is complete or absent, whoever else builds it too."""
    from licensedcode.cache import get_cache

    cache = get_cache()
    folder.parent.mkdir(parents=True, exist_ok=True)
    partial = Path(tempfile.mkdtemp(prefix=f".{folder.name}.", dir=folder.parent))
    try:
        _write(partial, cache)
        try:
            os.replace(partial, folder)
        except OSError:
            if not (folder / FILES[-1]).is_file():
                raise
    finally:
        shutil.rmtree(partial, ignore_errors=True)


def _write(folder: Path, cache: Any) -> None:
    index = cache.index
    tokens: list[array[int]] = index.tids_by_rid
    _chain(folder, "tokens", "offsets", tokens, "h")
    order = sorted(range(len(tokens)), key=tokens.__getitem__)
    (folder / "order.bin").write_bytes(array("i", order).tobytes())
    starts = starts_of(tokens, order)
    likely = sorted(index.approx_matchable_rids)
    _postings(folder, index, likely)
    _bags(folder, index, likely)
    _limits(folder, index.rules_by_rid, set(likely))
    _records(folder, index.rules_by_rid)
    _words(folder, cache, starts)


def starts_of(tokens: Sequence[Sequence[int]], order: list[int]) -> dict[int, tuple[int, int]]:
    """First two tokens, packed -> the range of the order whose rules begin so."""
    starts: dict[int, tuple[int, int]] = {}
    for place, rule in enumerate(order):
        head = tokens[rule]
        key = head[0] << 16 | (head[1] if len(head) > 1 else ALONE)
        low, _ = starts.get(key, (place, place))
        starts[key] = low, place + 1
    return starts


def _chain(
    folder: Path, name: str, offsets: str, parts: Iterable[Sequence[int]], code: str
) -> None:
    """Sequences of whole numbers one after the other, and where each begins."""
    places, flat = array("q", [0]), array(code)
    for part in parts:
        flat.extend(part)
        places.append(len(flat))
    (folder / f"{name}.bin").write_bytes(flat.tobytes())
    (folder / f"{offsets}.bin").write_bytes(places.tobytes())


def _postings(folder: Path, index: Any, likely: list[int]) -> None:
    by_token: list[list[int]] = [[] for _ in range(max(index.dictionary.values()) + 1)]
    for rule in likely:
        for token in index.sets_by_rid[rule]:
            by_token[token].append(rule)
    _chain(folder, "postings", "postings_offsets", by_token, "i")


def _bags(folder: Path, index: Any, likely: list[int]) -> None:
    wanted = set(likely)
    bags = (
        [n for pair in sorted(bag.items()) for n in pair] if rule in wanted and bag else []
        for rule, bag in enumerate(index.msets_by_rid)
    )
    _chain(folder, "bags", "bags_offsets", bags, "h")


def _limits(folder: Path, rules: Sequence[Any], likely: set[int]) -> None:
    rows = array("d")
    for number, rule in enumerate(rules):
        rows.extend(
            (
                number in likely,
                rule.min_high_matched_length_unique,
                rule.min_matched_length_unique,
                rule.length_unique,
                rule.min_high_matched_length,
                rule.min_matched_length,
                rule.length,
                rule._minimum_containment or 0,
            )
        )
    (folder / "limits.bin").write_bytes(rows.tobytes())


def _records(folder: Path, rules: Sequence[Any]) -> None:
    places, parts, end = array("q", [0]), [], 0
    for rule in rules:
        text = rule.text
        if rule.length > 1:
            rule.text = None  # ninety of a hundred bytes; asked for one-word rules only
        part = pickle.dumps(rule, pickle.HIGHEST_PROTOCOL)
        rule.text = text
        end += len(part)
        parts.append(part)
        places.append(end)
    (folder / "records.bin").write_bytes(b"".join(parts))
    (folder / "records_offsets.bin").write_bytes(places.tobytes())


def _words(folder: Path, cache: Any, starts: dict[int, tuple[int, int]]) -> None:
    index = cache.index
    small = {
        "dictionary": dict(index.dictionary),
        "len_legalese": index.len_legalese,
        "digits": sorted(index.digit_only_tids),
        "hashes": dict(index.rid_by_hash),
        "regular": sorted(index.regular_rids),
        "false_positive": sorted(index.false_positive_rids),
        "expressions": [str(r.license_expression or "") for r in index.rules_by_rid],
        "identifiers": [str(r.identifier) for r in index.rules_by_rid],
        "starts": starts,
        "names": rows_of(cache.db),
        "symbols": [(spdx, symbol.key) for spdx, symbol in cache.spdx_symbols.items()],
    }
    (folder / FILES[-1]).write_bytes(marshal.dumps(small))
