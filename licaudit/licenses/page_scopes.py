"""Which part of a work a sentence of a page licenses, by its words and by the page it is on."""

from __future__ import annotations

import re

from licaudit.facts import WEIGHTS, Passage, Scope
from licaudit.licenses import prose
from licaudit.licenses.knowledge import Knowledge

_MODEL_NAME = r"[A-Z][A-Za-z0-9_.]*-?\d[A-Za-z0-9_.-]*"
_NAMED_MODELS = re.compile(
    rf"^\W{{0,6}}({_MODEL_NAME}(?:(?:\s*[,/、和与]\s*|,?\s+(?:and|y|et|und|e|と)\s+)(?:the )?"
    rf"{_MODEL_NAME}){{0,8}})(?![A-Za-z0-9_-])"
)


def named_models(sentence: str) -> list[Scope]:
    """`checkpoint:Foo-7B` and so on, where a sentence licenses checkpoints by their names."""
    match = _NAMED_MODELS.match(sentence)
    if match is None:
        return []
    return [f"checkpoint:{name}" for name in re.findall(_MODEL_NAME, match.group(1))]


def scopes_said(text: str) -> list[Scope]:
    """The parts that some words name."""
    return [scope for scope, words in prose.SCOPE_WORDS if words.search(text)]


def fitting(
    scopes: list[Scope],
    mention: prose.Mention,
    sentence: str,
    passage: Passage,
    knowledge: Knowledge,
) -> list[Scope]:
    """A license written for models alone is not said of code unless the sentence says code."""
    terms = knowledge.get(mention.named.expression or "")
    if scopes != [passage.scope] or terms is None or "code" in terms.kinds:
        return scopes
    if "model" not in terms.kinds or "dataset" in terms.kinds or passage.scope.startswith("data"):
        return scopes
    return (named_models(sentence) if ":" not in passage.scope else []) or [WEIGHTS]


def within(scope: Scope, page: Scope, passage: Passage) -> Scope:
    """A scope word on a page about one folder or checkpoint speaks of that one."""
    if passage.hint("table") or ":" not in page or page.startswith("data:"):
        return page if passage.hint("table") else scope
    folder = page.split(":", 1)[1]
    if ":" in scope and not scope.startswith("data:"):
        return scope
    prefix = {"code": "folder", "weights": "checkpoint"}.get(scope, "subset")
    return f"{prefix}:{folder}"
