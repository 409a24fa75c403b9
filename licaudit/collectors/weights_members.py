"""Words inside archives of weights: license texts, readmes and notes, read without unpacking all.

A pickle or a tensor among the members is listed and never touched.
"""

from __future__ import annotations

import re

from licaudit.collectors import zip_listing
from licaudit.collectors.ranges import CutShort, Ranges
from licaudit.collectors.reading import joined, shown
from licaudit.collectors.weights_gaps import header_gap
from licaudit.facts import WEIGHTS, Basis, Collected, Form, Location, Passage
from licaudit.sources.tree import Entry, ReadError, decode

_TERMS = re.compile(
    r"(?:^|/)(?:(?:[^/]*[._-])?(?:licen[sc]es?|copying|eula|notice)(?:[._-][^/]*)?)$", re.IGNORECASE
)
_TALK = re.compile(r"(?:^|/)(?:readme|model_?card)(?:[._-][^/]*)?$", re.IGNORECASE)
_CODE = (".py", ".pyc", ".pkl", ".npy", ".debug_pkl")
_LARGEST = 200_000  # bytes of one member
_MOST = 8


def tells(name: str) -> bool:
    """Whether a member's name says that it holds terms or words about the model."""
    return bool(_TERMS.search(name) or _TALK.search(name)) and not name.lower().endswith(_CODE)


def texts(
    entry: Entry, root: str, file: Ranges, listed: list[zip_listing.Member] | None = None
) -> Collected:
    """A passage for each member that tells; a Gap for each that cannot be read.

    `listed` are the archive's members where the caller has them already.
    """
    try:
        members = zip_listing.members(file) if listed is None else listed
    except CutShort:
        return header_gap(root, entry, "cut_short", "its archive lists too many files")
    except ReadError as error:
        return header_gap(root, entry, error.reason, error.detail)
    telling = [m for m in members if tells(m.name)]
    found = [_member(entry, root, file, m) for m in telling[:_MOST]]
    if len(telling) > _MOST:
        detail = f"its archive holds {len(telling)} texts; {len(telling) - _MOST} are unread"
        found.append(header_gap(root, entry, "archive", detail, blocks=True))
    return joined(found)


def _member(entry: Entry, root: str, file: Ranges, member: zip_listing.Member) -> Collected:
    name = shown(member.name)
    try:
        text = decode(zip_listing.content(file, member, _LARGEST))
    except CutShort:
        detail = f"its archive holds {name}, beyond what is read"
        return header_gap(root, entry, "archive", detail, blocks=True)
    except ReadError as error:
        detail = f"its archive holds {name}, unread: {error.detail}"
        return header_gap(root, entry, "archive", detail, blocks=True)
    if text is None:
        detail = f"its archive holds {name}, which is no text"
        return header_gap(root, entry, "archive", detail, blocks=True)
    if not text.strip():
        return Collected()
    terms = bool(_TERMS.search(member.name))
    form: Form = "text" if terms else "prose"
    where = Location(entry.path, key=member.name[:200])
    hints = (("file", member.name.rsplit("/", 1)[-1]),) if terms else ()
    basis: Basis = "detected" if terms else "declared"
    passage = Passage(text, where, form, WEIGHTS, root, basis, hints=hints)
    return Collected(passages=(passage,))
