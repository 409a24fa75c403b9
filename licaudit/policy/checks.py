"""What CEL's own checker lets through: words of the wrong vocabulary, and ways around types.

CEL takes enums for numbers, so `subject.kind == Relation.depends_on` and `subject.kind == 3` are
well typed. Here every word and every field of a closed vocabulary must meet its like.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from licaudit.policy.fields import ENUMS, MESSAGES

# No honest rule looks at pairs of pairs: each macro inside another multiplies the work.
MAX_MACROS = 4
MAX_NESTED = 2
MAX_BRACKETS = 60
MAX_SIGNS = 8
MACROS = ("all", "exists", "exists_one", "filter", "map")
_TOKEN = re.compile(
    r"\s*(?:(?P<text>'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\")|(?P<path>[A-Za-z_]\w*(?:\s*\.\s*[A-Za-z_]\w*)*)"
    r"|(?P<number>\d[\w.]*)|(?P<sign>==|!=|<=|>=|&&|\|\||.))",
    re.DOTALL,
)
_MEET = ("==", "!=", "in")
_ROOTS = {"subject": "Subject", "intent": "Intent"}


@dataclass(frozen=True, slots=True)
class Token:
    """One word, sign or literal, and where it begins."""

    kind: str
    text: str
    start: int


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong, and at which character."""

    what: str
    offset: int


def tokens(text: str) -> list[Token]:
    """The condition cut up; dotted names are one token each."""
    found = []
    for match in _TOKEN.finditer(text.rstrip()):
        kind = match.lastgroup or "sign"
        found.append(
            Token(
                kind,
                re.sub(r"\s+", "", match[kind]) if kind == "path" else match[kind],
                match.start(kind),
            )
        )
    return found


def nested(text: str) -> bool:
    """Whether a list macro stands inside another."""
    return any(depth > 1 for _, _, depth in _opened(tokens(text)))


def problem(text: str) -> Problem | None:
    """The first thing in a well typed condition that the type checker wrongly accepts."""
    cut = tokens(text)
    return _macros(cut) or _lists(cut) or _words(cut)


def way_around(text: str) -> Problem | None:
    """The first construct that switches type checking off, looked for before any typing."""
    cut = tokens(text)
    depth = signs = 0
    for token, after in zip(cut, [*cut[1:], None], strict=True):
        depth += (token.text in "([") - (token.text in ")]")
        signs = signs + 1 if token.text in "!-" else 0
        if depth > MAX_BRACKETS or signs > MAX_SIGNS:
            return Problem("too many brackets or signs inside each other", token.start)
        if token.text in ("dyn", "type") and after and after.text == "(":
            return Problem(f"`{token.text}(` would let a misspelt field pass", token.start)
        if token.text == "{":
            return Problem("map and message literals are not allowed in conditions", token.start)
    return None


def _macros(cut: list[Token]) -> Problem | None:
    for token, count, depth in _opened(cut):
        if count > MAX_MACROS or depth > MAX_NESTED:
            return Problem(
                f"at most {MAX_MACROS} list macros, {MAX_NESTED} inside each other", token.start
            )
    return None


def _opened(cut: list[Token]) -> Iterator[tuple[Token, int, int]]:
    """Each opening bracket, how many macros began up to it, and inside how many it stands."""
    open_at: list[bool] = []
    count = 0
    for before, token in zip([None, *cut], cut, strict=False):
        if token.text == "(":
            macro = bool(before and before.kind == "path" and _macro(before.text))
            count += macro
            open_at.append(macro)
            yield token, count, sum(open_at)
        elif token.text == ")" and open_at:
            open_at.pop()


def _macro(path: str) -> bool:
    return path.rsplit(".", maxsplit=1)[-1] in MACROS


def _lists(cut: list[Token]) -> Problem | None:
    """Lists of unlike things are dynamic inside: only literals and words may stand in one."""
    depth = 0
    for before, token in zip([None, *cut], cut, strict=False):
        if token.text == "[":
            index = before is not None and (before.kind == "path" or before.text in (")", "]"))
            depth += not index or depth > 0
        elif token.text == "]":
            depth -= depth > 0
        elif depth and token.kind != "text" and token.text != "," and not _word(token):
            return Problem("a list may hold only strings or words of a vocabulary", token.start)
    return None


def _word(token: Token) -> str | None:
    """The vocabulary of `Kind.model`, or None."""
    head, _, rest = token.text.partition(".")
    return head if token.kind == "path" and head in ENUMS and rest else None


