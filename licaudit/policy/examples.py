"""A rule's own examples, run as its test and shown in its documentation."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from licaudit.errors import RuleError
from licaudit.facts import OUTCOMES, Outcome
from licaudit.policy.hits import apply_rule, ask_each
from licaudit.policy.messages import misfit
from licaudit.policy.parameters import Params
from licaudit.policy.rules import Rule

KEYS = ("subject", "intent", "outcome")


@dataclass(frozen=True, slots=True)
class Tried:
    """One example, what it says must come out (None: nothing), and what came out.

    `steps` are the conditions of the rule in the order they are asked, with their answers.
    """

    name: str
    wanted: Outcome | None
    found: Outcome | None
    where: str = ""
    example: Mapping[str, Any] | None = None
    steps: tuple[tuple[str, bool], ...] = ()

    @property
    def good(self) -> bool:
        """Whether it came out as it says."""
        return self.wanted == self.found


def try_examples(rule: Rule, params: Params) -> Iterator[Tried]:
    """Each example of a rule. Raises RuleError for one that could not occur or says nothing."""
    kinds = rule.examples if isinstance(rule.examples, dict) else {}
    filled = all(isinstance(v, list) and v for v in kinds.values())
    if set(kinds) != {"fires", "silent"} or not filled:
        raise RuleError(
            "`examples` needs lists under `fires` and `silent`", where=rule.at("examples")
        )
    for kind in ("fires", "silent"):
        for index, example in enumerate(kinds[kind]):
            name = f"examples.{kind}[{index}]"
            where = rule.at("examples", kind, index)
            problem = _problem(kind, example)
            if problem:
                raise RuleError(f"{name}: {problem}", where=where)
            subject, intent = example["subject"], example.get("intent") or {}
            found, _ = apply_rule(rule, subject, intent, params)
            steps = tuple(ask_each(rule, subject, intent, params))
            yield Tried(name, example.get("outcome"), found, where, example, steps)


def _problem(kind: str, example: Any) -> str | None:
    if not isinstance(example, dict) or "subject" not in example:
        return "an example needs a `subject`"
    strange = set(example) - set(KEYS)
    if strange:
        return f"unknown key `{min(strange)}`"
    if kind == "fires" and example.get("outcome") not in OUTCOMES[1:]:
        return "what fires needs an `outcome`, review or fail"
    if kind == "silent" and "outcome" in example:
        return "what is silent has no `outcome`"
    subject, intent = example["subject"], example.get("intent") or {}
    if not isinstance(subject, dict) or not isinstance(intent, dict):
        return "`subject` and `intent` are mappings"
    return misfit("Subject", subject) or misfit("Intent", intent)
