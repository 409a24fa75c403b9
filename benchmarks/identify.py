"""Licenses of every file of a tree, licaudit beside its peers: what each takes, where they differ.

`python -m benchmarks.identify TREE --peer scancode --peer provenant --peer askalono
[--sample 500 --seed 1] [--answers DIR] [--mark 30] [--differences FILE]`. All sides read the same
files, one after the other, each in a process of its own. CPU is user and system, children included.
licaudit runs with an empty cache of results and its index of rules built, then again unchanged;
ScanCode's time leaves out the loading of its index. Agreement is that of sets of license ids with
ScanCode's `detected_license_expression_spdx`. Exit code: 1 when a mark is missed, 2 without a peer.
"""

from __future__ import annotations

import argparse
import os
import random
import re
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.identify_peers import PEERS, PeerMissing, Side, licaudit
from licaudit.licenses.catalog import load_catalog

_ID = re.compile(r"[\w.+-]+")
# ScanCode's categories of licenses that take away or ask much: none of these may be missed.
STRICT = frozenset(
    {
        "Commercial",
        "Copyleft",
        "Copyleft Limited",
        "Free Restricted",
        "Proprietary Free",
        "Source-available",
    }
)
SAME, SAME_SPOKEN, GROWTH, IDLE, WARM = 0.995, 0.97, 2.1, 0.5, 500  # the marks of issue 8


def ids(expression: str | None) -> frozenset[str]:
    """The license ids of an expression."""
    return frozenset(_ID.findall(expression or "")) - {"AND", "OR", "WITH"}


def strict(names: frozenset[str]) -> frozenset[str]:
    """Those that restrict, by ScanCode's category."""
    known = load_catalog().by_id
    return frozenset(n for n in names if n.lower() in known and known[n.lower()].category in STRICT)


def files_of(tree: Path) -> list[str]:
    """Every regular file below a folder, sorted; links are left out."""
    found = []
    for folder, folders, names in os.walk(tree):
        folders[:] = sorted(f for f in folders if f != "__pycache__")
        found += [os.path.join(folder, n) for n in sorted(names)]
    return [f for f in found if os.path.isfile(f) and not os.path.islink(f)]


def draw(paths: list[str], count: int, seed: int) -> list[str]:
    """The first `count` of the shuffled paths: smaller samples lie inside larger ones; 0 is all."""
    shuffled = list(paths)
    random.Random(seed).shuffle(shuffled)
    return sorted(shuffled[: count or None])


@contextmanager
def empty_cache() -> Iterator[Path]:
    """A cache folder without results, in which the index of rules that is built already stands."""
    home = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    with tempfile.TemporaryDirectory() as cache:
        (Path(cache) / "licaudit").mkdir()
        (Path(cache) / "licaudit" / "index").symlink_to(home / "licaudit" / "index")
        yield Path(cache)


def cold(paths: list[str], jobs: int = 1) -> Side:
    """licaudit with an empty cache of results."""
    with empty_cache() as cache:
        return licaudit(paths, cache, jobs)


def growth(paths: list[str]) -> tuple[float, int, int]:
    """(CPU of all files over the mean of their two halves', memory of a half, of all; in MB).

    The halves are every other file of a shuffled list, so that each is like the whole.
    """
    shuffled = draw(paths, 0, 0)
    random.Random(0).shuffle(shuffled)
    halves = [cold(shuffled[start::2]) for start in (0, 1)]
    whole = cold(shuffled)
    mean = sum(h.cpu for h in halves) / 2
    return whole.cpu / mean, max(h.memory for h in halves), whole.memory


def said(side: Side, path: str, other: frozenset[str]) -> frozenset[str]:
    """A side's ids in a file; of those it cannot tell apart, the one that the other side names."""
    found = ids(side.found.get(path))
    return frozenset(
        next((a for a in side.aliases.get(i, ()) if i not in other and a in other), i)
        for i in found
    )


def differing(side: Side, reference: Side) -> list[str]:
    """The files on which two sides do not name the same ids."""
    wanted = {p: ids(e) for p, e in reference.found.items()}
    return [p for p, names in wanted.items() if said(side, p, names) != names]


def missed(side: Side, reference: Side) -> list[str]:
    """The files in which a restrictive id of the reference is not named."""
    wanted = {p: ids(e) for p, e in reference.found.items()}
    return [p for p, names in wanted.items() if strict(names - said(side, p, names))]


def agreement(side: Side, reference: Side) -> tuple[float, float, int]:
    """(share of all files, share where either finds a license, files with a strict id missed)."""
    differ = len(differing(side, reference))
    either = sum(bool(ids(side.found.get(p)) or ids(e)) for p, e in reference.found.items())
    share = 1 - differ / len(reference.found)
    return share, 1 - differ / either if either else 1.0, len(missed(side, reference))


def write_differences(path: Path, side: Side, scancode: Side) -> None:
    """What the two say of each file on which they differ; `!` where a strict id is missed."""
    bad = set(missed(side, scancode))
    with path.open("a", encoding="utf-8", errors="backslashreplace") as file:
        for name in differing(side, scancode):
            words = side.gaps.get(name) or side.found.get(name)
            sign = "!" if name in bad else " "
            file.write(
                f"{sign} {name}\n    {side.name} {words}\n    scancode {scancode.found[name]}\n"
            )


