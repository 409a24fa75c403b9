"""Rule files of `rules/licenses/` checked against the term model, with file and line on error.

`extends: <stem>` starts from another file: scalars and blocks of the child replace the parent's,
`conditions` merge by id (`drop: [id, ...]` removes some), `grants` of the child are put in front
and replace the parent's lines for the same actions, purposes and kinds.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from licaudit.documents import Document, read_yaml
from licaudit.errors import KnowledgeError
from licaudit.facts.codec import to_plain
from licaudit.facts.terms import ASSET_KINDS, CONDITION_KINDS, PURPOSES, License
from licaudit.licenses.vocabulary import CLAUSE_VALUES, clause_complaint, complaint

NOT_INHERITED = ("id", "name", "aliases", "titles", "texts", "scancode", "note", "jurisdiction")


@cache
def _adapter() -> Any:
    from pydantic import TypeAdapter

    return TypeAdapter(License)


def read_files(folder: Path) -> dict[str, Document]:
    """Every license file of a folder by stem. Raises KnowledgeError on broken YAML."""
    documents = {}
    for path in sorted(folder.glob("*.yaml")):
        document = read_yaml(path.read_text("utf-8"), f"rules/licenses/{path.name}")
        if not isinstance(document.data, dict):
            raise KnowledgeError("expected a mapping of term fields", where=document.where())
        documents[path.stem] = document
    return documents


def resolve(documents: dict[str, Document]) -> list[dict[str, Any]]:
    """Checked plain records of all files, `extends` unfolded. Raises KnowledgeError."""
    merged: dict[str, dict[str, Any]] = {}
    for stem in documents:
        _merge(stem, documents, merged, ())
    records = [_check(documents[stem], data) for stem, data in merged.items()]
    _unique(records, documents)
    return records


def _merge(
    stem: str,
    documents: dict[str, Document],
    done: dict[str, dict[str, Any]],
    trail: tuple[str, ...],
) -> dict[str, Any]:
    if stem in done:
        return done[stem]
    document = documents[stem]
    data = dict(document.data)
    parent = data.pop("extends", None)
    dropped = set(data.pop("drop", None) or ())
    if parent is not None:
        if parent in (*trail, stem):
            raise KnowledgeError(
                f"`extends` goes in a circle: {' -> '.join((*trail, stem, parent))}",
                where=document.where("extends"),
            )
        if parent not in documents:
            raise KnowledgeError(
                f"`extends: {parent}` names no file of rules/licenses",
                where=document.where("extends"),
            )
        base = _merge(parent, documents, done, (*trail, stem))
        data = _inherit(base, data, dropped, document)
    elif dropped:
        raise KnowledgeError("`drop` needs `extends`", where=document.where("drop"))
    data["path"] = document.name
    done[stem] = data
    return data


def _inherit(
    base: dict[str, Any], data: dict[str, Any], dropped: set[str], document: Document
) -> dict[str, Any]:
    result = {k: v for k, v in base.items() if k not in NOT_INHERITED}
    result.update({k: v for k, v in data.items() if k not in ("grants", "conditions")})
    conditions = {c["id"]: c for c in base.get("conditions", ()) if c["id"] not in dropped}
    unknown = dropped - {c["id"] for c in base.get("conditions", ())}
    if unknown:
        raise KnowledgeError(
            f"`drop` names conditions the parent does not have: {', '.join(sorted(unknown))}",
            where=document.where("drop"),
        )
    for condition in data.get("conditions", ()):
        key = condition.get("id", "") if isinstance(condition, dict) else ""
        conditions[key] = {**conditions.get(key, {}), **condition}
    own = list(data.get("grants", ()))
    said = {cell for line in own for cell in _cells(line)}
    kept = [line for line in base.get("grants", ()) if not set(_cells(line)) <= said]
    result["grants"] = own + kept
    result["conditions"] = list(conditions.values())
    return result


def _cells(line: dict[str, Any]) -> list[tuple[str, str, str]]:
    return [
        (action, purpose, kind)
        for action in line.get("actions", ())
        for purpose in line.get("purposes", PURPOSES)
        for kind in line.get("kinds", ASSET_KINDS)
    ]


def _check(document: Document, data: dict[str, Any]) -> dict[str, Any]:
    from pydantic import ValidationError

    try:
        record: License = _adapter().validate_python(data)
    except ValidationError as error:
        first = error.errors()[0]
        place = tuple(p for p in first["loc"] if isinstance(p, (str, int)))
        raise KnowledgeError(
            f"`{'.'.join(map(str, place))}`: {first['msg']}",
            where=document.where(*place),
            todo="See docs/terms.md for the vocabulary.",
        ) from error
    for condition in record.conditions:
        if condition.type not in CONDITION_KINDS[condition.kind]:
            raise KnowledgeError(
                f"condition `{condition.id}`: type `{condition.type}` is not a {condition.kind}",
                where=_place(document, condition.id),
            )
        if problem := complaint(condition):
            raise KnowledgeError(
                f"condition `{condition.id}`: {problem}",
                where=_place(document, condition.id),
                todo="See docs/terms.md for the vocabulary.",
            )
    _check_terms(document, record)
    plain: dict[str, Any] = to_plain(record)
    return plain


def _place(document: Document, condition: str) -> str:
    """Where a condition stands in its own file; an inherited one is the fault of `extends`."""
    for index, own in enumerate(document.data.get("conditions", ())):
        if own.get("id") == condition:
            return document.where("conditions", index)
    return document.where("extends")


def _check_terms(document: Document, record: License) -> None:
    for field in CLAUSE_VALUES:
        value = getattr(record, field)
        if value is not None and (problem := clause_complaint(field, value)):
            raise KnowledgeError(
                f"`{field}`: {problem}",
                where=document.where(field),
                todo="See docs/terms.md for the vocabulary.",
            )
    for index, grant in enumerate(record.grants):
        if not grant.clause.strip():
            raise KnowledgeError("a grant needs its clause", where=document.where("grants", index))
        if grant.verdict == "conditional" and not any(
            c.kind != "duty" and (not c.actions or set(c.actions) & set(grant.actions))
            for c in record.conditions
        ):
            raise KnowledgeError(
                "a conditional grant needs an eligibility or precondition that decides it",
                where=document.where("grants", index),
            )


def _unique(records: list[dict[str, Any]], documents: dict[str, Document]) -> None:
    seen: dict[str, str] = {}
    for record in records:
        for name in {record["id"].lower(), *(a.lower() for a in record["aliases"])}:
            if seen.setdefault(name, record["path"]) != record["path"]:
                document = documents[Path(record["path"]).stem]
                raise KnowledgeError(
                    f"the name `{name}` is also claimed by {seen[name]}",
                    where=document.where("aliases"),
                )
