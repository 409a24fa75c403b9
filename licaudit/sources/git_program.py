"""Running the real `git`: an environment of ours, limits on time and disk, nothing repeated."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from licaudit.errors import ToolError
from licaudit.sources.faults import Reason, SourceGap

# What a surrounding git (a hook, a filter) tells its children, and what would trace secrets.
_LEFT_OUT = re.compile(
    r"GIT_(DIR|WORK_TREE|INDEX_FILE|OBJECT_DIRECTORY|ALTERNATE_OBJECT_DIRECTORIES|COMMON_DIR"
    r"|NAMESPACE|PREFIX|QUARANTINE_PATH|CEILING_DIRECTORIES|ALLOW_PROTOCOL|EXTERNAL_DIFF|PAGER"
    r"|EDITOR|SSH.*|ASKPASS|TRACE.*|CURL_VERBOSE|REDIRECT_STD.*|TEMPLATE_DIR)"
)
_SET = {
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_ASKPASS": "true",  # the program: answers every question with nothing
    "SSH_ASKPASS": "true",
    "GCM_INTERACTIVE": "never",
    "GIT_OPTIONAL_LOCKS": "0",
    "LC_ALL": "C",
}
_CONFIG = {
    "core.hooksPath": os.devnull,
    "core.fsmonitor": "false",
    "core.attributesFile": os.devnull,
    "credential.interactive": "false",
    "submodule.recurse": "false",
    "fetch.recurseSubmodules": "false",
    "transfer.bundleURI": "false",  # a bundle may lie anywhere
    "gc.auto": "0",
    "maintenance.auto": "false",
    "http.followRedirects": "false",  # Web has followed them, under its rules
    "http.lowSpeedLimit": "1000",
    "http.lowSpeedTime": "60",
    "protocol.allow": "never",
}
# What git says, and what it means. The first that is found counts.
_MEANINGS: tuple[tuple[str, Reason, str], ...] = (
    ("couldn't find remote ref", "missing", "it has no such revision"),
    ("not our ref", "missing", "it has no such revision"),
    ("Authentication failed", "denied", "not there, or private"),
    ("could not read Username", "denied", "not there, or private"),
    ("error: 403", "denied", "access is forbidden (403)"),
    ("not found", "missing", "it does not exist"),
    ("does not exist", "missing", "it does not exist"),
    ("transport '", "refused", "its address leads to a protocol that is not spoken"),
    ("Operation too slow", "unreachable", "it sends too slowly"),
    ("unable to access", "unreachable", "no connection"),
    ("early EOF", "broken", "the answer broke off"),
    ("invalid index-pack", "broken", "the answer broke off"),
)


@dataclass(frozen=True, slots=True)
class Git:
    """`git` on one bare repository. `protocols` are those it may speak.

    `anonymous` after a redirect to another host: the user's credentials stay at home.
    """

    folder: Path
    where: str
    protocols: tuple[str, ...] = ()
    anonymous: bool = False
    seconds: float = 300.0
    disk: int = 1_000_000_000

    def command(self, *words: str) -> list[str]:
        """The full command line, for those who need a running process."""
        program = shutil.which("git")
        if program is None:
            raise ToolError("git is not installed", todo="Install git, or audit a downloaded copy.")
        settings = dict(_CONFIG)
        if self.anonymous:
            settings.update({"credential.helper": "", "http.extraHeader": ""})
        settings.update({f"protocol.{p}.allow": "always" for p in self.protocols})
        options = [part for k, v in settings.items() for part in ("-c", f"{k}={v}")]
        return [program, *options, "--git-dir", str(self.folder), *words]

    def run(self, *words: str, text: str = "") -> bytes:
        """What one command prints. Raises SourceGap when it fails or exceeds a budget."""
        code, out, err = self.attempt(*words, text=text)
        if code != 0:
            raise self.gap(err)
        return out

    def attempt(self, *words: str, text: str = "") -> tuple[int, bytes, str]:
        """Exit code, output and errors of one command, which may not outgrow its budgets."""
        with subprocess.Popen(
            self.command(*words),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=environment(),
            start_new_session=True,
        ) as process:
            given: bytes | None = text.encode()
            left = self.seconds
            while True:
                try:
                    out, err = process.communicate(given, timeout=min(0.5, left))
                    return process.returncode, out, err.decode("utf-8", "replace")
                except subprocess.TimeoutExpired:
                    given = None
                    left -= 0.5
                    if left <= 0 or _size(self.folder) > self.disk:
                        _stop(process)
                        what = "time" if left <= 0 else "disk"
                        detail = f"git used up its budget of {what}"
                        raise SourceGap("cut_short", detail, self.where) from None

    def gap(self, said: str) -> SourceGap:
        """What git's words mean. They themselves are not repeated: they hold addresses."""
        for mark, reason, detail in _MEANINGS:
            if mark in said:
                return SourceGap(reason, detail, self.where)
        return SourceGap("unreachable", "git could not fetch it", self.where)


def environment() -> dict[str, str]:
    """The user's environment (proxies, certificates, their git configuration), without traps."""
    kept = {k: v for k, v in os.environ.items() if not _LEFT_OUT.fullmatch(k)}
    return kept | _SET


def batch(git: Git, words: Sequence[str]) -> subprocess.Popen[bytes]:
    """A process that answers questions on its standard input until that is closed."""
    return subprocess.Popen(
        git.command(*words),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=environment(),
        start_new_session=True,
    )


def _size(folder: Path) -> int:
    total = 0
    for base, _, files in os.walk(folder):
        for name in files:
            try:
                total += os.lstat(os.path.join(base, name)).st_size
            except OSError:
                continue  # gone by now: git tidies up as it works
    return total


def _stop(process: subprocess.Popen[bytes]) -> None:
    """End git and the helpers it started: they share a session of their own."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, 9)
    process.communicate()
