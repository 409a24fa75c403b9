"""What was read: places, passages, claims, gaps, links and artifacts.

Every type is frozen and holds only plain values, so that it can be written to JSON unchanged.
Line numbers count from 1; `start` and `length` are bytes from the beginning of the file.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

ArtifactKind = Literal["model", "weights", "dataset", "code", "package", "document", "service"]
Relation = Literal[
    "fine_tuned_from",
    "adapter_of",
    "merged_from",
    "quantized_from",
    "distilled_from",
    "trained_on",
    "evaluated_on",
    "generated_by",
    "annotated_by",
    "filtered_by",
    "rewarded_by",
    "derived_from",
    "contains",
    "depends_on",
]
Channel = Literal[
    "public", "self_collected", "commercial", "user_input", "own", "synthetic", "other"
]
Basis = Literal["declared", "detected", "concluded"]
Authority = Literal["holder", "distributor", "mirror", "stranger", "unknown"]
# Rungs of the identification ladder, best first; "none" marks a claim nothing could identify.
Rung = Literal[
    "curation", "identifier", "exact_text", "exact_rule", "engine", "statement", "near", "none"
]
# What a passage is made of; it decides which rungs may read it.
Form = Literal["tag", "text", "notice", "prose", "classifier", "header"]

RELATIONS: tuple[Relation, ...] = Relation.__args__  # type: ignore[attr-defined]
ARTIFACT_KINDS: tuple[ArtifactKind, ...] = ArtifactKind.__args__  # type: ignore[attr-defined]
CHANNELS: tuple[Channel, ...] = Channel.__args__  # type: ignore[attr-defined]

# Marks a field that is written only when it holds something: older readers never see it.
LEFT_OUT = {"left_out": True}
# Scopes are open at one end (`checkpoint:<name>`, `folder:<path>`, `subset:<name>`): plain strings.
Scope = str
CODE, WEIGHTS, DATA, CONTENT, DOCUMENT = (
    "code",
    "weights",
    "data:collection",
    "data:content",
    "document",
)
EVERYTHING = "*"  # a statement about the repository as a whole; narrows every scope, grants none


@dataclass(frozen=True, slots=True)
class Location:
    """A place in a tree. `key` names the field for structured files (`license`, `datasets[1]`)."""

    path: str
    line: int | None = None
    end_line: int | None = None
    start: int | None = None
    length: int | None = None
    key: str | None = None

    def label(self) -> str:
        """`README.md:3`, or the bare path when no line is known."""
        return f"{self.path}:{self.line}" if self.line else self.path


@dataclass(frozen=True, slots=True)
class Passage:
    """A stretch of a file that may say something about licensing, before anybody read it.

    `text` is what the ladder reads; `scope` is what the place suggests it governs, and `hints`
    are neighbouring values (`license_name`, `license_link`, a badge's label).
    """

    text: str
    location: Location
    form: Form
    scope: Scope
    artifact: str
    basis: Basis = "declared"
    authority: Authority = "unknown"
    hints: tuple[tuple[str, str], ...] = ()

    def hint(self, name: str) -> str | None:
        """The value of one hint, or None."""
        return next((value for key, value in self.hints if key == name), None)


@dataclass(frozen=True, slots=True)
class Edit:
    """A run of words that only one of two texts has, and the line of the file it shows at."""

    words: str
    line: int | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """How a text differs from the nearest known one.

    `base` is the id of the known text; `added` stands only here, `removed` only there (its lines
    are those of the file where the words are missing). `restrictions` are the kinds of limits that
    came in with the added words (`non_commercial`, ...), or `grant_removed` where words of the
    permission went away. `alike` is the share of the known words that are here, 0 to 1.
    """

    base: str
    added: tuple[Edit, ...] = ()
    removed: tuple[Edit, ...] = ()
    restrictions: tuple[str, ...] = ()
    alike: float = 0.0


@dataclass(frozen=True, slots=True)
class Claim:
    """Who said which license, verbatim, where, for what and with what authority.

    `expression` is an SPDX expression, or None when the words name no license. `narrows` holds
    the restriction a usage statement adds (`non_commercial`, `research_only`, ...); `candidates`
    the ids an ambiguous name may mean.
    """

    id: str
    artifact: str
    scope: Scope
    written: str
    expression: str | None
    basis: Basis
    authority: Authority
    rung: Rung
    confidence: float
    location: Location
    rule: str | None = None
    candidates: tuple[str, ...] = ()
    narrows: str | None = None
    note: str | None = None
    change: Change | None = field(default=None, metadata=LEFT_OUT)


@dataclass(frozen=True, slots=True)
class Gap:
    """What could not be read, reached or identified, and why. `blocks` gaps stop a pass.

    `link` is the address that may answer it, where somebody allows reading upstream.
    """

    artifact: str
    reason: str
    detail: str
    location: Location | None = None
    scope: Scope | None = None
    blocks: bool = True
    link: str | None = field(default=None, metadata=LEFT_OUT)


@dataclass(frozen=True, slots=True)
class Link:
    """`source` (downstream) came from `target` (upstream) by `relation`."""

    source: str
    target: str
    relation: Relation
    evidence: tuple[Location, ...] = ()
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Artifact:
    """A node of the provenance graph; `id` is a purl where one exists, else `local:<path>`."""

    id: str
    kind: ArtifactKind
    name: str
    revision: str | None = None
    channel: Channel | None = None
    location: Location | None = None
    holders: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Copyright:
    """One copyright statement: as it stands there, whose it says the work is, and since when."""

    artifact: str
    scope: Scope
    statement: str
    holders: tuple[str, ...]
    years: str | None
    location: Location


@dataclass(frozen=True, slots=True)
class Probe:
    """Something an obligation reads from the tree: a file that is there, a name, a marker found.

    `record` is a file that a source note names, with its SHA-256; `reserved` an address that was
    collected although the file in `about` (`path:line`) reserves it.
    `unnamed_use` is the id of an upstream that code names and the card does not.
    `about` is the artifact that a sentence of the tree speaks of, where that is not its own.
    """

    artifact: str
    kind: Literal[
        "license_file",
        "notice_file",
        "name",
        "text_marker",
        "copyright",
        "change_note",
        "credit_line",
        "source_link",
        "record",
        "reserved",
        "unnamed_use",
    ]
    value: str
    location: Location | None = None
    digest: str | None = None
    about: str | None = field(default=None, metadata=LEFT_OUT)


@dataclass(frozen=True, slots=True)
class Collected:
    """Everything one collector (or all of them) took from a tree."""

    artifacts: tuple[Artifact, ...] = ()
    passages: tuple[Passage, ...] = ()
    links: tuple[Link, ...] = ()
    gaps: tuple[Gap, ...] = ()
    probes: tuple[Probe, ...] = ()
    scopes: frozenset[tuple[str, Scope]] = field(default_factory=frozenset)

    def __add__(self, other: Collected) -> Collected:
        return Collected(
            self.artifacts + other.artifacts,
            self.passages + other.passages,
            self.links + other.links,
            self.gaps + other.gaps,
            self.probes + other.probes,
            self.scopes | other.scopes,
        )