def show(sides: list[Side], peers: dict[str, Side]) -> None:
    """The table: cost of each side, and its agreement with ScanCode."""
    reference = peers.get("scancode")
    print(
        f"{'':16}{'CPU s':>9}{'wall s':>9}{'MB':>7}{'gaps':>6}  {'same ids':>9}{'spoken':>9}",
        end="",
    )
    print(f"{'missed':>8}   1/n of ScanCode's CPU")
    for side in sides:
        print(
            f"{side.name:16}{side.cpu:9.2f}{side.wall:9.1f}{side.memory:7}{len(side.gaps):6}  ",
            end="",
        )
        if reference is None or side is reference:
            print(f"{'':26}   {side.note}")
            continue
        share, spoken, lost = agreement(side, reference)
        ratio = reference.cpu / side.cpu if side.cpu else 0.0
        print(f"{share:9.2%}{spoken:9.2%}{lost:8}   1/{ratio:.1f}  {side.note}")


def marks(first: Side, again: Side, peers: dict[str, Side], part: int) -> list[str]:
    """The marks of the issue that this run misses, in words."""
    found = [f"{path}: {gap}" for path, gap in list(first.gaps.items())[:20]]
    reference = peers.get("scancode")
    if reference is None:
        return found
    share, spoken, lost = agreement(first, reference)
    if share < SAME or spoken < SAME_SPOKEN:
        found.append(
            f"same ids {share:.2%} and {spoken:.2%}, wanted {SAME:.1%} and {SAME_SPOKEN:.0%}"
        )
    if lost:
        found.append(f"restrictive ids missed in {lost} files")
    if first.cpu * part > reference.cpu:
        found.append(f"cold CPU 1/{reference.cpu / first.cpu:.1f} of ScanCode's, wanted 1/{part}")
    if again.cpu > max(reference.cpu / WARM, IDLE):
        found.append(f"warm {again.cpu:.2f} s of CPU, wanted {max(reference.cpu / WARM, IDLE):.2f}")
    if "provenant" in peers:
        if first.cpu > peers["provenant"].cpu:
            found.append(f"CPU {first.cpu / peers['provenant'].cpu:.2f} times Provenant's")
        other = agreement(peers["provenant"], reference)
        if other[0] > share or other[1] > spoken:
            found.append(f"Provenant agrees with ScanCode on {other[0]:.2%} and {other[1]:.2%}")
    return found


def main() -> int:
    """Runs all sides and prints the table, the differences and the marks missed."""
    args = _arguments()
    paths = files_of(args.tree)
    chosen = draw(paths, args.sample, args.seed)
    print(f"{len(paths)} files, {len(chosen)} of them read by all sides (seed {args.seed})")
    licaudit(chosen[:1], Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"))
    with empty_cache() as cache:
        first = licaudit(chosen, cache, args.jobs)
        again = licaudit(chosen, cache, args.jobs)
    if first.found != again.found:
        raise SystemExit("the second run does not say what the first said")
    peers: dict[str, Side] = {}
    for name in args.peer:
        peers[name] = PEERS[name](chosen, args.tree, args.answers)
    named = [_named(first, "licaudit, cold"), _named(again, "licaudit, warm"), *peers.values()]
    show(named, peers)
    wanting = marks(first, again, peers, args.mark)
    if args.growth:
        ratio, half, whole = growth(draw(paths, args.growth, args.seed))
        print(f"twice the files: {ratio:.2f} times the CPU; peak memory {half} MB, then {whole} MB")
        if ratio > GROWTH:
            wanting.append(f"twice the files take {ratio:.2f} times the CPU, wanted {GROWTH}")
    if args.differences and "scancode" in peers:
        args.differences.unlink(missing_ok=True)
        for side in (first, *(p for n, p in peers.items() if n == "provenant")):
            write_differences(args.differences, side, peers["scancode"])
    for line in wanting:
        print(f"missed: {line}")
    return 1 if wanting else 0


def _named(side: Side, name: str) -> Side:
    return Side(name, side.found, side.cpu, side.wall, side.memory, side.gaps, side.note)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("tree", type=Path)
    parser.add_argument("--peer", choices=tuple(PEERS), action="append", default=[])
    parser.add_argument("--sample", type=int, default=0, help="so many files of the tree; 0: all")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=1, help="processes of licaudit")
    home = Path(tempfile.gettempdir()) / "licaudit-answers"
    parser.add_argument("--answers", type=Path, default=home, help="where ScanCode's are kept")
    parser.add_argument("--mark", type=int, default=10, help="cold CPU wanted: 1/N of ScanCode's")
    parser.add_argument("--growth", type=int, default=0, help="measure growth on so many files")
    parser.add_argument("--differences", type=Path, help="write all differences to this file")
    return parser.parse_args()


if __name__ == "__main__":
    try:
        sys.exit(main())
    except PeerMissing as failed:
        print(failed, file=sys.stderr)
        sys.exit(2)
