"""What to audit, from flags, the project file, a lock and a recording."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from licaudit.cli.options import CHECKED, LOCK, OUT, intents, load_project, parse_date, posture_of
from licaudit.errors import ConfigError, UsageError

if TYPE_CHECKING:
    from licaudit.audit import Request
    from licaudit.facts import AuditResult
    from licaudit.policy.project import Project
    from licaudit.reporting.lock import Lock
    from licaudit.sources.session import Reading


def request(
    target: str,
    use: str | None,
    packs: list[str] | None,
    posture: str | None,
    as_of: str | None,
    config: str | None,
    *,
    train: bool = False,
    out: str = OUT,
    record: str | None = None,
    replay: str | None = None,
    depth: int | None = None,
    reading: Reading | None = None,
    relock: bool = False,
    latest: bool = False,
    baseline: str | None = None,
    said: tuple[str, ...] = (),
    environments: list[str] | None = None,
    matcher: str | None = None,
) -> Request:
    """What to audit, from flags and the project file. Raises UsageError and ConfigError."""
    from licaudit.audit import Request
    from licaudit.cli.intent_flags import with_values
    from licaudit.licenses.matcher import wanted
    from licaudit.policy.packs import DEFAULT_PACKS

    _check_recording(record, replay, environments)
    kept = _kept(replay)
    path = folder_of(target, reading) if kept is None else Path(target)
    if kept is not None:
        reading, depth = _kept_reading(kept, reading), _number(kept, "depth")
    project = load_project(path, config) if kept is None or config else _kept_project(kept)
    chosen = posture_of(posture, project) or "strict"
    lock = _lock(lock_path(path), kept, relock) if reading else None
    at_lock = bool(kept.get("at_lock")) if kept else not (relock or latest)
    return Request(
        target=target,
        intents=with_values(intents(project.intents, use, train), said),
        project=project,
        packs=tuple(packs or project.packs or DEFAULT_PACKS),
        posture=chosen,
        as_of=parse_date(as_of or (str(kept["as_of"]) if kept else None)),
        own_files=own_files(path, Path(out), baseline),
        record=Path(record) if record else None,
        replay=Path(replay) if replay else None,
        depth=depth,
        reading=reading,
        lock=lock,
        at_lock=lock is not None and at_lock,
        baseline=earlier(baseline),
        environments=tuple(map(Path, environments or ())),
        matcher=wanted(matcher or (str(kept.get("matcher") or "") if kept else None)),
    )


def _check_recording(
    record: str | None, replay: str | None, environments: list[str] | None
) -> None:
    if record and replay:
        raise UsageError("--record and --replay exclude each other", todo="Give one of them.")
    if environments and (record or replay):
        raise UsageError(
            "an environment is no part of a recording",
            todo="Leave out --environment, or --record and --replay.",
        )


def earlier(path: str | None) -> AuditResult | None:
    """The audit that --baseline names. Raises ResultError when it cannot be read."""
    from licaudit.reporting.json import read_file

    return read_file(Path(path)) if path is not None else None


def lock_path(target: Path | None) -> Path:
    """Where the lock of a target stands: beside its licaudit.yaml, here for what is no folder."""
    if target is None:
        return Path(LOCK)
    return (target if target.is_dir() else target.parent) / LOCK


def _lock(path: Path, kept: Kept | None, relock: bool) -> Lock | None:
    """The lock that answers for what is out of reach. An old or broken one may be written anew."""
    from licaudit.reporting import lock

    if kept is not None:
        text = kept.get("lock")
        return lock.parse(text.encode(), "the recorded lock") if isinstance(text, str) else None
    try:
        return lock.load(path) if path.is_file() else None
    except ConfigError:
        if relock:
            return None
        raise


def reading(
    offline: bool,
    allow: list[str] | None = None,
    max_requests: int | None = None,
    max_seconds: int | None = None,
) -> Reading:
    """How places beyond the target are read. Raises UsageError for a host that is none."""
    from licaudit.sources.session import POLICY, Reading

    for host in allow or ():
        if not host.strip() or "/" in host:
            raise UsageError(
                f"`{host}` is no host", todo="Write `host` or `host:port`, without `https://`."
            )
    policy = replace(
        POLICY,
        allow=frozenset(h.strip().lower() for h in allow or ()),
        requests=POLICY.requests if max_requests is None else max_requests,
        total=POLICY.total if max_seconds is None else float(max_seconds),
    )
    return Reading(offline, policy)


def folder_of(target: str, reading: Reading | None) -> Path | None:
    """The folder or file that a target names; None for a repository elsewhere. Raises UsageError.

    What stands in somebody else's repository decides nothing here: a target that is no folder has
    no project file but the one that --config names.
    """
    from licaudit.sources.local import find
    from licaudit.sources.targets import parse_target

    parsed = parse_target(target, allow=reading.allow if reading else ())
    return find(parsed.id) if parsed.kind == "path" else None


Kept = dict[str, str | int | bool | None]


def _kept_reading(kept: Kept, chosen: Reading | None) -> Reading | None:
    """A replay follows upstreams if, and as, the recorded audit did."""
    if not kept.get("followed"):
        return None
    return replace(chosen or reading(False), offline=bool(kept.get("offline")))


def _number(kept: Kept, name: str) -> int | None:
    value = kept.get(name)
    return value if isinstance(value, int) else None


def _kept(replay: str | None) -> Kept | None:
    """What a recording says of its audit, or None when nothing is replayed."""
    if replay is None:
        return None
    from licaudit.sources.session import read_facts

    return read_facts(Path(replay))


def _kept_project(kept: Kept) -> Project:
    from licaudit.policy.project import Project, parse_project

    text, name = kept["project"], kept["project_name"]
    if not isinstance(text, str):
        return Project()
    return parse_project(text, str(name or "licaudit.yaml"))


def own_files(target: Path | None, out: Path, baseline: str | None = None) -> frozenset[Path]:
    """Where reports of ours stand or will stand: an audit must not read what another one wrote."""
    from licaudit.reporting import FORMATS

    names = [writer.filename for writer in FORMATS.values()]
    folders = (out,) if target is None else (out, target / OUT, target / CHECKED)
    lock = {lock_path(target)} if target is not None else set()
    known = {Path(baseline)} if baseline is not None else set()
    return frozenset(folder / name for folder in folders for name in names) | lock | known
