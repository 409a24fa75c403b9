"""What the `general.*` keys of a GGUF header say: license, bases, source, training data."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

from licaudit.collectors.hub_ids import HubKind, artifact_of, hub_id_of, is_self
from licaudit.collectors.model_config import CALIBRATION
from licaudit.collectors.reading import clean, joined, only_gap, shown
from licaudit.facts import WEIGHTS, Artifact, Collected, Gap, Link, Location, Passage, Relation
from licaudit.sources.tree import Tree

Where = Callable[[str], Location]
_LICENSE = "general.license"
_KEYS = {
    _LICENSE: "license",
    f"{_LICENSE}.name": "license_name",
    f"{_LICENSE}.link": "license_link",
}
_SOURCES = (
    "general.source.repo_url",
    "general.source.url",
    "general.source.huggingface.repository",
    "general.source.hf.repository",
)
_CALIBRATION = ("quantize.imatrix.dataset", "quantize.imatrix.file")
_NOT_QUANTIZED = frozenset({0, 1, 32})  # F32, F16, BF16
_MOST = 200  # numbered bases or datasets that are looked at


def from_header(header: dict[str, Any], tree: Tree, root: str, where: Where) -> Collected:
    """Passages, links and Gaps of one header; `where` gives the place of a key."""
    parts = [_licenses(header, root, where)]
    for key in ("general.description", "general.usage"):
        if isinstance(text := header.get(key), str) and text.strip():
            parts.append(Collected(passages=(Passage(text, where(key), "prose", WEIGHTS, root),)))
    parts += _sources(header, tree, root, where)
    bases = list(_numbered(header, "general.base_model", where))
    relation: Relation = "merged_from" if len(bases) > 1 else "fine_tuned_from"
    for names, place in bases:
        made = relation
        if relation == "fine_tuned_from" and _same_model(header, names):
            made = "quantized_from"
        parts.append(_upstream("model", names, made, tree, root, place))
    for names, place in _numbered(header, "general.dataset", where):
        parts.append(_upstream("dataset", names, "trained_on", tree, root, place))
    listed = header.get("general.datasets")
    for name in listed if isinstance(listed, list) else []:
        if isinstance(name, str) and name.strip():
            place = where("general.datasets")
            parts.append(_upstream("dataset", [name], "trained_on", tree, root, place))
    return joined([*parts, _calibration(header, tree, root, where)])


def _licenses(header: dict[str, Any], root: str, where: Where) -> Collected:
    found = Collected()
    told = [(name, clean(v)) for k, name in _KEYS.items() if isinstance(v := header.get(k), str)]
    for key, name in _KEYS.items():
        value = header.get(key)
        if value is None or value == "":
            continue
        values = value if isinstance(value, list) else [value]
        for item in values:
            if not isinstance(item, str):
                detail = f"`{key}` is {shown(item)}, not text"
                found += only_gap(Gap(root, "broken", detail, where(key), WEIGHTS))
                continue
            hints = [h for h in told if h[0] != name and h[1].strip()]
            hints += [("listed", str(len(values)))] if len(values) > 1 else []
            passage = Passage(clean(item), where(key), "header", WEIGHTS, root, hints=tuple(hints))
            found += Collected(passages=(passage,))
    return found


def _sources(header: dict[str, Any], tree: Tree, root: str, where: Where) -> Iterator[Collected]:
    """The model that was converted. One that is named several times is one upstream."""
    seen: set[str] = set()
    for key in _SOURCES:
        value = header.get(key)
        if isinstance(value, str) and value.strip() and (hub_id_of(value) or value) not in seen:
            seen.add(hub_id_of(value) or value)
            found = _upstream("model", [value], "quantized_from", tree, root, where(key))
            yield found


def _calibration(header: dict[str, Any], tree: Tree, root: str, where: Where) -> Collected:
    """The text whose activations decided how the weights were rounded (`llama-quantize --imatrix`).

    It is used as training data is. Mostly a file of the maker's machine: then only a Gap.
    """
    said = [(k, v) for k in _CALIBRATION if isinstance(v := header.get(k), str) and v.strip()]
    if not said:
        return Collected()
    key, name = said[0]
    if hub_id := hub_id_of(name, "dataset"):
        artifact = artifact_of("dataset", hub_id, where(key))
        link = Link(root, artifact.id, "trained_on", (where(key),), CALIBRATION)
        return Collected(artifacts=(artifact,), links=(link,))
    detail = f"quantized with the help of a text known only by name ({shown(name)})"
    return only_gap(Gap(root, "unresolved", detail, where(key), WEIGHTS, blocks=False))


def _numbered(
    header: dict[str, Any], prefix: str, where: Where
) -> Iterator[tuple[list[str], Location]]:
    """(everything that names it, best first; where) of each `<prefix>.<n>.*`."""
    count = header.get(f"{prefix}.count")
    numbers = {
        int(m.group(1))
        for key in header
        if (m := re.match(rf"^{re.escape(prefix)}\.(\d{{1,6}})\.", key))
    }
    if isinstance(count, int) and not isinstance(count, bool):
        numbers |= set(range(min(max(count, 0), _MOST)))
    for number in sorted(numbers)[:_MOST]:
        here = f"{prefix}.{number}"
        said = {
            part: value.strip()
            for part in ("repo_url", "url", "organization", "name", "doi", "version")
            if isinstance(value := header.get(f"{here}.{part}"), str) and value.strip()
        }
        names = [said[part] for part in ("repo_url", "url") if part in said]
        name = said.get("name", "").replace(" ", "-")
        if name and "organization" in said:
            names.append(f"{said['organization'].replace(' ', '-')}/{name}")
        names += [said[part] for part in ("name", "doi") if part in said]
        key = next((f"{here}.{p}" for p in ("repo_url", "url", "name") if p in said), here)
        yield names, where(key)


def _same_model(header: dict[str, Any], names: list[str]) -> bool:
    """Whether the base is this very model before it was quantized, not an ancestor of it."""
    own = header.get("general.name")
    if header.get("general.file_type") in _NOT_QUANTIZED or not isinstance(own, str):
        return False
    return _squeezed(own) in {_squeezed(n.rstrip("/").rsplit("/", 1)[-1]) for n in names} - {""}


def _squeezed(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.lower())


def _upstream(
    kind: HubKind, names: list[str], relation: Relation, tree: Tree, root: str, where: Location
) -> Collected:
    """The link to the first name that is a hub id; else to a name, else a Gap."""
    hub_id = next((h for n in names if (h := hub_id_of(n, kind) or hub_id_of(n))), None)
    if hub_id and is_self(root, tree.name, hub_id):
        return Collected()
    if not names:
        detail = f"the header counts a {kind} that it does not name"
        return only_gap(Gap(root, "unresolved", detail, where, WEIGHTS))
    artifact = (
        artifact_of(kind, hub_id, where)
        if hub_id
        else Artifact(
            f"name:{kind}/{clean(names[0])[:200].replace(' ', '-')}",
            kind,
            names[0][:200],
            location=where,
        )
    )
    link = Link(root, artifact.id, relation, (where,))
    return Collected(artifacts=(artifact,), links=(link,))
