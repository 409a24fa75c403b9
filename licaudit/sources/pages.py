"""Addresses pasted from a browser: which repository, revision and path a page shows."""

from __future__ import annotations

import os
from collections.abc import Collection
from urllib.parse import SplitResult, unquote, urlsplit, urlunsplit

from licaudit.sources import names
from licaudit.sources.address import is_allowed, is_inside_name, origin
from licaudit.sources.names import refuse
from licaudit.sources.short_forms import Target, hub_target

HUGGINGFACE = frozenset({"huggingface.co", "www.huggingface.co", "hf.co", "hf-mirror.com"})
MIRRORS = frozenset({"hf-mirror.com"})
MODELSCOPE = frozenset({"modelscope.cn", "www.modelscope.cn", "modelscope.ai", "www.modelscope.ai"})
# Hosts whose pages stand elsewhere than their repositories.
_CLONED_FROM = {"www.github.com": "github.com", "www.gitlink.org.cn": "gitlink.org.cn"}
# Pages of these hubs that show no repository.
_NO_REPOSITORY = frozenset(
    {"docs", "blog", "papers", "collections", "organizations", "settings", "join", "login"}
)
# What follows `org/name` on a page about one revision.
_AT_REVISION = frozenset({"tree", "blob", "resolve", "raw", "commit", "commits", "src"})


def from_page(text: str, allow: Collection[str]) -> Target:
    """The repository that the page at this address shows."""
    parts = _checked(text, allow)
    host = (parts.hostname or "").removeprefix("www.")
    if host in HUGGINGFACE or _is_endpoint(parts, "HF_ENDPOINT"):
        return _huggingface(parts, text)
    if parts.hostname in MODELSCOPE or _is_endpoint(parts, "MODELSCOPE_ENDPOINT"):
        return _modelscope(parts, text)
    return _forge(parts, text)


def git_url(text: str, whole: str, allow: Collection[str]) -> Target:
    """`https://host/path[.git][@revision]`: taken as it stands, for any git server."""
    parts = _checked(text, allow, whole)
    path, at, revision = parts.path.partition("@")
    if not path.strip("/"):
        refuse("this address names no repository", whole, "Write `git+https://host/path`.")
    for segment in unquote(path).strip("/").split("/"):
        _segment(segment, whole)
    url = urlunsplit((parts.scheme, parts.netloc.lower(), path.rstrip("/"), "", ""))
    return Target("git", url, names.revision(revision, whole) if at else None)


def _huggingface(parts: SplitResult, whole: str) -> Target:
    segments = _segments(parts, whole)
    if segments[:1] == ["api"]:
        segments = segments[1:]
    folder = segments[0] if segments and segments[0] in ("datasets", "spaces", "models") else ""
    rest = segments[1:] if folder else segments
    if not rest or (not folder and rest[0] in _NO_REPOSITORY):
        refuse("this page shows no repository", whole, "Open the repository's page and copy that.")
    size = 1 if len(rest) > 1 and rest[1] in _AT_REVISION else 2
    prefix = f"{folder}/" if folder in ("datasets", "spaces") else ""
    target = hub_target("huggingface", prefix + "/".join(rest[:size]), whole)
    revision, path = _at_revision(rest[size:], whole)
    host = parts.hostname if parts.hostname in MIRRORS else None
    return Target("huggingface", target.id, revision, target.subtype, host, path)


def _modelscope(parts: SplitResult, whole: str) -> Target:
    segments = _segments(parts, whole)
    if len(segments) < 3 or segments[0] not in ("models", "datasets"):
        todo = "Copy the address of a model (/models/org/name) or a dataset."
        refuse("this page shows no repository", whole, todo)
    prefix = "datasets/" if segments[0] == "datasets" else ""
    target = hub_target("modelscope", prefix + "/".join(segments[1:3]), whole)
    # .../files, .../summary, .../resolve/<rev>/<path>, .../file/view/<rev>/<path>
    tail = segments[3:]
    revision, path = _at_revision(tail[1:] if tail[:2] == ["file", "view"] else tail, whole)
    return Target("modelscope", target.id, revision, target.subtype, None, path)


def _forge(parts: SplitResult, whole: str) -> Target:
    segments = _segments(parts, whole)
    if len(segments) < 2:
        todo = "Copy the address of a repository, or write `git+https://...`."
        refuse("this page shows no repository", whole, todo)
    if "-" in segments[2:]:  # GitLab: group/sub/name/-/tree/rev/path
        cut = segments.index("-", 2)
        owner, tail = segments[:cut], segments[cut + 1 :]
    else:
        cut = next((i for i, s in enumerate(segments) if i >= 2 and s in _AT_REVISION), 0)
        owner, tail = (segments[:cut], segments[cut:]) if cut else (segments[:2], [])
        if not cut and (parts.hostname or "").startswith("gitlab."):
            owner = segments  # groups nest
    revision, path = _at_revision(tail, whole)
    owner[-1] = owner[-1].removesuffix(".git")
    if owner[-1] == "":
        refuse("this page shows no repository", whole, "Copy the address of a repository.")
    netloc = parts.netloc.lower()
    url = f"{parts.scheme}://{_CLONED_FROM.get(netloc, netloc)}/{'/'.join(owner)}"
    return Target("git", url, revision, path=path)


def _at_revision(tail: list[str], whole: str) -> tuple[str | None, str | None]:
    """Revision and path from `tree/<rev>/<path>`. A branch's own `/` stands as %2F in addresses."""
    if len(tail) < 2 or tail[0] not in _AT_REVISION | {"view", "revision"}:
        return None, None
    if tail[0] in ("src", "raw") and tail[1] in ("branch", "tag", "commit"):  # Gitea's way
        tail = tail[1:]
    if len(tail) < 2:
        return None, None
    path = names.inner_path("/".join(tail[2:]), whole) or None
    return names.revision(tail[1], whole), path


def _checked(text: str, allow: Collection[str], whole: str | None = None) -> SplitResult:
    whole = whole or text
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError as error:
        refuse(f"this is no address ({error})", whole, "Copy it from the browser again.")
    if parts.username is not None or parts.password is not None:
        todo = "Remove them; use HF_TOKEN or a git credential helper."
        refuse("the address holds credentials", whole, todo)
    host = parts.hostname or ""
    names.check_ascii(host, whole)
    if is_allowed(host, port or (443 if parts.scheme == "https" else 80), allow):
        return parts
    if _is_endpoint(parts, "HF_ENDPOINT") or _is_endpoint(parts, "MODELSCOPE_ENDPOINT"):
        return parts
    if is_inside_name(host):
        todo = "Allow this host explicitly if it is meant."
        refuse(f"`{names.shown(host)}` is this machine or a private network", whole, todo)
    if parts.scheme != "https":
        refuse("plain http can be changed on its way", whole, "Use https, or allow this host.")
    return parts


def _is_endpoint(parts: SplitResult, variable: str) -> bool:
    """Whether the address is on the endpoint that the user's environment names."""
    endpoint = os.environ.get(variable, "")
    return bool(endpoint) and origin(urlsplit(endpoint)) == origin(parts)


def _segments(parts: SplitResult, whole: str) -> list[str]:
    segments = [unquote(s) for s in parts.path.split("/") if s]
    for segment in segments:
        _segment(segment, whole)
    return segments


def _segment(segment: str, whole: str) -> None:
    names.check_text(segment)
    if segment in (".", "..") or "\\" in segment:
        refuse("the address climbs out with `..`", whole, "Copy it from the browser again.")
