"""Python files: the models and datasets that their code names. Parsed, never imported or run."""

from __future__ import annotations

import ast
import re

from licaudit.collectors import code_links
from licaudit.collectors.code_links import Named
from licaudit.collectors.code_mentions import Mention, mentions
from licaudit.collectors.code_names import Scope, calls
from licaudit.collectors.code_patterns import fallback
from licaudit.collectors.hub_ids import (
    BARE_MODELS,
    Hub,
    HubKind,
    artifact_of,
    hub_id_of,
    is_part,
    is_self,
)
from licaudit.collectors.library_names import timm
from licaudit.collectors.loaders import WORDS, Loader, find
from licaudit.collectors.reading import beside, in_tree, only_gap, read_text, shown
from licaudit.collectors.syntax import dotted_name, parse
from licaudit.collectors.telling import hub_of
from licaudit.facts import CODE, Artifact, Collected, Gap, Location
from licaudit.settings import LIMITS
from licaudit.sources.tree import Entry, Tree

_ID = r"[\"'](?:hf[-_]hub:)?[A-Za-z0-9][\w.-]*/[A-Za-z0-9][\w.-]*(?:[#@:][\w.-]+)?[\"']"
_WORTH_PARSING = re.compile(
    rf"\b(?:{'|'.join(sorted(WORDS))})\b|{_ID}|\bdataset_name\b|huggingface\.co|hf\.co|modelscope\.cn"
)
_PREFIX = re.compile(r"^hf[-_]hub:")
# Formats that load_dataset builds from the caller's own files.
_BUILDERS = frozenset(
    {
        "arrow",
        "audiofolder",
        "cache",
        "csv",
        "generator",
        "hdf5",
        "imagefolder",
        "json",
        "lance",
        "pandas",
        "parquet",
        "pdffolder",
        "spark",
        "sql",
        "text",
        "videofolder",
        "webdataset",
        "xml",
    }
)


def collect(tree: Tree, entry: Entry, root: str) -> Collected:
    """Artifacts and links; one Gap for a file that does not parse or names models at run time."""
    text = read_text(tree, entry, root, CODE, limit=LIMITS.code_file, blocks=False)
    if isinstance(text, Gap):
        return only_gap(text)
    return from_source(text, tree, entry, root)


def from_source(text: str, tree: Tree, entry: Entry, root: str) -> Collected:
    """The same of a text that is already here, such as the cells of a notebook."""
    if not _WORTH_PARSING.search(text):
        return Collected()
    module = parse(text)
    if isinstance(module, str):
        gap = Gap(root, "unparsable", module, Location(entry.path), CODE, blocks=False)
        found = [_item(m, text, entry) for m in fallback(text)]
        return _linked(found, tree, entry, root) + only_gap(gap)
    named: list[Named] = []
    unsaid: list[tuple[int, str]] = []
    for call, scope in calls(module):
        origin = _origin(call, scope)
        loader = find(origin)
        if loader is None or _is_local_call(call, loader):
            continue
        written = _strings(call, scope, loader, origin)
        strange = [w for w in written if w not in _BUILDERS and not _here(tree, entry, w)]
        for text_ in strange:
            artifact = _artifact(text_, call, scope, loader, origin, entry)
            if artifact is None:
                unsaid += [(call.lineno, shown(text_))] if not loader.quiet else []
            else:
                where = Location(entry.path, call.lineno, call.end_lineno)
                named.append(Named(artifact, _called(origin), where))
        if not written and not loader.quiet:
            unsaid.append((call.lineno, ""))
    loaded = {item.artifact.name.lower() for item in named}
    others = [m for m in mentions(module) if m[1].lower() not in loaded]
    named += [_item(m, text, entry) for m in _once(others)]
    return _linked(named, tree, entry, root) + code_links.unsaid(unsaid, entry.path, root)


def _once(found: list[Mention]) -> list[Mention]:
    """One mention for each id and line; a name that tells the kind counts before a mere shape."""
    best: dict[tuple[str, int], Mention] = {}
    datasets = {m[1] for m in found if m[0] == "dataset"}
    for told, hub_id, hub, call, line in sorted(found, key=lambda m: (m[3] == "a literal", m[4])):
        kind: HubKind = "dataset" if hub_id in datasets else told
        best.setdefault((hub_id, line), (kind, hub_id, hub, call, line))
    return sorted(best.values(), key=lambda m: m[4])


