"""Every error licaudit raises on purpose: what happened, where, and what to do about it."""

from __future__ import annotations

PASS, FAIL, USAGE, REVIEW, INCOMPLETE = 0, 1, 2, 3, 4  # the exit codes of the design


class LicauditError(Exception):
    """Base of all: one sentence on what happened, the place, and the way out."""

    exit_code = USAGE

    def __init__(self, what: str, *, where: str | None = None, todo: str | None = None) -> None:
        self.what, self.where, self.todo = what, where, todo
        super().__init__(self.sentence())

    def sentence(self) -> str:
        """`where: what. todo` on one line, for a terminal."""
        head = f"{self.where}: {self.what}" if self.where else self.what
        head = head.rstrip(".") + "."
        return f"{head} {self.todo}" if self.todo else head


class UsageError(LicauditError):
    """A flag, name or value on the command line that means nothing."""


class ConfigError(LicauditError):
    """licaudit.yaml says something that cannot be followed."""


class RuleError(LicauditError):
    """A rule file, pack or condition is wrong."""


class KnowledgeError(LicauditError):
    """A file of rules/licenses, an alias table or the propagation table is wrong."""


class ResultError(LicauditError):
    """An audit.json cannot be read back."""


class TargetError(LicauditError):
    """The target cannot be reached, is missing, or its tree cannot be read."""

    exit_code = INCOMPLETE


class ToolError(LicauditError):
    """A library the audit rests on does not work on this machine."""

    exit_code = INCOMPLETE
