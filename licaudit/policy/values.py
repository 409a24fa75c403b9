"""Facts as the plain values that conditions see; the field names are those of `fields.py`."""

from __future__ import annotations

from typing import Any

from licaudit.facts import Intent
from licaudit.licenses.conflicts import HUBS
from licaudit.policy import acts
from licaudit.policy.subjects import Subject

# Sentences by which a publisher says that the content is other people's.
_THIRD_PARTY = frozenset({"no_ownership", "fair_use_claim", "original_terms"})


def intent_values(intent: Intent) -> dict[str, Any]:
    """The `intent` variable."""
    return {
        "use": intent.use,
        "actor": intent.actor or "",
        "established_in": intent.established_in or "",
        "users_in": list(intent.users_in or ()),
        "distribute": list(intent.distribute or ()),
        "distribution_known": intent.distribute is not None,
        "commercial": acts.purpose(intent) == "commercial",
        "release_as": intent.release_as or "",
        "annual_revenue_usd": intent.annual_revenue_usd,
        "modify": bool(intent.modify),
        "trained_in": list(intent.trained_in or ()),
        "deployed_in": list(intent.deployed_in or ()),
        "monthly_users": max((n for _, n in intent.group_monthly_users or ()), default=None),
        "daily_users": intent.daily_users,
        "monthly_visits": intent.monthly_visits,
        "monthly_output_tokens": intent.monthly_output_tokens,
        "train": bool(intent.train),
        "train_on_outputs": bool(intent.train_on_outputs),
        "release_name": intent.release_name or "",
        "modality": intent.modality or "",
        "restricted_fields": list(intent.restricted_fields or ()),
        "fields_known": intent.restricted_fields is not None,
        "scopes": list(intent.scopes or ()),
    }


def intake_values(subject: Subject) -> dict[str, Any]:
    """The fields of `subject` that tell how data came in."""
    intake = subject.intake
    return {
        "noted": intake.noted,
        "records": [
            {"path": r.path, "shows": r.shows, "present": r.present, "digest": r.digest or ""}
            for r in intake.records
        ],
        "reserved": [r.address for r in intake.reserved],
        "contract": intake.contract,
        "contract_id": intake.contract_id or "",
        "document": intake.document,
        "terms_version": intake.terms_version or "",
        "generators": list(intake.generators),
        "held": intake.held,
    }


def subject_values(subject: Subject) -> dict[str, Any]:
    """The `subject` variable."""
    answer, resolution = subject.answer, subject.resolution
    return {
        "artifact": subject.artifact.id,
        "name": subject.artifact.name,
        "kind": subject.artifact.kind,
        "channel": subject.artifact.channel,
        "root": subject.root,
        "in_tree": subject.artifact.id.startswith("local:")
        or subject.artifact.id.partition("#")[0] == subject.root_id,
        "part": subject.part,
        "scope": subject.scope,
        "relation": subject.relation,
        "distance": subject.reach.depth if subject.reach else 0,
        "expression": (answer.expression if answer else None) or "",
        "stated": subject.stated,
        "ambiguous": bool(subject.open_claims),
        "rung": answer.rung if answer else "none",
        "confidence": int(answer.confidence * 100) if answer else None,
        "permission": resolution.permission,
        "outcome": resolution.outcome,
        "license_outcome": subject.bare,
        "restrictions": list(subject.restrictions),
        "gaps": [{"reason": g.reason, "blocks": g.blocks} for g in subject.gaps],
        "debated": list(subject.debated)
        + [r.code.split(":", 1)[1] for r in resolution.reasons if r.code.startswith("debated:")],
        "declared": subject.declared,
        "shipped": subject.shipped,
        "unnamed": subject.unnamed,
        "claims": [c.id for c in subject.claims],
        "narrowing_claims": [c.id for c in subject.claims if c.narrows],
        "open_claims": list(subject.open_claims),
        "third_party": bool(_THIRD_PARTY & set(subject.restrictions)),
        "fit": subject.fit.answer if subject.fit else None,
        "licenses": _licenses(subject),
        "questions": _questions(subject),
        "duties": _duties(subject),
        "conflicts": _conflicts(subject),
        **_looser(subject),
        **intake_values(subject),
    }


def _licenses(subject: Subject) -> list[dict[str, Any]]:
    return [
        {
            "id": x.id,
            "family": x.family or "",
            "osi_approved": x.osi_approved,
            "copyleft": x.copyleft.value if x.copyleft else "",
            "confidence": x.confidence,
            "basis": x.basis,
            "binds": x.binds,
        }
        for x in subject.licenses
    ]


def _questions(subject: Subject) -> list[dict[str, Any]]:
    """What stands open or against it."""
    return [
        {
            "code": r.code.split(":")[0],
            "license": r.license or "",
            "clause": r.clause or "",
            "condition": r.condition or "",
            "message": r.message.en,
            "outcome": r.outcome,
        }
        for r in subject.resolution.reasons
        if r.outcome != "pass"
    ]


def _duties(subject: Subject) -> list[dict[str, Any]]:
    return [
        {
            "type": o.type,
            "status": o.status,
            "license": o.license,
            "clause": o.clause,
            "condition": o.condition,
            "check": o.check,
        }
        for o in subject.resolution.obligations
    ]


def _conflicts(subject: Subject) -> list[dict[str, Any]]:
    return [
        {
            "left": x.conflict.left.id,
            "right": x.conflict.right.id,
            "left_expression": x.conflict.left.expression or "",
            "right_expression": x.conflict.right.expression or "",
            "better": x.better,
            "worse": x.worse,
            "hubs": x.conflict.kind == HUBS,
        }
        for x in subject.conflicts
    ]


def _looser(subject: Subject) -> dict[str, Any]:
    """What it is declared more freely than."""
    return {
        "looser_than": [x.upstream for x in subject.looser],
        "looser": [
            {
                "upstream": x.upstream,
                "code": g.code,
                "license": g.license,
                "clause": g.clause or "",
                "sure": x.sure,
                "bites": x.bites,
            }
            for x in subject.looser
            for g in x.grounds
        ],
        "looser_claims": list(dict.fromkeys(c for x in subject.looser for c in x.claims)),
    }
