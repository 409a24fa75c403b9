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
    "sarif": Writer("licaudit.sarif", "licaudit.reporting.sarif"),
    "junit": Writer("licaudit.junit.xml", "licaudit.reporting.junit"),
    "codequality": Writer("gl-code-quality-report.json", "licaudit.reporting.codequality"),
    "annotations": Writer("annotations.txt", "licaudit.reporting.github"),
    "spdx": Writer("licaudit.spdx.json", "licaudit.reporting.spdx", speaks=False),
    "cyclonedx": Writer("licaudit.cdx.json", "licaudit.reporting.cyclonedx", speaks=False),
    "notice": Writer("THIRD_PARTY_NOTICES.txt", "licaudit.reporting.notice"),
    "prov": Writer("licaudit.prov.json", "licaudit.reporting.prov", speaks=False),
    "graphml": Writer("provenance.graphml", "licaudit.reporting.graphml", speaks=False),
    "mermaid": Writer("provenance.md", "licaudit.reporting.mermaid"),
}
