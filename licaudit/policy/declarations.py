"""What became of everything the user declares: positions, agreements and confirmations."""

from __future__ import annotations

from collections.abc import Iterable

from licaudit.facts import (
    Agreement,
    Confirmation,
    Debate,
    Declared,
    Intent,
    Position,
    Relation,
    Text,
)
from licaudit.policy.agreements import ours, speaks_of
from licaudit.policy.dates import live
from licaudit.policy.debates import raised
from licaudit.policy.positions import asks, holds, places
from licaudit.policy.propagation import load_propagation
from licaudit.policy.situation import Situation
from licaudit.policy.subjects import Case, Subject
from licaudit.provenance.graph import Reach

_PLACES = {
    "established": ("where you are established", "设立地"),
    "trained": ("where it is trained", "训练地"),
    "deployed": ("where it is deployed", "部署地"),
}


def debated(subjects: Iterable[Subject], reaches: Iterable[Reach]) -> tuple[Debate, ...]:
    """Both sides of every question that an open reason or a way to the root rests on.

    A way over two edges may rest on two: whichever is answered, the term may not arrive.
    """
    names: set[str] = set()
    ways: dict[tuple[str, Relation | None, str], set[str]] = {}
    for reach in reaches:
        ways.setdefault((reach.artifact, reach.relation, reach.term), set()).update(reach.questions)
    for subject in subjects:
        known = (*subject.licenses, *subject.statements)
        for term, question in subject.carried.items():
            if question and asks(known, term):
                names |= ways[subject.artifact.id, subject.relation, term]
        names |= {
            r.code.split(":", 1)[1]
            for r in subject.resolution.reasons
            if r.code.startswith("debated:")
        }
    return raised(names, load_propagation().questions)


def declared(
    case: Case, intent: Intent, subjects: tuple[Subject, ...], decided: frozenset[str]
) -> tuple[Declared, ...]:
    """One line for each declaration of the project file: what it did, or why it did nothing."""
    project = case.project
    if not (project.positions or project.agreements or project.confirmations):
        return ()
    found = [_position(p, case, intent, decided) for p in project.positions]
    found += [_agreement(a, case, intent, subjects) for a in project.agreements]
    met = {
        (x.id, c.id, s.artifact.id)
        for s in subjects
        for x in (*s.licenses, *s.statements)
        for c in x.conditions
    }
    found += [_confirmation(c, case, met) for c in project.confirmations]
    return tuple(found)


def _position(position: Position, case: Case, intent: Intent, decided: frozenset[str]) -> Declared:
    name = f"{position.question}: {position.answer} ({position.by})"
    if not live(position.expires, case.as_of):
        return _say("position", name, "expired", *_ended(position.expires))
    if not holds(position, intent):
        named = places(position.question, intent)
        unsaid = [k for k, v in named.items() if v is None]
        en = f"It is signed for {position.jurisdiction}"
        zh = f"该立场仅就 {position.jurisdiction} 签署"
        if unsaid:
            en += f", and the intent does not say {' or '.join(_PLACES[k][0] for k in unsaid)}."
            zh += f"，而意图未说明{'和'.join(_PLACES[k][1] for k in unsaid)}。"
        else:
            en += ", and the intent reaches beyond it."
            zh += "，而意图超出该法域。"
        return _say("position", name, "elsewhere", en, zh)
    if position.question in decided:
        return _say(
            "position", name, "used", f"It decides it ({position.basis}).",
            f"由其决定（{position.basis}）。",
        )  # fmt: skip
    return _say(
        "position", name, "unused", "The question does not come up here.", "此处未出现该问题。"
    )


def _agreement(
    item: Agreement, case: Case, intent: Intent, subjects: tuple[Subject, ...]
) -> Declared:
    if not ours(item, intent.licensee):
        en = f"It was made with {item.licensee}, not with {intent.licensee}."
        zh = f"该协议的被许可方是 {item.licensee}，而非 {intent.licensee}。"
        return _say("agreement", item.id, "stranger", en, zh)
    situations = [s.situation for s in subjects if s.situation]
    if any(item.id in s.altered for s in situations):
        en = f"{item.document} is not the document that was signed: its SHA-256 differs."
        zh = f"{item.document} 不是所签署的文件：SHA-256 不一致。"
        return _say("agreement", item.id, "altered", en, zh)
    if case.as_of < item.term[0]:
        en, zh = f"It begins on {item.term[0]}.", f"自 {item.term[0]} 起生效。"
        return _say("agreement", item.id, "not_begun", en, zh)
    about = [(s.situation, ids) for s in subjects if s.situation and (ids := _ids(s)) is not None]
    found = [speaks_of(item, ids, where) for where, ids in about]
    if "covers" in found:
        return _covering(item, intent, situations)
    if not live(item.term[1], case.as_of):
        return _say("agreement", item.id, "expired", *_ended(item.term[1]))
    if "elsewhere" in found:
        en = f"It holds in {', '.join(item.territory)}; the intent goes beyond, or does not say."
        zh = f"仅适用于 {'、'.join(item.territory)}；意图超出该地域或未说明。"
        return _say("agreement", item.id, "elsewhere", en, zh)
    en, zh = "Nothing here falls under it.", "此处无适用对象。"
    return _say("agreement", item.id, "unused", en, zh)


def _ids(subject: Subject) -> tuple[str, ...]:
    return tuple(x.id for x in (*subject.licenses, *subject.statements))


def _covering(item: Agreement, intent: Intent, situations: list[Situation]) -> Declared:
    """It counts; what about it nobody could check is said."""
    if intent.licensee is None:
        en = f"It counts; whether you are {item.licensee} was not compared (intent: `licensee`)."
        zh = f"已计入；未核对您是否为 {item.licensee}（意图的 licensee）。"
        return _say("agreement", item.id, "unproved", en, zh)
    return _say("agreement", item.id, "used", "It covers what is done here.", "已涵盖此处行为。")


def _confirmation(item: Confirmation, case: Case, met: set[tuple[str, str, str]]) -> Declared:
    name = f"{item.license} {item.condition} ({item.by})"
    if not live(item.expires, case.as_of):
        return _say("confirmation", name, "expired", *_ended(item.expires))
    same = {
        a
        for license_, condition, a in met
        if (license_, condition) == (item.license, item.condition)
    }
    if same and item.artifact in (None, *same):
        return _say(
            "confirmation", name, "used", "The condition is held to be met.", "视该条件为已满足。"
        )
    return _say(
        "confirmation", name, "unused", "No such condition comes up here.", "此处未出现该条件。"
    )


def _ended(day: object) -> tuple[str, str]:
    return f"It ended on {day} and decides nothing.", f"已于 {day} 到期，不再有任何作用。"


def _say(kind: str, name: str, state: str, en: str, zh: str) -> Declared:
    return Declared(kind, name, state, Text(en, zh))  # type: ignore[arg-type]
