"""What a license lets whom do: the closed vocabulary of terms.

A `License` is one file of `rules/licenses/`, loaded and checked. Nothing here knows the law; the
values come from those files, each with the clause it rests on.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar, Literal

from licaudit.facts.evidence import LEFT_OUT

Action = Literal["use", "modify", "distribute", "train", "serve", "use_outputs", "train_on_outputs"]
Purpose = Literal["commercial", "non_commercial"]
AssetKind = Literal["code", "model", "dataset", "output", "document"]
Permission = Literal["permitted", "covered", "prohibited", "conditional", "silent", "unknown"]
ConditionKind = Literal["eligibility", "precondition", "duty"]
ConditionType = Literal[
    # eligibility: who, where, how many, for what
    "threshold",
    "region",
    "field_of_use",
    "actor",
    "purpose",
    # precondition: no permission until an agreement shows it
    "apply",
    "register",
    "sign",
    "pay",
    "consent",
    "accept",
    "notify",
    # duty: what is owed in return
    "license_text",
    "attribution",
    "notice",
    "state_changes",
    "share_alike",
    "source",
    "network_source",
    "name_prefix",
    "name_contains",
    "display",
    "flow_down",
    "acknowledge",
    "keep_current",
    "no_endorsement",
    "keep_filters",
    "share_back",
    "remove_on_request",
]
Trigger = Literal[
    "use",
    "modify",
    "distribute",
    "distribute_modified",
    "distribute_derivative",
    "serve",
    "serve_modified",
    "train",
    "train_on_outputs",
    "publish",
    "publish_results",
]

# How a duty could be shown met; `rules/duties.yaml` says what each looks for and cannot see.
Check = Literal[
    "license_file",
    "notice_file",
    "copyright_line",
    "credit_line",
    "name_prefix",
    "name_contains",
    "text_line",
    "change_note",
    "source_link",
    "outbound_terms",
    "share_alike_outbound",
    "agreement",
    "manual",
]

ACTIONS: tuple[Action, ...] = Action.__args__  # type: ignore[attr-defined]
PURPOSES: tuple[Purpose, ...] = Purpose.__args__  # type: ignore[attr-defined]
ASSET_KINDS: tuple[AssetKind, ...] = AssetKind.__args__  # type: ignore[attr-defined]
CHECKS: tuple[Check, ...] = Check.__args__  # type: ignore[attr-defined]
PERMISSIONS: tuple[Permission, ...] = Permission.__args__  # type: ignore[attr-defined]

# Read by the boundary that checks rule files: an unknown key is an error, not a silence.
STRICT: dict[str, str] = {"extra": "forbid"}
# Worst first: AND takes the first that occurs.
PERMISSION_ORDER: tuple[Permission, ...] = (
    "prohibited",
    "unknown",
    "silent",
    "conditional",
    "covered",
    "permitted",
)
# Duties that reach into the user's own work; left open by the intent they are a question.
RECIPROCAL_DUTIES = frozenset({"share_alike", "source", "network_source", "share_back"})
# Which condition types belong to which kind.
CONDITION_KINDS: dict[ConditionKind, frozenset[str]] = {
    "eligibility": frozenset({"threshold", "region", "field_of_use", "actor", "purpose"}),
    "precondition": frozenset({"apply", "register", "sign", "pay", "consent", "accept", "notify"}),
    "duty": frozenset(ConditionType.__args__)  # type: ignore[attr-defined]
    - {"threshold", "region", "field_of_use", "actor", "purpose"}
    - {"apply", "sign", "pay", "consent", "accept"},
}


@dataclass(frozen=True, slots=True)
class Text:
    """Words in the languages of the reports. `zh` may be empty while a translation is missing."""

    __pydantic_config__: ClassVar[dict[str, str]] = STRICT

    en: str
    zh: str = ""

    def say(self, lang: str) -> str:
        """The words in `lang`, English when that language has none."""
        return (self.zh if lang == "zh" else self.en) or self.en


@dataclass(frozen=True, slots=True)
class Grant:
    """One line of permission: actions x purposes x kinds -> verdict, with its clause."""

    __pydantic_config__: ClassVar[dict[str, str]] = STRICT
    actions: tuple[Action, ...]
    verdict: Permission
    clause: str
    purposes: tuple[Purpose, ...] = PURPOSES
    kinds: tuple[AssetKind, ...] = ()
    note: Text | None = None


@dataclass(frozen=True, slots=True)
class Condition:
    """Something a permission depends on or costs.

    Thresholds carry `metric` (`monthly_users`, `daily_users`, `monthly_visits`,
    `annual_revenue_usd`, `monthly_revenue_usd`, `monthly_output_tokens`), `value`, `at` (a date, or
    `any_time`), `effect` (`ask`, `ends`, `pays`, `display`) and `scope` (`group`, `product`).
    Regions carry `exclude` or `only` with ISO 3166 codes or `EU`, and `measured` (`established`,
    `users`, `deployed`). `at_least` says that a threshold starts at its value, not above it.
    `only` and `exclude` also name actors and purposes. An eligibility with a `trigger` bars the act
    that triggers it. `text` is the name or line that must appear (several, any of which
    will do, are separated by ` | `); `reach` is a copyleft scope. `check` names the check of a duty
    where it is another than that of its type.
    """

    __pydantic_config__: ClassVar[dict[str, str]] = STRICT
    id: str
    kind: ConditionKind
    type: ConditionType
    clause: str
    summary: Text
    actions: tuple[Action, ...] = ()
    purposes: tuple[Purpose, ...] = ()
    kinds: tuple[AssetKind, ...] = ()
    trigger: tuple[Trigger, ...] = ()
    metric: str | None = None
    value: int | None = None
    at: str | None = None
    effect: str | None = None
    scope: str | None = None
    exclude: tuple[str, ...] = ()
    only: tuple[str, ...] = ()
    measured: str | None = None
    fields: tuple[str, ...] = ()
    text: str | None = None
    reach: str | None = None
    modalities: tuple[str, ...] = ()
    at_least: bool = False
    check: str | None = field(default=None, metadata=LEFT_OUT)


@dataclass(frozen=True, slots=True)
class Clause:
    """A term with a value and the clause it rests on (`copyleft: network`, clause 13)."""

    __pydantic_config__: ClassVar[dict[str, str]] = STRICT

    value: str
    clause: str
    values: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TextRef:
    """The digest of a normalized text and where that text can be read again."""

    __pydantic_config__: ClassVar[dict[str, str]] = STRICT

    sha256: str
    source: str


@dataclass(frozen=True, slots=True)
class License:
    """The terms of one license. `path` is the rule file it was read from."""

    __pydantic_config__: ClassVar[dict[str, str]] = STRICT
    id: str
    name: str
    kinds: tuple[AssetKind, ...]
    basis: Literal["text", "summary", "convention", "category", "none"]
    confidence: Literal["high", "medium", "low"]
    grants: tuple[Grant, ...] = ()
    conditions: tuple[Condition, ...] = ()
    family: str | None = None
    scancode: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    titles: tuple[str, ...] = ()
    texts: tuple[TextRef, ...] = ()
    links: tuple[str, ...] = ()
    binds: Literal["license", "contract"] = "license"
    derivatives: Clause | None = None
    outputs: Clause | None = None
    flow_down: Clause | None = None
    copyleft: Clause | None = None
    patent: Clause | None = None
    termination: Clause | None = None
    revocable: Clause | None = None
    text_may_change: Clause | None = None
    jurisdiction: str | None = None
    note: Text | None = None
    path: str = ""
    osi_approved: bool = False

    def grant(
        self, action: Action, purpose: Purpose, kind: AssetKind
    ) -> tuple[Permission, str | None]:
        """The verdict for one act, and its clause; the strictest line that speaks of it wins."""
        found: tuple[Permission, str | None] | None = None
        for line in self.grants:
            if action not in line.actions or purpose not in line.purposes:
                continue
            if line.kinds and kind not in line.kinds:
                continue
            if found is None or PERMISSION_ORDER.index(line.verdict) < PERMISSION_ORDER.index(
                found[0]
            ):
                found = (line.verdict, line.clause)
        if found is not None:
            return found
        return ("unknown" if self.confidence == "low" else "silent", None)


@dataclass(frozen=True, slots=True)
class Ambiguity:
    """A name that may mean several licenses: the candidates and how to tell them apart."""

    __pydantic_config__: ClassVar[dict[str, str]] = STRICT

    name: str
    candidates: tuple[str, ...]
    why: Text
    aliases: tuple[str, ...] = field(default=())
