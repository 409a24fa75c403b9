"""Statements about use, sentence by sentence: what the patterns find beside what a reader labeled.

`evaluate/labels/statements.tsv` holds sentences drawn from public repositories and packages in
rounds, each labeled before any pattern had seen it. All rounds but `UNSEEN` have taught the
patterns since: what they said at first stands in docs/accuracy.md. `statements_tuning.tsv` holds
what the patterns were written with, and the held-out set of old, retired. A label names a place
(repository, commit, path, line) and the digest of the sentence, never the sentence: the texts lie
outside the project (`evaluate/fetch_texts.py` rebuilds them). Classes are the files of
`rules/statements/`; `a/b` asks for one of the two, `?a` allows it. A sentence of which only doubts
are noted counts neither as found nor as missed.
"""

from __future__ import annotations

import csv
import hashlib
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from licaudit.licenses.statements import load_patterns, read_statements, split_sentences
from licaudit.licenses.weighed import load_scales

FOLDER = Path(__file__).parent / "labels"
HELD_OUT = FOLDER / "statements.tsv"
TUNING = FOLDER / "statements_tuning.tsv"
SHARED = "shared"  # the `repo` of texts that lie in ../shared/real
LIBRARY = "huggingface/datasets"  # one repository with a folder for every data set
# The classes that issue 4 names; the others are extras.
NAMED = frozenset({
    "non_commercial", "research_only", "academic_only", "personal_only", "apply_first",
    "no_redistribution", "no_training", "region_limited", "threshold", "citation_asked",
    "commercial_allowed",
})  # fmt: skip
# Rounds whose readers labeled the classes of issue 4 and nothing else.
NARROW = frozenset({"picked", *(f"round {number}" for number in range(6, 31))})
# The rounds that neither patterns nor weights have learned from: they test what is shipped.
UNSEEN = frozenset({"round 12", "round 22", "round 29", "round 30"})
EXCERPTS = "excerpts/"  # parts of public pages, known by a number: nobody knows whose they are
TOTALS = ("classes of the issue", "all classes", "any statement")
CARDS = "YoungXinyu1802/HuggingFace-Dataset-Card-Analysis"  # one with a file for every card


@dataclass(frozen=True)
class Label:
    """One sentence: where it stands (line 0: not noted), its digest, the classes it must and may
    be given."""

    repo: str
    revision: str
    path: str
    line: int
    sha256: str
    wanted: tuple[frozenset[str], ...]
    allowed: frozenset[str]
    language: str
    half: str
    draw: str

    @property
    def sort(self) -> str:
        """`positive`, `negative`, or `doubt` when nothing but doubts is noted."""
        return "positive" if self.wanted else "doubt" if self.allowed else "negative"


@dataclass(frozen=True)
class Row:
    """One class: sentences rightly found, wrongly found, and missed."""

    right: int
    wrong: int
    missed: int

    def text(self) -> str:
        """Precision and recall in words, with the counts they rest on."""
        found, there = self.right + self.wrong, self.right + self.missed
        return (
            f"precision {_share(self.right, found)} {self.right:3}/{found:<3}"
            f"  recall {_share(self.right, there)} {self.right:3}/{there:<3}"
        )


def evaluate(shared: Path, texts: Path, misses: bool = False) -> int:
    """Print the tables; the number of labels whose sentence could not be read."""
    lost = 0
    for title, path in (("drawn in rounds", HELD_OUT), ("used for tuning, and retired", TUNING)):
        labels, first = read_labels(path), read_labels(path, first=True)
        read, alone, unread = found_in(labels, shared, texts)
        before = [(x, read[y]) for x, y in zip(first, labels, strict=True) if y in read]
        lost += len(unread)
        print(f"\nStatements, {title}: {len(read)} labels compared, {len(unread)} not readable")
        for reason, count in sorted(Counter(unread.values()).items()):
            print(f"  {count} labels: {reason}")
        for part in sorted({_part(label) for label in read}):
            _table(" ".join(part), {x for x in read if _part(x) == part}, read, alone)
            early = scores((x, kinds) for x, kinds in before if _part(x) == part)
            print(f"    as first labeled     {early['all classes'].text()}")
            print(f"      of the issue       {early['classes of the issue'].text()}")
        for language in sorted({label.language for label in read}):
            spoken = {x for x in read if x.language == language}
            _table(f"all together, {language}", spoken, read, alone)
        if misses and path == HELD_OUT:
            _misses(read)
    return lost


