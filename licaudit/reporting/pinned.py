"""What a lock remembers, and how it answers in an audit while a place is out of reach."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from licaudit.facts import Artifact, Claim, Collected, Copyright, Curation, Gap, Link, Probe
from licaudit.sources.faults import SourceGap

REMEMBERED = "remembered"  # the reason of the Gap on a node that a lock answered for
TEXT = "sha256:"  # begins the digest of a license text that was read
# Why a place could not answer, as far as that says nothing of the repository itself.
OUTAGE = frozenset({"unreachable", "offline", "cut_short", "broken", "not_recorded"})
_RENAMED = re.compile(r"asked for as (\S+), it is now (\S+)")


@dataclass(frozen=True, slots=True)
class Pinned:
    """One upstream as it was read on the day `seen`, with the parts of its own (`id#part`).

    `licenses` are the expressions concluded then by scope, None for what was open.
    """

    id: str
    seen: date
    revision: str | None
    artifacts: tuple[Artifact, ...]
    claims: tuple[Claim, ...]
    links: tuple[Link, ...]
    gaps: tuple[Gap, ...]
    scopes: frozenset[tuple[str, str]]
    licenses: tuple[tuple[str, str | None], ...]
    probes: tuple[Probe, ...]
    copyrights: tuple[Copyright, ...]

    def collected(self, today: date, why: str) -> Collected:
        """Its facts less the claims, and a Gap that blocks nothing and says how old they are."""
        days = max(0, (today - self.seen).days)
        why = why.rstrip(".")
        detail = (
            f"not to be had now ({why}); this is what was read on {self.seen.isoformat()}, "
            f"{days} {'day' if days == 1 else 'days'} before, out of licaudit.lock"
        )
        gaps = (*self.gaps, Gap(self.id, REMEMBERED, detail, blocks=False))
        return Collected(
            self.artifacts, links=self.links, gaps=gaps, probes=self.probes, scopes=self.scopes
        )

    @property
    def unread(self) -> bool:
        """Whether it was out of reach then as well: such a record answers for nothing."""
        return any(
            g.reason in OUTAGE and g.artifact == self.id and not g.location for g in self.gaps
        )

    @property
    def texts(self) -> tuple[tuple[str, str], ...]:
        """The digests of its license texts by path."""
        return tuple((p.value, d) for p in self.probes if (d := p.digest or "").startswith(TEXT))


@dataclass(frozen=True, slots=True)
class Lock:
    """A lock that was read. `knowledge` is the version of the rules it was written under."""

    pinned: Mapping[str, Pinned]
    knowledge: str = ""

    def answer(self, artifact: str) -> Pinned | None:
        """What was read of an upstream, by its id or an old name; None for what is not held."""
        if artifact in self.pinned:
            return self.pinned[artifact]
        return next((p for p in self.pinned.values() if artifact in _old_names(p)), None)

    def claims(self, artifacts: Iterable[str], beside: Iterable[Claim]) -> list[Claim]:
        """The claims of upstreams the lock answered for, without those that are known already."""
        known = {claim.id for claim in beside}
        found = [
            c for a in sorted(set(artifacts)) if a in self.pinned for c in self.pinned[a].claims
        ]
        return [c for c in {c.id: c for c in found}.values() if c.id not in known]


class Recall:
    """A lock at work in one audit: it answers for what is out of reach, and knows for what it did.

    What a place says to be gone, private or gated is no outage: there the lock keeps silent.
    """

    def __init__(self, lock: Lock, today: date) -> None:
        self._lock, self._today = lock, today
        self.answered: set[str] = set()

    def __call__(self, artifact: str, gap: SourceGap) -> Collected | None:
        """The facts of an upstream whose place did not answer, or None. Safe from many threads."""
        pinned = self._lock.answer(artifact) if gap.reason in OUTAGE else None
        if pinned is None or pinned.unread:
            return None
        self.answered.add(pinned.id)
        return pinned.collected(self._today, gap.detail)

    def revision(self, artifact: str) -> str | None:
        """The revision that the lock holds of an upstream, None for what it does not hold."""
        pinned = self._lock.answer(artifact)
        return pinned.revision if pinned else None

    def interrupted(self, artifact: str, revision: str, found: Collected) -> Collected | None:
        """The facts of this very revision, where an outage left less of it than was read then."""
        pinned = self._lock.answer(artifact)
        if pinned is None or pinned.unread or pinned.revision != revision:
            return None
        known = {(g.reason, g.location) for g in pinned.gaps}
        lost = [
            g
            for g in found.gaps
            if g.blocks and g.reason in OUTAGE and (g.reason, g.location) not in known
        ]
        if not lost:
            return None
        self.answered.add(pinned.id)
        return pinned.collected(self._today, lost[0].detail)

    def copyrights(self) -> tuple[Copyright, ...]:
        """The copyright statements of the upstreams given out so far."""
        held = [self._lock.answer(name) for name in sorted(self.answered)]
        return tuple(c for item in held if item for c in item.copyrights)

    def others(self, curations: tuple[Curation, ...]) -> tuple[Curation, ...]:
        """Curations of what the lock did not answer for; the rest were applied when it was read."""
        return tuple(c for c in curations if whole(c.artifact) not in self.answered)

    def claims(self, beside: Iterable[Claim]) -> list[Claim]:
        """The claims that go with the facts given out so far, less those known already."""
        return self._lock.claims(self.answered, beside)


def whole(artifact: str) -> str:
    """The id of the tree that a part of it (`id#part`) belongs to."""
    return artifact.partition("#")[0]


def _old_names(pinned: Pinned) -> frozenset[str]:
    """The ids under which it was asked for before its hub named the new one."""
    found = [m for g in pinned.gaps if g.reason == "renamed" and (m := _RENAMED.search(g.detail))]
    return frozenset(
        pinned.id.removesuffix(m.group(2)) + m.group(1)
        for m in found
        if pinned.id.endswith(m.group(2))
    )
