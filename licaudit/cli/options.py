"""Flags that several commands share, and what they become."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from licaudit.errors import ConfigError, UsageError

if TYPE_CHECKING:
    from licaudit.audit import Request
    from licaudit.facts import AuditResult, Intent
    from licaudit.facts import Posture as Posture_
    from licaudit.policy.project import Project
    from licaudit.reporting.lock import Lock
    from licaudit.sources.session import Reading

LOCK = "licaudit.lock"
OUT, CHECKED = "licaudit-report", "licaudit-check"
Progress = Callable[..., None]
Target = Annotated[
    str,
    typer.Argument(
        help="A folder, the address of a repository's page, hf:org/name, hf:datasets/org/name, "
        "ms:org/name, git+https://host/path, pypi:name, npm:name, a purl, or hf-cache:.",
        metavar="TARGET",
    ),
]
Offline = Annotated[
    bool,
    typer.Option(
        "--offline",
        envvar="LICAUDIT_OFFLINE",
        show_envvar=False,
        help="Reach no network: upstreams are read from the hub's cache on this disk, or only "
        "named. LICAUDIT_OFFLINE=1 does the same.",
    ),
]
AllowPrivate = Annotated[
    list[str] | None,
    typer.Option(
        "--allow-private",
        help="A private host (`host` or `host:port`) that may be asked; may be repeated.",
        metavar="HOST",
    ),
]
MaxRequests = Annotated[
    int | None,
    typer.Option("--max-requests", min=0, help="Requests for all upstreams together.", metavar="N"),
]
MaxSeconds = Annotated[
    int | None,
    typer.Option("--max-seconds", min=1, help="Time for all requests together.", metavar="N"),
]
Use = Annotated[
    str | None,
    typer.Option(
        "--use",
        help="commercial, research or internal. Default: licaudit.yaml, else commercial.",
        metavar="USE",
    ),
]
Packs = Annotated[
    list[str] | None,
    typer.Option(
        "--pack", help="A rule pack by name or folder; may be given several times.", metavar="PACK"
    ),
]
Posture = Annotated[
    str | None,
    typer.Option(
        "--posture",
        help="How debated questions are judged: strict, balanced or license-text-only.",
        metavar="POSTURE",
    ),
]
AsOf = Annotated[
    str | None,
    typer.Option(
        "--as-of", help="Judge as of this day (YYYY-MM-DD). Default: today.", metavar="DATE"
    ),
]
Config = Annotated[
    str | None,
    typer.Option(
        "--config", help="The project file. Default: licaudit.yaml in the target.", metavar="FILE"
    ),
]
Record = Annotated[
    str | None,
    typer.Option(
        "--record",
        help="Keep every answer read, of the target and its upstreams, in this folder.",
        metavar="DIR",
    ),
]
Replay = Annotated[
    str | None,
    typer.Option(
        "--replay",
        help="Read a folder that --record wrote in place of the target, with the same result.",
        metavar="DIR",
    ),
]
Environments = Annotated[
    list[str] | None,
    typer.Option(
        "--environment",
        help="A virtual environment, site-packages or node_modules folder that the target uses: "
        "what is installed there tells versions and licenses. May be repeated.",
        metavar="DIR",
    ),
]
Depth = Annotated[
    int | None,
    typer.Option(
        "--depth", min=0, help="Follow at most N links; what lies deeper is a gap.", metavar="N"
    ),
]
Locked = Annotated[
    bool,
    typer.Option(
        "--locked", help="Refuse when an upstream differs from licaudit.lock (see `licaudit lock`)."
    ),
]
Formats = Annotated[
    str,
    typer.Option(
        "--format",
        help="Reports besides json and html, with commas between: markdown, sarif, junit, "
        "codequality, annotations, spdx, cyclonedx, notice, prov, graphml, mermaid.",
        metavar="NAMES",
    ),
]
AllowReview = Annotated[
    bool,
    typer.Option(
        "--allow-review", help="Exit with 0 when a review is needed, and say what that lets by."
    ),
]
BaselineFile = Annotated[
    str | None,
    typer.Option(
        "--baseline",
        help="An earlier audit.json of the target: only what is new since then decides the exit "
        "code. Nothing is hidden.",
        metavar="AUDIT.JSON",
    ),
]
Lang = Annotated[
    str, typer.Option("--lang", help="Language of reports and output: en or zh.", metavar="LANG")
]


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
) -> Request:
    """What to audit, from flags and the project file. Raises UsageError and ConfigError."""
    from licaudit.audit import Request
    from licaudit.cli.intent_flags import with_values
    from licaudit.policy.packs import DEFAULT_PACKS

    if record and replay:
        raise UsageError("--record and --replay exclude each other", todo="Give one of them.")
    if environments and (record or replay):
        raise UsageError(
            "an environment is no part of a recording",
            todo="Leave out --environment, or --record and --replay.",
        )
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
    )


def posture_of(given: str | None, project: Project | None) -> Posture_ | None:
    """The posture of a flag or else of a project file, checked. Raises UsageError."""
    from licaudit.facts import POSTURES

    chosen = given or (project.posture if project else None)
    if chosen is not None and chosen not in POSTURES:
        raise UsageError(
            f"`{chosen}` is no posture",
            where=None if given or project is None else project.name,
            todo=f"Use one of {', '.join(POSTURES)}.",
        )
    return chosen


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


def load_project(target: Path | None, config: str | None) -> Project:
    """The project file that was named, the target's own, or an empty one."""
    from licaudit.policy.project import Project, read_project
    from licaudit.settings import PROJECT_FILE

    if config is not None and not Path(config).is_file():
        raise UsageError(
            "there is no such project file",
            where=config,
            todo="Check the path given with --config.",
        )
    if target is None and config is None:
        return Project()
    folder = target or Path()
    if folder.is_file():  # one file: its project file stands beside it
        folder = folder.parent
    path = Path(config) if config is not None else folder / PROJECT_FILE
    if config is None and not path.is_file():
        return Project()
    project = read_project(path)
    packs = tuple(_beside(path, name) for name in project.packs)
    _check_packs(path, packs, project)
    return replace(project, packs=packs, name=str(path))