def _part(label: Label) -> tuple[str, str, str]:
    return label.draw, label.language, label.half


def _table(
    title: str,
    labels: set[Label],
    read: dict[Label, frozenset[str]],
    alone: dict[Label, frozenset[str]],
) -> None:
    sorts = Counter(label.sort for label in labels)
    print(f"  {title}: {', '.join(f'{n} {sort}' for sort, n in sorted(sorts.items()))}")
    for kind, row in scores((x, read[x]) for x in labels).items():
        print(f"    {kind:20} {row.text()}")
    print(f"    as many look-alikes  precision {one_for_one({x: read[x] for x in labels}):.1%}")
    by_patterns = scores((x, alone[x]) for x in labels)
    print(f"    by patterns alone    {by_patterns['classes of the issue'].text()}")


def one_for_one(read: dict[Label, frozenset[str]]) -> float:
    """Precision in the issue's classes over the positives and as many look-alikes.

    Most draws hold several look-alikes for each positive, which lowers their precision. This is
    what drawing as many of them gives on average: what is wrongly found in look-alikes counts by
    the share of them that would be drawn. Sentences of which only doubts are noted stay out.
    """
    sorts = {sort: [x for x in read if x.sort == sort] for sort in ("positive", "negative")}
    share = min(1.0, len(sorts["positive"]) / max(1, len(sorts["negative"])))
    rows = {
        sort: scores((x, read[x]) for x in labels)["classes of the issue"]
        for sort, labels in sorts.items()
    }
    right = rows["positive"].right
    return right / max(1.0, right + rows["positive"].wrong + share * rows["negative"].wrong)


def _misses(read: dict[Label, frozenset[str]]) -> None:
    """The mender's rounds alone: the test stays unseen, so that its figures keep their worth."""
    for label, kinds in read.items():
        lacking, extra = judge(label, kinds)
        if label.half == "dev" and (lacking or extra):
            print(f"  {label.repo}@{label.revision[:12]} {label.path}:{label.line}", end="")
            print(f" missed {' '.join(lacking) or '-'}; too much {' '.join(extra) or '-'}")


def read_labels(path: Path, first: bool = False) -> list[Label]:
    """The rows of a table of labels: corrected where the reader erred, or as `first` written."""
    with open(path, encoding="utf-8", newline="") as file:
        return [_label(row, first) for row in csv.DictReader(file, delimiter="\t")]


def _label(row: dict[str, str], first: bool) -> Label:
    classes = row["classes"] if first else row["corrected"] or row["classes"]
    words = [] if classes == "none" else classes.split()
    wanted = tuple(frozenset(w.split("/")) for w in words if not w.startswith("?"))
    allowed = frozenset(w[1:] for w in words if w.startswith("?"))
    return Label(
        row["repo"], row["revision"], row["path"], int(row["line"]), row["sha256"],
        wanted, allowed, row["language"], row["half"], row["draw"],
    )  # fmt: skip


def digest(sentence: str) -> str:
    """SHA-256 of a sentence's letters and digits in lower case: markup and spaces do not count."""
    return hashlib.sha256(re.sub(r"[\W_]+", "", sentence.lower()).encode()).hexdigest()


def place(label: Label, shared: Path, texts: Path) -> Path:
    """Where the text of a label lies."""
    if label.repo == SHARED:
        return shared / "real" / label.path
    return texts / label.repo.replace("/", "__") / label.revision / label.path


