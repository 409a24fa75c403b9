"""Running the user's own pip and npm: a clean environment, an empty folder, bounds."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from licaudit.sources.faults import SourceGap

# What any program needs to find its user's settings, certificates, keyring and way out. Nothing
# else is passed on: PYTHONPATH and NODE_OPTIONS run code, and other tokens are not its business.
_ENV = "PATH HOME USER LOGNAME LANG LC_ALL LC_CTYPE TZ TMPDIR TEMP TMP SYSTEMROOT APPDATA"
_ENV += " LOCALAPPDATA USERPROFILE XDG_CONFIG_HOME XDG_CONFIG_DIRS XDG_CACHE_HOME XDG_DATA_HOME"
_ENV += " XDG_RUNTIME_DIR DBUS_SESSION_BUS_ADDRESS NETRC SSL_CERT_FILE SSL_CERT_DIR"
_ENV += " REQUESTS_CA_BUNDLE CURL_CA_BUNDLE HTTP_PROXY HTTPS_PROXY ALL_PROXY NO_PROXY"
_ENV += " http_proxy https_proxy all_proxy no_proxy"
_TICK = 0.5  # seconds between two looks at the disk
_OUT, _ERR = ".stdout", ".stderr"  # in the folder, so that they count as disk


@dataclass(frozen=True, slots=True)
class Bounds:
    """What one run of a program may take: seconds, and bytes in its folder."""

    seconds: float = 300.0
    disk: int = 400_000_000
    output: int = 64_000_000  # of which at most so much is read into memory


@dataclass(frozen=True, slots=True)
class Done:
    """How a program ended. Its words are for us to read, never to repeat: they hold addresses."""

    code: int
    out: bytes
    err: str


def find_program(names: Sequence[str], where: str) -> str:
    """The full path of the first of these programs on PATH. Raises SourceGap when there is none."""
    path = os.pathsep.join(
        p for p in os.environ.get("PATH", os.defpath).split(os.pathsep) if os.path.isabs(p)
    )  # `.` on a PATH would let the audited folder bring its own
    for name in names:
        if found := shutil.which(name, path=path):
            return found
    detail = f"{names[0]} is not installed: no program `{'` or `'.join(names)}` is on PATH"
    raise SourceGap("unsupported", detail, where)


def environment(also: Iterable[str], fixed: Mapping[str, str]) -> dict[str, str]:
    """The user's settings in `also` and those every program needs, and nothing else of theirs."""
    kept = {*_ENV.split(), *also}
    return {k: v for k, v in os.environ.items() if k in kept} | dict(fixed)


def run(
    command: Sequence[str], folder: Path, env: Mapping[str, str], where: str, bounds: Bounds
) -> Done:
    """Run a program in its folder. Raises SourceGap when it outgrows its bounds."""
    with (
        open(folder / _OUT, "wb") as out,
        open(folder / _ERR, "wb") as err,
        subprocess.Popen(
            command,
            cwd=folder,
            env=dict(env),
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=err,
            start_new_session=True,
        ) as process,
    ):
        _watch(process, folder, where, bounds)
    return Done(
        process.returncode,
        _head(folder / _OUT, bounds.output),
        _head(folder / _ERR, bounds.output).decode("utf-8", "replace"),
    )


def _watch(process: subprocess.Popen[bytes], folder: Path, where: str, bounds: Bounds) -> None:
    left = bounds.seconds
    while True:
        try:
            process.wait(timeout=min(_TICK, max(left, 0.01)))
        except subprocess.TimeoutExpired:
            left -= _TICK
        else:
            left = 1.0
        if left <= 0 or folder_size(folder) > bounds.disk:
            _stop(process)
            name = Path(str(process.args[0])).name  # type: ignore[index]
            what = "time" if left <= 0 else "disk"
            raise SourceGap("cut_short", f"{name} used up its budget of {what}", where)
        if process.returncode is not None:
            return


def _stop(process: subprocess.Popen[bytes]) -> None:
    """End the program and what it started: they share a session of their own."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, 9)
    process.wait()


def folder_size(folder: Path) -> int:
    """Bytes of all files below a folder."""
    total = 0
    for base, _, files in os.walk(folder):
        for name in files:
            with suppress(OSError):  # gone by now: programs tidy up as they work
                total += os.lstat(os.path.join(base, name)).st_size
    return total


def _head(path: Path, most: int) -> bytes:
    with open(path, "rb") as file:
        return file.read(most)
