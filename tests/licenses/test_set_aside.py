"""Names that a sentence sets aside, puts below another, or borrows from a base."""

from __future__ import annotations

import pytest

from licaudit.licenses.catalog import load_catalog
from licaudit.licenses.knowledge import load_knowledge
from licaudit.licenses.prose import mentions
from licaudit.licenses.set_aside import below, borrowed, standing

KNOWLEDGE, CATALOG = load_knowledge(), load_catalog()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("It is no longer under GPL-3.0 but under the MIT license.", ["MIT"]),
        ("We use Apache 2.0 instead of GPL-3.0.", ["Apache-2.0"]),
        ("许可证由 GPL-3.0 变更为 MIT 许可证。", ["MIT"]),
        ("Parts are no longer under CC BY-NC 4.0.", ["CC-BY-NC-4.0"]),
        ("The code is under MIT, the data under CC BY-NC 4.0.", ["MIT", "CC-BY-NC-4.0"]),
    ],
)
def test_a_name_set_aside_falls_only_where_another_stands(text: str, expected: list[str]) -> None:
    kept = standing(text, mentions(text, KNOWLEDGE, CATALOG))
    assert [mention.named.expression for mention in kept] == expected


def test_a_license_below_another_is_told_from_it() -> None:
    text = "It is under the MIT license, which takes priority over the GPL-3.0 license."
    found = mentions(text, KNOWLEDGE, CATALOG)
    assert [(m.named.expression, below(text, m)) for m in found] == [
        ("MIT", False),
        ("GPL-3.0-only", True),
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "This model is bound by the license and usage limits of the original Llama-2 model.",
            ["LicenseRef-scancode-llama-2-license-2023"],
        ),
        ("This model is bound by the license of the original Foonet model.", []),
        ("The license of the drawings is unknown.", []),
    ],
)
def test_the_license_of_a_named_base_is_borrowed(text: str, expected: list[str]) -> None:
    found = borrowed(text, KNOWLEDGE, CATALOG)
    assert [mention.named.expression for mention in found] == expected
