"""Which words the lists of packs may hold: `words` in pack.yaml names the vocabulary of a list."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from difflib import get_close_matches

from licaudit.errors import LicauditError, RuleError
from licaudit.licenses.catalog import load_catalog
from licaudit.licenses.knowledge import load_knowledge
from licaudit.licenses.vocabulary import CLAUSE_VALUES
from licaudit.policy.fields import ENUMS
from licaudit.policy.parameters import Param

LICENSE = "license"  # any license that is known by this id
# Vocabularies a list may be held against; their members, but for licenses, which are many.
VOCABULARIES: dict[str, frozenset[str]] = {
    **CLAUSE_VALUES,
    **{name.lower(): frozenset(words) for name, words in ENUMS.items()},
}
NAMES = (LICENSE, *sorted(VOCABULARIES))


def check_words(
    name: str,
    value: Param,
    vocabulary: str,
    where: Callable[[int], str],
    error: type[LicauditError] = RuleError,
) -> None:
    """Refuse a word of a list that its vocabulary lacks; `where(n)` is the place of the n-th."""
    words: Sequence[str] = value if isinstance(value, tuple) else ()
    for index, word in enumerate(words):
        if not _known(word, vocabulary):
            raise error(
                f"`{word}` in `params.{name}` is no {vocabulary}",
                where=where(index),
                todo=_todo(word, vocabulary),
            )


def _known(word: str, vocabulary: str) -> bool:
    if vocabulary != LICENSE:
        return word in VOCABULARIES[vocabulary]
    if load_knowledge().get(word) is not None:
        return True
    found = load_catalog().by_id.get(word.lower())
    return found is not None and found.id == word


def _todo(word: str, vocabulary: str) -> str:
    known = VOCABULARIES.get(vocabulary) or frozenset(load_knowledge().records)
    near = get_close_matches(word, sorted(known), 1)
    if near:
        return f"The nearest word is `{near[0]}`."
    if vocabulary == LICENSE:
        return "Write an id that `licaudit explain` knows."
    return f"Use {', '.join(sorted(known))}."
