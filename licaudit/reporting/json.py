"""audit.json: the contract other programs rely on, and the only door in and out of AuditResult.

The shape is the design's. What it shows twice (the first judgement at the top, the terms and the
main license of an artifact) is derived when written and ignored when read.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

from licaudit.errors import ResultError
from licaudit.facts import (
    DATA,
    SCHEMA,
    Artifact,
    AuditResult,
    Baseline,
    Claim,
    Copyright,
    Fired,
    Gap,
    Inherited,
    Judgement,
    License,
    LicenseAnswer,
    Link,
    Opposed,
    Probe,
    ProjectText,
    RowAnswer,
    Run,
    ScopeVerdict,
    TargetFact,
    Tool,
    WaiverReport,
)
from licaudit.facts.codec import from_plain, record, to_plain
from licaudit.reporting.answers import ASSET_KIND, answers_by_artifact, main_answer, terms_of
from licaudit.reporting.misfits import first_misfit

Plain = dict[str, Any]
T = TypeVar("T")
NAME = "audit.json"
LARGEST = 500_000_000  # bytes of a file that is read
AGAIN = "Write it anew with `licaudit audit`."


def write(result: AuditResult) -> bytes:
    """The bytes of audit.json: sorted keys, UTF-8, equal for equal results outside `run`."""
    text = json.dumps(
        contract(result), ensure_ascii=False, allow_nan=False, sort_keys=True, indent=1
    )
    # A path may hold bytes that are no UTF-8 (lone surrogates): JSON spells them as \udcxx.
    return text.encode("utf-8", "backslashreplace") + b"\n"


def contract(result: AuditResult) -> Plain:
    """The plain values of audit.json."""
    judgements = [_judgement(j) for j in result.judgements]
    first: Plain = judgements[0] if judgements else {}
    document: Plain = {
        "schema": result.schema,
        "licaudit_version": result.licaudit_version,
        "knowledge_version": result.knowledge_version,
        "target": to_plain(result.target),
        "as_of": result.as_of,
        "intent": first.get("intent"),
        "verdict": result.verdict,
        "verdicts": [verdict for j in judgements for verdict in j["verdicts"]],
        "findings": first.get("findings", []),
        "obligations": first.get("obligations", []),
        "judgements": judgements,
        "artifacts": _artifacts(result),
        "links": to_plain(result.links),
        "claims": to_plain(result.claims),
        "gaps": to_plain(result.gaps),
        "probes": to_plain(result.probes),
        "waivers": to_plain(result.waivers),
        "licenses": to_plain(result.licenses),
        "notes": to_plain(result.notes),
        "run": to_plain(result.run),
    }
    if first.get("not_applied"):
        document["not_applied"] = first["not_applied"]
    if result.inherited:
        document["inherited"] = to_plain(result.inherited)
    if result.copyrights:
        document["copyrights"] = to_plain(result.copyrights)
    for key in ("conflicts", "depth", "project", "baseline", "fired", "own_packs", "rows", "tool"):
        if (found := getattr(result, key)) not in (None, ()):
            document[key] = to_plain(found)
    if result.baseline:
        document["new_verdict"] = result.new_verdict
    if _nested_answers(result) != list(result.answers):
        document["answers"] = to_plain(result.answers)
    return document


def _judgement(judgement: Judgement) -> Plain:
    plain: Plain = to_plain(judgement)
    plain["verdicts"] = [_verdict(v, judgement.intent.use) for v in judgement.verdicts]
    return plain


def _verdict(verdict: ScopeVerdict, use: str) -> Plain:
    # `scope` is the reader's word; `governs` the exact scope of the claims behind it.
    shown = "data" if verdict.scope == DATA else verdict.scope
    plain: Plain = to_plain(verdict)
    return plain | {"scope": shown, "governs": verdict.scope, "intent": use}


def _nested_answers(result: AuditResult) -> list[LicenseAnswer]:
    """The answers as they stand under their artifacts."""
    table = answers_by_artifact(result)
    return [answer for artifact in result.artifacts for answer in table.get(artifact.id, ())]


def _artifacts(result: AuditResult) -> list[Plain]:
    licenses = {license.id: license for license in result.licenses}
    answers = answers_by_artifact(result)
    claims: dict[str, list[str]] = {}
    for claim in result.claims:
        claims.setdefault(claim.artifact, []).append(claim.id)
    return [
        _artifact(artifact, answers.get(artifact.id, []), licenses)
        | {"claims": claims.get(artifact.id, [])}
        for artifact in result.artifacts
    ]


def _artifact(
    artifact: Artifact, answers: list[LicenseAnswer], licenses: dict[str, License]
) -> Plain:
    main = main_answer(artifact, answers)
    shown: Plain = {
        "scope": main.scope if main else None,
        "expression": main.expression if main else None,
        "basis": main.basis if main else None,
        "rung": main.rung if main else "none",
        "confidence": main.confidence if main else 0.0,
    }
    nested = [_without(to_plain(answer), "artifact") for answer in answers]
    terms = terms_of(shown["expression"], ASSET_KIND[artifact.kind], licenses)
    plain: Plain = to_plain(artifact)
    return plain | {"license": shown, "licenses": nested, "terms": terms}


def _without(plain: Plain, key: str) -> Plain:
    return {name: value for name, value in plain.items() if name != key}


def read_file(path: Path) -> AuditResult:
    """The result of the audit.json at `path`. Raises ResultError, which names the path."""
    return read_named(file_bytes(path, "Give an audit.json that `licaudit audit` wrote."), path)


def file_bytes(path: Path, todo: str) -> bytes:
    """The bytes of a file that should hold a result. Raises ResultError with `todo`."""
    try:
        if path.stat().st_size > LARGEST:
            raise ResultError(f"it has more than {LARGEST} bytes", where=str(path))
        return path.read_bytes()
    except OSError as error:
        what = f"this file cannot be read ({error.strerror})"
        raise ResultError(what, where=str(path), todo=todo) from error


def read_named(data: bytes, path: Path) -> AuditResult:
    """`read`, with an error that names the file the bytes came from."""
    try:
        return read(data)
    except ResultError as error:
        where = str(path) + (error.where or "").removeprefix(NAME)
        raise ResultError(error.what, where=where, todo=error.todo) from error


def read(data: bytes) -> AuditResult:
    """The result behind the bytes of an audit.json. Raises ResultError."""
    document = _document(data)
    judgements = _part(document, "judgements", _read_judgements)
    result = AuditResult(
        target=_part(document, "target", lambda v: record(TargetFact, v)),
        as_of=_part(document, "as_of", _day),
        licaudit_version=_part(document, "licaudit_version"),
        knowledge_version=_part(document, "knowledge_version"),
        judgements=judgements,
        artifacts=_many(document, "artifacts", Artifact, ("claims", "license", "terms")),
        answers=_read_answers(document),
        links=_many(document, "links", Link),
        claims=_many(document, "claims", Claim),
        gaps=_many(document, "gaps", Gap),
        probes=_many(document, "probes", Probe),
        waivers=_part(document, "waivers", lambda v: record(WaiverReport, v)),
        licenses=_many(document, "licenses", License),
        run=_part(document, "run", lambda v: record(Run, v)),
        schema=document["schema"],
        notes=_part(document, "notes", lambda v: from_plain(tuple[str, ...], v)),
        copyrights=_many(document, "copyrights", Copyright) if "copyrights" in document else (),
        inherited=_many(document, "inherited", Inherited) if "inherited" in document else (),
        conflicts=_many(document, "conflicts", Opposed) if "conflicts" in document else (),
        depth=_maybe(document, "depth", _same),
        project=_maybe(document, "project", lambda v: record(ProjectText, v)),
        baseline=_maybe(document, "baseline", lambda v: record(Baseline, v)),
        fired=_many(document, "fired", Fired) if "fired" in document else (),
        own_packs=_maybe(document, "own_packs", lambda v: from_plain(tuple[str, ...], v)) or (),
        rows=_many(document, "rows", RowAnswer) if "rows" in document else (),
        tool=_maybe(document, "tool", lambda v: record(Tool, v)),
    )
    misfit = first_misfit(AuditResult, result)
    if misfit:
        raise ResultError(misfit, where=NAME, todo=AGAIN)
    return result


def _document(data: bytes) -> Plain:
    try:
        document = json.loads(data)
    except json.JSONDecodeError as error:
        place = f"{NAME}:{error.lineno}:{error.colno}"
        raise ResultError(f"this is not JSON ({error.msg})", where=place, todo=AGAIN) from error
    except (ValueError, RecursionError) as error:
        raise ResultError("this is not readable JSON", where=NAME, todo=AGAIN) from error
    if not isinstance(document, dict) or not isinstance(document.get("schema"), str):
        raise ResultError(
            "this is not an audit.json: it names no schema",
            where=NAME,
            todo="Give the audit.json that `licaudit audit` wrote.",
        )
    family, _, _ = SCHEMA.rpartition("/")
    if document["schema"] != SCHEMA:
        newer = document["schema"].startswith(f"{family}/")
        raise ResultError(
            f"its schema is `{document['schema']}`, this licaudit reads `{SCHEMA}`",
            where=NAME,
            todo="Use the licaudit that wrote it." if newer else AGAIN,
        )
    return document


def _day(value: Any) -> str:
    return date.fromisoformat(value).isoformat()


def _same(value: Any) -> Any:
    return value


def _part(document: Plain, key: str, convert: Callable[[Any], T] = _same) -> T:
    """One top-level value, converted; its absence and every misfit become a ResultError."""
    if key not in document:
        raise ResultError(f"`{key}` is missing", where=NAME, todo=AGAIN)
    try:
        return convert(document[key])
    except (TypeError, ValueError, KeyError, AttributeError) as error:
        raise ResultError(
            f"`{key}` cannot be read ({error})", where=f"{NAME}#{key}", todo=AGAIN
        ) from error


def _maybe(document: Plain, key: str, convert: Callable[[Any], T]) -> T | None:
    return _part(document, key, convert) if key in document else None


def _many(document: Plain, key: str, cls: type[T], shown: tuple[str, ...] = ()) -> tuple[T, ...]:
    """A list of records; `shown` names keys that are only there for readers."""

    def convert(items: Any) -> tuple[T, ...]:
        if not isinstance(items, list):
            raise TypeError(f"expected a list, found {type(items).__name__}")
        return tuple(
            record(cls, {k: v for k, v in item.items() if k not in shown}) for item in items
        )

    return _part(document, key, convert)


def _read_judgements(items: Any) -> tuple[Judgement, ...]:
    plain = [
        item | {"verdicts": [v | {"scope": v["governs"]} for v in item["verdicts"]]}
        for item in items
    ]
    return tuple(record(Judgement, item) for item in plain)


def _read_answers(document: Plain) -> tuple[LicenseAnswer, ...]:
    if "answers" in document:
        return _many(document, "answers", LicenseAnswer)

    def convert(artifacts: Any) -> tuple[LicenseAnswer, ...]:
        return tuple(
            record(LicenseAnswer, answer | {"artifact": artifact["id"]})
            for artifact in artifacts
            for answer in artifact["licenses"]
        )

    return _part(document, "artifacts", convert)