def found_in(
    labels: Iterable[Label], shared: Path, texts: Path
) -> tuple[dict[Label, frozenset[str]], dict[Label, frozenset[str]], dict[Label, str]]:
    """For each label the kinds found in its sentence as an audit finds them, those that patterns
    alone found, or why it could not be read."""
    read: dict[Label, frozenset[str]] = {}
    alone: dict[Label, frozenset[str]] = {}
    unread: dict[Label, str] = {}
    by_file: defaultdict[Path, list[Label]] = defaultdict(list)
    for label in labels:
        by_file[place(label, shared, texts)].append(label)
    for path, group in by_file.items():
        if not path.is_file():
            unread.update(dict.fromkeys(group, "the text is not there (evaluate/fetch_texts.py)"))
            continue
        text = path.read_bytes().decode("utf-8", "replace")
        kinds = _kinds(text, group[0])
        anywhere = dict(kinds.keys())  # some line of each sentence, where a label notes none
        for label in group:
            found = kinds.get((label.sha256, label.line or anywhere.get(label.sha256, 0)))
            if found is None:
                unread[label] = "the text is there, the sentence is cut otherwise"
                continue
            every, sure = (_narrowed(k) if label.draw in NARROW else k for k in found)
            read[label], alone[label] = every, sure
    return read, alone, unread


def _narrowed(kinds: frozenset[str]) -> frozenset[str]:
    """The classes of the issue; a license that must be bought is leave that must be asked."""
    bought = {"apply_first"} if "purchase" in kinds else set()
    return frozenset(kinds | bought) & NAMED


def _kinds(text: str, label: Label) -> dict[tuple[str, int], tuple[frozenset[str], frozenset[str]]]:
    """Kinds by digest and line, all and those of patterns; what is about another work, or most
    unlikely to be said at all, does not count as found."""
    by_span: defaultdict[tuple[int, int], set[str]] = defaultdict(set)
    sure: defaultdict[tuple[int, int], set[str]] = defaultdict(set)
    for statement in read_statements(text, load_patterns(), _names(label), load_scales):
        if statement.subject == "this" and not statement.unlikely:
            by_span[statement.start, statement.end].add(statement.kind)
            if statement.share == 1:
                sure[statement.start, statement.end].add(statement.kind)
    return {
        (digest(s.text), s.line): (
            frozenset(by_span[s.start, s.end]),
            frozenset(sure[s.start, s.end]),
        )
        for s in split_sentences(text)
    }


def _names(label: Label) -> tuple[str, ...]:
    if label.repo in (SHARED, LIBRARY) and "/" in label.path:
        return (label.path.split("/")[1].replace("__", "/"),)
    if label.repo.startswith(EXCERPTS):
        return ()
    if label.repo == CARDS:
        return (Path(label.path).stem.replace("_", "/", 1),)
    return (label.repo,)


def judge(label: Label, kinds: frozenset[str]) -> tuple[list[str], list[str]]:
    """The classes a sentence lacks (the first of each choice) and those it has too much."""
    lacking = ["/".join(sorted(choice)) for choice in label.wanted if not choice & kinds]
    extra = kinds - label.allowed - frozenset(k for choice in label.wanted for k in choice)
    return lacking, sorted(extra)


def scores(read: Iterable[tuple[Label, frozenset[str]]]) -> dict[str, Row]:
    """Counts per class, then over the issue's, then over all, then for "says anything at all"."""
    right: Counter[str] = Counter()
    wrong: Counter[str] = Counter()
    missed: Counter[str] = Counter()
    for label, kinds in read:
        lacking, extra = judge(label, kinds)
        hits = [sorted(choice & kinds)[0] for choice in label.wanted if choice & kinds]
        for counter, names in ((right, hits), (wrong, extra), (missed, lacking)):
            kinds_of = [name.split("/")[0] for name in names]
            counter.update([*kinds_of, *["all classes"] * len(names)])
            counter["classes of the issue"] += sum(kind in NAMED for kind in kinds_of)
        if label.sort != "doubt":
            counter = right if label.wanted and kinds else missed if label.wanted else wrong
            counter["any statement"] += bool(label.wanted or kinds)
    names = sorted((set(right) | set(wrong) | set(missed)) - set(TOTALS))
    return {name: Row(right[name], wrong[name], missed[name]) for name in (*names, *TOTALS)}


def _share(part: int, whole: int) -> str:
    return f"{part / whole:7.1%}" if whole else "      -"


def texts_folder(shared: Path, named: Path | None) -> Path:
    """`--texts`, else the folder beside the other real material."""
    return named or shared / "texts"


def places(labels: Iterable[Label]) -> Iterator[tuple[str, str, str]]:
    """Repository, commit and path of every text that lies outside ../shared/real, once each."""
    yield from sorted({(x.repo, x.revision, x.path) for x in labels if x.repo != SHARED})
