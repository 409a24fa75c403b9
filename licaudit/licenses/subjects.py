"""Whom a sentence is about: this artifact, or a sibling, a base, a baseline, a cited work.

The answer is `other` only on clear grounds; every doubt is `this`, for a restriction wrongly
laid at another's door would be a false green.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Literal

from licaudit.licenses.statement_rules import Kind, Voices

Subject = Literal["this", "other"]
HEAD = 20_000  # where a title and the words "fine-tuned from" are looked for, in characters

# A token that looks like the name of a model or dataset: a digit or an inner capital.
_NAME = re.compile(r"(?<![A-Za-z0-9@/.])[A-Z][A-Za-z0-9]*(?:[-_.][A-Za-z0-9]+)*(?![A-Za-z0-9])")
_NAMELIKE = re.compile(
    r"[a-z][A-Z]|[A-Z]{2}[a-z]|[A-Za-z]{2,}[-_.]?\d|\d[A-Za-z]?[-_.][A-Za-z]{2,}"
)
# Where a name must stand to be what the sentence is about.
_LEADS = re.compile(
    r"^\W{0,6}(?:早期的?|原版的?|官方的?|当年的?|例如|比如|由于|因为|虽然|其中)?"
    r"(?:(?:note|license|licence|the|original|base|raw|license (?:for|of)"
    r"|licence (?:for|of)|weights (?:for|of)|\|) ?:? ?(?:that )?){0,5}$",
    re.IGNORECASE,
)
_OF = re.compile(
    r"\b(?:licen[sc]es?|terms|weights|restrictions?) (?:for|of)(?: (?:the|base|original)){0,3} ?$",
    re.IGNORECASE,
)
_WHICH = re.compile(
    r"^[\w.-]{0,8}[,，]? ?(?:\([^)]{0,40}\),? )?(?:which|that|whose)\b", re.IGNORECASE
)
_TITLE = re.compile(r"^[ \t]{0,3}#[ \t]{1,4}([^\n]{1,200})|<h1[^>]{0,200}>([^<]{1,200})", re.M)
_BASED = re.compile(
    r"fine-?\s?tun(?:e|ed|ing) (?:of|from|version|on)|based on|built (?:on|upon)|adapter|\bLoRA\b"
    r"|\bmerge[ds]?\b|quanti[sz]|distilled|base_model|基于|微调",
    re.IGNORECASE,
)
# A page that lists the works of others by its title: a permission in it is theirs.
_SURVEY = re.compile(
    r"\bawesome\b|\b(?:paper|reading|model|resource)s? lists?\b"
    r"|大全|汇总|榜单|排行榜|资源列表|合集",
    re.IGNORECASE,
)
# Statements of these kinds speak of others by nature; they still bind this artifact.
_ABOUT_OTHERS: frozenset[Kind] = frozenset(
    {"original_terms", "same_license_as", "no_ownership", "fair_use_claim", "citation_asked"}
)


@lru_cache(maxsize=4)
def _any(sources: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{source})" for source in sources), re.IGNORECASE)


@lru_cache(maxsize=4)
def _known(names: tuple[str, ...]) -> re.Pattern[str]:
    ordered = sorted(names, key=len, reverse=True)
    words = "|".join(re.escape(name).replace(r"\ ", "[ -]") for name in ordered)
    # Short common words ("opt", "yi") count only as written by their owners; "BLOOM-zh" is not
    # BLOOM, but a work that was made from it.
    made = "ar|cn|de|es|fr|hi|it|ja|jp|ko|kr|pt|ru|th|tw|vi|zh"
    return re.compile(
        rf"(?<![A-Za-z0-9/-])(?i:{words})(?:[- ]?\d[\w.]*)?(?![A-Za-z])(?!-(?i:{made})\b)"
    )


def squash(name: str) -> str:
    """A name without case, separators and anything that is not a letter or digit."""
    return "".join(c for c in name.lower() if c.isalnum())


class Narrator:
    """The voice of one document: knows its own names, and tells them from others'."""

    def __init__(self, text: str, own_names: tuple[str, ...], voices: Voices) -> None:
        self._voices = voices
        head = text[:HEAD]
        generic = frozenset(squash(word) for word in voices["generic"])
        self._title = tuple(
            name
            for match in _TITLE.finditer(head)
            for name in re.findall(r"[\w.-]{2,60}", match[1] or match[2])
        )
        own = [squash_specific(name.rsplit("/", 1)[-1], generic) for name in own_names]
        self._given = tuple(name for name in own if len(name) >= 2)
        titles = [squash_specific(name, generic) for name in self._title]
        self._own = self._given + tuple(name for name in titles if len(name) >= 3)
        low = squash(head)
        self._attested = any(name in low for name in self._given)
        self._derived = bool(_BASED.search(head))
        first = _TITLE.search(head)
        names = " ".join((*own_names, (first[1] or first[2]) if first else ""))
        self._survey = bool(_SURVEY.search(re.sub(r"[-_./]", " ", names)))

    def subject(self, words: str, start: int, end: int, kind: Kind) -> Subject:
        """Whom the match at `start:end` of a sentence speaks of."""
        cited = _any(self._voices["cited"]).search(words, 0, start + 1)  # a bibliography's words
        if cited or self._contrasted(words, start):
            return "other"
        if kind in _ABOUT_OTHERS:
            return "this"
        first = max(0, start - 200)
        if kind == "commercial_allowed":
            # A loosening is doubtful the other way round: it must not be borrowed from another
            # that is named after the last word about ourselves.
            if self._survey and not _any(self._voices["self"]).search(words):
                return "other"
            ours = [m.end() for m in _any(self._voices["self"]).finditer(words, first, start)]
            if self._other_name(words, max([first, *ours]), end, anywhere=False):
                return "other"
        if _any(self._voices["self"]).search(words) or self._names_itself(words):
            return "this"
        # The other models of "must not train other models" are not what the ban is about.
        before = words[first : start if kind == "no_training" else end]
        if _any(self._voices["origin"]).search(before):
            return "other"
        if self._derived and _any(self._voices["derived"]).search(before):
            return "other"
        other = self._other_name(words, first, end, anywhere=kind == "commercial_allowed")
        return "other" if other else "this"

    def contrasted(self, words: str, start: int) -> bool:
        """Whether what stands at `start` is said of a work that ours is set against."""
        return self._contrasted(words, start)

    def _contrasted(self, words: str, start: int) -> bool:
        """`unlike Alpaca, which is ..., ours`: the match stands in the contrasted part."""
        marks = list(_any(self._voices["contrast"]).finditer(words, 0, start + 1))
        if not marks:
            return False
        between = words[marks[-1].end() : start]
        if _any(self._voices["self"]).search(between) or self._names_itself(between):
            return False
        clauses = re.split(r"[,，]", between)
        return len(clauses) == 1 or bool(
            re.match(r" ?(?:which|that|who|whose|licensed|released|under|limited)\b", clauses[1])
        )

    def _names_itself(self, words: str) -> bool:
        low = squash(words)
        if any(len(name) >= 4 and name in low for name in self._own):
            return True
        names = [*_NAME.findall(words), *_known(self._voices["known"]).findall(words)]
        return any(self._is_own(name) for name in names)

    def _is_own(self, name: str) -> bool:
        """One of our names begins or holds it, or it begins with one of ours; doubt says yes."""
        key = squash(name)
        return len(key) > 1 and any(key.startswith(own) or key in own for own in self._own)

    def _other_name(self, words: str, first: int, end: int, *, anywhere: bool) -> bool:
        if not self._given:
            return False
        ignored = {squash(word) for word in self._voices["ignored"]}
        found = [(m, True) for m in _known(self._voices["known"]).finditer(words, first, end)]
        # Only a text that uses one of the given names shows that other names are not it.
        if self._attested:
            found += [(m, False) for m in _NAME.finditer(words, first, end)]
        for match, known in found:
            name = match[0]
            if squash(name) in ignored or self._is_own(name):
                continue
            # Short known names ("opt", "phi") count only as their owners write them.
            if known and len(name) < 4 and name.islower():
                continue
            # A row of a table names a part of ours, unless the whole world knows the name.
            if not known and words.startswith("|"):
                continue
            if (known or _NAMELIKE.search(name)) and (anywhere or _is_topic(words, match)):
                return True
        return False


def _is_topic(words: str, name: re.Match[str]) -> bool:
    """Whether the sentence, or the clause that follows, is about the name."""
    before, after = words[max(0, name.start() - 60) : name.start()], words[name.end() :]
    if name.start() <= 60 and _LEADS.match(words[: name.start()]):
        return True
    return bool(_OF.search(before) or _WHICH.match(after[:80]))


def squash_specific(name: str, generic: frozenset[str]) -> str:
    """A squashed name without words such as `model` or `dataset` that belong to every name."""
    parts = [part for part in re.split(r"[\s_./-]+", name) if squash(part) not in generic]
    return squash("".join(parts))
