"""Record and replay at the Source boundary: what every tree answered, kept and given back.

A recording is a folder: `index.json` says for each target what its tree was (name, revision, files,
gaps), what was read, and what could not be; `bodies/` holds the bytes, each under its SHA-256. It
serves whatever stands behind a tree: a hub, git, a package manager, this disk.
"""

from __future__ import annotations

import hashlib
import json
import threading
from pathlib import Path
from typing import Any

from licaudit.errors import ConfigError
from licaudit.facts import Gap, Location
from licaudit.settings import write_whole
from licaudit.sources.about import About, Said
from licaudit.sources.faults import SourceGap
from licaudit.sources.secrets import Secrets
from licaudit.sources.tree import Entry, ReadError, Tree

SCHEMA = "licaudit-recording/1"


class Recording:
    """The folder of a recording while it is written. Call `save` at the end, also after errors."""

    def __init__(self, folder: Path, secrets: Secrets | None = None) -> None:
        self._folder, self._secrets = folder, secrets or Secrets()
        self.bodies = folder / "bodies"
        self._trees: dict[str, dict[str, Any]] = {}
        self._lock = threading.Lock()

    def tree(self, key: str, tree: Tree) -> RecordedTree:
        """A tree like the given one that writes down what it answers."""
        note = {
            "kind": tree.kind,
            "name": self._secrets.text(tree.name),
            "revision": tree.revision,
            "about": _about_out(getattr(tree, "about", None)),
            "entries": [[e.path, e.size, e.digest] for e in tree.entries()],
            "gaps": [_gap_out(g, self._secrets) for g in tree.gaps()],
            "reads": {},
        }
        with self._lock:
            if "reads" not in self._trees.get(key, {}):  # opened again: what it answered stands
                self._trees[key] = note
        return RecordedTree(tree, key, self)

    def gap(self, key: str, gap: SourceGap) -> None:
        """Write down that a target could not be opened."""
        detail, where = self._secrets.text(gap.detail), self._secrets.text(gap.where)
        note = {"reason": gap.reason, "detail": detail, "where": where, "status": gap.status}
        with self._lock:
            self._trees[key] = {"error": note}

    def answered(self, key: str, question: str) -> Any:
        """The note of what this question got before, or None: it gets the same again."""
        with self._lock:
            return self._trees[key]["reads"].get(question)

    def keep(self, key: str, question: str, data: bytes) -> Any:
        """Write down what a read answered, less secrets. The note to give it back from."""
        data = self._secrets.data(data)
        digest = hashlib.sha256(data).hexdigest()
        path = self.bodies / digest[:2] / digest
        if not path.exists():
            write_whole(path, data)
        return self._note(key, question, digest)

    def fail(self, key: str, question: str, error: ReadError) -> Any:
        """Write down that a read failed. The note to fail from again."""
        detail = self._secrets.text(error.detail)
        return self._note(key, question, {"reason": error.reason, "detail": detail})

    def _note(self, key: str, question: str, note: Any) -> Any:
        with self._lock:
            return self._trees[key]["reads"].setdefault(question, note)

    def save(self) -> None:
        """Write the index: the same bytes for the same answers, whatever their order was."""
        with self._lock:
            index = {"schema": SCHEMA, "trees": self._trees}
            text = json.dumps(index, indent=1, sort_keys=True, ensure_ascii=True)
        write_whole(self._folder / "index.json", text.encode() + b"\n")


class RecordedTree:
    """A tree whose answers are kept on their way."""

    def __init__(self, tree: Tree, key: str, recording: Recording) -> None:
        self._tree, self._key, self._recording = tree, key, recording
        self.name, self.kind, self.revision = tree.name, tree.kind, tree.revision
        self.about: About | None = getattr(tree, "about", None)
        self.bytes_read = 0

    def entries(self) -> tuple[Entry, ...]:
        """As the tree says."""
        return self._tree.entries()

    def gaps(self) -> tuple[Gap, ...]:
        """As the tree says."""
        return self._tree.gaps()

    def read(self, path: str, start: int = 0, length: int | None = None) -> bytes:
        """As the tree answers, less secrets. Raises ReadError as the tree does."""
        question = _question(path, start, length)
        note = self._recording.answered(self._key, question)
        if note is None:
            try:
                data = self._tree.read(path, start, length)
            except ReadError as error:
                note = self._recording.fail(self._key, question, error)
            else:
                note = self._recording.keep(self._key, question, data)
        answer = _answer(path, note, self._recording.bodies)
        self.bytes_read += len(answer)
        return answer


