"""Files that no reader of the table takes, read all the same when somebody points at one."""

from __future__ import annotations

import re

from licaudit.collectors import carriers
from licaudit.collectors.context import is_code_file
from licaudit.confined.texts import CarrierError
from licaudit.facts import CODE, EVERYTHING, Collected, Form, Gap, Location, Passage
from licaudit.sources.tree import ReadError, Tree

FEWEST, SHARE = 4, 0.03  # lines that only a program has, and their share of all
_OPENING = 30  # words above a program that may be its license
_TERMS = re.compile(r"licen[sc]e|copyright|permission|warrant", re.IGNORECASE)
# Includes, macros, directives, rules, calls and lone braces; sentences of a license have none.
_PROGRAM = re.compile(
    r"^\s*(?:#\s*(?:include\s*[<\"]|define\s+\w|ifn?def\s+\w|endif\b|!\s*/)"
    r"|\.(?:text|data|globl|global|section|align|type|size)\b"
    r"|[\w.-]+\s*[:+?]?=\s*[\w$(\"'{\[-]|\t@?\w+.*\$[({]|ifn?eq\b|endif\b|include\s+\S+\.mk\b"
    r"|(?:import|from)\s+[\w.]+(?:\s+import\b.*)?;?\s*$|(?:def|class|function)\s+\w+\s*[(:{]"
    r"|(?:public|private|protected|static|package)\s+[\w.<>]+.*[;{]\s*$"
    r"|[{}]+;?\s*$|[\w.>:*-]+\(.*\)\s*[;{]\s*$)"
)


def is_program(text: str) -> bool:
    """Whether a file's lines are a program's, whatever its name. Doubt says no."""
    if text.startswith("#!"):
        return True
    lines = [line for line in text.split("\n")[:4000] if line.strip()]
    count = sum(bool(_PROGRAM.match(line[:400])) for line in lines)
    return count >= FEWEST and count >= SHARE * len(lines)


def _opening(text: str) -> str:
    """The lines above a program's first; nothing where they are too few to hold a license."""
    kept: list[str] = []
    for line in text.split("\n"):
        if _PROGRAM.match(line[:400]) and not line.startswith("#!"):
            break
        kept.append(line)
    opening = "\n".join(kept) + "\n"
    return opening if len(opening.split()) >= _OPENING and _TERMS.search(opening) else ""


def collect(tree: Tree, artifact: str) -> Collected:
    """One passage for each file's text; a program's is a notice, any other may be a license."""
    passages: list[Passage] = []
    gaps: list[Gap] = []
    for entry in tree.entries():
        where = Location(entry.path, 1)
        try:
            data, found = carriers.read_file(tree, entry)
        except (ReadError, CarrierError) as error:
            gaps.append(Gap(artifact, error.reason, error.detail, where))
            if error.reason != "cut_short":
                continue
            data, found = carriers.beginning(tree, entry), None  # what its head names is told
        text = found.text if found else carriers.decoded(data)
        if text is None:
            gaps.append(Gap(artifact, "binary", f"{entry.path} is not a text", where))
            continue
        gaps += (Gap(artifact, r, d, where) for r, d in (found.problems if found else ()))
        if not text.strip():
            continue
        code = is_code_file(entry)
        if not code and is_program(text):
            code = True
            if opening := _opening(text):  # what stands above the program is read as a license is
                where = Location(entry.path, 1, opening.count("\n"))
                passages.append(Passage(opening, where, "text", CODE, artifact, "detected"))
        form: Form = "notice" if code else "text"
        location = carriers.location(entry, data, text, found)
        hints = (("places", found.places),) if found else ()
        scope = CODE if code else EVERYTHING
        passages.append(Passage(text, location, form, scope, artifact, "detected", hints=hints))
    return Collected(passages=tuple(passages), gaps=tuple(gaps))
