"""A package as its registry describes it, without its archive: its license in their words."""

from __future__ import annotations

from collections.abc import Iterable

from licaudit.facts import Gap
from licaudit.sources.about import About
from licaudit.sources.package_facts import Resolved
from licaudit.sources.packages import describe, resolve
from licaudit.sources.remote import ROOT
from licaudit.sources.short_forms import Target
from licaudit.sources.tree import Entry, ReadError
from licaudit.sources.web import Web


class DescribedTree:
    """A tree without files: what a registry says stands in `about`, and a Gap says the rest."""

    def __init__(self, target: Target, found: Resolved) -> None:
        self.kind, self.name, self.revision = target.kind, found.name, found.version
        self.about = About(found.name, target.id, "package", found.purl, said=found.said)
        self.bytes_read = 0

    @classmethod
    def ask(cls, target: Target, web: Web) -> DescribedTree:
        """One question to the registry, through the user's pip or npm. Raises SourceGap."""
        return cls(target, describe(target, web))

    def entries(self) -> tuple[Entry, ...]:
        """None."""
        return ()

    def gaps(self) -> tuple[Gap, ...]:
        """That no file was read; it blocks nothing by itself."""
        detail = "only the registry's description was read, none of its files"
        return (Gap(ROOT, "partial", detail, blocks=False),)

    def read(self, path: str, start: int = 0, length: int | None = None) -> bytes:
        """Nothing. Raises ReadError."""
        raise ReadError("missing", f"{path} was not fetched")


def described(targets: Iterable[Target], web: Web) -> dict[str, DescribedTree]:
    """Trees of Python packages by the key of their target, out of one run of pip.

    What that run does not tell is missing here; asking for it alone tells why.
    """
    python = {t.key: t for t in targets if t.kind == "pypi"}
    if len(python) < 2 or web.offline:
        return {}
    wanted = [f"{t.id}=={t.revision}" if t.revision else t.id for t in python.values()]
    found, _gaps = resolve(wanted, web)
    by_name = {item.name: item for item in found.values()}
    return {key: DescribedTree(t, by_name[t.id]) for key, t in python.items() if t.id in by_name}