def _item(mention: Mention, text: str, entry: Entry) -> Named:
    kind, hub_id, hub, call, line = mention
    where = Location(entry.path, line)
    return Named(artifact_of(kind, hub_id, where, hub=hub or hub_of(text, hub_id)), call, where)


def _linked(named: list[Named], tree: Tree, entry: Entry, root: str) -> Collected:
    """Links to all but the repository that is being read and what is a path of it."""
    others = [
        item
        for item in named
        if not is_self(root, tree.name, item.artifact.name)
        and not _here(tree, entry, item.artifact.name)
    ]
    return code_links.links(others, entry.path, root)


def _origin(call: ast.Call, scope: Scope) -> str:
    """The dotted name of what is called, its first part replaced by what it was imported from."""
    name = dotted_name(call.func)
    if not name and isinstance(call.func, ast.Attribute):
        name = call.func.attr  # a method of something computed, as in classes[0].from_pretrained
    first, dot, rest = name.partition(".")
    return scope.imports.get(first, first) + dot + rest


def _called(origin: str) -> str:
    """The name a reader knows the call by: `from_pretrained`, but `torch.hub.load`."""
    last = origin.rpartition(".")[2]
    return origin if last in ("load", "load_model") else last


def _is_local_call(call: ast.Call, loader: Loader) -> bool:
    """`source="local"` of torch.hub, and timm without `pretrained=True`: nothing is fetched."""
    given = {k.arg: k.value for k in call.keywords}
    source, pretrained = given.get("source"), given.get("pretrained")
    if isinstance(source, ast.Constant) and source.value == "local":
        return True
    known = isinstance(pretrained, ast.Constant) and bool(pretrained.value)
    hosted = any(isinstance(a, ast.Constant) and ":" in str(a.value) for a in call.args[:1])
    return loader.special is timm and not known and not hosted


def _strings(call: ast.Call, scope: Scope, loader: Loader, origin: str) -> tuple[str, ...]:
    position = loader.position_for(origin)
    for keyword in call.keywords:
        if keyword.arg in loader.keywords:
            return scope.strings(keyword.value)
    plain = [a for a in call.args if not isinstance(a, ast.Starred)]
    if position is not None and len(plain) == len(call.args) and position < len(plain):
        return scope.strings(plain[position])
    # Nothing named at all (`pipeline("text-generation")`) is a default of the library's choice.
    return ()


def _artifact(
    written: str, call: ast.Call, scope: Scope, loader: Loader, origin: str, entry: Entry
) -> Artifact | None:
    where = Location(entry.path, call.lineno, call.end_lineno)
    if loader.special:
        return loader.special(written, where)
    kind = _kind(call, loader)
    hub_id = _hub_id(written, kind, loader)
    if hub_id is None:
        return None
    hub: Hub = "modelscope" if origin.startswith(("modelscope.", "swift.")) else "huggingface"
    revisions = [k.value for k in call.keywords if k.arg == "revision"]
    said = scope.strings(revisions[0]) if revisions else ()
    revision = said[0] if len(said) == 1 else None
    return artifact_of(kind, hub_id, where, revision=revision, hub=hub)


def _kind(call: ast.Call, loader: Loader) -> HubKind:
    for keyword in call.keywords:
        if keyword.arg == "repo_type" and isinstance(keyword.value, ast.Constant):
            return "dataset" if keyword.value.value == "dataset" else "model"
    return loader.kind


def _hub_id(written: str, kind: HubKind, loader: Loader) -> str | None:
    text = _PREFIX.sub("", written.strip())
    hub_id = hub_id_of(text, kind)
    if hub_id and ("/" in hub_id or loader.bare):
        return hub_id
    if not loader.bare or "/" in text or not is_part(text):
        return None
    if kind == "dataset":
        return None if "." in text else text
    return loader.bare_prefix + text if loader.bare_prefix and text not in BARE_MODELS else None


def _here(tree: Tree, entry: Entry, written: str) -> bool:
    """Whether the string is a path of this tree: from the file's folder, or from the top."""
    paths = {beside(entry.folder, written), beside("", written)}
    return any(path and in_tree(tree, path) for path in paths)