def _check_packs(path: Path, packs: tuple[str, ...], project: Project) -> None:
    """Refuse a pack that nobody finds, at the line that names it."""
    from licaudit.errors import RuleError
    from licaudit.policy.packs import find_pack

    for pack, place in zip(packs, project.pack_places, strict=True):
        try:
            find_pack(pack)
        except RuleError as error:
            where = str(path) + place.removeprefix(path.name)
            raise ConfigError(error.what, where=where, todo=error.todo) from error


def _beside(project: Path, pack: str) -> str:
    """A pack that a project file names by path stands beside that file."""
    return str(project.parent / pack) if "/" in pack else pack


def intents(said: tuple[Intent, ...], use: str | None, train: bool) -> tuple[Intent, ...]:
    """The intents that were said; a use on the command line replaces theirs and the rest stays."""
    from licaudit.facts import USES, Intent

    if use is not None and use not in USES:
        raise UsageError(f"`{use}` is no use", todo=f"Use one of {', '.join(USES)}.")
    meant = said or (Intent(),)
    if use is not None:
        meant = (replace(meant[0], use=use),)
    if train:
        meant = tuple(replace(i, train=True) for i in meant)
    return meant


def parse_date(value: str | None) -> date:
    """A day from the command line, today when none is given."""
    if value is None:
        return date.today()
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise UsageError(f"`{value}` is no date", todo="Write it as 2026-01-31.") from None


def check_lang(lang: str) -> str:
    """`en` or `zh`."""
    if lang not in ("en", "zh"):
        raise UsageError(f"`{lang}` is no language of the reports", todo="Use en or zh.")
    return lang
