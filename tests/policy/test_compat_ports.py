"""Ports of Creative Commons licenses take the ways out of their version."""

from __future__ import annotations

import pytest

from licaudit.licenses.catalog import load_catalog
from licaudit.licenses.knowledge import load_knowledge
from licaudit.licenses.terms import terms_lookup
from licaudit.policy.compatibility import compatibility

PORT = "LicenseRef-licaudit-cc-"


@pytest.mark.parametrize(
    ("inbound", "outbound", "answer"),
    [
        (f"{PORT}by-sa-3.0-fr", "CC-BY-SA-4.0", "yes"),
        (f"{PORT}by-sa-2.0-kr", f"{PORT}by-sa-2.5-cn", "yes"),
        (f"{PORT}by-nc-sa-2.5-cn", "CC-BY-NC-SA-3.0", "yes"),
        ("LicenseRef-scancode-cc-by-nc-sa-3.0-us", f"{PORT}by-nc-sa-3.0-cn", "yes"),
        (f"{PORT}by-sa-3.0-fr", f"{PORT}by-sa-2.0-fr", "no"),
        (f"{PORT}by-nc-sa-3.0-cn", "CC-BY-SA-4.0", "no"),
    ],
)
def test_share_alike_of_a_port(inbound: str, outbound: str, answer: str) -> None:
    terms_of = terms_lookup(load_knowledge(), load_catalog())
    assert compatibility(inbound, outbound, "dataset", terms_of).answer == answer
