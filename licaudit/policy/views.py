"""Probes parted by whose tree they are of, once for everything that looks at them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from licaudit.facts import Probe
from licaudit.policy.outbound import stems

Kinds = Mapping[str, tuple[Probe, ...]]


@dataclass(frozen=True, slots=True)
class Views:
    """Probes by kind: those of the audited tree, and those of the artifact's own tree elsewhere.

    License files stand under `license_file` and, for each license they hold, under `text:<id>`.
    What an upstream ships shows nothing of ours; it only tells what came along.
    """

    here: Kinds = field(default_factory=dict)
    theirs: Kinds = field(default_factory=dict)

    def of_part(self, own: Iterable[Probe]) -> Views:
        """The same with the probes of a part of the audited tree."""
        return Views(_joined(self.here, own), self.theirs)

    def of_upstream(self, own: Iterable[Probe]) -> Views:
        """The same with the probes of an upstream's tree."""
        return Views(self.here, _joined(self.theirs, own))


NOTHING_SEEN = Views()


def in_tree(artifact: str, root: str) -> bool:
    """Whether an artifact is the audited work or a part of its own tree, not something upstream."""
    return artifact.startswith("local:") or artifact.partition("#")[0] == root


def views(probes: Iterable[Probe], artifact: str, root: str) -> Views:
    """What one artifact's duties look at, out of all probes."""
    given = tuple(probes)
    here = [p for p in given if in_tree(p.artifact, root)]
    theirs = [p for p in given if p.artifact == artifact and not in_tree(artifact, root)]
    return Views().of_part(here).of_upstream(theirs)


def _joined(kinds: Kinds, own: Iterable[Probe]) -> Kinds:
    more: dict[str, list[Probe]] = {}
    for probe in own:
        more.setdefault(probe.kind, []).append(probe)
        for held in stems(probe.digest) if probe.kind == "license_file" else ():
            more.setdefault(f"text:{held}", []).append(probe)
    return {**kinds, **{k: (*kinds.get(k, ()), *found) for k, found in more.items()}}
