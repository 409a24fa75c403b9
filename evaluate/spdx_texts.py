"""Every text of SPDX's license list, and the id that licaudit and ScanCode read from it."""

from __future__ import annotations

import tempfile
from collections import Counter
from pathlib import Path

from evaluate import askalono as third
from evaluate.knowledge import ours
from evaluate.material import Missing, spdx_texts
from evaluate.side_by_side import STATES, Answer, Ids, State, read_both
from evaluate.spdx_known import RETIRED
from licaudit.licenses.texts import digest


def evaluate(fixtures: Path, verbose: bool, askalono: Path | None = None) -> int:
    """Print the counts and what differs; the number of texts given another license's id."""
    try:
        release, _, texts = spdx_texts(fixtures)
    except Missing as missing:
        print(f"\n{missing}")
        return 0
    texts = {i: t for i, t in texts.items() if i not in RETIRED}  # their texts are fragments
    twins = _twins(texts)
    with tempfile.TemporaryDirectory() as scratch:
        paths = [Path(scratch) / license_id / "LICENSE" for license_id in texts]
        for path, text in zip(paths, texts.values(), strict=True):
            path.parent.mkdir()
            path.write_text(text, encoding="utf-8")
        found = read_both(paths)
        others = third.read(askalono, paths) if askalono else {}
    mine: Counter[State] = Counter()
    theirs: Counter[State] = Counter()
    lines = []
    for license_id, both in zip(texts, found.values(), strict=True):
        own = _state(both.licaudit, twins[license_id])
        other = _state(both.scancode, twins[license_id])
        mine[own] += 1
        theirs[other] += 1
        if own != "right" and (verbose or other == "right" or own != "open"):
            why = f" ({', '.join(both.licaudit.gaps)})" if both.licaudit.gaps else ""
            said = f"{_list(both.licaudit.ids)}{why} | ScanCode {_list(both.scancode.ids)}"
            lines.append(f"{own:6} {license_id}: {said}")
    print(f"\nSPDX's texts, {release}: {len(texts)}")
    for name, counts in (("licaudit", mine), ("ScanCode", theirs)):
        share = counts["right"] / len(texts)
        print(f"  {name:10} {share:6.1%}  " + ", ".join(f"{s} {counts[s]}" for s in STATES))
    if askalono:
        answers = zip(texts, others.values(), strict=True)
        ids = [(third.ids(o, twins[i]), twins[i]) for i, o in answers]
        right = sum(len(named) == 1 and named <= same for named, same in ids)
        print(f"  {'askalono':10} {right / len(texts):6.1%}  right {right}")
    for line in sorted(lines):
        print(f"    {line}")
    return mine["other"]


def _twins(texts: dict[str, str]) -> dict[str, Ids]:
    """For each id those whose text is the same: -only and -or-later, and ids SPDX has retired."""
    same: dict[str, set[str]] = {}
    for license_id, text in texts.items():
        same.setdefault(digest(text), set()).update({license_id, _current(license_id)})
    for value, license_ids in same.items():
        # ScanCode's own file may hold the very text under an id of its own.
        license_ids.update(filter(None, [ours().catalog.by_digest.get(value)]))
    return {i: frozenset(same[digest(text)]) for i, text in texts.items()}


def _current(license_id: str) -> str:
    known = ours().catalog.by_id.get(license_id.lower())
    return known.id if known else license_id


def _state(answer: Answer, accepted: Ids) -> State:
    """One id is right; a second beside it is too much, none too few."""
    if len(answer.ids) == 1 and answer.ids <= accepted and not answer.open:
        return "right"
    if answer.open:
        return "open"
    return "other" if answer.ids else "silent"


def _list(ids: Ids) -> str:
    return ", ".join(sorted(i.removeprefix("LicenseRef-") for i in ids)) or "none"
