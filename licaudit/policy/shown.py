"""Whether the tree shows that a duty is met, by the check that `rules/duties.yaml` names for it.

A look gives a status with its places, or None where nothing was seen: then the check's own data
says whether that means missing, or that a person must look. Nothing is ever met by a guess.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from licaudit.facts import Check, Condition, License, Probe
from licaudit.licenses.duties import load_duties
from licaudit.policy.outbound import Shown, flow_down, share_alike, stem
from licaudit.policy.situation import Situation
from licaudit.policy.views import Views

__all__ = ["Shown", "check_of", "markers", "shown"]

_YEARS = re.compile(r"\b(?:19|20)\d\d\b ?")
MOST = 20  # places told of one duty: a tree may hold thousands of license files


@dataclass(frozen=True, slots=True)
class _Look:
    """What one check looks at: the duty, whose it is, and the probes."""

    condition: Condition
    license: License
    situation: Situation
    views: Views

    def of(self, kind: str) -> Sequence[Probe]:
        """Probes of the audited tree of one kind."""
        return self.views.here.get(kind, ())

    def upstream(self, kind: str) -> Sequence[Probe]:
        """Probes of one kind of the tree that the artifact has elsewhere."""
        return self.views.theirs.get(kind, ())

    def notes(self, kind: str) -> list[Probe]:
        """Sentences of one kind about the artifact that the duty stands for."""
        return [p for p in self.of(kind) if p.about == self.situation.artifact]

    def texts(self) -> Sequence[Probe]:
        """Files of the audited tree that hold the license."""
        return self.of(f"text:{stem(self.license.id)}")

    @property
    def own(self) -> bool:
        """Whether the duty is that of the audited work itself."""
        return self.situation.relation is None


def check_of(condition: Condition) -> Check:
    """The check of a duty, by its license file or by its type."""
    return load_duties().check_of(condition)


def shown(condition: Condition, license_: License, situation: Situation, seen: Views) -> Shown:
    """A triggered duty's status, and where the tree shows it."""
    found = _LOOKS[check_of(condition)](_Look(condition, license_, situation, seen))
    return found if found is not None else (load_duties().absent(condition), ())


def _license_file(look: _Look) -> Shown | None:
    hits = look.texts()
    if hits:
        return "met", _places(hits)
    return ("manual", ()) if look.situation.relation == "trained_on" else None


def _notice_file(look: _Look) -> Shown | None:
    hits = look.of("notice_file")
    if look.own:
        # Lines of others are owed only where some came along, and then they stand in a file.
        return ("met", _places(hits)) if hits else ("not_triggered", ())
    kept = [p for p in hits if p.artifact == look.situation.artifact]
    if kept:
        return "met", _places(kept)  # a part of this tree brings its own
    upstream = look.upstream("notice_file")
    if upstream:
        return ("manual" if hits else "missing"), _abroad(upstream) + _places(hits)
    return None  # no notice seen there is no proof that there is none


def _copyright_line(look: _Look) -> Shown | None:
    ours = look.of("copyright")
    if look.own:
        hits = [p for p in ours if p.artifact == look.situation.artifact]
        hits += look.texts()
        return ("met", _places(hits)) if hits else None
    kept = [p for p in (*ours, *look.texts()) if p.artifact == look.situation.artifact]
    if kept:
        return "met", _places(kept)  # a part of this tree brings its own
    upstream = look.upstream("copyright")
    if not upstream:
        return None
    lines = {_flat(p.value): p for p in ours}
    found = [lines[_flat(p.value)] for p in upstream if _flat(p.value) in lines]
    dropped = [p for p in upstream if _flat(p.value) not in lines]
    if not dropped:
        return "met", _places(found)
    # The same holder in other words or years is for a person to compare.
    holders = {_YEARS.sub("", line).strip() for line in lines}
    near = any(_YEARS.sub("", _flat(p.value)).strip() in holders for p in dropped)
    return ("manual" if found or near else "missing"), _abroad(dropped)


def _credit_line(look: _Look) -> Shown | None:
    hits = look.notes("credit_line")
    if look.own:
        hits = [p for p in look.of("copyright") if p.artifact == look.situation.artifact]
    return ("met", _places(hits)) if hits else None


