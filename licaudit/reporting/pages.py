"""What all pages share: the folder of templates, escaping, and text that cannot hide."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from markupsafe import Markup

from licaudit.reporting.visible import visible
from licaudit.settings import cache_folder, data_folder

if TYPE_CHECKING:
    from jinja2 import Environment, FileSystemBytecodeCache


def environment(**known: object) -> Environment:
    """Templates that escape everything and fail on what is not defined; `known` are their names."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    made = Environment(
        loader=FileSystemLoader(data_folder("reports") / "templates"),
        bytecode_cache=_kept(),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_finalize,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.globals.update(known)
    return made


def _kept() -> FileSystemBytecodeCache:
    """Where compiled templates are kept, by the digest of their source."""
    from jinja2 import FileSystemBytecodeCache
    from jinja2.bccache import Bucket

    class Kept(FileSystemBytecodeCache):
        def dump_bytecode(self, bucket: Bucket) -> None:
            with suppress(OSError):  # a full or read-only cache costs time alone
                super().dump_bytecode(bucket)

    return Kept(str(cache_folder("templates")))


def _finalize(value: object) -> object:
    """Every value a template prints: what cannot be seen in it is spelled out."""
    if isinstance(value, str) and not isinstance(value, Markup):
        return visible(value)
    return value
