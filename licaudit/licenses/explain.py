"""One name to everything known of it: the terms of a license, or why the name settles none."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from licaudit.errors import UsageError
from licaudit.facts import (
    ACTIONS,
    PERMISSION_ORDER,
    PURPOSES,
    Action,
    License,
    Permission,
    Purpose,
    Text,
)
from licaudit.licenses.catalog import Catalog, license_folder, load_catalog, split_file
from licaudit.licenses.knowledge import Knowledge, load_knowledge, name_key
from licaudit.licenses.names import Named, resolve_name
from licaudit.licenses.terms import terms_lookup
from licaudit.licenses.texts import digest

NEAREST, SURE = 5, 0.6
SCANCODE = "scancode:"
Cell = tuple[Permission, str | None]


@dataclass(frozen=True, slots=True)
class Words:
    """A text the terms were read from: its digest, where it stands, whether it is here as read."""

    source: str
    sha256: str
    at_hand: bool
    path: str | None


@dataclass(frozen=True, slots=True)
class Explained:
    """What a name means. `terms` for one license; `parts` for an expression or for candidates."""

    asked: str
    id: str | None
    kind: str  # license, expression, ambiguous, silent, exception
    cells: dict[tuple[Action, Purpose], Cell]
    names: tuple[str, ...] = ()
    terms: License | None = None
    parts: tuple[License, ...] = ()
    candidates: tuple[str, ...] = ()
    why: Text | None = None
    texts: tuple[Words, ...] = ()
    category: str | None = None

    @property
    def capped(self) -> bool:
        """Whether no audit passes on these terms alone, however free they look."""
        found = (self.terms,) if self.terms else self.parts
        known = bool(found) and self.kind in ("license", "expression")
        return not known or any(
            t.confidence == "low" or (t.basis == "category" and not t.osi_approved) for t in found
        )


def explain(name: str, knowledge: Knowledge | None = None) -> Explained:
    """Everything known of a name, id, address or expression. Raises UsageError where nothing is."""
    knowledge, catalog = knowledge or load_knowledge(), load_catalog()
    terms_of = _lookup(knowledge, catalog)
    named = resolve_name(name, knowledge, catalog) if name.strip() else None
    if named is None:
        return _exception(name, catalog) or _unknown(name, knowledge, catalog)
    if named.expression is None:
        return _unsettled(name, named, knowledge, terms_of)
    terms = terms_of(named.expression)
    if terms is None or re.search(r" (AND|OR) |\(", named.expression):
        return _expression(name, named.expression, terms_of)
    known = catalog.by_id.get(terms.id.lower())
    return Explained(
        asked=name,
        id=named.expression if " WITH " in named.expression else terms.id,
        kind="license",
        cells=cells_of(terms),
        names=_names(terms, knowledge),
        terms=terms,
        texts=_texts(terms),
        category=known.category if known and terms.basis == "category" else None,
    )


def _lookup(knowledge: Knowledge, catalog: Catalog) -> Callable[[str], License | None]:
    """Terms by id; a ScanCode id whose key a curated file claims leads to that file."""
    plain = terms_lookup(knowledge, catalog)

    def terms_of(license_id: str) -> License | None:
        known = catalog.by_id.get(license_id.lower())
        if known and license_id not in knowledge.records:
            curated = knowledge.names.get(name_key(known.key))
            if curated:
                return knowledge.get(curated)
        return plain(license_id)

    return terms_of


def cells_of(terms: License) -> dict[tuple[Action, Purpose], Cell]:
    """The strictest verdict of each act over the kinds the license was written for."""
    return {
        (action, purpose): min(
            (terms.grant(action, purpose, kind) for kind in terms.kinds),
            key=lambda cell: PERMISSION_ORDER.index(cell[0]),
        )
        for action in ACTIONS
        for purpose in PURPOSES
    }


def _cited(terms: License) -> dict[tuple[Action, Purpose], Cell]:
    """The same, each clause with the license it is of: several stand side by side."""
    return {
        key: (verdict, f"{terms.id} {clause}" if clause else None)
        for key, (verdict, clause) in cells_of(terms).items()
    }


def _names(terms: License, knowledge: Knowledge) -> tuple[str, ...]:
    """All names that lead here; spellings that differ in case or dashes alone are one."""
    listed = (terms.name, *terms.aliases, *terms.scancode)
    own = {name_key(name): name for name in reversed(listed)}
    others = {key: key for key, owner in knowledge.names.items() if owner == terms.id}
    found = {**others, **own}
    found.pop(name_key(terms.id), None)
    return tuple(sorted(found.values(), key=str.lower))


def _texts(terms: License) -> tuple[Words, ...]:
    refs = [(text.source, text.sha256) for text in terms.texts]
    if terms.basis == "category":
        refs = [(f"{SCANCODE}{key}", "") for key in terms.scancode]
    return tuple(w for source, sha256 in refs if (w := _words(source, sha256)))


def _words(source: str, sha256: str) -> Words | None:
    path = license_folder() / f"{source.removeprefix(SCANCODE)}.LICENSE"
    if not source.startswith(SCANCODE) or not path.is_file():
        return Words(source, sha256, False, None) if sha256 else None
    found = digest(split_file(path.read_text("utf-8"))[1])
    return Words(source, sha256 or found, found == (sha256 or found), str(path))


def _expression(name: str, expression: str, terms_of: Callable[[str], License | None]) -> Explained:
    """AND takes the worst of each act. OR its best, once every branch is known."""
    from license_expression import Licensing

    tree = Licensing().parse(expression)
    ids = [str(s) for s in Licensing().license_symbols(tree, decompose=False)]
    parts = tuple(terms for i in ids if (terms := terms_of(i)) is not None)
    cells = _joined(tree, terms_of)
    return Explained(name, expression, "expression", cells, parts=parts)


def _joined(
    node: Any, terms_of: Callable[[str], License | None]
) -> dict[tuple[Action, Purpose], Cell]:
    operator = type(node).__name__
    if operator not in ("AND", "OR"):
        terms = terms_of(str(node))
        return _cited(terms) if terms else _blank("unknown")
    branches = [_joined(part, terms_of) for part in node.args]
    pick = max if operator == "OR" else min
    return {
        key: pick((b[key] for b in branches), key=lambda c: PERMISSION_ORDER.index(c[0]))
        for key in _blank("unknown")
    }


def _blank(verdict: Permission) -> dict[tuple[Action, Purpose], Cell]:
    return {(action, purpose): (verdict, None) for action in ACTIONS for purpose in PURPOSES}


def _unsettled(
    name: str, named: Named, knowledge: Knowledge, terms_of: Callable[[str], License | None]
) -> Explained:
    """A name that states nothing, or that several licenses share: the strictest of them counts."""
    if named.silent:
        return Explained(name, None, "silent", _blank("unknown"))
    entry = knowledge.ambiguous.get(name_key(name))
    parts = tuple(terms for i in named.candidates if (terms := terms_of(i)) is not None)
    cells = _blank("unknown")
    if parts:
        each = [_cited(terms) for terms in parts]
        cells = {
            key: min((c[key] for c in each), key=lambda c: PERMISSION_ORDER.index(c[0]))
            for key in cells
        }
    return Explained(
        asked=name,
        id=None,
        kind="ambiguous",
        cells=cells,
        names=(entry.name, *entry.aliases) if entry else (),
        parts=parts,
        candidates=named.candidates,
        why=entry.why if entry else Text(named.why or ""),
    )


def _exception(name: str, catalog: Catalog) -> Explained | None:
    known = catalog.by_id.get(name.strip().lower()) or catalog.by_key.get(name.strip().lower())
    if known is None or not known.exception:
        return None
    words = _words(f"{SCANCODE}{known.key}", "")
    texts = (words,) if words else ()
    return Explained(
        name, known.id, "exception", _blank("unknown"), (known.name, known.key), texts=texts
    )


def _unknown(name: str, knowledge: Knowledge, catalog: Catalog) -> Explained:
    shown = {name_key(known.id): known.id for known in catalog.by_id.values()}
    shown |= knowledge.names
    shown |= {key: entry.name for key, entry in knowledge.ambiguous.items()}
    near = get_close_matches(name_key(name), shown, 3 * NEAREST, SURE)
    found = list(dict.fromkeys(shown[key] for key in near))[:NEAREST]
    raise UsageError(
        f"no license is known by the name `{name}`",
        todo=f"Nearest names: {', '.join(found)}." if found else "Check the spelling.",
    )
