"""Any git server: one commit as a Tree, by the user's own `git` and their credentials.

Fetched bare, one commit deep, without blobs above a limit (`--filter=blob:limit`): git would fetch
a blob just to tell its size, so that a clone without any blobs costs a request for each file.
Hooks, submodules, attributes and filters never run, since nothing is ever checked out. Large files
kept with Git LFS stay what they are in git: pointers.
"""

from __future__ import annotations

import posixpath
import re
import shutil
import subprocess
import tempfile
import threading
import weakref
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from licaudit.facts import Gap, Location
from licaudit.settings import LIMITS
from licaudit.sources.about import About
from licaudit.sources.faults import SourceGap
from licaudit.sources.forge_answers import forge_answer
from licaudit.sources.git_program import Git, batch
from licaudit.sources.remote import ROOT, about_gaps, cut, is_inner, status_gap
from licaudit.sources.secrets import bare_url
from licaudit.sources.short_forms import Target
from licaudit.sources.tree import Entry, ReadError
from licaudit.sources.web import Web

LARGEST = LIMITS.whole_file  # bytes of a blob that is fetched
_COMMIT = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")
_REVISION = re.compile(r"\w[^:^~?*\[\\\s]*$")
_LINK, _FILE, _PROGRAM = "120000", "100644", "100755"


@dataclass(frozen=True, slots=True)
class _Row:
    mode: str
    oid: str
    size: int | None  # None: the blob is above the limit, and not here
    path: str


class GitTree:
    """One commit of a repository on a git server. Raises SourceGap when it cannot be had."""

    kind = "git"

    def __init__(self, target: Target, web: Web) -> None:
        self._where = target.key
        url = _arrive(target, web)
        folder = Path(tempfile.mkdtemp(prefix="licaudit-git-"))
        self._clean_up = weakref.finalize(self, shutil.rmtree, folder, ignore_errors=True)
        new, old = urlsplit(url), urlsplit(target.id)
        self._git = Git(folder, self._where, (new.scheme,), new.netloc != old.netloc)
        self.revision = _fetch(self._git, url, target.revision)
        self.name = urlsplit(url).path.strip("/").removesuffix(".git")
        page = bare_url(url).removesuffix(".git")
        said, forge_gaps = forge_answer(page, web)
        self.about = About(page, target.id.removesuffix(".git"), "code", page, said=said)
        self.bytes_read = 0
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._rows: dict[str, _Row] = {}
        self._gaps = [*about_gaps(self.about), *forge_gaps]
        self._list()
        self._listed = tuple(
            Entry(path, LARGEST + 1 if row.size is None else row.size, f"git:{row.oid}")
            for path, row in sorted(self._rows.items())
        )

    def entries(self) -> tuple[Entry, ...]:
        """All files, links inside the tree included. One left on the server counts as too large."""
        return self._listed

    def gaps(self) -> tuple[Gap, ...]:
        """Submodules, links that lead out, paths that no tree can hold, and a rename."""
        return tuple(self._gaps)

    def read(self, path: str, start: int = 0, length: int | None = None) -> bytes:
        """Bytes of one file. Raises ReadError for one that was left on the server."""
        row = self._rows.get(path)
        if row is None:
            raise ReadError("missing", f"{path} is not in the commit")
        if row.size is None:
            raise ReadError("cut_short", f"{path}: more than {LARGEST} bytes, left on the server")
        size = LIMITS.whole_file if length is None else length
        data = self._blob(row.oid, start, size)
        self.bytes_read += len(data)
        return data

    def _blob(self, oid: str, start: int, length: int) -> bytes:
        with self._lock:
            if self._process is None:
                self._process = batch(self._git, ("cat-file", "--batch"))
                weakref.finalize(self, _end, self._process)
            given, out = self._process.stdin, self._process.stdout
            assert given is not None
            assert out is not None
            try:
                given.write(f"{oid}\n".encode())
                given.flush()
                head = out.readline().split()
                if len(head) != 3 or head[1] != b"blob":
                    raise ReadError("unreadable", "git does not hold this file")
                data = out.read(int(head[2]))
                out.read(1)
            except OSError as error:
                raise ReadError("unreadable", "git ended unexpectedly") from error
        return data[start : start + length]

    def _list(self) -> None:
        out = self._git.run("ls-tree", "-r", "-l", "-z", "--full-tree", self.revision)
        links: list[_Row] = []
        for number, line in enumerate(filter(None, out.split(b"\0"))):
            if number >= LIMITS.files:
                cut(self._gaps)
                break
            head, _, name = line.partition(b"\t")
            mode, kind, oid, size = head.decode().split()
            row = _Row(
                mode, oid, int(size) if size.isdigit() else None, name.decode("utf-8", "replace")
            )
            if kind == "commit":
                detail = "a submodule: a repository of its own, unread here"
                self._gap(row.path, "not_followed", detail)
            elif not is_inner(row.path):
                self._gap("", "outside_tree", "git lists a path that leads out of the repository")
            elif mode == _LINK:
                links.append(row)
            else:
                self._rows[row.path] = row
        for row in links:
            self._follow(row)

    def _follow(self, row: _Row) -> None:
        """A link to a file of the same commit is that file; any other is a Gap."""
        if row.size is None or row.size > 4_096:
            self._gap(row.path, "unreadable", "a link that is too long")
            return
        goal = self._blob(row.oid, 0, 4_096).decode("utf-8", "replace")
        path = posixpath.normpath(posixpath.join(posixpath.dirname(row.path), goal))
        if goal.startswith("/") or path == ".." or path.startswith("../"):
            self._gap(row.path, "outside_tree", "a link that leads out of the repository")
        elif (found := self._rows.get(path)) and found.mode in (_FILE, _PROGRAM):
            self._rows[row.path] = _Row(_LINK, found.oid, found.size, row.path)
        else:
            detail = "a link to a folder, another link, or nothing; what is there is read in place"
            self._gap(row.path, "not_followed", detail, blocks=False)

    def _gap(self, path: str, reason: str, detail: str, blocks: bool = True) -> None:
        self._gaps.append(
            Gap(ROOT, reason, detail, Location(path) if path else None, blocks=blocks)
        )


