"""Writing reports: all of them, or none and a reason."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from licaudit.errors import UsageError


def write_all(reports: Mapping[str, bytes], out: Path) -> list[Path]:
    """Finished reports by file name into a folder, which is made when missing.

    Raises UsageError when one cannot be written.
    """
    paths = [out / name for name in reports]
    try:
        out.mkdir(parents=True, exist_ok=True)
        for path, data in zip(paths, reports.values(), strict=True):
            partial = path.with_name(f".{path.name}.partial")
            partial.write_bytes(data)
            os.replace(partial, path)
    except OSError as error:
        raise UsageError(
            f"the reports cannot be written ({error.strerror})",
            where=str(error.filename or out),
            todo="Choose another folder with --out.",
        ) from error
    return paths
