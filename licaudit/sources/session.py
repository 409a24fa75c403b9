"""One audit's reading: the target's tree, recorded on its way or given back from a recording."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path

from licaudit.errors import ConfigError, TargetError
from licaudit.sources.faults import SourceGap
from licaudit.sources.local import LocalTree
from licaudit.sources.record import Recording, Replay
from licaudit.sources.tree import Tree

ROOT_KEY = "root"
FACTS = "session.json"


@contextmanager
def open_target(
    target: str, own: Collection[Path], record: Path | None, replay: Path | None
) -> Iterator[Tree]:
    """The tree of a folder. Raises TargetError when it cannot be had, here or in the recording."""
    if replay is not None:
        try:
            yield Replay(replay).tree(ROOT_KEY)
        except SourceGap as gap:
            raise TargetError(gap.detail, where=str(replay)) from gap
        return
    tree = LocalTree(target, own)
    if record is None:
        yield tree
        return
    recording = Recording(record)
    try:
        yield recording.tree(ROOT_KEY, tree)
    finally:
        recording.save()


def keep_facts(folder: Path, as_of: str, project: Path | None) -> None:
    """Put beside a recording what else the audit was told: its day and its project file."""
    text = project.read_text("utf-8") if project else None
    facts = {"as_of": as_of, "project": text, "project_name": str(project) if project else None}
    folder.mkdir(parents=True, exist_ok=True)
    (folder / FACTS).write_text(json.dumps(facts, indent=1, sort_keys=True) + "\n", "utf-8")


def read_facts(folder: Path) -> dict[str, str | None]:
    """What `keep_facts` wrote. Raises ConfigError when the folder is no recording of ours."""
    try:
        facts: dict[str, str | None] = json.loads((folder / FACTS).read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise ConfigError(
            "this recording cannot be read",
            where=str(folder),
            todo="Give the folder that --record wrote.",
        ) from error
    return facts
