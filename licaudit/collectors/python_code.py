"""Python files: the models and datasets that their calls name. Parsed, never imported or run."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass

from licaudit.collectors.code_names import Scope, calls
from licaudit.collectors.hub_ids import (
    BARE_MODELS,
    Hub,
    HubKind,
    artifact_of,
    hub_id_of,
    is_part,
    is_self,
)
from licaudit.collectors.loaders import WORDS, Loader, find
from licaudit.collectors.packages import is_dev_path
from licaudit.collectors.reading import beside, in_tree, only_gap, read_text, shown
from licaudit.collectors.syntax import dotted_name, parse
from licaudit.facts import CODE, Artifact, Collected, Gap, Link, Location
from licaudit.settings import LIMITS
from licaudit.sources.tree import Entry, Tree

_WORTH_PARSING = re.compile(rf"\b(?:{'|'.join(sorted(WORDS))})\b")
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


@dataclass(frozen=True, slots=True)
class Named:
    """One upstream that one call names."""

    artifact: Artifact
    call: str
    location: Location


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
        where = Location(entry.path)
        return only_gap(Gap(root, "unparsable", module, where, CODE, blocks=False))
    named: list[Named] = []
    unsaid: list[tuple[int, str]] = []
    for call, scope in calls(module):
        origin = _origin(call, scope)
        loader = find(origin)
        if loader is None or _is_local_call(call):
            continue
        written = _strings(call, scope, loader, origin)
        strange = [w for w in written if w not in _BUILDERS and not _here(tree, entry, w)]
        for text_ in strange:
            artifact = _artifact(text_, call, scope, loader, origin, entry)
            if artifact is None:
                unsaid.append((call.lineno, shown(text_)))
            elif not is_self(root, tree.name, artifact.name):
                where = Location(entry.path, call.lineno, call.end_lineno)
                named.append(Named(artifact, _called(origin), where))
        if not written:
            unsaid.append((call.lineno, ""))
    return _links(named, entry, root) + _unsaid(unsaid, entry, root)


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


def _is_local_call(call: ast.Call) -> bool:
    """`source="local"` of torch.hub: nothing is fetched."""
    return any(
        k.arg == "source" and isinstance(k.value, ast.Constant) and k.value.value == "local"
        for k in call.keywords
    )


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


def _links(named: list[Named], entry: Entry, root: str) -> Collected:
    """One artifact and one link per upstream and call name, with every line as evidence."""
    grouped: dict[tuple[str, str], list[Named]] = {}
    for item in named:
        grouped.setdefault((item.artifact.id, item.call), []).append(item)
    where = "test code" if is_dev_path(entry.path) else "code"
    links = tuple(
        Link(
            root,
            target,
            "depends_on",
            tuple(dict.fromkeys(i.location for i in items)),
            f"named in {where} by {call}",
        )
        for (target, call), items in grouped.items()
    )
    artifacts = {item.artifact.id: item.artifact for item in reversed(named)}
    return Collected(tuple(reversed(artifacts.values())), links=links)


def _unsaid(calls_: list[tuple[int, str]], entry: Entry, root: str) -> Collected:
    """One Gap for all calls of a file whose upstream is a path elsewhere, or computed."""
    if not calls_:
        return Collected()
    values = list(dict.fromkeys(value for _, value in calls_ if value))[:5]
    detail = f"{len(calls_)} calls load a model or dataset that the code does not identify"
    if values:
        detail += ": " + ", ".join(values)
    where = Location(entry.path, min(line for line, _ in calls_))
    return only_gap(Gap(root, "unresolved", detail, where, CODE, blocks=False))
