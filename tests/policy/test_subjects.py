"""Which part of the verdict a subject counts for, by the step that brought it in."""

from __future__ import annotations

import pytest

from licaudit.facts import ARTIFACT_KINDS, RELATIONS
from licaudit.policy.subjects import PARTS, part_of


@pytest.mark.parametrize(
    ("kind", "root", "relation", "scope", "part"),
    [
        ("model", "model", None, "weights", "weights"),
        ("model", "model", None, "checkpoint:small", "weights"),
        ("dataset", "dataset", None, "subset:en", "data"),
        ("code", "code", None, "folder:lib", "code"),
        ("model", "model", "fine_tuned_from", "weights", "weights"),
        ("model", "dataset", "rewarded_by", "weights", "weights"),
        ("model", "code", "distilled_from", "", "weights"),
        ("dataset", "model", "trained_on", "data:collection", "weights"),
        ("dataset", "dataset", "trained_on", "data:collection", "data"),
        ("model", "dataset", "generated_by", "weights", "data"),
        ("service", "model", "annotated_by", "", "weights"),
        ("dataset", "dataset", "derived_from", "data:collection", "data"),
        ("model", "model", "derived_from", "weights", "weights"),
        ("weights", "model", "derived_from", "", "weights"),
        ("code", "model", "derived_from", "code", "code"),
        ("package", "code", "depends_on", "code", "code"),
        ("model", "code", "depends_on", "weights", "code"),
        ("dataset", "model", "contains", "", "data"),
        ("weights", "code", "contains", "", "weights"),
        ("model", "code", "contains", "code", "code"),
        ("document", "code", "contains", "", "code"),
        ("dataset", "model", "evaluated_on", "data:collection", "code"),
    ],
)
def test_the_part_a_subject_counts_for(kind, root, relation, scope, part) -> None:
    assert part_of(kind, root, relation, scope) == part


@pytest.mark.parametrize("relation", RELATIONS)
def test_nothing_that_was_reached_falls_between_the_parts(relation) -> None:
    for kind in ARTIFACT_KINDS:
        for scope in ("", "code", "weights", "data:content", "document"):
            assert part_of(kind, "model", relation, scope) in PARTS
