"""License texts that are only linked, fetched where upstreams may be read."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

from licaudit.collectors import license_files, merged
from licaudit.collectors.context import Context
from licaudit.errors import UsageError
from licaudit.facts import Artifact, Collected, Gap, Location
from licaudit.sources.faults import SourceGap
from licaudit.sources.secrets import bare_url
from licaudit.sources.session import Session
from licaudit.sources.short_forms import Target
from licaudit.sources.targets import parse_target

MOST_LINKS = 200  # linked texts fetched for one audit


def linked(gaps: Iterable[Gap], collected: Collected, session: Session, workers: int) -> Collected:
    """License texts that are only linked, fetched: a passage each, or a Gap that says why not.

    The words stand at the address, whose rules are those of the network: nothing inside is asked.
    """
    wanted = {(g.artifact, g.scope, g.link): g for g in gaps if g.link and g.blocks}
    texts = {a.id: a for a in collected.artifacts}
    order = sorted(wanted, key=lambda k: (k[2] or "", k[0], k[1] or ""))[:MOST_LINKS]
    with ThreadPoolExecutor(max(1, workers), thread_name_prefix="linked") as pool:
        found = pool.map(lambda key: _page(wanted[key], texts, session), order)
        return merged(list(found))


def _page(gap: Gap, artifacts: Mapping[str, Artifact], session: Session) -> Collected:
    assert gap.link is not None
    kind = artifacts[gap.artifact].kind if gap.artifact in artifacts else "document"
    try:
        target, path = _address(gap.link, session.web.policy.allow)
        tree = session.open(target)
    except SourceGap as fault:
        # The gap that asked for it blocks already; this one says why nothing came of it.
        why = replace(fault.as_gap(gap.artifact, gap.location), scope=gap.scope, blocks=False)
        return Collected(gaps=(why,))
    entry = next((e for e in tree.entries() if path in (None, e.path)), None)
    if entry is None:
        detail = f"{gap.link}: there is no such file"
        lost = Gap(gap.artifact, "missing", detail, gap.location, gap.scope, blocks=False)
        return Collected(gaps=(lost,))
    found = license_files.collect(tree, entry, Context(gap.artifact, kind, tree.name))
    at = gap.link

    def there(place: Location | None) -> Location:
        return replace(place or Location(at), path=at)

    return Collected(
        passages=tuple(
            replace(p, scope=gap.scope or p.scope, location=there(p.location))
            for p in found.passages
        ),
        gaps=tuple(replace(g, scope=gap.scope, location=there(g.location)) for g in found.gaps),
    )


def _address(link: str, allow: Collection[str]) -> tuple[Target, str | None]:
    """Where a linked text stands: a file of a repository on a hub, else a page.

    Raises SourceGap for what is no address. Where a page's host lies is for Web to judge.
    """
    link = link.partition("#")[0]
    try:
        target = parse_target(link, allow=allow)
        if target.kind in ("huggingface", "modelscope") and target.path:
            return replace(target, path=None), target.path
    except UsageError:
        pass  # the page of no repository is a page all the same
    if not link.startswith(("https://", "http://")) or bare_url(link) != link.partition("?")[0]:
        raise SourceGap("refused", "this is no plain address of a page", bare_url(link))
    return Target("page", link), None