def _arrive(target: Target, web: Web) -> str:
    """The address after redirects, each checked; SourceGap when there is no repository.

    Web asks without credentials. What it may not see, git tries with the user's own.
    """
    if web.offline:
        raise SourceGap("offline", "the network is not used (--offline)", target.key)
    if target.id.startswith("file:"):
        return target.id
    question = "/info/refs?service=git-upload-pack"
    url = target.id
    try:
        answer = web.get(url + question, limit=65_536)
        if answer.status == 404 and not url.endswith(".git"):
            with_end = web.get(f"{url}.git{question}", limit=65_536)
            if with_end.status in (200, 401):
                url, answer = f"{url}.git", with_end
    except SourceGap as gap:
        raise SourceGap(gap.reason, gap.detail, target.key, gap.status) from gap
    if answer.status == 401:
        return url
    if answer.status != 200:
        raise status_gap(answer.status, answer.headers, target.key)
    found = answer.url.partition("/info/refs")[0]
    smart = "git-upload-pack" in answer.headers.get("content-type", "")
    if not smart and not re.search(rb"^[0-9a-f]{40}\t", answer.body, re.MULTILINE):
        raise SourceGap("missing", "there is no git repository at this address", target.key)
    return found


def _fetch(git: Git, url: str, revision: str | None) -> str:
    """Fetch one commit, as sparingly as the server allows. The commit's id."""
    if revision and not _REVISION.match(revision):
        raise SourceGap("refused", "an odd name for a revision", git.where)
    git.run("init", "--quiet", "--bare", "--template=", str(git.folder))
    git.run("config", "remote.origin.url", url)
    found = _attempts(git, revision)
    # From here on a missing blob is missing: git would otherwise fetch it when asked for its size.
    git.attempt("config", "--remove-section", "remote.origin")
    git.attempt("config", "--unset-all", "extensions.partialClone")
    code, out, _ = git.attempt("rev-parse", "--verify", "--quiet", f"{found}^{{commit}}")
    commit = out.decode().strip()
    if code != 0 or not _COMMIT.fullmatch(commit):
        raise SourceGap("missing", "it has no such revision", git.where)
    return commit


def _attempts(git: Git, revision: str | None) -> str:
    """Fetch, each time asking the server for less. The name under which the commit then stands."""
    sparing = (("--depth=1", f"--filter=blob:limit={LARGEST}"), ("--depth=1",), ())
    said = ""
    for options in sparing:
        code, _, said = git.attempt(
            "fetch", "--quiet", "--no-tags", *options, "origin", revision or "HEAD"
        )
        if code == 0:
            return "FETCH_HEAD"
        if git.gap(said).reason in ("denied", "missing"):
            break
    if revision is None or not re.fullmatch(r"[0-9a-f]{7,64}", revision):
        raise git.gap(said)
    # A short id, or a server that hands out no single commits: look among all branches and tags.
    git.run("fetch", "--quiet", "origin", "+refs/heads/*:refs/heads/*", "+refs/tags/*:refs/tags/*")
    return revision


def _end(process: subprocess.Popen[bytes]) -> None:
    if process.stdin:
        process.stdin.close()
    if process.stdout:
        process.stdout.close()
    process.wait()
