"""Files that no reader of the table takes, read all the same when somebody points at one."""

from __future__ import annotations

from licaudit.collectors import carriers
from licaudit.collectors.carrier import CarrierError
from licaudit.collectors.context import is_code_file
from licaudit.facts import CODE, EVERYTHING, Collected, Form, Gap, Location, Passage
from licaudit.sources.tree import ReadError, Tree


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
            continue
        text = found.text if found else carriers.decoded(data)
        if text is None:
            gaps.append(Gap(artifact, "binary", f"{entry.path} is not a text", where))
            continue
        gaps += (Gap(artifact, r, d, where) for r, d in (found.problems if found else ()))
        if not text.strip():
            continue
        code = is_code_file(entry)
        form: Form = "notice" if code else "text"
        location = carriers.location(entry, data, text, found)
        hints = (("places", found.places),) if found else ()
        scope = CODE if code else EVERYTHING
        passages.append(Passage(text, location, form, scope, artifact, "detected", hints=hints))
    return Collected(passages=tuple(passages), gaps=tuple(gaps))
