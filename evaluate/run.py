"""Run licaudit over real repositories and cards, and compare with what careful readers concluded.

The material lies outside the project, in ../shared (or the folder of --shared); without it there is
nothing to measure and the program says so. Nothing here is read by the package.
"""

from __future__ import annotations

import argparse
import sys
import time
from datetime import date
from pathlib import Path

from evaluate import (
    card_labels,
    cards,
    code_refs,
    compatibility,
    disputes,
    edges,
    fixtures,
    register,
    relations,
    repos,
    spdx_texts,
    terms,
)
from evaluate import statement_labels as statements
from evaluate.material import default_folder

PARTS = (
    "terms",
    "compat",
    "repos",
    "cards",
    "fixtures",
    "spdx",
    "card-labels",
    "statements",
    "edges",
    "disputes",
    "code-refs",
    "register",
    "relations",
)


# Parts that need the shared folder alone.
ALONE = (
    ("terms", terms),
    ("compat", compatibility),
    ("disputes", disputes),
    ("relations", relations),
)


def main() -> int:
    """Print every table; exit 1 on a crash, a false green, a wrong name or a broken time limit."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--shared", type=Path, default=Path(__file__).parents[2] / "shared")
    parser.add_argument("--only", choices=PARTS, help="one part alone")
    home = default_folder(Path(__file__).parents[1])
    parser.add_argument("--fixtures", type=Path, default=home, help="see evaluate/material.py")
    parser.add_argument("--seed", type=int, default=fixtures.SEED, help="of the fixtures drawn")
    parser.add_argument("--verbose", action="store_true", help="findings of every repository")
    parser.add_argument("--texts", type=Path, help="of the labeled statements (../shared/texts)")
    parser.add_argument("--askalono", type=Path, help="that program, to read fixtures beside")
    args = parser.parse_args()
    if not (args.shared / "real").is_dir():
        print(f"evaluate: {args.shared}/real is missing: there is nothing to measure against")
        return 2
    started = time.monotonic()
    bad = 0
    for name, part in ALONE:
        if args.only in (None, name):
            bad += part.evaluate(args.shared)  # type: ignore[attr-defined]
    if args.only in (None, "repos"):
        bad += repos.evaluate(args.shared, date.today(), args.verbose)
    if args.only in (None, "cards"):
        bad += cards.evaluate(args.shared, date.today())
    if args.only in (None, "fixtures"):
        bad += fixtures.evaluate(args.fixtures, args.shared, args.seed, args.verbose, args.askalono)
    if args.only in (None, "spdx"):
        bad += spdx_texts.evaluate(args.fixtures, args.verbose, args.askalono)
    if args.only in (None, "card-labels"):
        bad += card_labels.evaluate(args.shared, date.today())
    if args.only in (None, "statements"):
        texts = statements.texts_folder(args.shared, args.texts)
        statements.evaluate(args.shared, texts, args.verbose)
    if args.only in (None, "code-refs"):
        code_refs.evaluate(args.fixtures, None, None, args.verbose)
    if args.only in (None, "edges"):
        bad += edges.evaluate(args.shared, date.today())
    if args.only in (None, "register"):
        bad += register.evaluate(args.shared, date.today())
    print(f"\n{time.monotonic() - started:.0f} s")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
