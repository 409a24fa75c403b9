"""License names that a sentence mentions only to set them aside, or to borrow them from a base.

"No longer under X but under Y" states Y. "Y takes priority over X" states Y, and X may still bind
what lies below. "Bound by the license of the original Foo model" states Foo's license.
"""

from __future__ import annotations

import re

from licaudit.licenses.catalog import Catalog
from licaudit.licenses.knowledge import Knowledge
from licaudit.licenses.names import resolve_name
from licaudit.licenses.prose import Mention

BEFORE = 60  # characters before a name in which the words that set it aside stand
_LINK = (
    r"(?: (?:licensed|released|available|distributed|the|a|an|its|our|old|original|under)){0,5}"
    r" ?[\[(*_`\"']{0,4}$"
)
_GONE = re.compile(
    r"(?:\b(?:no longer|not anymore|instead of|rather than|in place of|previously|formerly"
    r"|used to be|(?:moved|changed|switched|relicensed|converted|migrated) (?:away )?from"
    r"|replac(?:es|ing|ed))"
    + _LINK
    + r")|(?:不再(?:采用|使用|遵循|基于)?|(?:此前|之前|原先?|原本)(?:采用|使用|为|是)"
    r"|取代了?|而非|由)\W{0,4}$",
    re.IGNORECASE,
)
_BELOW = re.compile(
    r"(?:\b(?:(?:takes? |has |have |with )?(?:priority|precedence) over|supersed(?:es?|ing)"
    r"|overrid(?:es?|ing)|prevails? over|regardless of)" + _LINK + r")|优先于\W{0,4}$",
    re.IGNORECASE,
)
_CHANGED = re.compile(r"变更为|改为|更换为|切换为")
_BOUND = re.compile(
    r"^\W{0,6}(?i:this|the|our|these|it|they)\b[^.;]{0,60}?\b(?:bound by|subject to|governed by"
    r"|under|follows?|inherits?|covered by|compl(?:y|ies) with)\b[^.;]{0,20}?\blicen[sc]e\b"
    r"[^.;]{0,40}? of (?:the )?(?:original |base |underlying |parent )*"
    r"(?P<name>[A-Z][\w.-]{2,30}(?: \d[\d.]{0,4})?)(?= |[.,;]|$)"
)


def set_aside(text: str, mention: Mention) -> bool:
    """Whether the words before a name say that it no longer, or not, applies."""
    before = text[max(0, mention.start - BEFORE) : mention.start]
    if not _GONE.search(before):
        return False
    changes = before.rstrip(" *_[(`").endswith("由")  # "由 X 变更为 Y"
    return not changes or bool(_CHANGED.search(text, mention.end))


def below(text: str, mention: Mention) -> bool:
    """Whether the words before a name put another license above it."""
    return bool(_BELOW.search(text[max(0, mention.start - BEFORE) : mention.start]))


def standing(text: str, found: list[Mention]) -> list[Mention]:
    """The names without those set aside, where one that stands is left; else all of them."""
    kept = [mention for mention in found if not set_aside(text, mention)]
    sure = any(mention.named.expression for mention in kept)
    return kept if sure else found


def borrowed(text: str, knowledge: Knowledge, catalog: Catalog) -> list[Mention]:
    """The license of a work by whose name a sentence says whose terms hold, if it has one."""
    match = _BOUND.search(text)
    if match is None:
        return []
    named = resolve_name(f"{match['name']} license", knowledge, catalog)
    if named is None or not (named.expression or named.candidates):
        return []
    return [Mention(named, match.start("name"), match.end("name"), match["name"])]
