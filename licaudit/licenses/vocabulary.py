"""The words that rule files may use where the term model leaves a plain string.

A misspelt word would read as a limit that no intent ever meets, so the loader refuses it.
docs/terms.md lists them.
"""

from __future__ import annotations

import re

from licaudit.facts.terms import CHECKS, Clause, Condition


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


METRICS = _words(
    "monthly_users daily_users monthly_visits annual_revenue_usd monthly_revenue_usd"
    " monthly_output_tokens stated_in_text"
)
EFFECTS = _words("ask ends pays display")
SCOPES = _words("group product")
MEASURED = _words("established users deployed anywhere")
MODALITIES = _words("multimodal")
ACTORS = _words("individual academic nonprofit company government")
PURPOSE_WORDS = _words(
    "academic charity commercial computational education evaluation internal non_commercial"
    " personal research"
)
# How far share-alike goes, and what must be passed on.
REACHES = _words(
    "adaptation combined database derivative disclaimer file library license_terms network"
    " not_sold_alone same_license use_restrictions whole_license"
)
FIELDS = _words(
    """
    academic acceptable_use_policy additional_use_grant ai2_use_restrictions
    assistant_provider automated_decisions autonomous_driving biometrics bypass_safety
    clinical_use cloud_service_provider competing_model competing_product
    competitor_of_licensor critical_infrastructure deception defamation discrimination
    disinformation election embargoed_countries emotion_recognition espionage ethical
    exploitation_of_vulnerable export_sanctions fraud grounded_results harassment harm
    harm_minors hate health_insurance human_rights_violation illegal impersonation
    inappropriate_content infringement itar law_enforcement license_key_circumvention
    malware managed_service medical_advice military minors_service
    model_as_a_service_provider named_company national_security non_production not_shared
    nuclear offered_to_third_parties open_source_relicensing other_than_internal_training
    per_file_license personal_data personal_rights political_campaigns prohibited_use_policy
    protected_characteristics public_interest research reverse_engineering self_harm sell
    sexual_content social_scoring software_service_provider spam_fraud sublicensing
    surveillance synthetic_media_unmarked terrorism third_party_infrastructure
    trustworthy_ai_terms undisclosed_ai_content unlicensed_practice violence weapons
    without_livekit_agents
    """
)
CLAUSE_VALUES: dict[str, frozenset[str]] = {
    "copyleft": _words("adaptation combined database derivative file library network none"),
    "patent": _words("granted implicit limited no silent"),
    "revocable": _words("no yes"),
    "termination": _words("at_will breach data_suit ip_suit none patent_suit silent"),
    "derivatives": _words(
        """
        adapted_material adapter contribution covered_work dbrx_derivatives derivative
        derivative_and_extracted derivative_database derivative_materials derivative_model
        derivative_work derivative_works derivatives derivatives_of_model derived_model distill
        enhanced_data finetune merge model_derivatives modification modifications_of_model
        modified_software modified_version modified_works modify quantize synthetic_output
        """
    ),
    "outputs": _words(
        """
        aup free_results naming_if_train no_competing_model no_foundation_model no_other_model
        noncommercial none own_content owned_by_licensor produced_work_notice research territory
        """
    ),
    "flow_down": _words(
        """
        compatible_license disclaimer license_copy license_terms none same_license
        use_restrictions whole_license
        """
    ),
    "text_may_change": _words("no policy versions yes"),
}
REGION = re.compile(r"[A-Z]{2}|EEA|WORLD")
MOMENT = re.compile(r"any_time|\d{4}-\d{2}-\d{2}")


def complaint(condition: Condition) -> str | None:
    """What is wrong with the words of a condition, or None."""
    if not (
        condition.clause.strip() and condition.summary.en.strip() and condition.summary.zh.strip()
    ):
        return "needs a clause and a summary in both languages"
    for key, words in _closed(condition):
        value = getattr(condition, key)
        for word in (value,) if isinstance(value, str) else value or ():
            if word not in words:
                return f"`{key}: {word}` is no word of the vocabulary"
    return _shape(condition)


def _closed(condition: Condition) -> list[tuple[str, frozenset[str]]]:
    closed = [("metric", METRICS), ("effect", EFFECTS), ("scope", SCOPES), ("fields", FIELDS)]
    closed += [("check", frozenset(CHECKS))]
    closed += [("measured", MEASURED), ("reach", REACHES), ("modalities", MODALITIES)]
    named = {"actor": ACTORS, "purpose": PURPOSE_WORDS}.get(condition.type)
    return [*closed, ("only", named), ("exclude", named)] if named else closed


def _shape(condition: Condition) -> str | None:
    """A condition that nothing could ever decide is none."""
    numbers = (condition.metric, condition.value, condition.effect)
    if condition.type == "threshold" and numbers[0] != "stated_in_text" and None in numbers:
        return "a threshold needs `metric`, `value` and `effect`"
    if condition.at is not None and not MOMENT.fullmatch(condition.at):
        return "`at` is a date (2024-07-23) or any_time"
    if condition.type == "region":
        for place in (*condition.only, *condition.exclude):
            if not REGION.fullmatch(place):
                return f"`{place}` is no region code"
    if condition.type == "field_of_use" and not (condition.fields or condition.trigger):
        return "a field of use needs `fields`"
    if condition.kind == "duty" and not condition.trigger:
        return "a duty needs a `trigger`"
    if condition.check and condition.kind != "duty":
        return "only a duty has a `check`"
    if condition.check in ("text_line", "name_prefix", "name_contains") and not condition.text:
        return f"`check: {condition.check}` needs `text`"
    return None


def clause_complaint(field: str, clause: Clause) -> str | None:
    """What is wrong with one of the terms that carry a value and a clause, or None."""
    if not clause.clause.strip():
        return "needs its clause"
    for word in (clause.value, *clause.values):
        if word not in CLAUSE_VALUES[field]:
            return f"`{word}` is no word of the vocabulary"
    return None
