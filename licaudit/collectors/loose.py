"""Files that no reader of the table takes, read all the same when somebody points at one."""

from __future__ import annotations

from licaudit.collectors.context import is_code_file
from licaudit.facts import CODE, EVERYTHING, Collected, Form, Gap, Location, Passage
from licaudit.settings import LIMITS
from licaudit.sources.tree import ReadError, Tree, decode


def collect(tree: Tree, artifact: str) -> Collected:
    """One passage for each file's text; a program's is a notice, any other may be a license."""
    passages: list[Passage] = []
    gaps: list[Gap] = []
    for entry in tree.entries():
        where = Location(entry.path, 1)
        try:
            data = tree.read(entry.path, 0, min(entry.size, LIMITS.license_file))
        except ReadError as error:
            gaps.append(Gap(artifact, error.reason, error.detail, where))
            continue
        text = decode(data)
        if text is None:
            gaps.append(Gap(artifact, "binary", f"{entry.path} is not a text", where))
            continue
        if entry.size > LIMITS.license_file:
            detail = f"{entry.size} bytes; only the first {LIMITS.license_file} were read"
            gaps.append(Gap(artifact, "cut_short", detail, where))
        if not text.strip():
            continue
        code = is_code_file(entry)
        form: Form = "notice" if code else "text"
        lines = text.count("\n") + 1
        location = Location(entry.path, 1, lines, 0, len(data))
        scope = CODE if code else EVERYTHING
        passages.append(Passage(text, location, form, scope, artifact, "detected"))
    return Collected(passages=tuple(passages), gaps=tuple(gaps))
