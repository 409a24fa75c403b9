"""Whether the tree shows that a duty is met: probes of files, names and mandated lines."""

from __future__ import annotations

import re

from licaudit.facts import Condition, License, ObligationStatus, Probe, Relation

# Duties whose fulfilment a probe of the tree can show; all others are for a person.
CHECKED = frozenset(
    {"license_text", "name_prefix", "name_contains", "display", "notice", "attribution"}
)
Shown = tuple[ObligationStatus, tuple[str, ...]]


def shown(
    condition: Condition, license_: License, relation: Relation | None, probes: tuple[Probe, ...]
) -> Shown:
    """A triggered duty's status, and where the tree shows it."""
    if condition.type in ("name_prefix", "name_contains"):
        return _name(condition, probes)
    if condition.type in ("display", "notice") and condition.text:
        wanted = lines_of(condition)
        hits = [p for p in probes if p.kind == "text_marker" and p.value in wanted]
        return ("met", _places(hits)) if hits else ("missing", ())
    if condition.type == "notice" and relation is None:
        # Lines of others are owed only where some came along, and then they stand in a file.
        hits = [p for p in probes if p.kind == "notice_file"]
        return ("met", _places(hits)) if hits else ("not_triggered", ())
    if condition.type == "license_text":
        hits = [p for p in probes if p.kind == "license_file" and _holds(p.digest, license_.id)]
        if hits:
            return "met", _places(hits)
        return ("missing", ()) if relation != "trained_on" else ("manual", ())
    if condition.type == "attribution":
        hits = [
            p
            for p in probes
            if p.kind == "copyright" or (p.kind == "license_file" and _holds(p.digest, license_.id))
        ]
        return ("met", _places(hits)) if hits and relation is None else ("manual", ())
    return "manual", ()


def _holds(expression: str | None, license_id: str) -> bool:
    """Whether a file identified as an expression holds the text of a license.

    One text serves `-only` and `-or-later`.
    """
    ids = re.split(r"[\s()]+", expression or "")
    return _stem(license_id) in {_stem(i) for i in ids if i}


def _stem(license_id: str) -> str:
    base = license_id.split(" WITH ", 1)[0]
    return base.removesuffix("-only").removesuffix("-or-later")


def _name(condition: Condition, probes: tuple[Probe, ...]) -> Shown:
    wanted = [w.strip().lower() for w in (condition.text or "").split(" | ") if w.strip()]
    names = [p for p in probes if p.kind == "name"]
    if not wanted or not names:
        return "manual", ()
    # Every name the model goes by must carry it: a folder name alone proves nothing.
    said = [p for p in names if p.location] or names
    good = [
        p
        for p in said
        if any(_fits(p.value.rsplit("/", 1)[-1].lower(), w, condition.type) for w in wanted)
    ]
    return ("met", _places(good)) if len(good) == len(said) else ("missing", _places(said))


def _fits(name: str, wanted: str, how: str) -> bool:
    flat, target = re.sub(r"[\s_.-]+", "", name), re.sub(r"[\s_.-]+", "", wanted)
    return flat.startswith(target) if how == "name_prefix" else target in flat


def _places(probes: list[Probe]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(p.location.label() if p.location else p.value for p in probes))


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
                if c.kind == "duty" and c.type in ("display", "notice")
                for line in lines_of(c)
            }
        )
    )
