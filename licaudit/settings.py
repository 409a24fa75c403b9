"""Where data and caches live, and the limits that keep hostile trees bounded."""

from __future__ import annotations

import os
import secrets
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from licaudit.errors import ToolError

PROJECT_FILE = "licaudit.yaml"
DEFAULT_OUT = "licaudit-report"


@dataclass(frozen=True, slots=True)
class Limits:
    """Bytes, counts and depths past which a thing is read in part, and a Gap says so."""

    whole_file: int = 2_000_000  # larger files are only ever read as ranges
    license_file: int = 1_000_000
    front_matter: int = 512_000
    header: int = 1_000_000  # safetensors JSON header actually kept in memory
    walked_header: int = 32_000_000  # of a header whose vocabulary is stepped over, not kept
    files: int = 200_000
    line: int = 20_000
    code_file: int = 1_000_000


LIMITS = Limits()


def data_folder(name: str) -> Path:
    """`rules` or `reports`: inside the wheel at `licaudit/_data/`, or beside an editable checkout.

    Raises ToolError when neither is there.
    """
    package = Path(__file__).resolve().parent
    for candidate in (package / "_data" / name, package.parent / name):
        if candidate.is_dir():
            return candidate
    raise ToolError(
        f"the data folder `{name}` is missing",
        where=str(package),
        todo="Reinstall licaudit-ai: its wheel carries this folder.",
    )


def cache_home() -> Path:
    """The folder that everything kept between runs lies in: `$XDG_CACHE_HOME/licaudit`."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "licaudit"


def cache_folder(name: str) -> Path:
    """A folder of ours under `cache_home`, made when missing.

    Where none can be made, a temporary one that lasts as long as this process.
    """
    folder = cache_home() / name
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError:
        folder = Path(_spare().name) / name
        folder.mkdir(parents=True, exist_ok=True)
    return folder


@cache
def _spare() -> TemporaryDirectory[str]:
    return TemporaryDirectory(prefix="licaudit-cache-")


def keep(path: Path, data: bytes) -> None:
    """`write_whole` into a cache: one that is full or read-only costs time alone."""
    with suppress(OSError):
        write_whole(path, data)


def write_whole(path: Path, data: bytes, private: bool = False) -> None:
    """Write a file beside its place and rename it: a reader sees the old one, the new one, or none.

    Safe under parallel runs and a kill at any moment; the folder is made when missing. A `private`
    file is its owner's alone.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.parent / f".writing-{os.getpid()}-{secrets.token_hex(4)}"
    # mkstemp's mode would shut out everybody else; this one leaves it to the user's umask.
    handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600 if private else 0o666)
    with os.fdopen(handle, "wb") as file:
        file.write(data)
    os.replace(temporary, path)
