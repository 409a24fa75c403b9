"""Names that users and cards hand us: refused when they try to be something else than they look."""

from __future__ import annotations

import re
import unicodedata
from typing import NoReturn

from licaudit.errors import UsageError

LONGEST = 2_000  # characters of a target
LONGEST_PART = 96  # of one part of a hub's name, as Hugging Face has it
LONGEST_PATH = 1_024

_PART = re.compile(r"[A-Za-z0-9_][\w.-]*", re.ASCII)
_REVISION = re.compile(r"[A-Za-z0-9_][\w./+-]*", re.ASCII)


def refuse(what: str, where: str, todo: str) -> NoReturn:
    """Raise the UsageError for a name that is not taken."""
    raise UsageError(what, where=shown(where), todo=todo)


def shown(text: str) -> str:
    """A hostile name as an error repeats it: on one line, escaped, cut, without credentials."""
    text = re.sub(r"//[^/@\s]*@", "//***@", text)
    safe = text if text.isprintable() else text.encode("unicode_escape").decode()
    return safe if len(safe) <= 120 else safe[:117] + "..."


def check_text(text: str) -> None:
    """Refuse lengths and characters that no target of any kind needs."""
    if len(text) > LONGEST:
        refuse(f"this target has {len(text)} characters", text, "Name the repository alone.")
    for char in text:
        if unicodedata.category(char) in ("Cc", "Cf", "Cs", "Co", "Zl", "Zp"):
            what = f"this target holds the invisible character U+{ord(char):04X}"
            refuse(what, text, "Type the name by hand; copied text may hide such characters.")


def check_ascii(text: str, whole: str) -> None:
    """Refuse what only looks like a name: full-width letters, Cyrillic twins, accents."""
    for char in text:
        if not char.isascii():
            plain = unicodedata.normalize("NFKC", char)
            like = f", which imitates `{plain}`" if plain.isascii() and plain else ""
            what = f"the name holds `{char}` (U+{ord(char):04X}){like}; hubs use ASCII names"
            refuse(what, whole, "Type the name by hand.")


def hub_id(text: str, whole: str, *, bare: bool = True) -> str:
    """`org/name` (or a bare legacy name), checked part by part."""
    check_ascii(text, whole)
    parts = text.split("/")
    if not 1 <= len(parts) <= 2 or (len(parts) == 1 and not bare) or not all(parts):
        refuse(f"`{shown(text)}` is no repository's name", whole, "Write it as `org/name`.")
    for part in parts:
        if len(part) > LONGEST_PART:
            refuse(f"a name of {len(part)} characters", whole, f"At most {LONGEST_PART} exist.")
        if ".." in part or not _PART.fullmatch(part) or part.endswith((".", ".git")):
            todo = "Names hold letters, digits, `-`, `_` and single dots."
            refuse(f"`{shown(part)}` is no part of a repository's name", whole, todo)
    return text


def revision(text: str, whole: str) -> str:
    """A branch, tag or commit: nothing that git or a URL would read as something else."""
    check_ascii(text, whole)
    if (
        len(text) > 255
        or ".." in text
        or "//" in text
        or text.endswith(("/", ".", ".lock"))
        or not _REVISION.fullmatch(text)
    ):
        todo = "Name a branch, a tag or a commit."
        refuse(f"`{shown(text)}` is no revision", whole, todo)
    return text


def inner_path(text: str, whole: str) -> str:
    """A path inside a repository, as a browser's address ends with it."""
    parts = [p for p in text.split("/") if p]
    if len(text) > LONGEST_PATH or any(p in (".", "..") or "\\" in p for p in parts):
        refuse(f"`{shown(text)}` leads out of the repository", whole, "Name the repository alone.")
    return "/".join(parts)
