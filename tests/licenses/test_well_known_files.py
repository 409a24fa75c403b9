"""License files as well-known projects write them: their own words are no changes."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

from licaudit.collectors.loose import is_program
from licaudit.licenses.changes import load_telling

from .judged import Audit, Text

Read = Callable[..., Any]
CODE = "print()\n"
PATENTS = "LicenseRef-scancode-facebook-patent-rights-2"


def before_appendix(text: str) -> str:
    """A license as most projects copy it, without the advice at its end."""
    return re.split(r"(?mi)^\W*appendix", text)[0]


def test_apache_without_its_appendix_is_apache(audited: Audit, text: Text) -> None:
    short = before_appendix(text("apache-2.0"))
    assert 8_000 < len(short) < len(text("apache-2.0")) - 500
    found = audited(LICENSE=short, **{"birds.py": CODE})
    assert (found.expression("code"), found.verdict) == ("Apache-2.0", "pass")


def test_apache_without_its_appendix_and_with_a_limit_is_not(audited: Audit, text: Text) -> None:
    short = before_appendix(text("apache-2.0"))
    limited = short.replace("royalty-free", "royalty-free, non-commercial", 1)
    assert limited != short
    found = audited(LICENSE=limited, **{"birds.py": CODE})
    assert found.expression("code") != "Apache-2.0"
    assert found.verdict != "pass"


@pytest.mark.parametrize("width", [52, 76])
@pytest.mark.parametrize("key", ["cc-by-4.0", "cc-by-sa-4.0", "gpl-3.0"])
def test_a_line_that_wraps_before_copyright_changes_nothing(
    reading: Read, text: Text, key: str, width: int
) -> None:
    wrapped = re.sub(rf"(?m)(.{{1,{width}}})(?:\s+|$)", r"\1\n", text(key))
    assert re.search(r"(?mi)^copyright", wrapped)
    found = reading(LICENSE=wrapped, **{"birds.py": CODE})
    assert found.blocking() <= {"unfilled_template"}
    assert {c.rung for c in found.claims if c.expression} <= {"exact_text", "exact_rule", "engine"}


def test_a_point_c_of_a_list_is_no_copyright_line(reading: Read, text: Text) -> None:
    known = text("apache-2.0")
    changed = re.sub(r"(?m)^(\s*)\(c\) You must", r"\1(c) You must not", known, count=1)
    assert changed != known
    assert reading(LICENSE=changed, **{"birds.py": CODE}).expression("code") != "Apache-2.0"


def test_a_text_with_years_more_is_that_text(reading: Read, text: Text) -> None:
    known = text("python")
    years = ", ".join(str(y) for y in range(2001, 2027))
    changed = known.replace("(c) Python", f"(c)\n{years} Python")
    assert changed != known
    above = (
        "HERON\n\nGPL-compatible doesn't mean that we hand this out under the GPL. Unlike the GPL, "
        "it asks for no source.\n\n"
    )
    found = reading(LICENSE=above + changed, **{"birds.py": CODE})
    assert found.expression("code") == "Python-2.0"
    assert not any("GPL" in c for claim in found.claims for c in claim.candidates)


@pytest.mark.parametrize(
    "said",
    ["This library is under the GPL.", "You may use it under the GPL, as our other libraries."],
)
def test_a_license_that_is_granted_in_a_few_words_still_counts(
    reading: Read, text: Text, said: str
) -> None:
    found = reading(LICENSE=f"{said}\n\n\n{text('mit')}", **{"birds.py": CODE})
    assert found.expression("code") != "MIT" or found.blocking()


def test_the_sentences_of_one_license_are_no_clauses_of_another(reading: Read, text: Text) -> None:
    both = f"{text('gcc-exception-3.1')}\n\n{'-' * 40}\n\n{text('mit')}"
    head = "The runtime is licensed under GPL-3.0-or-later WITH GCC-exception-3.1.\n\n"
    found = reading(LICENSE=head + both, **{"birds.py": CODE})
    assert "LicenseRef-licaudit-modified-MIT" not in found.named()


def test_a_preamble_left_out_changes_no_license(reading: Read, text: Text) -> None:
    known = text("afl-3.0")
    tail = known[known.index("1)") :]
    assert len(tail) < len(known)
    assert reading(LICENSE=tail, **{"birds.py": CODE}).expression("code") == "AFL-3.0"


def test_research_in_the_name_of_a_holder_is_no_limit(reading: Read, text: Text) -> None:
    lab = "Copyright 2000 Heron Research Laboratories, Egret University\n\n"
    found = reading(LICENSE=lab + text("mit"), **{"birds.py": CODE})
    assert found.expression("code") == "MIT"
    assert found.narrows() == set()


@pytest.mark.parametrize(
    "line",
    [
        "Copyright 2020 Heron. For research purposes only.",
        "Copyright 2020 Heron. Research Use Only",
        "Copyright 2020 Heron Research Lab, non-commercial use only",
    ],
)
def test_a_limit_in_a_copyright_line_still_is_one(line: str) -> None:
    assert load_telling().says_more(line)


# PATENTS beside a license.


def test_a_grant_of_patents_beside_a_license_is_read(audited: Audit, text: Text) -> None:
    files = {"LICENSE": text("bsd-new"), "birds.py": CODE}
    assert audited(**files).verdict == "pass"
    found = audited(**files, PATENTS=text("facebook-patent-rights-2"))
    assert found.expression("code") == f"BSD-3-Clause AND {PATENTS}"
    assert found.verdict == "review"
    rules = {f.rule for f in found.result.judgements[0].findings}
    assert "claims-conflict" not in rules


def test_words_on_patents_that_nobody_knows_are_review(audited: Audit, text: Text) -> None:
    terms = "Whoever sues us over the patents of herons loses every right that we gave them.\n" * 3
    found = audited(LICENSE=text("bsd-new"), PATENTS=terms, **{"birds.py": CODE})
    assert found.verdict == "review"
    assert found.blocking() == {"unidentified_text"}


@pytest.mark.parametrize("name", ["patents.txt", "data__patents.md", "PATENTS.csv"])
def test_a_file_of_patents_is_no_license(reading: Read, text: Text, name: str) -> None:
    found = reading(LICENSE=text("mit"), **{name: "1. A heron feeder\n", "birds.py": CODE})
    assert found.gaps == ()


# Programs whose names do not say so.

PROGRAMS = {
    "make": "# Do as you like, but you must.\nCC := gcc\nOBJS = a.o b.o\n\nall: $(OBJS)\n"
    "\t$(CC) -o all $(OBJS)\nifeq ($(X),1)\nendif\n",
    "assembly": "/* must */\n.text\n.globl main\n.type main, @function\n.align 4\nmain:\n",
    "C": "/* must */\n#include <stdio.h>\n#define A 1\nint main(void)\n{\n\tputs(A);\n}\n",
    "shell": "#!/bin/sh\n# You must not sell this.\nls\n",
    "Python": "# must\nimport os\nimport re\ndef look():\n    pass\nclass Heron:\n    pass\n",
}


@pytest.mark.parametrize("program", PROGRAMS.values(), ids=PROGRAMS.keys())
def test_a_program_under_any_name_is_known(program: str) -> None:
    assert is_program(program)


@pytest.mark.parametrize(
    "key",
    ["mit", "apache-2.0", "gpl-3.0", "cc-by-nc-4.0", "eupl-1.2", "llama-3.1-license-2024",
     "gemma-tou-2024-04-01", "ofl-1.1", "artistic-2.0", "lppl-1.3c", "afl-3.0", "json"],
)  # fmt: skip
def test_no_license_is_taken_for_a_program(text: Text, key: str) -> None:
    assert not is_program(text(key))
