"""The terms of a license on a terminal."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from rich.text import Text

from licaudit.cli.explain import concerns, purpose_of
from licaudit.cli.screen import Screen
from licaudit.facts import ACTIONS, PURPOSES
from licaudit.i18n import name, say
from licaudit.licenses.duties import load_duties
from licaudit.licenses.explain import cells_of

if TYPE_CHECKING:
    from licaudit.facts import Condition, License, Permission, Purpose
    from licaudit.licenses.explain import Explained, Words

STYLE: dict[Permission, str] = {
    "permitted": "green",
    "covered": "green",
    "conditional": "yellow",
    "silent": "yellow",
    "unknown": "yellow",
    "prohibited": "red",
}
CLAUSES: tuple[str, ...] = ("derivatives", "outputs", "flow_down", "copyleft", "patent")
CLAUSES += ("termination", "revocable", "text_may_change")
ACT, WORD, KEYS = 21, 15, 28  # columns: an act, its verdict, the name of a clause
SHOWN = 24  # names of a well known license would fill a screen


def show(found: Explained, use: str | None, lang: str) -> None:
    """Print one explanation."""
    screen, purpose = Screen(), purpose_of(use)
    _head(screen, found, lang)
    if found.capped:
        screen.line((say("explain.capped", lang), "yellow"), indent=2)
    if use is not None:
        screen.line((say(f"explain.use.{use}", lang), "bold"), indent=2)
    if found.kind not in ("silent", "exception"):
        _acts(screen, found, purpose, lang)
    if found.terms is not None:
        _conditions(screen, found.terms, purpose, lang)
        _clauses(screen, found.terms, lang)
    _parts(screen, found, purpose, lang)
    _sources(screen, found, lang)


def _head(screen: Screen, found: Explained, lang: str) -> None:
    terms = found.terms
    if terms is not None:
        screen.line((terms.name, "bold"), f"  {found.id}")
        facts = [name("asset", kind, lang) for kind in terms.kinds]
        if terms.family:
            facts.append(say("explain.family", lang, family=terms.family))
        facts.append(say(f"explain.{terms.binds}", lang))
        if terms.jurisdiction:
            facts.append(say("explain.law", lang, place=terms.jurisdiction))
        if terms.osi_approved:
            facts.append(say("explain.osi", lang))
        screen.line((say("semicolon", lang).join(facts), "dim"), indent=2)
        if terms.note:
            screen.line(terms.note.say(lang), indent=2)
        if found.id and " WITH " in found.id:
            screen.line(say("explain.with", lang), indent=2)
        return
    screen.line((found.id or found.asked, "bold"), f"  {say(f'explain.{found.kind}', lang)}")
    if found.why:
        screen.line(found.why.say(lang), indent=2)
    if found.kind == "expression" and " OR " in (found.id or ""):
        screen.line(say("explain.or", lang), indent=2)
    if found.kind == "ambiguous":
        screen.line(say("explain.strictest" if found.parts else "explain.nothing", lang), indent=2)
    if found.kind == "silent":
        screen.line(say("explain.nothing", lang), indent=2)


def _acts(screen: Screen, found: Explained, purpose: Purpose | None, lang: str) -> None:
    purposes = [purpose] if purpose else list(PURPOSES)
    _title(screen, "explain.may", lang)
    heads = "".join(_pad(name("purpose", p, lang), WORD) for p in purposes)
    screen.line((" " * ACT + heads.rstrip(), "dim"), indent=2)
    for action in ACTIONS:
        parts: list[str | tuple[str, str]] = [_pad(name("action", action, lang), ACT)]
        cells = [found.cells[action, one] for one in purposes]
        for verdict, _ in cells:
            # A yes that no audit would pass is not shown as one.
            capped = found.capped and STYLE[verdict] == "green"
            word = say(f"explain.mark.{'capped' if capped else verdict}", lang)
            parts.append((_pad(word, WORD), "yellow" if capped else STYLE[verdict]))
        clauses = dict.fromkeys(clause for _, clause in cells if clause)
        # Where several licenses stand side by side, each has its own line below.
        parts.append((f"[{' | '.join(clauses)}]" if clauses and found.terms else "", "dim"))
        screen.line(*parts, indent=2)
    screen.line((say("explain.legend", lang), "dim"), indent=2)


def _conditions(screen: Screen, terms: License, purpose: Purpose | None, lang: str) -> None:
    live = [c for c in terms.conditions if concerns(c, purpose)]
    for key, kinds in (("needs", ("eligibility", "precondition")), ("owes", ("duty",))):
        found = [c for c in live if c.kind in kinds]
        if found:
            _title(screen, f"explain.{key}", lang)
        for condition in found:
            word = name("condition_type", condition.type, lang)
            screen.line((word, "bold"), (f"  [{condition.clause}]", "dim"), indent=2)
            screen.line(condition.summary.say(lang), indent=4)
            if detail := _detail(condition, lang):
                screen.line((detail, "dim"), indent=4)
            if condition.kind == "duty":
                screen.line((_check(condition, lang), "dim"), indent=4)


def _check(condition: Condition, lang: str) -> str:
    """What could show a duty met: `checked by a file that ...`."""
    duties = load_duties()
    found = duties.checks[duties.check_of(condition)]
    return say("explain.check", lang, check=found.looks.say(lang))


def _detail(condition: Condition, lang: str) -> str:
    """The numbers, places, words and moments of a condition."""
    parts: list[str] = []
    if condition.metric:
        parts.append(_number(condition, lang))
    if condition.effect:
        parts.append(say(f"explain.effect.{condition.effect}", lang))
    parts += ["≠ " + ", ".join(condition.exclude)] if condition.exclude else []
    parts += ["= " + ", ".join(condition.only)] if condition.only else []
    if condition.measured:
        parts.append(say(f"explain.measured.{condition.measured}", lang))
    parts += [name("modality", m, lang) for m in condition.modalities]
    parts += [", ".join(f.replace("_", " ") for f in condition.fields)] if condition.fields else []
    parts += [f"“{condition.text}”"] if condition.text else []
    if condition.reach:
        parts.append(name("value", condition.reach, lang))
    if condition.actions:
        acts = _list((name("action", a, lang) for a in condition.actions), lang)
        parts.append(say("explain.for", lang, acts=acts))
    if condition.trigger:
        acts = _list((name("trigger", t, lang) for t in condition.trigger), lang)
        parts.append(say("explain.when", lang, acts=acts))
    return say("semicolon", lang).join(parts)


def _number(condition: Condition, lang: str) -> str:
    value = "" if condition.value is None else f"{condition.value:,}"
    metric = say(f"explain.metric.{condition.metric}", lang)
    key = "explain.from" if condition.at_least else "explain.over"
    words = " ".join(say(key, lang, value=value, metric=metric).split())
    if condition.at is None:
        return words
    any_time = condition.at == "any_time"
    at = say("explain.any_time" if any_time else "explain.at", lang, day=condition.at)
    return f"{words}{say('comma', lang)}{at}"


def _clauses(screen: Screen, terms: License, lang: str) -> None:
    found = [(field, getattr(terms, field)) for field in CLAUSES if getattr(terms, field)]
    if found:
        _title(screen, "explain.terms", lang)
    for field, clause in found:
        values = dict.fromkeys((clause.value, *clause.values))
        words = _list((name("value", value, lang) for value in values), lang)
        label = _pad(name("clause", field, lang), KEYS)
        screen.line((label, "bold"), words, (f"  [{clause.clause}]", "dim"), indent=2)


def _parts(screen: Screen, found: Explained, purpose: Purpose | None, lang: str) -> None:
    """Each candidate, or each license of an expression, with what sets it apart from the rest."""
    if found.parts:
        ambiguous = found.kind == "ambiguous"
        _title(screen, "explain.candidates" if ambiguous else "licenses.title", lang)
    purposes = [purpose] if purpose else list(PURPOSES)
    verdicts = {
        terms.id: {a: tuple(cells_of(terms)[a, p][0] for p in purposes) for a in ACTIONS}
        for terms in found.parts
    }
    asked = {t.id: {c.type for c in t.conditions if concerns(c, purpose)} for t in found.parts}
    common = set.intersection(*asked.values()) if asked else set()
    for terms in found.parts:
        screen.line((terms.name, "bold"), f"  {terms.id}", indent=2)
        acts: dict[str, list[str]] = {}
        for action, own in verdicts[terms.id].items():
            if any(other[action] != own for other in verdicts.values()):
                marks = dict.fromkeys(say(f"explain.mark.{v}", lang) for v in own)
                acts.setdefault(" / ".join(marks), []).append(name("action", action, lang))
        words = [f"{_list(own, lang)}{say('colon', lang)}{mark}" for mark, own in acts.items()]
        words += [_number(c, lang) for c in terms.conditions if c.metric]
        own_asks = sorted(asked[terms.id] - common)
        words += [_list((name("condition_type", t, lang) for t in own_asks), lang)]
        if apart := say("semicolon", lang).join(w for w in words if w):
            screen.line((say("explain.differ", lang, words=apart), "dim"), indent=4)
        if terms.titles:
            screen.line((say("explain.title", lang, title=terms.titles[0]), "dim"), indent=4)


def _sources(screen: Screen, found: Explained, lang: str) -> None:
    terms = found.terms
    if terms is not None or found.texts:
        _title(screen, "explain.known", lang)
    if terms is not None:
        how = name("knowledge_basis", terms.basis, lang)
        sure = name("knowledge_confidence", terms.confidence, lang)
        screen.line(f"{how}{say('comma', lang)}{sure}", (f"  {terms.path}", "dim"), indent=2)
    if found.category:
        screen.line(say("explain.category", lang, category=found.category), indent=2)
    for words in found.texts:
        read = terms is not None and terms.basis != "category"
        screen.line(_text(words, read, lang), indent=2)
        screen.line((say("explain.digest", lang, digest=words.sha256), "dim"), indent=4)
    if terms is not None and not found.texts:
        screen.line(say("explain.no_text", lang), indent=2)
    for link in terms.links if terms else ():
        screen.line(link, indent=2)
    if found.names:
        _title(screen, "explain.names", lang)
        rest = len(found.names) - SHOWN
        more = say("explain.more_names", lang, n=rest) if rest > 0 else ""
        screen.line(_list(found.names[:SHOWN], lang) + more, indent=2)


def _text(words: Words, read: bool, lang: str) -> str:
    state = "found" if not read else "here" if words.at_hand else "changed"
    state = state if words.path else "away"
    return say(f"explain.{state}", lang, source=words.source)


def _title(screen: Screen, key: str, lang: str) -> None:
    screen.line()
    screen.line((say(key, lang), "bold"))


def _list(words: Iterable[str], lang: str) -> str:
    return say("comma", lang).join(words)


def _pad(words: str, width: int) -> str:
    """Padded by what a terminal shows: a Chinese character takes two columns."""
    text = Text(words)
    text.pad_right(max(1, width - text.cell_len))
    return text.plain
