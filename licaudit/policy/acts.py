"""What an intent does to one artifact: acts that need permission, and duties they trigger."""

from __future__ import annotations

from licaudit.facts import (
    Action,
    ArtifactKind,
    AssetKind,
    Condition,
    Intent,
    Purpose,
    Relation,
    Scope,
)

ASSET: dict[ArtifactKind, AssetKind] = {
    "model": "model",
    "weights": "model",
    "dataset": "dataset",
    "code": "code",
    "package": "code",
    "document": "document",
    "service": "output",
}
MAIN_SCOPE: dict[ArtifactKind, Scope] = {
    "model": "weights",
    "weights": "weights",
    "dataset": "data:collection",
    "code": "code",
    "package": "code",
    "document": "document",
    "service": "document",
}
DERIVING: frozenset[Relation] = frozenset(
    {
        "fine_tuned_from",
        "adapter_of",
        "merged_from",
        "quantized_from",
        "distilled_from",
        "derived_from",
    }
)
_OUTPUT: frozenset[Relation] = frozenset(
    {"generated_by", "annotated_by", "filtered_by", "rewarded_by"}
)


def family(scope: Scope) -> str:
    """`code`, `weights`, `data` or `document`: the part of the verdict a scope belongs to."""
    head = scope.split(":", 1)[0]
    return {"checkpoint": "weights", "subset": "data", "folder": "code"}.get(head, head)


def purpose(intent: Intent) -> Purpose:
    """Research is the user's word for non-commercial; a company's internal use is commercial."""
    if intent.use == "research":
        return "non_commercial"
    if intent.use == "internal" and intent.actor in ("individual", "academic", "nonprofit"):
        return "non_commercial"
    return "commercial"


def acts(intent: Intent, part: str, relation: Relation | None) -> tuple[Action, ...]:
    """The acts that need permission for one part of the root (relation None) or an upstream."""
    shipped = intent.distribute or ()
    found: list[Action] = ["use"]
    if relation == "trained_on" or (
        part == "data" and relation is None and intent.train is not False
    ):
        found.append("train")
    if relation in _OUTPUT:
        found = ["use_outputs", "train_on_outputs"]
    if relation == "distilled_from":  # the student learns from what the teacher says
        found += ["train", "train_on_outputs"]
    if relation in DERIVING or (relation is None and intent.modify):
        found.append("modify")
    if _travels(relation):
        if part in shipped:
            found.append("distribute")
        if "service" in shipped and part != "data":
            found.append("serve")
    if intent.train_on_outputs and part == "weights":
        found.append("train_on_outputs")
    return tuple(dict.fromkeys(found))


def unsaid(intent: Intent, part: str, relation: Relation | None) -> tuple[Action, ...]:
    """Acts that the intent neither names nor rules out."""
    found: list[Action] = []
    if intent.distribute is None and _travels(relation):
        found += ["distribute"] if part == "data" else ["distribute", "serve"]
    if intent.modify is None and relation is None:
        found.append("modify")
    if intent.train_on_outputs is None and part == "weights" and _travels(relation):
        found.append("train_on_outputs")
    return tuple(a for a in found if a not in acts(intent, part, relation))


def _travels(relation: Relation | None) -> bool:
    """Whether shipping the work ships this too: data learnt from and outputs stay at home."""
    return relation != "trained_on" and relation not in _OUTPUT


def triggered(
    condition: Condition, intent: Intent, part: str, relation: Relation | None
) -> bool | None:
    """Whether a duty's trigger happens under an intent; None when the intent does not say."""
    answers = [_trigger(t, intent, part, relation) for t in condition.trigger]
    if any(a is True for a in answers):
        return True
    return None if any(a is None for a in answers) else False


def _trigger(name: str, intent: Intent, part: str, relation: Relation | None) -> bool | None:
    shipped = intent.distribute
    changed = True if relation in DERIVING else intent.modify
    if relation == "trained_on" or relation in _OUTPUT:
        changed = None if relation == "trained_on" else False
    distributes = None if shipped is None else part in shipped
    serves = None if shipped is None else "service" in shipped
    if relation == "trained_on":  # the data itself stays at home unless data is shipped
        distributes = None if shipped is None else "data" in shipped
    simple: dict[str, bool | None] = {
        "use": True,
        "modify": changed,
        "distribute": distributes,
        "serve": serves,
        "train": relation in ("trained_on", "distilled_from")
        or (part == "data" and relation is None and intent.train is not False),
        "train_on_outputs": True
        if relation in _OUTPUT or relation == "distilled_from"
        else intent.train_on_outputs,
        "publish": None,
        "publish_results": None,
    }
    if name in simple:
        return simple[name]
    second = serves if name == "serve_modified" else distributes
    return _both(changed, second)


def _both(one: bool | None, other: bool | None) -> bool | None:
    if one is False or other is False:
        return False
    return None if one is None or other is None else True