class Replay:
    """The folder of a recording, opened to answer. Raises ConfigError when it cannot be read."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        try:
            index = json.loads((folder / "index.json").read_bytes())
            if index["schema"] != SCHEMA:
                raise ValueError(f"its schema is {index['schema']!r:.60}")
            self._trees: dict[str, dict[str, Any]] = dict(index["trees"])
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise ConfigError(
                f"this recording cannot be read ({error})",
                where=str(folder),
                todo="Give the folder that --record wrote.",
            ) from error

    def tree(self, key: str) -> ReplayedTree:
        """The tree that a target had. Raises the SourceGap it raised then, or `not_recorded`."""
        note = self._trees.get(key)
        if note is None:
            raise SourceGap("not_recorded", "the recording does not hold it", key)
        try:
            if error := note.get("error"):
                raise SourceGap(error["reason"], error["detail"], error["where"], error["status"])
            return ReplayedTree(key, note, self._folder / "bodies")
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise SourceGap("broken", "the recording was damaged", key) from error


class ReplayedTree:
    """A tree out of a recording. It answers what was asked then, from the same bytes."""

    def __init__(self, key: str, note: dict[str, Any], bodies: Path) -> None:
        self._key, self._bodies = key, bodies
        self.name: str = note["name"]
        self.kind: str = note["kind"]
        self.revision: str = note["revision"]
        self.about = _about_in(note["about"])
        self._entries = tuple(Entry(path, size, digest) for path, size, digest in note["entries"])
        self._gaps = tuple(_gap_in(g) for g in note["gaps"])
        self._reads: dict[str, Any] = dict(note["reads"])
        self.bytes_read = 0

    def entries(self) -> tuple[Entry, ...]:
        """As they were."""
        return self._entries

    def gaps(self) -> tuple[Gap, ...]:
        """As they were."""
        return self._gaps

    def read(self, path: str, start: int = 0, length: int | None = None) -> bytes:
        """The bytes that were read then. Raises ReadError as then, or for what was not read."""
        note = self._reads.get(_question(path, start, length))
        if note is None:
            raise ReadError("not_recorded", f"{path}: the recording does not hold these bytes")
        data = _answer(path, note, self._bodies)
        self.bytes_read += len(data)
        return data


def _answer(path: str, note: Any, bodies: Path) -> bytes:
    """What a note of a read stands for: bytes out of the recording, or the failure of then."""
    if isinstance(note, dict):
        raise ReadError(str(note.get("reason")), str(note.get("detail")))
    digest = str(note)
    try:
        if len(digest) != 64 or not digest.isalnum():
            raise ValueError(digest)
        data = (bodies / digest[:2] / digest).read_bytes()
        if hashlib.sha256(data).hexdigest() != digest:
            raise ValueError(digest)
    except (OSError, ValueError) as error:
        raise ReadError("broken", f"{path}: the recording was damaged") from error
    return data


def _question(path: str, start: int, length: int | None) -> str:
    return f"{start}+{'' if length is None else length} {path}"


def _gap_out(gap: Gap, secrets: Secrets) -> dict[str, Any]:
    place = gap.location.path if gap.location else None
    detail = secrets.text(gap.detail)
    return {
        "artifact": gap.artifact,
        "reason": gap.reason,
        "detail": detail,
        "path": place,
        "blocks": gap.blocks,
    }


def _gap_in(note: dict[str, Any]) -> Gap:
    place = Location(note["path"]) if note["path"] is not None else None
    return Gap(note["artifact"], note["reason"], note["detail"], place, blocks=note["blocks"])


def _about_out(about: About | None) -> dict[str, Any] | None:
    if about is None:
        return None
    said = [[s.key, s.value, s.note] for s in about.said]
    fields = ("id", "asked", "subtype", "url", "gated", "private")
    return {**{name: getattr(about, name) for name in fields}, "said": said}


def _about_in(note: dict[str, Any] | None) -> About | None:
    if note is None:
        return None
    return About(**{**note, "said": tuple(Said(*said) for said in note["said"])})
