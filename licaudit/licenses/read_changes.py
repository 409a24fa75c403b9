"""What makes a text less than it looks like: smuggled words, unfilled fields, near misses."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from licaudit.facts import Change, Claim, Edit, Gap, Passage
from licaudit.licenses.catalog import Catalog, text_of
from licaudit.licenses.changes import change, load_telling
from licaudit.licenses.claims import at_line, gap
from licaudit.licenses.nearest import known_for, nearest
from licaudit.licenses.parts import Part
from licaudit.licenses.sentences import Sentence, split_sentences
from licaudit.licenses.texts import NOTICE, words
from licaudit.licenses.word_diff import read_words

# A notice proper, not a sentence that happens to wrap before the word "copyright".
_OWNER = re.compile(r"^\W*(?:copyright\b|\(c\)|©|版权所有)\W*(?:\(c\)|©|(?:19|20)\d\d|by\b)", re.I)
_MARKED = re.compile(r"<(?!https?:|mailto:|/?(?:a|img|p|div|span)\b)[^<>\n]{12,80}>")
_FIELD = re.compile(
    r"\[(?=[^\]\n]{0,80}\b(?:years?|yyyy|names?|fullname|owners?|holders?|authors?|organi[sz]ation"
    r"|company|projects?|program|insert|your|dates?|e-?mail|licensor|jurisdiction|state|country)\b)"
    r"[^\[\]\n]{2,80}\](?![(\[:])"
    r"|<(?:years?|names?|owners?|authors?|copyright holders?|organi[sz]ation|company|insert)\b"
    r"[^<>\n]{0,60}>"
    r"|\{\{? ?(?:years?|yyyy|names?|fullname|owners?|holders?|authors?|organi[sz]ation|project)\b"
    r"[^{}\n]{0,40}\}?\}|\b(?:YOUR NAME|COMPANY NAME|INSERT [A-Z ]{3,30}) HERE\b",
    re.IGNORECASE,
)
_APPENDIX = re.compile(r"\bappendix\b|how to (?:apply|use) th", re.IGNORECASE)
ALIKE = 0.75  # the share of a known text that must be here to say that this is it, changed
_MOSTLY, _PARTLY = 0.8, 0.3  # the share of its words under which a part is no text to compare
_OWN_WORDS = 8  # a shorter sentence may stand anywhere
_MOST_NEW = 1.0  # words of its own a text may have, as a share of the known text's


def smuggled(text: str, known: Iterable[str]) -> list[Sentence]:
    """Sentences where texts are not compared, that say more than such places do.

    Those are lines that begin like a copyright notice, and what stands between < and >. `known`
    are the texts of the licenses found: their own sentences are no smuggling.
    """
    says_more = load_telling().says_more
    texts = [f" {' '.join(read_words(k).words)} " for k in known]
    found = []
    for match in (*NOTICE.finditer(text), *_MARKED.finditer(text)):
        line = match[0]
        marked = line.startswith("<")
        if not says_more(line) or not (texts or marked or _OWNER.search(line)):
            continue
        first = text.count("\n", 0, match.start() + len(line) - len(line.lstrip())) + 1
        for sentence in split_sentences(line.strip("<> \t")):
            said = f" {' '.join(read_words(sentence.text).words)} "
            if says_more(sentence.text) and not any(said in k for k in texts):
                found.append(replace(sentence, line=first))
    return found


def only_lines(text: str, kept: Iterable[Sentence]) -> str:
    """The text with every line blanked but those of some sentences."""
    numbers = {s.line for s in kept}
    return "\n".join(
        line if number in numbers else "" for number, line in enumerate(text.split("\n"), 1)
    )


def unfilled(passage: Passage, rest: str) -> list[Gap]:
    """Gaps for fields of a template that nobody filled in, in the words no known text explains.

    A holder's name that is missing leaves the terms what they are; a field elsewhere does not.
    """
    found: list[Gap] = []
    for match in list(_FIELD.finditer(rest))[:20]:
        if _APPENDIX.search(rest, 0, match.start()) or _APPENDIX.search(
            passage.text, 0, passage.text.find(match[0])
        ):
            continue
        start = rest.rfind("\n", 0, match.start()) + 1
        holder = bool(NOTICE.match(rest, start))
        place = at_line(passage, rest.count("\n", 0, match.start()) + 1)
        if holder:
            detail = f"nobody filled in who grants this license: {match[0]}"
        else:
            detail = f"a field of the template is not filled in: {match[0]}"
        reason = "holder_unfilled" if holder else "unfilled_template"
        found.append(gap(passage, reason, detail, location=place, blocks=not holder))
    return found


def near_miss(text: str) -> Change | None:
    """The change from the nearest known text, where most of that text is here."""
    near = nearest(text)
    if near is None or near.alike < ALIKE or near.extra > near.length * _MOST_NEW:
        return None
    known = known_for(near.key, text) or ""
    found = change(near.key, text, known)
    return found if found.alike >= ALIKE else None


def known_texts(parts: Iterable[Part], catalog: Catalog) -> list[str]:
    """The known texts of the licenses that were found, where they can be read."""
    return [t for p in parts if (t := known_text(p.expression, catalog))]


def not_own_words(
    clauses: list[Sentence], parts: list[Part], beside: list[Claim], catalog: Catalog
) -> list[Sentence]:
    """The clauses that stand in the text of no license named in the same file.

    Where the file names that license, its own sentences are no additions to another's.
    """
    if not clauses:
        return []
    known = _word_runs(
        (*(p.expression for p in parts), *(c.expression or "" for c in beside)), catalog
    )
    return [c for c in clauses if not _stands_in(c.text, known)]


def without_own_words(rest: str, parts: list[Part], catalog: Catalog) -> str:
    """What is left around known texts, without sentences of those very licenses.

    A rule of the engine may hold the beginning of a text alone, as of an exception to the GPL.
    """
    known = _word_runs((p.expression for p in parts), catalog)
    for sentence in split_sentences(rest) if known else ():
        if len(words(sentence.text)) >= _OWN_WORDS and _stands_in(sentence.text, known):
            blank = re.sub(r"\S", " ", rest[sentence.start : sentence.end])
            rest = rest[: sentence.start] + blank + rest[sentence.end :]
    return rest


def _word_runs(expressions: Iterable[str], catalog: Catalog) -> list[str]:
    """The words of the known texts of all licenses and exceptions in some expressions."""
    ids = {i for e in expressions for i in re.findall(r"[\w.+-]+", e)} - {"AND", "OR", "WITH"}
    texts = (known_text(i, catalog) for i in sorted(ids))
    return [f" {' '.join(read_words(t).words)} " for t in texts if t]


def _stands_in(text: str, known: list[str]) -> bool:
    said = f" {' '.join(read_words(text).words)} "
    return any(said in k for k in known)


def known_text(expression: str, catalog: Catalog) -> str | None:
    """The text of one license by its id; None for expressions and licenses without one."""
    known = catalog.by_id.get(expression.lower())
    return text_of(known.key) if known else None


def part_change(part: Part, lines: list[str], catalog: Catalog) -> Change | None:
    """How a part differs from its known text; None for copies and where no text is known.

    What the engine's rules match word for word need not be the license's own text.
    """
    ruled = part.rung == "exact_rule" and (part.rule or "").endswith(".RULE")
    if not (ruled or part.rung in ("near", "engine")) or not part.whole:
        return None
    if part.changed is not None:
        found = part.changed.change
        base = catalog.id_of(found.base)
        return _shifted(replace(found, base=base), part.first - 1)
    text = "\n".join(lines[part.first - 1 : part.last])
    licensed = catalog.by_id.get(part.expression.lower())
    known = known_for(licensed.key, text) if licensed else None
    share = _MOSTLY if ruled else _PARTLY
    if known is None or len(words(text)) < share * len(words(known)):
        return None  # a notice or a title, of which nearly all the text would be missing
    return change(part.expression, text, known, part.first)


def _shifted(found: Change, lines: int) -> Change:
    return replace(found, added=_down(found.added, lines), removed=_down(found.removed, lines))


def _down(edits: tuple[Edit, ...], lines: int) -> tuple[Edit, ...]:
    return tuple(replace(e, line=e.line + lines if e.line else None) for e in edits)


def in_file(found: Change | None, passage: Passage) -> Change | None:
    """The same with the lines of the file in place of the passage's; none for pages of a PDF."""
    if found is None:
        return None

    def placed(edits: tuple[Edit, ...]) -> tuple[Edit, ...]:
        return tuple(replace(e, line=at_line(passage, e.line or 1).line) for e in edits)

    return replace(found, added=placed(found.added), removed=placed(found.removed))
