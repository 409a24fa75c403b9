"""All licenses in one file, as ScanCode's detection of whole files names them.

Lines with clues tell where likeness is worth asking; of a very large file only what stands near
them is compared.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from licaudit.licenses.clues import Clues
from licaudit.licenses.engine import BINARY_BREAK, BREAK
from licaudit.licenses.file_lines import Lines

LARGE = 4_000_000  # characters of a file of which only what stands near clues is compared
NEAR = 120  # lines
SECONDS = 30.0  # of this process's time for one file


def match_lines(lines: Lines, index: Any, clues: Clues) -> tuple[list[Any], bool]:
    """ScanCode's matches in a file, in order of place; False when time ran out."""
    from licaudit.licenses.text_query import TextQuery

    if not lines.numbered:
        return [], True
    breaks = BINARY_BREAK if lines.binary else BREAK
    numbered = lines.numbered
    marked = _clue_lines([text for _, text in numbered], clues)
    if sum(len(text) for _, text in numbered) > LARGE:
        numbered, marked = _thinned(numbered, marked)
    query = TextQuery(
        numbered, index, breaks, lines.binary, lines.long, clues=marked, seconds=SECONDS
    )
    return list(index.match_query(query)), not query.late


def _clue_lines(texts: list[str], clues: Clues) -> Any:
    """Indexes of the lines in which a clue ends, rising."""
    import numpy as np

    data = "\n".join(text.rstrip("\n") for text in texts).encode("utf-8", "surrogatepass")
    ends = np.array(clues.ends(data), np.int64)
    breaks = np.flatnonzero(np.frombuffer(data, np.uint8) == ord("\n"))
    return np.unique(np.searchsorted(breaks, ends - 1))


def _thinned(
    numbered: tuple[tuple[int, str], ...], marked: Any
) -> tuple[tuple[tuple[int, str], ...], Any]:
    """The lines near those that are marked, the gaps shown by empty ones; and the marks in them."""
    import numpy as np

    edges = np.zeros(len(numbered) + 1, np.int64)
    np.add.at(edges, np.maximum(marked - NEAR, 0), 1)
    np.add.at(edges, np.minimum(marked + NEAR + 1, len(numbered)), -1)
    near = np.cumsum(edges[:-1]) > 0
    after = np.convolve(near, np.ones(BINARY_BREAK + 1), "full")[: len(numbered)] > 0
    kept = np.flatnonzero(after)
    texts = tuple((numbered[i][0], numbered[i][1] if near[i] else "") for i in kept.tolist())
    return texts, np.searchsorted(kept, marked)


def expression(matches: list[Any]) -> str | None:
    """The SPDX expression of a file's matches, by ScanCode's rules for groups of them."""
    from licensedcode.cache import build_spdx_license_expression, get_licensing
    from licensedcode.detection import combine_expressions, group_matches, process_detections

    if not matches:
        return None
    groups = [_detection().from_matches(matches=g) for g in group_matches(matches)]
    kept = process_detections(detections=groups, licensing=get_licensing())
    names = [d.license_expression for d in kept if d.license_expression is not None]
    if not names:
        return None
    combined = combine_expressions(names, relation="AND", unique=True, licensing=get_licensing())
    return str(build_spdx_license_expression(str(combined), licensing=get_licensing()))


@cache
def _detection() -> Any:
    """ScanCode's detection without its identifier, which reads the whole file again."""
    from licensedcode.detection import LicenseDetection

    class Detection(LicenseDetection):  # type: ignore[misc]
        identifier_with_expression = None

        def spdx_license_expression(self) -> str:
            return ""

    return Detection
