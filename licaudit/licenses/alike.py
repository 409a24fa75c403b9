"""Whether two expressions can both be meant: families, versions, `-only` and `-or-later`."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Literal

Difference = Literal["license", "version", "later", "text"]
Range = Literal["only", "later"]

_WORDS = re.compile(r"[\s()]+")
_EXCEPTION = re.compile(r" WITH [A-Za-z0-9.-]+")
_NUMBER = re.compile(r"[-.]?v?\d[\d.]*(?=-|$)")
_PORT = re.compile(r"^(?:LicenseRef-licaudit-)?(cc-[a-z-]+-\d\.\d)-[a-z]{2,4}$", re.IGNORECASE)
_MODIFIED = "LicenseRef-licaudit-modified-"
_LATER = re.compile(r"or[- ]later|any later|later version|\d\+|>=|更高版本|更新版本", re.IGNORECASE)
_ONLY = re.compile(r"\bonly\b|仅限", re.IGNORECASE)


@lru_cache(maxsize=4096)
def leaves(expression: str) -> frozenset[str]:
    """The license ids of an expression, exceptions left out."""
    return frozenset(
        w for w in _WORDS.split(_EXCEPTION.sub("", expression)) if w and w not in ("AND", "OR")
    )


def stem(license_id: str) -> str:
    """An id without `-only` and `-or-later`; a national port of Creative Commons is its license."""
    port = _PORT.match(license_id)
    if port:
        return port[1].upper()
    return license_id.removesuffix("-only").removesuffix("-or-later")


def ported(license_id: str) -> bool:
    """Whether an id names a national port of a Creative Commons license."""
    return bool(_PORT.match(license_id))


def same_family(one: str, other: str) -> bool:
    """Whether two ids differ only in `-only` and `-or-later`, which a tag cannot say."""
    return one != other and stem(one) == stem(other)


def same_license(one: str, other: str) -> bool:
    """Whether two ids name one license, as far as a name can say."""
    return stem(one).lower() == stem(other).lower()


def within(inner: frozenset[str], outer: frozenset[str]) -> bool:
    """Whether every license of the one is named by the other."""
    return all(any(same_license(i, o) for o in outer) for i in inner)


def may_mean(candidates: frozenset[str], named: frozenset[str]) -> bool:
    """Whether an ambiguous name may stand for one of the licenses named: members and cousins."""
    if len(candidates) == 1:
        return True  # a name that several vendors use, of whose texts one is known here
    families = {c.split("-")[0].lower() for c in candidates if not c.startswith("LicenseRef-")}
    return within(named, candidates) or any(
        any(same_license(n, c) for c in candidates) or n.split("-")[0].lower() in families
        for n in named
    )


def range_said(expression: str, words: str) -> Range | None:
    """Whether the words themselves, not our reading of them, say `only` or `or later`."""
    if stem(expression) == expression:
        return None
    if _LATER.search(words):
        return "later"
    return "only" if _ONLY.search(words) else None


def difference(one: frozenset[str], other: frozenset[str]) -> Difference:
    """How two sets of licenses differ that do not agree."""
    if len(one) == 1 and len(other) == 1:
        (left,), (right,) = one, other
        if left.startswith(_MODIFIED) != right.startswith(_MODIFIED):
            plain = right if left.startswith(_MODIFIED) else left
            changed = left if left.startswith(_MODIFIED) else right
            if changed.removeprefix(_MODIFIED).lower() == plain.lower():
                return "text"
        if _NUMBER.sub("", stem(left)) == _NUMBER.sub("", stem(right)):
            return "version"
    return "license"
