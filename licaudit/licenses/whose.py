"""Whose license a sentence of a model's own card names: this model's, a sibling's, the base's."""

from __future__ import annotations

import re

from licaudit.facts import WEIGHTS, Passage
from licaudit.licenses.prose import Mention
from licaudit.licenses.sentences import plain
from licaudit.licenses.statement_rules import load_voices
from licaudit.licenses.subjects import Narrator, squash

_CLAUSE = re.compile(r"[;；]|,? (?:while|whereas|but)\b|, and (?=the |its |our |their )|，而")
_SIBLING = re.compile(
    r"^\W{0,6}(?:our|its|the|an?) (?:\w+ )?(?:sibling|sister)\b|^\W{0,6}姊妹"
    r"|^\W{0,6}(?:as (?:a |our )?baselines?|we (?:also )?(?:compare|benchmark|evaluate)|for"
    r" comparison)"
    r"\b(?!.*\b(?:ours?|this|the (?:model|weights|release)"
    r"|we (?:\w+ )?(?:release|publish|provide))\b)"
    r"|^\W{0,6}(?:作为对比|作为基线)(?!.*(?:本|我们|该)(?:模型|权重|项目))"
    r"|^\W{0,6}(?:the|its) (?:base|original|backbone|foundation|parent) (?:\w+ )?model\b",
    re.IGNORECASE,
)
_BASE = re.compile(
    r"\bbase(?:line)? (?:\w+ )?model|based on|built (?:up)?on|fine-?tuned (?:from|on)|trained from"
    r"|derived from|distill|merge|initiali[sz]ed|original|parent|基座|基于|微调|原模型",
    re.IGNORECASE,
)


# `GLM is licensed under`, `The ELECTRA model is released`: a sentence with a name for subject.
_TOPIC = re.compile(
    r"^\W{0,6}(?:[Tt]he )?((?:[A-Z][\w.+-]{0,40} ){0,6}[A-Z][\w.+-]{0,40})"
    r"(?: (?:models?|data ?sets?|corpus|project|code(?:base)?|benchmark|weights|library|package))?"
    r" (?:\([^)]{0,60}\) )?(?:is|are|was|were) (?:\w+ )?"
    r"(?:licen[sc]ed|released|distributed|published|available|provided|made)\b",
    re.MULTILINE,
)
_GENERIC = (
    "the this these all our its it we code model models data dataset datasets weights corpus"
    " annotations license licence licenses software source repository project files content texts"
    " everything work materials resources scripts documentation images videos audio"
)
_NOBODY = frozenset(_GENERIC.split(" "))
_HERE = "\u2042"  # stands where a license's name stood: no letter, so part of no word
_ADDRESS = re.compile(r"https?://[^\s)\]>\"']{4,300}")


class Subjects:
    """Tells for each license name in a sentence whether it is said of another work.

    Only for the card of one model: a code repository's page names the checkpoints it releases,
    and what a dataset is made from still binds its content. `named` is for every page.
    """

    def __init__(self, passage: Passage, own_names: tuple[str, ...]) -> None:
        self._narrator: Narrator | None = None
        self._own = tuple(squash(n) for n in (*own_names, passage.hint("tree_name") or "") if n)
        self._tree = squash(passage.hint("tree_name") or "")
        said = {m[1] for m in _TOPIC.finditer(plain_lines(passage.text))}
        said = {t for t in said if not set(t.lower().split()) <= _NOBODY}
        self._topics = len({t for t in said if not self._is_own(t)})
        # A page that licenses three works by name speaks of each alone, its own parts included.
        self._many = len(said) > 2 and bool(self._tree)
        if passage.scope == WEIGHTS and own_names:
            self._narrator = Narrator(passage.text, own_names, load_voices())

    def other(self, sentence: str, mention: Mention) -> bool:
        """Whether the clause around the name is about a sibling, a base or a cited work."""
        if self._narrator is None:
            return False
        # A license's own name ("Llama 2 License") is nobody the sentence could be about.
        named = sentence[: mention.start] + f" {_HERE} " + sentence[mention.end :]
        shift = 3 - (mention.end - mention.start)
        clause = _clause(named, mention.start, mention.end + shift)
        if _SIBLING.search(clause):
            return True
        words = plain(clause)
        if self._narrator.contrasted(words, max(0, words.find(_HERE))):
            return True
        words = words.replace(_HERE, "it")
        return self._narrator.subject(words, 0, len(words), "non_commercial") == "other"

    def named(self, sentence: str) -> bool:
        """Whether a sentence of any page licenses a work that it names and that is not this one.

        What it says still binds; it only contradicts nobody. A name alone is no ground: the page
        must license several such works, or link to the other's own repository.
        """
        topic = _TOPIC.search(plain(sentence))
        if topic is None or set(topic[1].lower().split()) <= _NOBODY:
            return False
        name = squash(topic[1])
        if self._is_own(topic[1]):
            return self._many and name not in self._tree
        return self._topics > 1 or any(
            len(name) > 2 and name in squash(url) for url in _ADDRESS.findall(sentence)
        )

    def _is_own(self, topic: str) -> bool:
        """A generic word, one of our names, or their initials; doubt says ours."""
        words_ = [w for w in re.split(r"[\s_.-]+", topic) if w]
        if all(w.lower() in _NOBODY for w in words_):
            return True
        name, initials = squash(topic), "".join(w[0] for w in words_).lower()
        return any(
            (len(own) > 2 and own in name)
            or (len(name) > 2 and name in own)
            or (len(initials) > 2 and initials in own)
            for own in self._own
        )

    def base(self, sentence: str, mention: Mention) -> bool:
        """Whether that other work may be what this one was made from."""
        vendor = re.match(r"(?:the )?([A-Za-z]{3,})", mention.words, re.IGNORECASE)
        before = sentence[: mention.start]
        return bool(
            _BASE.search(_clause(sentence, mention.start, mention.end))
            or (vendor and re.search(rf"\b{vendor[1]}", before, re.IGNORECASE))
        )


def plain_lines(text: str) -> str:
    """A passage without the marks of its lists, line by line."""
    return "\n".join(plain(line) for line in text[:40_000].split("\n"))


def _clause(sentence: str, start: int, end: int) -> str:
    ends = [m.end() for m in _CLAUSE.finditer(sentence, 0, start)]
    after = _CLAUSE.search(sentence, end)
    return sentence[ends[-1] if ends else 0 : after.start() if after else len(sentence)]
