"""Whose license a sentence of a model's own card names: this model's, a sibling's, the base's."""

from __future__ import annotations

import re

from licaudit.facts import WEIGHTS, Passage
from licaudit.licenses.prose import Mention
from licaudit.licenses.sentences import plain
from licaudit.licenses.statement_rules import load_voices
from licaudit.licenses.subjects import Narrator

_CLAUSE = re.compile(r"[;；]|,? (?:while|whereas|but)\b|, and (?=the |its |our |their )|，而")
_SIBLING = re.compile(
    r"^\W{0,6}(?:our|its|the|an?) (?:\w+ )?(?:sibling|sister)\b|^\W{0,6}姊妹"
    r"|^\W{0,6}(?:the|its) (?:base|original|backbone|foundation|parent) (?:\w+ )?model\b",
    re.IGNORECASE,
)
_BASE = re.compile(
    r"\bbase(?:line)? (?:\w+ )?model|based on|built (?:up)?on|fine-?tuned (?:from|on)|trained from"
    r"|derived from|distill|merge|initiali[sz]ed|original|parent|基座|基于|微调|原模型",
    re.IGNORECASE,
)


class Subjects:
    """Tells for each license name in a sentence whether it is said of another work.

    Only for the card of one model: a code repository's page names the checkpoints it releases,
    and what a dataset is made from still binds its content.
    """

    def __init__(self, passage: Passage, own_names: tuple[str, ...]) -> None:
        self._narrator: Narrator | None = None
        if passage.scope == WEIGHTS and own_names:
            self._narrator = Narrator(passage.text, own_names, load_voices())

    def other(self, sentence: str, mention: Mention) -> bool:
        """Whether the clause around the name is about a sibling, a base or a cited work."""
        if self._narrator is None:
            return False
        # A license's own name ("Llama 2 License") is nobody the sentence could be about.
        named = sentence[: mention.start] + " it " + sentence[mention.end :]
        shift = 4 - (mention.end - mention.start)
        clause = _clause(named, mention.start, mention.end + shift)
        if _SIBLING.search(clause):
            return True
        words = plain(clause)
        return self._narrator.subject(words, 0, len(words), "non_commercial") == "other"

    def base(self, sentence: str, mention: Mention) -> bool:
        """Whether that other work may be what this one was made from."""
        vendor = re.match(r"(?:the )?([A-Za-z]{3,})", mention.words, re.IGNORECASE)
        before = sentence[: mention.start]
        return bool(
            _BASE.search(_clause(sentence, mention.start, mention.end))
            or (vendor and re.search(rf"\b{vendor[1]}", before, re.IGNORECASE))
        )


def _clause(sentence: str, start: int, end: int) -> str:
    ends = [m.end() for m in _CLAUSE.finditer(sentence, 0, start)]
    after = _CLAUSE.search(sentence, end)
    return sentence[ends[-1] if ends else 0 : after.start() if after else len(sentence)]
