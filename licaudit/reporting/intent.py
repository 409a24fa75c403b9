"""An intent in words: what the user said they mean to do, and what they left open."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable

from licaudit.facts import Intent
from licaudit.i18n import name, say

# The parts of the sentence, in the order they are said.
LISTS = ("trained_in", "deployed_in", "users_in")
NUMBERS = ("daily_users", "monthly_visits", "monthly_output_tokens", "annual_revenue_usd")
ACTS = ("modify", "train", "train_on_outputs")
NAMES = ("release_as", "release_name", "modality")


def sentence(intent: Intent, lang: str) -> str:
    """`Commercial use by a company established in CN; users in CN, EU; ...`."""
    parts = [say(f"intent.use.{intent.use}", lang)]
    if intent.actor:
        parts.append(say("intent.actor", lang, value=name("actor", intent.actor, lang)))
    if intent.established_in:
        parts.append(say("intent.established_in", lang, value=intent.established_in))
    parts += _said(intent, LISTS, lang)
    for day, users in intent.group_monthly_users or ():
        parts.append(say("intent.group_monthly_users", lang, value=f"{users:,}", day=day))
    for field in NUMBERS:
        value = getattr(intent, field)
        if value is not None:
            parts.append(say(f"intent.{field}", lang, value=f"{value:,}"))
    for field in ACTS:
        value = getattr(intent, field)
        if value is not None:
            parts.append(say(f"intent.{field}.{'yes' if value else 'no'}", lang))
    parts += _shipped(intent, lang)
    for field in NAMES:
        if getattr(intent, field):
            parts.append(say(f"intent.{field}", lang, value=getattr(intent, field)))
    return say("intent.join", lang).join(parts)


def _said(intent: Intent, fields: Iterable[str], lang: str) -> list[str]:
    comma = say("comma", lang)
    return [
        say(f"intent.{field}", lang, value=comma.join(getattr(intent, field)))
        for field in fields
        if getattr(intent, field)
    ]


def _shipped(intent: Intent, lang: str) -> list[str]:
    parts = []
    comma = say("comma", lang)
    if intent.distribute is not None:
        forms = comma.join(name("form", form, lang) for form in intent.distribute)
        parts.append(
            say("intent.distribute", lang, value=forms)
            if forms
            else say("intent.distribute_nothing", lang)
        )
    if intent.restricted_fields is not None:
        fields = comma.join(name("field", item, lang) for item in intent.restricted_fields)
        parts.append(
            say("intent.restricted_fields", lang, value=fields)
            if fields
            else say("intent.restricted_fields_none", lang)
        )
    return parts


def not_said(intent: Intent, lang: str) -> tuple[str, ...]:
    """The questions the intent leaves open, as names of its fields in words."""
    return tuple(
        say(f"intent.open.{field.name}", lang)
        for field in dataclasses.fields(intent)
        if field.name != "scopes" and getattr(intent, field.name) is None
    )
