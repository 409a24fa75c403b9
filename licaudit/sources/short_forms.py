"""Target, and its short forms: `hf:org/name`, `ms:datasets/org/name`, `pypi:name`, ..."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from licaudit.sources import names
from licaudit.sources.names import refuse

Kind = Literal["path", "huggingface", "modelscope", "git", "pypi", "npm", "hub_cache", "page"]
Subtype = Literal["", "model", "dataset", "space"]

_FOLDERS: dict[str, Subtype] = {"models": "model", "datasets": "dataset", "spaces": "space"}
_PREFIXES: dict[Subtype, str] = {"dataset": "datasets/", "space": "spaces/"}
_PYPI = re.compile(r"[A-Za-z0-9]([A-Za-z0-9._-]{0,98}[A-Za-z0-9])?", re.ASCII)
_NPM = re.compile(r"(@[a-z0-9~-][a-z0-9._~-]*/)?[a-zA-Z0-9~_-][a-zA-Z0-9._~-]*", re.ASCII)


@dataclass(frozen=True, slots=True)
class Target:
    """One repository that was asked for. `id` is a path, `org/name`, a URL or a package's name.

    `host` is the mirror that a pasted address named; `path` the file or folder it pointed to.
    """

    kind: Kind
    id: str
    revision: str | None = None
    subtype: Subtype = ""
    host: str | None = None
    path: str | None = None

    @property
    def key(self) -> str:
        """The short form, equal for all ways to write the same: the name of it in a recording."""
        at = f"@{self.revision}" if self.revision else ""
        prefix = _PREFIXES.get(self.subtype, "")
        match self.kind:
            case "path":
                return f"path:{self.id}"
            case "huggingface":
                return f"hf:{prefix}{self.id}{at}"
            case "modelscope":
                return f"ms:{prefix}{self.id}{at}"
            case "git":
                return f"git+{self.id}{at}"
            case "hub_cache":
                return f"hf-cache:{prefix}{self.id}{at}"
            case _:
                return f"{self.kind}:{self.id}{at}"


def hub_target(kind: Kind, rest: str, whole: str) -> Target:
    """`[datasets/|spaces/|models/]org/name[@revision]` on one of the hubs."""
    rest, at, revision = rest.partition("@")
    subtype: Subtype = "model"
    head, slash, tail = rest.partition("/")
    if slash and head in _FOLDERS:
        subtype, rest = _FOLDERS[head], tail
    if kind == "modelscope" and subtype == "space":
        refuse("ModelScope's studios are not read", whole, "Name a model or a dataset.")
    name = names.hub_id(rest, whole, bare=kind == "huggingface")
    return Target(kind, name, names.revision(revision, whole) if at else None, subtype)


def cache_target(rest: str, whole: str) -> Target:
    """`hf-cache:` (all of it) or `hf-cache:[datasets/]org/name[@revision]`."""
    if not rest:
        return Target("hub_cache", "")
    target = hub_target("huggingface", rest, whole)
    return Target("hub_cache", target.id, target.revision, target.subtype)


def pypi_target(rest: str, whole: str) -> Target:
    """`name[==version]` or `name[@version]` of a Python package."""
    name, version = _versioned(rest.replace("==", "@"), whole)
    if not _PYPI.fullmatch(name):
        refuse(f"`{names.shown(name)}` is no package's name", whole, "Write `pypi:name`.")
    return Target("pypi", re.sub(r"[-_.]+", "-", name).lower(), version)


def npm_target(rest: str, whole: str) -> Target:
    """`[@scope/]name[@version]` of a JavaScript package."""
    scope = "@" if rest.startswith("@") else ""
    name, version = _versioned(rest.removeprefix("@"), whole)
    if not _NPM.fullmatch(scope + name) or len(name) > 214 or ".." in name:
        refuse(f"`{names.shown(name)}` is no package's name", whole, "Write `npm:name`.")
    return Target("npm", scope + name, version)


def _versioned(rest: str, whole: str) -> tuple[str, str | None]:
    name, at, version = rest.partition("@")
    names.check_ascii(name, whole)
    return name, names.revision(version, whole) if at else None
