"""A rule's words about one subject: placeholders filled from a closed list."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from licaudit import i18n
from licaudit.facts import ObligationStatus, Reason, Text
from licaudit.policy.contradictions import told
from licaudit.policy.obligations import code_of
from licaudit.policy.resolve import called
from licaudit.policy.subjects import Subject

_LICENSE_REF = re.compile(r"LicenseRef-[\w+-]+(?:\.[\w+-]+)*")  # no full stop at its end
PLACEHOLDER = re.compile(r"\{(\w*)\}")
SHOWN = 12
GROUNDS = 3  # reasons told of a license that asks less than another; the rest are counted
About = tuple[str, ...]


def about(prefixes: About, subject: Subject) -> list[Reason]:
    """The open reasons a rule speaks of: those whose code starts with one of its `about` words."""
    if not prefixes:
        return []
    return [
        r for r in subject.resolution.reasons if r.outcome != "pass" and r.code.startswith(prefixes)
    ]


def words(text: Text, prefixes: About, subjects: list[Subject]) -> Text:
    """The words of a rule about one subject, or about several like it that it names together."""
    return Text(
        _filled(text.en, prefixes, subjects, "en"), _filled(text.zh, prefixes, subjects, "zh")
    )


def _filled(words: str, prefixes: About, subjects: list[Subject], lang: str) -> str:
    subject = subjects[0]

    def fill(match: re.Match[str]) -> str:
        maker = _VALUES.get(match.group(1))
        if maker is None:
            return match.group(0)
        if match.group(1) == "name":
            return _listed([s.artifact.name for s in subjects], lang)
        return maker(prefixes, subject, lang)

    filled = re.sub(r" ?\(\)|（）", "", PLACEHOLDER.sub(fill, words))  # nothing to say in brackets
    return " ".join(filled.split())


def _listed(names: list[str], lang: str) -> str:
    unique = list(dict.fromkeys(names))
    more = len(unique) - SHOWN
    comma = "、" if lang == "zh" else ", "
    end = {"en": f" and {more} more", "zh": f"等 {len(unique)} 项"}[lang] if more > 0 else ""
    return comma.join(unique[:SHOWN]) + end


def _sentences(texts: Iterable[Text], lang: str) -> str:
    return ("" if lang == "zh" else " ").join(dict.fromkeys(t.say(lang) for t in texts))


def _duties(status: ObligationStatus) -> Callable[[About, Subject, str], str]:
    """The duties of one status that a rule speaks of; all of them where it speaks of no reasons."""

    def say(prefixes: About, subject: Subject, lang: str) -> str:
        return _sentences(
            (
                o.message
                for o in subject.resolution.obligations
                if o.status == status and (not prefixes or code_of(o).startswith(prefixes))
            ),
            lang,
        )

    return say


def _license(prefixes: About, subject: Subject, lang: str) -> str:
    """The licenses whose terms a rule speaks of; the whole expression when it speaks of none."""
    ids = dict.fromkeys(r.license for r in about(prefixes, subject) if r.license)
    if not ids:
        return names(subject, lang) or {"en": "no license", "zh": "无许可证"}[lang]
    return (" 与 " if lang == "zh" else " and ").join(_one(i, subject, lang) for i in ids)


def _one(license_id: str, subject: Subject, lang: str) -> str:
    statement = next((s for s in subject.statements if s.id == license_id), None)
    if statement is None:
        return readable(license_id, subject)
    return called(statement)[lang == "zh"].strip()


def _part(_: About, subject: Subject, lang: str) -> str:
    """`data` for `data:collection`; checkpoints and folders keep their names."""
    if subject.scope in ("", "data:collection"):
        return i18n.name("scope", subject.part if not subject.scope else "data", lang)
    kind, _colon, rest = subject.scope.partition(":")
    known = i18n.name("scope", subject.scope, lang)
    return f"`{rest}`" if kind in ("checkpoint", "subset", "folder") else known


def _gaps(_: About, subject: Subject, lang: str) -> str:
    details = dict.fromkeys(g.detail.rstrip(".") for g in subject.gaps if g.blocks)
    return ("；" if lang == "zh" else "; ").join(details)


def _conflict(_: About, subject: Subject, lang: str) -> str:
    return told(subject.conflicts, lambda expression: readable(expression, subject), lang)


def _restrictions(_: About, subject: Subject, lang: str) -> str:
    comma = "、" if lang == "zh" else ", "
    return comma.join(i18n.name("narrows", r, lang) for r in subject.restrictions)


def _looser(_: About, subject: Subject, lang: str) -> str:
    """What the upstream terms keep back and the declared license gives away."""
    texts = dict.fromkeys(g.message for x in subject.looser for g in x.grounds)
    more = len(texts) - GROUNDS
    end = {"en": f" And {more} more.", "zh": f"另有 {more} 项。"}[lang] if more > 0 else ""
    named = {i: name for x in subject.looser for i, name in x.called}
    return _LICENSE_REF.sub(
        lambda m: named.get(m.group(0), m.group(0)), _sentences(list(texts)[:GROUNDS], lang) + end
    )


def _fit(_: About, subject: Subject, lang: str) -> str:
    """The grounds that stand against going out under the chosen license, worst first."""
    found = subject.fit
    if found is None:
        return ""
    grounds = [g for g in found.reasons if g.answer != "yes"]
    grounds.sort(key=lambda g: g.answer != "no")
    told = [g.message for g in grounds if g.code != "unknown_terms" or subject.stated][:GROUNDS]
    named = {x.id: x.name for x in (*subject.licenses, *subject.statements)}
    return _LICENSE_REF.sub(lambda m: named.get(m.group(0), m.group(0)), _sentences(told, lang))


def _missing_records(_: About, subject: Subject, lang: str) -> str:
    return _listed([r.path for r in subject.intake.records if not r.present], lang)


def _reserved(_: About, subject: Subject, lang: str) -> str:
    inside = {"en": "{} ({}; reserved by {})", "zh": "{}（{}；{} 声明保留）"}[lang]
    return _listed(
        [inside.format(r.address, r.place, r.against) for r in subject.intake.reserved], lang
    )


_VALUES: dict[str, Callable[[About, Subject, str], str]] = {
    "name": lambda _, s, lang: s.artifact.name,
    "part": _part,
    "license": _license,
    "expression": lambda _, s, lang: names(s, lang),
    "reasons": lambda prefixes, s, lang: _sentences((r.message for r in about(prefixes, s)), lang),
    "missing": _duties("missing"),
    "manual": _duties("manual"),
    "gaps": _gaps,
    "conflict": _conflict,
    "upstream": lambda _, s, lang: _listed([x.name for x in s.looser], lang),
    "looser": _looser,
    "declared": lambda _, s, lang: readable(s.declared, s),
    "restrictions": _restrictions,
    "outbound": lambda _, s, lang: readable(s.fit.outbound, s) if s.fit else "",
    "fit": _fit,
    "records": _missing_records,
    "reserved": _reserved,
    "contract": lambda _, s, lang: s.intake.contract_id or "",
    "generators": lambda _, s, lang: _listed(list(s.intake.generators), lang),
}
PLACEHOLDERS = frozenset(_VALUES)


def names(subject: Subject, lang: str) -> str:
    """The expression with ids nobody can read replaced by names, or the sentences alone."""
    expression = (subject.answer.expression if subject.answer else None) or ""
    if expression:
        return readable(expression, subject)
    side = 1 if lang == "zh" else 0
    return ("、" if lang == "zh" else ", ").join(
        called(s)[side].strip() for s in subject.statements
    )


def readable(expression: str, subject: Subject) -> str:
    """An expression whose LicenseRef ids are replaced by the names of their licenses."""
    named = {x.id: x.name for x in subject.licenses if x.id.startswith("LicenseRef-")}

    def name(match: re.Match[str]) -> str:
        return named.get(match.group(0), match.group(0))

    return _LICENSE_REF.sub(name, expression)