def _name(look: _Look) -> Shown | None:
    condition = look.condition
    wanted = [w.strip().lower() for w in (condition.text or "").split(" | ") if w.strip()]
    names = look.of("name")
    if not wanted or not names:
        return "manual", ()
    # Every name the model goes by must carry it: a folder name alone proves nothing.
    said = [p for p in names if p.location] or names
    how = check_of(condition)
    good = [
        p for p in said if any(_fits(p.value.rsplit("/", 1)[-1].lower(), w, how) for w in wanted)
    ]
    return ("met", _places(good)) if len(good) == len(said) else ("missing", _places(said))


def _fits(name: str, wanted: str, how: str) -> bool:
    flat, target = re.sub(r"[\s_.-]+", "", name), re.sub(r"[\s_.-]+", "", wanted)
    return flat.startswith(target) if how == "name_prefix" else target in flat


def _text_line(look: _Look) -> Shown | None:
    wanted = lines_of(look.condition)
    hits = [p for p in look.of("text_marker") if p.value in wanted]
    return ("met", _places(hits)) if hits else None


def _change_note(look: _Look) -> Shown | None:
    hits = look.notes("change_note")
    if not hits:
        return None
    # Licenses for code want the mark in each changed file, which no sentence of a page shows.
    return ("manual" if look.situation.part == "code" else "met"), _places(hits)


def _source_link(look: _Look) -> Shown | None:
    hits = look.notes("source_link")
    if not hits:
        return None
    # What the source of weights or data is, no address tells; nor does the one of an original tell
    # where the source of a work made from it is, or of all that goes along with it.
    apart = look.own or look.situation.relation in ("contains", "depends_on")
    sure = look.situation.part == "code" and apart and look.condition.reach != "combined"
    return ("met" if sure else "manual"), _places(hits)


def _outbound_terms(look: _Look) -> Shown | None:
    return flow_down(look.condition, look.license, look.situation.outbound, look.texts())


def _share_alike(look: _Look) -> Shown | None:
    situation = look.situation
    return share_alike(look.condition, look.license, situation.relation, situation.outbound)


def _nothing(_: _Look) -> Shown | None:
    return None


_LOOKS: dict[Check, Callable[[_Look], Shown | None]] = {
    "license_file": _license_file,
    "notice_file": _notice_file,
    "copyright_line": _copyright_line,
    "credit_line": _credit_line,
    "name_prefix": _name,
    "name_contains": _name,
    "text_line": _text_line,
    "change_note": _change_note,
    "source_link": _source_link,
    "outbound_terms": _outbound_terms,
    "share_alike_outbound": _share_alike,
    "agreement": _nothing,  # agreements and confirmations were asked before
    "manual": _nothing,
}


def _places(probes: Sequence[Probe]) -> tuple[str, ...]:
    few = probes[:MOST]
    return tuple(dict.fromkeys(p.location.label() if p.location else p.value for p in few))


def _abroad(probes: Sequence[Probe]) -> tuple[str, ...]:
    """Places in the tree of an upstream, said with its id."""
    return tuple(
        dict.fromkeys(
            f"{p.artifact} {p.location.label() if p.location else p.value}" for p in probes[:MOST]
        )
    )


def _flat(line: str) -> str:
    """A copyright line without what differs between copies of it: case, signs, spaces."""
    bare = re.sub(r"\(c\)|©|copyright|版权所有", " ", line.lower())
    return " ".join(re.findall(r"\w+", bare))


def squeezed(text: str) -> str:
    """A marker in lower case with single spaces, as the search for it stores it."""
    return " ".join(text.lower().split())


def lines_of(condition: Condition) -> list[str]:
    """The lines any of which fulfils a duty, as the search for them stores them."""
    return [squeezed(part) for part in (condition.text or "").split(" | ") if part.strip()]


def markers(licenses: list[License]) -> tuple[str, ...]:
    """The strings that duties of these licenses want to see in the tree."""
    return tuple(
        sorted(
            {
                line
                for item in licenses
                for c in item.conditions
                if c.kind == "duty" and check_of(c) == "text_line"
                for line in lines_of(c)
            }
        )
    )
