"""License names in sentences, and what each one is said of.

A sentence may speak of several things ("the code under X, the weights under Y"): each name belongs
to the scope words that stand before it, else to those right behind it, else to the page's scope.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from licaudit.facts import CODE, DATA, WEIGHTS, Scope
from licaudit.licenses.catalog import Catalog
from licaudit.licenses.knowledge import Knowledge, name_key
from licaudit.licenses.names import Named, address, glued, port_named, ranged, urls_in

MAX_GRAM = 10
_FOR = re.compile(r"\s+(?:for|of|by)\s+(?:the\s+)?", re.IGNORECASE)
# Names that say "some proprietary license" and so name none.
GENERIC = frozenset(
    {
        "LicenseRef-scancode-proprietary-license",
        "LicenseRef-scancode-commercial-license",
        "LicenseRef-licaudit-none",
        "LicenseRef-licaudit-unknown",
        "LicenseRef-licaudit-contract",
        "LicenseRef-licaudit-web-crawl",
        "LicenseRef-licaudit-research-only",
        "LicenseRef-licaudit-academic-only",
        "LicenseRef-licaudit-non-commercial-statement",
    }
)
PUBLIC_DOMAIN = "LicenseRef-scancode-public-domain"
_TOKEN = re.compile(r"[^\W_]+(?:[.+][^\W_]*)*\+?", re.UNICODE)
_ARTICLE = re.compile(r"^(?:(?:the|an?|under|both|either)\W+)+", re.IGNORECASE)
_VERSIONED = re.compile(r"^0|-.*\d|\d[\d.+]*$")  # `gpl-3.0-only`, `GPLv3`, `0BSD`; not `W3C`
_LICENSE_WORD = re.compile(r"licen[sc]|许可|协议|授权|agreement|terms", re.IGNORECASE)
CLUE = re.compile(
    r"licen[sc]|许可|协议|授权|版权|creative ?commons|\bcc[ -]by|\bgpl|public domain"
    r"|(released|available|distributed|provided|published|covered|governed|made available) under"
    r"|subject to|terms of",
    re.IGNORECASE,
)
_LEADING = re.compile(
    r"(under|:|：|\bis|\bare|\bthe|\ban?|/|&|\band|\bor|\beither(?: of)?|[\[(*_|]"
    r"|采用|遵循|基于|依照|使用|为)\W*$",
    re.IGNORECASE,
)
SCOPE_WORDS: tuple[tuple[Scope, re.Pattern[str]], ...] = (
    (
        CODE,
        re.compile(
            r"\b(source ?code|code(?!x|r\b)|codebase|software|scripts?|libraries|library)\b"
            r"|代码|源码|程序|软件",
            re.IGNORECASE,
        ),
    ),
    (
        WEIGHTS,
        re.compile(
            r"\b(weights?|checkpoints?|parameters|adapters?|lora|models?(?! cards?| zoo| hub))\b"
            r"|模型|权重|参数",
            re.IGNORECASE,
        ),
    ),
    (
        DATA,
        re.compile(
            r"\b(data ?sets?|data|corpus|corpora|annotations?)\b|数据|语料|标注", re.IGNORECASE
        ),
    ),
)
# Licenses of these families may be named without the word "license" beside them.
_PLAIN_FAMILIES = frozenset(
    {
        "permissive",
        "gpl",
        "creative-commons",
        "open-data",
        "public-domain",
        "weak-copyleft",
        "copyleft",
        "government",
        "documentation",
        "rail",
    }
)


@dataclass(frozen=True, slots=True)
class Mention:
    """A license name in a text: what it means and where it stands (character offsets)."""

    named: Named
    start: int
    end: int
    words: str
    linked: bool = False


def mentions(text: str, knowledge: Knowledge, catalog: Catalog) -> list[Mention]:
    """All license names in one sentence, longest first at each place, and known links."""
    links = urls_in(text)
    shadow = text
    found: list[Mention] = []
    for url, start in links:
        named = address(url, knowledge, catalog)
        shadow = shadow[:start] + " " * len(url) + shadow[start + len(url) :]
        if named:
            found.append(Mention(named, start, start + len(url), url, linked=True))
    tokens = [(m.start(), m.end()) for m in _TOKEN.finditer(shadow)][:1500]
    opens = _openers(shadow, tokens, _first_words(knowledge, catalog))
    index = 0
    while index < len(tokens):
        hit = _longest(shadow, tokens, index, knowledge, catalog) if opens[index] else None
        if hit is None:
            index += 1
            continue
        mention, width = hit
        found.append(mention)
        index += width
    for start, end, named in glued(shadow, knowledge):
        if not any(m.start < end and start < m.end for m in found):
            found.append(Mention(named, start, end, text[start:end]))
    sure = {m.named.expression for m in found if m.named.expression}
    # "the public domain under CC0 1.0", "see LICENSE": words around a name, not a second name.
    found = [
        m
        for m in found
        if m.named.expression not in GENERIC
        and (m.named.expression or (m.named.candidates and not sure & set(m.named.candidates)))
    ]
    if len(found) > 1:
        found = [m for m in found if m.named.expression != PUBLIC_DOMAIN]
    found.sort(key=lambda m: m.start)
    return [m for n, m in enumerate(found) if not (n and _owner(text, found[n - 1], m))]


def _owner(text: str, before: Mention, name: Mention) -> bool:
    """`X License Agreement for Microsoft Research Y`: the second name says for what, not which."""
    if _LICENSE_WORD.search(name.words) or not _LICENSE_WORD.search(before.words):
        return False
    return not before.linked and bool(_FOR.fullmatch(text[before.end : name.end - len(name.words)]))


_FIRST: dict[tuple[str, str], frozenset[str]] = {}


def _first_words(knowledge: Knowledge, catalog: Catalog) -> frozenset[str]:
    """The words that some license name begins with: all others need no look-up."""
    version = (knowledge.version, catalog.version)
    if version not in _FIRST:
        keys = (*knowledge.names, *knowledge.ambiguous, *map(name_key, catalog.by_id))
        words = {name_key(word) for word in knowledge.ports.words}
        _FIRST[version] = frozenset(key.split("-")[0] for key in (*keys, *words))
    return _FIRST[version]


def _openers(text: str, tokens: list[tuple[int, int]], known: frozenset[str]) -> list[bool]:
    """For each token whether a name may begin there, filler words before it included."""
    found = [False] * len(tokens)
    for index in range(len(tokens) - 1, -1, -1):
        first = name_key(text[tokens[index][0] : tokens[index][1]]).split("-")[0]
        following = index + 1 < len(tokens) and found[index + 1]
        found[index] = first in known if first else following
    return found


def _longest(
    text: str, tokens: list[tuple[int, int]], index: int, knowledge: Knowledge, catalog: Catalog
) -> tuple[Mention, int] | None:
    for width in range(min(MAX_GRAM, len(tokens) - index), 0, -1):
        start, end = tokens[index][0], tokens[index + width - 1][1]
        words = text[start:end]
        if len(words) > 120 or "\n\n" in words:
            continue
        named = _lookup(words, knowledge, catalog)
        if named and _acceptable(text, start, end, words, named, knowledge):
            return Mention(named, start, end, words), width
    return None


def _lookup(words: str, knowledge: Knowledge, catalog: Catalog) -> Named | None:
    key = name_key(words)
    if not key:
        return None
    if any(sign in words for sign in "<>="):
        return ranged(words, knowledge, catalog)
    if key in knowledge.names:
        return Named(knowledge.names[key])
    if key in knowledge.ambiguous:
        entry = knowledge.ambiguous[key]
        return Named(None, entry.candidates, why=entry.why.en)
    if any(c.isdigit() for c in key) and "-" in key:
        known = catalog.by_id.get(words.strip().lower().replace(" ", "-"))
        if known and not known.exception and known.category != "Unstated License":
            return Named(known.id)
    return port_named(_ARTICLE.sub("", words), knowledge)


def _acceptable(
    text: str, start: int, end: int, words: str, named: Named, knowledge: Knowledge
) -> bool:
    """Whether these words are meant as a license name and not as a word of the language."""
    near = text[max(0, start - 24) : start] + " " + words + " " + text[end : end + 24]
    beside = bool(_LICENSE_WORD.search(near))
    license_ = knowledge.get(named.expression) if named.expression else None
    plain = named.expression is None or license_ is None or license_.family in _PLAIN_FAMILIES
    key = name_key(words)
    if not plain and re.match(r"-\w", text[end : end + 2]):
        return False  # `Llama-2-7b`: the beginning of a model's name
    if not plain and not (beside if "-" in name_key(words) else _LICENSE_WORD.search(words)):
        return False  # a model's bare name is no license
    if plain and _VERSIONED.search(key):
        return True
    if "-" in key and _LICENSE_WORD.search(words):
        return True
    if "-" not in key:
        if words != words.upper() and not _LICENSE_WORD.search(words):
            return False
        if key in ("other", "unknown", "none"):
            return False
        follows = bool(re.match(r"\W{0,3}(licen[sc]|许可|协议|授权)", text[end : end + 12], re.I))
        return (
            follows
            or bool(_LICENSE_WORD.search(words))
            or bool(_LEADING.search(text[:start][-30:]) and CLUE.search(text))
        )
    return beside or plain


def scopes_for(text: str, mention: Mention, previous_end: int) -> list[Scope]:
    """What one mention is said of, from the words around it; empty when they do not say."""
    before = _scopes_in(text[previous_end : mention.start])
    if before:
        return before
    behind = text[mention.end : mention.end + 60]
    behind = re.split(r"[,.;，。；]|\band\b", behind, maxsplit=1)[0]
    if re.match(r"[^.]{0,12}\b(for|covers?|appl\w+ to|用于)\b", behind, re.IGNORECASE):
        return _scopes_in(behind)
    return []


def _scopes_in(text: str) -> list[Scope]:
    text = re.sub(r"\]\([^)]{0,600}\)|https?://\S+", " ", text)
    return [scope for scope, words in SCOPE_WORDS if words.search(text)]


_OR = re.compile(
    r"^[\s,)*_\]]*(?:or|或者?|または)\s+(?:under )?(?:the )?[\s(*_\[]*$", re.IGNORECASE
)
_CHOICE = re.compile(
    r"\bdual(ly|[- ])|\beither\b|your (option|choice|choosing)|you (may|can) choose"
    r"|任选|二选一|双重?许可",
    re.IGNORECASE,
)


def choices(text: str, found: list[Mention]) -> list[Mention]:
    """Names that the sentence offers as a choice, joined: "either MIT or Apache-2.0"."""
    if not _CHOICE.search(text):
        return found
    joined: list[Mention] = []
    for mention in found:
        last = joined[-1] if joined else None
        if (
            last is not None
            and last.named.expression
            and mention.named.expression
            and not (last.linked or mention.linked)
            and _OR.match(text[last.end : mention.start])
        ):
            both = f"{last.named.expression} OR {mention.named.expression}"
            words = text[last.start : mention.end]
            joined[-1] = Mention(Named(both), last.start, mention.end, words)
        else:
            joined.append(mention)
    return joined
