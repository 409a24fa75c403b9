"""AuditResult -> bytes: the formats that can be written, each loaded when it is first asked for."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module

from licaudit.facts import AuditResult


@dataclass(frozen=True, slots=True)
class Writer:
    """A format: the file it is written to, and the module whose `write` makes its bytes."""

    filename: str
    module: str
    speaks: bool = True  # whether the words in it depend on the language

    def __call__(self, result: AuditResult, lang: str = "en") -> bytes:
        """The bytes of one report."""
        write = import_module(self.module).write
        written: bytes = write(result, lang) if self.speaks else write(result)
        return written


FORMATS: dict[str, Writer] = {
    "json": Writer("audit.json", "licaudit.reporting.json", speaks=False),
    "html": Writer("report.html", "licaudit.reporting.html"),
    "markdown": Writer("summary.md", "licaudit.reporting.markdown"),
    "spdx": Writer("licaudit.spdx.json", "licaudit.reporting.spdx", speaks=False),
}