def _words(cut: list[Token]) -> Problem | None:
    bound = _bindings(cut)
    for at, token in enumerate(cut):
        kind = _word(token) or _enum_of(token, bound)
        if kind is None:
            continue
        found = _meets(cut, at, kind, bound)
        if found is not None:
            return found
    return None


def _bindings(cut: list[Token]) -> dict[str, str]:
    """The type of each macro's variable: `x` in `subject.duties.exists(x, ...)`."""
    bound: dict[str, str] = {}
    for token, bracket, name in zip(cut, cut[1:], cut[2:], strict=False):
        if token.kind == "path" and _macro(token.text) and bracket.text == "(":
            kind = _type(token.text.rpartition(".")[0], bound)
            if kind:
                bound[name.text] = kind.removesuffix("[]")
    return bound


def _type(path: str, bound: Mapping[str, str]) -> str | None:
    head, *fields = path.split(".")
    kind = _ROOTS.get(head) or bound.get(head)
    for field in fields:
        kind = MESSAGES.get(kind or "", {}).get(field)
    return kind


def _enum_of(token: Token, bound: Mapping[str, str]) -> str | None:
    """The vocabulary of a field or variable, `Form[]` for a list of words."""
    kind = _type(token.text, bound) if token.kind == "path" else None
    return kind if kind and kind.removesuffix("[]") in ENUMS else None


def _meets(cut: list[Token], at: int, kind: str, bound: Mapping[str, str]) -> Problem | None:
    """Whether a word or field stands beside `==`, `!=` or `in` and meets its own vocabulary."""
    token, base = cut[at], kind.removesuffix("[]")
    if _in_list(cut, at):
        others = _listed(cut, _open(cut, at))
        if others != {base}:
            return Problem(f"this list mixes words: `{token.text}` is a {base}", token.start)
        return None  # what the list meets is looked at from the field before `in`
    left = cut[at - 1] if at else Token("sign", "", 0)
    right = cut[at + 1] if at + 1 < len(cut) else Token("sign", "", 0)
    if kind.endswith("[]") and left.text != "in":
        return None  # the list itself: `size(x)`, or `_macro` with its own variable
    if right.text in _MEET and at + 2 < len(cut):
        return _same(token, base, _side(cut, at + 2, bound), right.text)
    if left.text in _MEET and at >= 2:
        return _same(token, base, _side(cut, at - 2, bound), left.text)
    if _declares(cut, at):
        return None
    return Problem(f"compare `{token.text}` with a word of {base} by ==, != or in", token.start)


def _declares(cut: list[Token], at: int) -> bool:
    """Whether this is the variable that a macro declares, or what `map` yields."""
    opened = at >= 2 and cut[at - 1].text == "(" and _macro(cut[at - 2].text)
    yielded = at >= 4 and cut[at - 1].text == "," and cut[at - 4].text.endswith(".map")
    return opened or yielded


def _side(cut: list[Token], at: int, bound: Mapping[str, str]) -> str | None:
    token = cut[at]
    if token.text == "[":
        kinds = _listed(cut, at)
        return next(iter(kinds)) if len(kinds) == 1 else None
    if token.text == "]":
        opened = _open(cut, at)
        return _side(cut, opened, bound) if opened != at else None  # an index is no list of words
    found = _word(token) or _enum_of(token, bound)
    return found.removesuffix("[]") if found else None


def _same(token: Token, base: str, other: str | None, sign: str) -> Problem | None:
    if other == base:
        return None
    met = f"a {other}" if other else "anything else"
    return Problem(f"`{token.text}` is a {base}: `{sign}` cannot meet {met}", token.start)


def _in_list(cut: list[Token], at: int) -> bool:
    """Whether a token stands inside a list literal (never inside an index)."""
    return cut[_open(cut, at)].text == "[" and _open(cut, at) != at


def _open(cut: list[Token], at: int) -> int:
    """The bracket a token stands in; the token itself when it stands in none of a list."""
    for index in range(at - 1, -1, -1):
        if cut[index].text == "[":
            return index
        if cut[index].text != "," and cut[index].kind not in ("path", "text"):
            break
    return at


def _listed(cut: list[Token], bracket: int) -> set[str | None]:
    found: set[str | None] = set()
    for token in cut[bracket + 1 :]:
        if token.text == "]":
            break
        if token.text != ",":
            found.add(_word(token))
    return found
