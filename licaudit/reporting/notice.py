"""THIRD_PARTY_NOTICES.txt: whose material this is made with, under which license, plain text.

Everything upstream is listed, also what no license was found for: a notice that leaves out the
unknown would look complete.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterable
from functools import cached_property

from licaudit.facts import Artifact, AuditResult, Claim, Obligation, Relation
from licaudit.i18n import name, say
from licaudit.reporting.answers import ids_in
from licaudit.reporting.index import Index
from licaudit.reporting.issues import line
from licaudit.reporting.places import Places

WIDTH = 80
OWED = frozenset(
    {"license_text", "attribution", "notice", "display", "acknowledge", "name_prefix"}
    | {"name_contains", "state_changes", "source", "network_source"}
)


class _Book(Index):
    """An index with the tables that only this report needs."""

    @cached_property
    def uses(self) -> dict[str, list[Relation]]:
        """What each artifact is to those that came from it."""
        table: dict[str, list[Relation]] = {}
        for link in self.result.links:
            table.setdefault(link.target, []).append(link.relation)
        return table

    @cached_property
    def lines(self) -> dict[str, list[str]]:
        """The copyright lines that were read, by artifact."""
        table: dict[str, list[str]] = {}
        for artifact, items in self.copyrights.items():
            table[artifact] = [item.statement for item in items]
        for probe in self.result.probes:
            if probe.kind == "copyright":
                table.setdefault(probe.artifact, []).append(probe.value)
        return table

    @cached_property
    def duties(self) -> dict[str, list[Obligation]]:
        """The duties of every intent that a notice helps to meet, by artifact."""
        table: dict[str, list[Obligation]] = {}
        for judgement in self.result.judgements:
            for duty in judgement.obligations:
                if duty.type in OWED and duty.status != "not_triggered":
                    table.setdefault(duty.artifact, []).append(duty)
        return table


def write(result: AuditResult, lang: str = "en") -> bytes:
    """The bytes of the notices in one language."""
    index = _Book(result)
    home = Places(index).home
    foreign = [a for a in index.artifacts.values() if a.id not in home]
    own = [a for a in index.artifacts.values() if a.id in home and _apart(index, a)]
    root = index.name(index.root) if index.root else result.target.input
    title = say("notice.title", lang)
    about = say(
        "notice.about",
        lang,
        name=line(root),
        version=line(result.licaudit_version),
        day=result.as_of,
    )
    lines = [title, "=" * _wide(title), "", *_wrapped(about)]
    if any(_unknown(index, a) for a in foreign) or any(gap.blocks for gap in result.gaps):
        lines += ["", *_wrapped(say("notice.incomplete", lang))]
    if not foreign and not own:
        lines += ["", say("notice.none", lang)]
    for artifact in sorted(foreign, key=_order):
        lines += ["", *_entry(index, artifact, lang)]
    if own:
        lines += ["", *_headed(say("notice.here", lang), "-")]
        for artifact in sorted(own, key=_order):
            lines += ["", *_entry(index, artifact, lang)]
    lines += _terms(index, [*foreign, *own], lang) + _gaps(index, lang)
    return ("\n".join(lines) + "\n").encode("utf-8", "backslashreplace")


def _order(artifact: Artifact) -> tuple[str, str, str]:
    return artifact.kind, artifact.name.casefold(), artifact.id


def _apart(index: _Book, artifact: Artifact) -> bool:
    """Whether a part of this tree, or a folder of the root, states a license of its own."""
    found = index.answers.get(artifact.id, ())
    if artifact.id == index.root:
        return any(answer.scope.startswith("folder:") for answer in found)
    return bool(found or _copyrights(index, artifact) or artifact.holders)


def _copyrights(index: _Book, artifact: Artifact) -> list[str]:
    found = (line(words, 500) for words in index.lines.get(artifact.id, ()))
    return list(dict.fromkeys(words for words in found if words))


def _unknown(index: _Book, artifact: Artifact) -> bool:
    found = index.answers.get(artifact.id, ())
    return not found or any(answer.expression is None for answer in found)


def _entry(index: _Book, artifact: Artifact, lang: str) -> list[str]:
    head = f"{line(artifact.name) or line(artifact.id)} ({name('kind', artifact.kind, lang)})"
    rows: list[tuple[str, str]] = []
    used = {name("relation", relation, lang) for relation in index.uses.get(artifact.id, ())}
    if used:
        rows.append(("notice.used", ", ".join(sorted(used))))
    if artifact.revision:
        rows.append(("notice.revision", line(artifact.revision)))
    rows.append(("notice.id", line(artifact.id)))
    found = index.answers.get(artifact.id, ())
    for answer in found:
        words = line(answer.expression or "") or say("notice.unknown", lang)
        rows.append(("notice.license", f"{words} ({line(name('scope', answer.scope, lang))})"))
    if not found:
        rows.append(("notice.license", say("notice.unknown", lang)))
    rows += [("notice.copyright", words) for words in _copyrights(index, artifact)]
    if artifact.holders:
        rows.append(("notice.holders", ", ".join(line(h) for h in artifact.holders)))
    rows += [("notice.owed", words) for words in _owed(index, artifact, lang)]
    lines = _headed(head, "-")
    for key, words in rows:
        lines += _wrapped(f"{say(key, lang)}{say('colon', lang)}{words}", "    ")
    return lines


def _owed(index: _Book, artifact: Artifact, lang: str) -> list[str]:
    """Duties that a notice helps to meet, from every intent."""
    found = (
        f"{line(duty.message.say(lang))} ({line(duty.license)} § {line(duty.clause)})"
        for duty in index.duties.get(artifact.id, ())
    )
    return list(dict.fromkeys(found))


def _terms(index: _Book, artifacts: Iterable[Artifact], lang: str) -> list[str]:
    """Every license named above, with its name, links, and the words that named it."""
    ids = {
        known
        for artifact in artifacts
        for answer in index.answers.get(artifact.id, ())
        for known in ids_in(answer.expression)
    }
    if not ids:
        return []
    lines = ["", *_headed(say("notice.terms", lang), "=")]
    claims: dict[str, Claim] = {}
    for claim in index.result.claims:
        for known in ids_in(claim.expression):
            claims.setdefault(known, claim)
    for known in sorted(ids):
        license = index.licenses.get(known)
        lines += ["", line(known)]
        if license:
            lines += _wrapped(line(license.name), "    ")
            lines += [f"    {line(link)}" for link in license.links[:3]]
        elif known in claims:
            lines += _wrapped(f'"{line(claims[known].written, 300)}"', "    ")
    return lines


def _gaps(index: _Book, lang: str) -> list[str]:
    blocking = [gap for gap in index.result.gaps if gap.blocks]
    if not blocking:
        return []
    lines = ["", *_headed(say("notice.gaps", lang), "="), ""]
    for gap in blocking:
        reason = line(name("gap", gap.reason, lang))
        lines += _wrapped(f"- {line(index.name(gap.artifact))}: {reason}. {line(gap.detail)}", "  ")
    return lines


def _headed(title: str, sign: str) -> list[str]:
    return [title, sign * min(_wide(title), WIDTH)]


def _wide(text: str) -> int:
    """Columns of a terminal: Chinese signs take two."""
    return sum(2 if ord(sign) > 0x2E7F else 1 for sign in text)


def _wrapped(text: str, indent: str = "") -> list[str]:
    return textwrap.wrap(
        text, WIDTH, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False
    ) or [""]
