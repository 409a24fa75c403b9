"""Cleaning with a ledger: rows that may stay, written anew, counted again, accounted for."""

from __future__ import annotations

import json
import os
import shutil
from dataclasses import replace
from pathlib import Path

from licaudit.collectors.row_counts import Counted, Key, unreadable
from licaudit.collectors.row_writing import sha256_of, write_kept
from licaudit.collectors.rows import Desk, RowPath, open_desk, row_errors
from licaudit.errors import TargetError, UsageError
from licaudit.facts import Gap
from licaudit.facts.census import Census, Ledger, Size, Written
from licaudit.facts.codec import to_plain
from licaudit.fleet.census import CensusRequest, Counting, run_census
from licaudit.settings import write_whole

LEDGER = "census-ledger.json"


def check_out(out: Path, request: CensusRequest) -> None:
    """Refuse a folder that holds anything but an earlier cleaning. Raises UsageError."""
    for target in request.targets:
        home = Path(target).resolve()
        if out.resolve().is_relative_to(home) or home.is_relative_to(out.resolve()):
            raise UsageError(
                "the cleaned rows would stand among those they come from",
                where=str(out),
                todo="Choose a folder apart from the data with --apply.",
            )
    if out.exists() and (not out.is_dir() or (any(out.iterdir()) and not _ours(out))):
        raise UsageError(
            "this is not empty and holds no earlier cleaning",
            where=str(out),
            todo="Choose another folder with --apply.",
        )


def _ours(out: Path) -> bool:
    return (out / LEDGER).is_file()


def clean(request: CensusRequest, counting: Counting, out: Path) -> tuple[Ledger, Census | None]:
    """Write the kept rows of every file below `out`, count them again, and write the ledger.

    Raises UsageError for a folder that may not be written, TargetError when writing fails.
    """
    check_out(out, request)
    if _ours(out):
        _remove_earlier(out)
    out.mkdir(parents=True, exist_ok=True)
    gaps: list[Gap] = []
    written: list[Written] = []
    places = {f.path: one for one in counting.groups for f in one.group.files}
    with open_desk(counting.files, request.threads) as desk:
        for file in counting.files:
            one = places.get(file.path)
            written.append(_file(desk, file, one, counting, out, gaps))
    again = _again(request, out, written)
    ledger = _ledger(counting, written, gaps, again)
    if again is not None and again.total.rows != ledger.after.rows:
        raise TargetError("the rows written are not the rows counted", where=str(out))
    text = json.dumps(to_plain(ledger), indent=1, ensure_ascii=False)
    write_whole(out / LEDGER, text.encode("utf-8", "backslashreplace") + b"\n")
    return ledger, again


def _remove_earlier(out: Path) -> None:
    """Take away what an earlier ledger says it wrote, and nothing else."""
    try:
        plain = json.loads((out / LEDGER).read_text("utf-8"))
        names = [f["output"] for f in plain["files"] if f["output"]]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise UsageError(
            "the earlier ledger cannot be read", where=str(out / LEDGER), todo="Remove the folder."
        ) from error
    home = out.resolve()
    for name in names:
        path = out / str(name)
        if path.resolve().is_relative_to(home):
            path.unlink(missing_ok=True)


def _file(
    desk: Desk, file: RowPath, one: Counted | None, counting: Counting, out: Path, gaps: list[Gap]
) -> Written:
    before = Size(*_before(counting, file))
    bare = Written(file.name, sha256_of(file.path), before, None, None, Size())
    if one is None:  # it could not be counted: its Gap stands in the census
        return bare
    if file.format == "arrow":
        said = f"{file.name}: arrow is read but not written; none of its rows is kept"
        gaps.append(Gap("local:.", "not_written", said))
        return bare
    try:
        made = write_kept(desk, file, one.group.shape, kept_keys(one, counting))
    except row_errors() as error:
        gaps.append(unreadable(file, error))
        return bare
    if made is None:
        return bare
    place = out / file.name
    place.parent.mkdir(parents=True, exist_ok=True)
    partial = place.with_name(f".{place.name}.partial")
    shutil.move(made, partial)
    os.replace(partial, place)
    return replace(bare, output=file.name, output_sha256=sha256_of(place))


def _before(counting: Counting, file: RowPath) -> tuple[int, int]:
    rows = next((f.rows for f in counting.census.files if f.path == file.name), 0)
    return rows, file.path.stat().st_size


def kept_keys(one: Counted, counting: Counting) -> list[Key]:
    """The combinations of values whose rows may stay, in a fixed order."""
    keys = [k for k in one.counts.keys if counting.judge.key(k) == "pass"]
    return sorted(keys, key=repr)


def _again(request: CensusRequest, out: Path, written: list[Written]) -> Census | None:
    """The census of what was written, or None when nothing was."""
    if not any(w.output for w in written):
        return None
    return run_census(replace(request, targets=(str(out),))).census


def _ledger(
    counting: Counting, written: list[Written], gaps: list[Gap], again: Census | None
) -> Ledger:
    census = counting.census
    rows = {f.path: Size(f.rows, f.size) for f in again.files} if again else {}
    files = tuple(replace(w, after=rows.get(w.output or "", Size())) for w in written)
    return Ledger(
        as_of=census.as_of,
        licaudit_version=census.licaudit_version,
        knowledge_version=census.knowledge_version,
        intent=census.intent,
        posture=census.posture,
        columns=tuple(c.path for c in census.columns if c.judged),
        files=files,
        before=census.total,
        after=again.total if again else Size(),
        values=census.values,
        gaps=(*census.gaps, *gaps),
        again=again.shares if again else (),
        verdict_again=again.verdict if again else "review",
    )
