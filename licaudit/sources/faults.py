"""SourceGap: why a repository or a file cannot be had, ready to become a Gap or TargetError."""

from __future__ import annotations

from typing import Literal

from licaudit.errors import TargetError
from licaudit.facts import Gap, Location

Reason = Literal[
    "missing",  # the place says that it does not exist
    "denied",  # it may exist: private, or the token may not see it
    "gated",  # it exists, and asks for an agreement first
    "unreachable",  # network, server or rate limit, after all retries
    "broken",  # an answer came, and it is not what it should be
    "refused",  # our own rules: a private address, a protocol, an endless redirect
    "cut_short",  # a limit of ours: size, time, number of requests
    "offline",  # the network was not to be used
    "not_recorded",  # replaying, and the recording does not hold it
    "unsupported",  # no source of this version reads it
]

_TODO: dict[Reason, str] = {
    "missing": "Check the spelling; a private repository also looks like this without a token.",
    "denied": "Log in (HF_TOKEN, MODELSCOPE_API_TOKEN, a git credential helper) and try again.",
    "gated": "Accept the terms on its page, set a token that may read it, and try again.",
    "unreachable": "Try again later, or audit a downloaded copy.",
    "broken": "Try again later, or audit a downloaded copy.",
    "refused": "Allow the address explicitly if you trust it.",
    "cut_short": "Raise the limit, or audit a downloaded copy.",
    "offline": "Run without --offline, or replay a recording.",
    "not_recorded": "Record the audit anew.",
    "unsupported": "Download it and audit the folder.",
}


class SourceGap(Exception):
    """A repository cannot be opened, or an answer cannot be had. Holds no secrets.

    `status` is that of the HTTP answer that decided it, where there was one.
    """

    def __init__(
        self, reason: Reason, detail: str, where: str = "", status: int | None = None
    ) -> None:
        self.reason, self.detail, self.where, self.status = reason, detail, where, status
        super().__init__(detail)

    def __str__(self) -> str:
        return f"{self.where}: {self.detail}" if self.where else self.detail

    def as_gap(self, artifact: str, location: Location | None = None) -> Gap:
        """The Gap to hang on the node of this repository. It blocks a pass."""
        return Gap(artifact, self.reason, str(self), location)

    def as_target_error(self) -> TargetError:
        """The error for a target the user named himself: without it there is nothing to audit."""
        return TargetError(self.detail, where=self.where or None, todo=_TODO[self.reason])
