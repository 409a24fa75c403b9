"""One audit's reading: the target's tree and those of its upstreams, recorded or replayed."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from licaudit.errors import ConfigError, LicauditError
from licaudit.sources.described import DescribedTree, described
from licaudit.sources.faults import SourceGap
from licaudit.sources.http_cache import user_cache
from licaudit.sources.link import PageTree
from licaudit.sources.npm_set import NpmSet
from licaudit.sources.open import open_tree
from licaudit.sources.pip_set import PipSet
from licaudit.sources.record import Recording, Replay
from licaudit.sources.targets import Target, parse_target
from licaudit.sources.tree import Tree
from licaudit.sources.web import Policy, Web

# Of an audit: a place that does not answer costs seconds, not minutes.
POLICY = Policy(connect=5.0, retries=2)
ROOT_KEY = "root"
FACTS = "session.json"


@dataclass(frozen=True, slots=True)
class Reading:
    """How places beyond the target are read. `most` and `workers` count upstreams.

    `allow` are hosts that may be private (`host` or `host:port`).
    """

    offline: bool = False
    policy: Policy = POLICY
    workers: int = 16
    most: int = 5_000

    @property
    def allow(self) -> frozenset[str]:
        """Hosts that may be private."""
        return self.policy.allow


class Session:
    """Opens trees for one audit. Safe to use from many threads."""

    def __init__(
        self, web: Web, record: Recording | None = None, replay: Replay | None = None
    ) -> None:
        self.web, self._record, self._replay = web, record, replay
        self._lock = threading.Lock()
        self._silent: set[str] = set()  # places that gave no answer at all
        self._packages: dict[str, DescribedTree] = {}

    def root(self, target: str, own: Collection[Path]) -> Tree:
        """The tree the user named. Raises TargetError or UsageError: without it no audit."""
        try:
            if self._replay is not None:
                return self._replay.tree(ROOT_KEY)
            tree = open_tree(parse_target(target, allow=self.web.policy.allow), self.web, own=own)
        except SourceGap as gap:
            raise gap.as_target_error() from gap
        return self._record.tree(ROOT_KEY, tree) if self._record is not None else tree

    def prepare(self, targets: Iterable[Target]) -> None:
        """Ask for all Python packages at once, which costs one run of pip in place of many."""
        if self._replay is None:
            self._packages |= described(targets, self.web)

    def npm_set(self, key: str, path: str, manifest: Mapping[str, Any]) -> Tree:
        """npm's lock for a manifest, as a tree of the one file at `path`. Raises SourceGap."""
        return self._asked(key, lambda: NpmSet.ask(key, path, manifest, self.web))

    def pip_set(self, key: str, requirements: Sequence[str]) -> Tree:
        """All that Python requirements bring along, as a tree of one file. Raises SourceGap."""
        return self._asked(key, lambda: PipSet.ask(key, requirements, self.web))

    def _asked(self, key: str, ask: Callable[[], Tree]) -> Tree:
        """One answer of a package manager: recorded, or replayed."""
        if self._replay is not None:
            return self._replay.tree(key)
        try:
            tree = ask()
        except SourceGap as gap:
            if self._record is not None:
                self._record.gap(key, gap)
            raise
        return self._record.tree(key, tree) if self._record is not None else tree

    def open(self, target: Target) -> Tree:
        """The tree of an upstream. Raises SourceGap, at once where its place was silent before."""
        place = _place(target)
        with self._lock:
            silent = place in self._silent and self._replay is None
        if silent:
            gap = SourceGap("unreachable", "no connection", target.key)
            if self._record is not None:
                self._record.gap(target.key, gap)
            raise gap
        try:
            return self._opened(target)
        except SourceGap as gap:
            if gap.reason == "unreachable" and gap.status is None:
                with self._lock:
                    self._silent.add(place)
            raise
        except LicauditError as error:
            raise SourceGap("broken", error.what.rstrip("."), target.key) from error

    def _opened(self, target: Target) -> Tree:
        """A repository, or the single answer that stands for one: a page, a registry's record."""
        single = target.kind in ("page", "pypi", "npm")
        if not single or self._replay is not None:
            return open_tree(target, self.web, record=self._record, replay=self._replay)
        return self._asked(target.key, lambda: self._single(target))

    def _single(self, target: Target) -> Tree:
        if target.kind == "page":
            return PageTree(target, self.web)
        return self._packages.get(target.key) or DescribedTree.ask(target, self.web)


def _place(target: Target) -> str:
    """The host behind a target, or the hub or registry that the environment names."""
    if target.kind in ("git", "page"):
        return urlsplit(target.id).netloc.lower()
    return f"{target.kind} {target.host or ''}"


@contextmanager
def open_session(record: Path | None, replay: Path | None, reading: Reading) -> Iterator[Session]:
    """The session of an audit; what was recorded is kept also when the audit breaks off."""
    offline = reading.offline or replay is not None
    web = Web(reading.policy, offline=offline, cache=None if offline else user_cache())
    if replay is not None:
        yield Session(web, replay=Replay(replay))
        return
    if record is None:
        yield Session(web)
        return
    recording = Recording(record, web.secrets)
    try:
        yield Session(web, record=recording)
    finally:
        recording.save()


def keep_facts(folder: Path, facts: dict[str, str | int | bool | None]) -> None:
    """Put beside a recording what else the audit was told: its day, its project file, its walk."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / FACTS).write_text(json.dumps(facts, indent=1, sort_keys=True) + "\n", "utf-8")


def read_facts(folder: Path) -> dict[str, str | int | bool | None]:
    """What `keep_facts` wrote. Raises ConfigError when the folder is no recording of ours."""
    try:
        facts = json.loads((folder / FACTS).read_text("utf-8"))
        if not isinstance(facts, dict):
            raise ValueError("no mapping")
    except (OSError, ValueError) as error:
        raise ConfigError(
            "this recording cannot be read",
            where=str(folder),
            todo="Give the folder that --record wrote.",
        ) from error
    return facts
