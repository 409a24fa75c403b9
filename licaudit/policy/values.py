"""Facts as the plain values that conditions see; the field names are those of `messages.py`."""

from __future__ import annotations

from typing import Any

from licaudit.facts import Intent
from licaudit.policy import acts
from licaudit.policy.subjects import Subject


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
        "in_tree": subject.artifact.id.startswith("local:"),
        "part": subject.part,
        "scope": subject.scope,
        "relation": subject.relation,
        "distance": subject.reach.depth if subject.reach else 0,
        "expression": (answer.expression if answer else None) or "",
        "stated": bool(answer and answer.expression) or subject.agreed,
        "ambiguous": bool(subject.open_claims),
        "rung": answer.rung if answer else "none",
        "confidence": int(answer.confidence * 100) if answer else None,
        "permission": resolution.permission,
        "outcome": resolution.outcome,
        "license_outcome": subject.bare,
        "licenses": [
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
        ],
        "questions": [
            {
                "code": r.code.split(":")[0],
                "license": r.license or "",
                "clause": r.clause or "",
                "condition": r.condition or "",
                "message": r.message.en,
                "outcome": r.outcome,
            }
            for r in resolution.reasons
            if r.outcome != "pass"
        ],
        "duties": [
            {
                "type": o.type,
                "status": o.status,
                "license": o.license,
                "clause": o.clause,
                "condition": o.condition,
            }
            for o in resolution.obligations
        ],
        "restrictions": list(subject.restrictions),
        "conflicts": [
            {
                "left": c.left.id,
                "right": c.right.id,
                "left_expression": c.left.expression or "",
                "right_expression": c.right.expression or "",
                "better": better,
                "worse": worse,
            }
            for c, better, worse in subject.conflicts
        ],
        "gaps": [{"reason": g.reason, "blocks": g.blocks} for g in subject.gaps],
        "debated": list(subject.debated)
        + [r.code.split(":", 1)[1] for r in resolution.reasons if r.code.startswith("debated:")],
        "declared": subject.declared,
        "looser_than": list(subject.looser_than),
        "claims": [c.id for c in subject.claims],
        "narrowing_claims": [c.id for c in subject.claims if c.narrows],
        "open_claims": list(subject.open_claims),
        "third_party": bool(
            {"no_ownership", "fair_use_claim", "original_terms"} & set(subject.restrictions)
        ),
    }
