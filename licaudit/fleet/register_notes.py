"""What the project file knows of a register's row: its source, contract and records."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from licaudit.audit import Request
from licaudit.collectors.register_entry import Row
from licaudit.facts import DATA, Gap
from licaudit.policy.dates import live
from licaudit.policy.project import Project, SourceNote
from licaudit.policy.sources import record_paths
from licaudit.sources.local import LocalTree
from licaudit.sources.tree import Entry, ReadError

_OWN_DATA = frozenset({"own", "user_input", "synthetic"})


def note_of(project: Project, row: Row, artifact: str) -> tuple[SourceNote | None, tuple[Gap, ...]]:
    """How a row's data came into the house, by licaudit.yaml and the row, and what is open."""
    gaps: list[Gap] = []
    where = row.artifact.location
    names = (artifact, row.artifact.id, row.name)
    said = next((n for name in names for n in project.sources if n.dataset == name), None)
    if said and row.channel and said.channel != row.channel:
        detail = f"the register says {row.channel}, {project.name} says {said.channel}"
        gaps.append(Gap(artifact, "channel_differs", detail, where, DATA))
    if said and said.contract and row.contract and said.contract != row.contract:
        detail = f"the register says {row.contract}, {project.name} says {said.contract}"
        gaps.append(Gap(artifact, "contract_differs", detail, where, DATA))
    contract = (said.contract if said else None) or row.contract
    listed = {a.id for a in project.agreements}
    if contract and contract not in listed:
        detail = f"contract {contract} does not stand under `agreements` of the project file"
        gaps.append(Gap(artifact, "contract_unlisted", detail, where, DATA))
    kept = contract if contract in listed else None
    if said:
        return replace(said, dataset=artifact, contract=kept), tuple(gaps)
    channel = row.channel or ("commercial" if kept else None)
    if channel == "synthetic" and kept is None:
        return None, tuple(gaps)  # the register's word makes nobody the holder of what a model made
    return (SourceNote(artifact, channel, kept) if channel else None), tuple(gaps)


def vouched_for(request: Request, note: SourceNote | None) -> bool:
    """Whether the row's license is more than a stranger's word: a live contract, or records."""
    if note is None:
        return False
    agreement = next((a for a in request.project.agreements if a.id == note.contract), None)
    if agreement is not None:
        return agreement.term[0] <= request.as_of and live(agreement.term[1], request.as_of)
    return note.channel in _OWN_DATA and bool(note.evidence or note.terms_version)


class Records:
    """The records that source notes name, in the folder of the register; nothing else of it."""

    kind, name, revision = "local", "register", ""

    def __init__(self, tree: LocalTree | None, paths: frozenset[str]) -> None:
        self._tree = tree
        entries = tree.entries() if tree is not None and paths else ()
        self._entries = tuple(
            e for e in entries if e.path in paths or any(e.path.startswith(f"{p}/") for p in paths)
        )

    def entries(self) -> tuple[Entry, ...]:
        """The records alone."""
        return self._entries

    def gaps(self) -> tuple[Gap, ...]:
        """None: what is not there is missed by the rule that asks for it."""
        return ()

    def read(self, path: str, start: int = 0, length: int | None = None) -> bytes:
        """As the folder answers. Raises ReadError."""
        if self._tree is None or path not in {e.path for e in self._entries}:
            raise ReadError("outside_tree", f"{path} is no record of the register")
        return self._tree.read(path, start, length)


def records_of(request: Request) -> Records:
    """The records of all source notes, read beside the register; none of a replayed audit."""
    paths = frozenset(p for n in request.project.sources for p, _ in record_paths(n))
    if not paths or request.replay is not None:
        return Records(None, frozenset())
    folder = Path(request.target).resolve().parent
    return Records(LocalTree(str(folder), request.own_files), paths)
