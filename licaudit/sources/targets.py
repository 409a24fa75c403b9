"""What people type or paste as a target, read into a Target. Start here for all its forms."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Collection

from licaudit.sources import names
from licaudit.sources.names import refuse
from licaudit.sources.pages import from_page, git_url
from licaudit.sources.purls import from_purl
from licaudit.sources.short_forms import Target, cache_target, hub_target, npm_target, pypi_target

__all__ = ["FORMS", "Target", "parse_target"]

FORMS = (
    "a folder, hf:org/name, hf:datasets/org/name, hf:spaces/org/name, ms:org/name, "
    "ms:datasets/org/name, git+https://host/path, a purl, pypi:name, npm:name, hf-cache:, "
    "or the address of a repository's page"
)
_SCHEME = re.compile(r"([a-z][a-z0-9+.-]+):", re.IGNORECASE)  # `C:` is a drive
_SCP = re.compile(r"[\w.-]+@[\w.-]+:")
_SHORT: dict[str, Callable[[str, str], Target]] = {
    "hf": lambda rest, whole: hub_target("huggingface", rest, whole),
    "ms": lambda rest, whole: hub_target("modelscope", rest, whole),
    "hf-cache": cache_target,
    "pypi": pypi_target,
    "npm": npm_target,
}


def parse_target(text: str, *, allow: Collection[str] = ()) -> Target:
    """Read a target. Raises UsageError for what is malformed, disguised or points inside.

    `allow` holds hosts (`gitlab.example`, `127.0.0.1:8080`) that may be private, and `file:`
    where git may read repositories of this machine.
    """
    text = text.strip()
    if not text:
        refuse("the target is empty", text, "Name the folder to audit, such as `.`.")
    match = _SCHEME.match(text)
    if not match:
        if _SCP.match(text) and not os.path.lexists(text):
            refuse("ssh is not spoken here", text, "Write it as `git+https://host/path`.")
        return Target("path", text)
    scheme, rest = match.group(1).lower(), text[match.end() :]
    if scheme in _SHORT:
        names.check_text(text)
        return _SHORT[scheme](rest, text)
    return _from_scheme(scheme, rest, text, allow)


def _from_scheme(scheme: str, rest: str, whole: str, allow: Collection[str]) -> Target:
    if not rest.startswith("//") and scheme != "pkg" and os.path.lexists(whole):
        return Target("path", whole)  # a file whose name holds a colon
    names.check_text(whole)
    match scheme:
        case "pkg":
            return from_purl(whole, allow)
        case "https" | "http":
            return from_page(whole, allow)
        case "git+https" | "git+http":
            return git_url(f"{scheme[4:]}:{rest}", whole, allow)
        case "git+file" if "file:" in allow:
            return Target("git", f"file:{rest}")
        case "file" | "git+file":
            refuse("files of this machine are not read through an address", whole, "Give the path.")
        case "ssh" | "git" | "git+ssh" | "ftp" | "s3" | "gs" | "oss":
            refuse(f"`{scheme}:` is not spoken here", whole, "Use an https address.")
        case _:
            refuse(f"`{names.shown(scheme)}:` is no kind of target", whole, f"Use {FORMS}.")
