"""Every license id of Hugging Face's list leads to its license, or stays open where it is a family.

The list is public (hub documentation, "Licenses"); the meanings were written down for this test.
"""

from __future__ import annotations

import pytest

from licaudit.licenses.identify import Ladder
from licaudit.licenses.names import resolve_name

SC = "LicenseRef-scancode-"
OWN = "LicenseRef-licaudit-"
_SPDX = """
Apache-2.0 MIT AFL-3.0 Artistic-2.0 BSL-1.0 BSD-2-Clause BSD-3-Clause BSD-3-Clause-Clear CC0-1.0
CC-BY-2.0 CC-BY-2.5 CC-BY-3.0 CC-BY-4.0 CC-BY-SA-3.0 CC-BY-SA-4.0 CC-BY-NC-2.0 CC-BY-NC-3.0
CC-BY-NC-4.0 CC-BY-ND-4.0 CC-BY-NC-ND-3.0 CC-BY-NC-ND-4.0 CC-BY-NC-SA-2.0 CC-BY-NC-SA-3.0
CC-BY-NC-SA-4.0 CDLA-Sharing-1.0 CDLA-Permissive-1.0 CDLA-Permissive-2.0 WTFPL ECL-2.0 EPL-1.0
EPL-2.0 etalab-2.0 EUPL-1.1 EUPL-1.2 ISC LPPL-1.3c MS-PL MPL-2.0 OSL-3.0 PostgreSQL OFL-1.1 NCSA
Unlicense Zlib OpenMDW-1.0
"""
SAME_AS_SPDX = _SPDX.split()
OTHERS = {
    "agpl-3.0": "AGPL-3.0-only",
    "gpl-2.0": "GPL-2.0-only",
    "gpl-3.0": "GPL-3.0-only",
    "lgpl-2.1": "LGPL-2.1-only",
    "lgpl-3.0": "LGPL-3.0-only",
    "lgpl-lr": "LGPLLR",
    "c-uda": "C-UDA-1.0",
    "odc-by": "ODC-By-1.0",
    "odbl": "ODbL-1.0",
    "pddl": "PDDL-1.0",
    "openmdw-1.1": OWN + "openmdw-1.1",
    "bigscience-openrail-m": SC + "bigscience-open-rail-m",
    "creativeml-openrail-m": SC + "stable-diffusion-2022-08-22",
    "bigscience-bloom-rail-1.0": SC + "bigscience-rail-1.0",
    "bigcode-openrail-m": SC + "bigcode-open-rail-m-v1",
    "openrail++": SC + "bigscience-open-rail-m2",
    "h-research": OWN + "h-research",
    "intel-research": OWN + "intel-research",
    "apple-ascl": SC + "apple-excl",
    "apple-amlr": OWN + "apple-amlr",
    "deepfloyd-if-license": OWN + "deepfloyd-if",
    "fair-noncommercial-research-license": OWN + "fair-nc-research",
    "llama2": SC + "llama-2-license-2023",
    "llama3": OWN + "llama-3-2024-04-18",
    "llama3.1": SC + "llama-3.1-license-2024",
    "llama3.2": SC + "llama-3.2-license-2024",
    "llama3.3": SC + "llama-3.3-license-2024",
    "llama4": SC + "llama-4-cla-2025",
    "grok2-community": OWN + "grok-2-community",
    "gemma": SC + "gemma-tou-2025-03-24",
}
FAMILIES = ("openrail", "bsd", "cc", "gfdl", "gpl", "lgpl")
NOTHING = ("unknown", "other")
IDS = {name.lower(): name for name in SAME_AS_SPDX} | OTHERS


def test_the_list_is_whole() -> None:
    assert len(IDS) + len(FAMILIES) + len(NOTHING) == 83


@pytest.mark.parametrize(("hub_id", "expression"), sorted(IDS.items()))
def test_an_id_leads_to_its_license(ladder: Ladder, hub_id: str, expression: str) -> None:
    found = resolve_name(hub_id, ladder.knowledge, ladder.catalog)
    assert found is not None
    assert found.expression == expression
    assert ladder.knowledge.get(expression) is not None


@pytest.mark.parametrize("hub_id", FAMILIES)
def test_a_family_stays_open(ladder: Ladder, hub_id: str) -> None:
    found = resolve_name(hub_id, ladder.knowledge, ladder.catalog)
    assert found is not None
    assert found.expression is None
    assert len(found.candidates) > 1


@pytest.mark.parametrize("hub_id", NOTHING)
def test_the_rest_names_nothing(ladder: Ladder, hub_id: str) -> None:
    found = resolve_name(hub_id, ladder.knowledge, ladder.catalog)
    assert found is not None
    assert found.expression is None
    assert found.candidates == ()
