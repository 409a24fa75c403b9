"""Tree to passages, links, artifacts and gaps: one file per format, in one explicit table."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from licaudit.collectors import (
    adapter_config,
    archives,
    cards,
    cargo,
    citation,
    conda_env,
    croissant,
    datacite,
    datapackage,
    dataset_infos,
    dataset_script,
    frontmatter,
    gemfile,
    gguf,
    go_mod,
    headers,
    keras_file,
    license_files,
    maven_pom,
    model_config,
    notebooks,
    npm_locks,
    onnx,
    package_json,
    parquet_footer,
    pyproject,
    python_code,
    python_locks,
    requirements,
    roles,
    safetensors,
    safetensors_index,
    setup_cfg,
    setup_py,
    tflite,
    torch_files,
    training_configs,
    weights_files,
)
from licaudit.collectors.context import (
    DEFAULT_SCOPE,
    Context,
    card_kind,
    has_code,
    is_code_file,
    kind_of_tree,
    page_lines,
)
from licaudit.facts import (
    CODE,
    WEIGHTS,
    Artifact,
    ArtifactKind,
    Collected,
    Gap,
    Link,
    Location,
    Probe,
)
from licaudit.sources.tree import Entry, ReadError, Tree

ROOT = "local:."


@dataclass(frozen=True, slots=True)
class Reader:
    """One row of the table: which files, and what reads them."""

    name: str
    reads: Callable[[Entry], bool]
    collect: Callable[[Tree, Entry, Context], Collected]


def _plain(
    collect: Callable[[Tree, Entry, str], Collected],
) -> Callable[[Tree, Entry, Context], Collected]:
    """A reader that only needs to know which artifact its file is part of."""
    return lambda tree, entry, context: collect(tree, entry, context.owner(entry.folder)[0])


def _named(*names: str) -> Callable[[Entry], bool]:
    return lambda entry: entry.name.lower() in names


def _ending(*endings: str) -> Callable[[Entry], bool]:
    return lambda entry: entry.name.lower().endswith(endings)


TABLE: tuple[Reader, ...] = (
    Reader("cards", lambda e: roles.is_card(e) and not roles.is_license_file(e), cards.collect),
    Reader("license files", roles.is_license_file, license_files.collect),
    Reader("code headers", is_code_file, headers.collect),
    Reader("config.json", _named("config.json", "model_index.json"), _plain(model_config.collect)),
    Reader("adapter_config.json", _named("adapter_config.json"), _plain(adapter_config.collect)),
    Reader(
        "safetensors",
        _ending(".safetensors", ".safetensors.index.json"),
        _plain(safetensors.collect),
    ),
    Reader("bin index", _ending(".bin.index.json"), _plain(safetensors_index.collect)),
    Reader("weight files", weights_files.is_weights, _plain(weights_files.collect)),
    Reader("requirements", requirements.is_requirements, _plain(requirements.collect)),
    Reader("pyproject.toml", _named("pyproject.toml"), _plain(pyproject.collect)),
    Reader("setup.cfg", _named("setup.cfg"), _plain(setup_cfg.collect)),
    Reader("setup.py", _named("setup.py"), _plain(setup_py.collect)),
    Reader("package.json", _named("package.json"), _plain(package_json.collect)),
    Reader("Cargo.toml", _named("cargo.toml"), _plain(cargo.collect)),
    Reader("CITATION.cff", _named("citation.cff"), _plain(citation.collect)),
    Reader("python code", _ending(".py"), _plain(python_code.collect)),
    Reader("notebooks", _ending(".ipynb"), notebooks.collect),
    Reader("GGUF", _ending(".gguf"), _plain(gguf.collect)),
    Reader("ONNX", _ending(".onnx"), _plain(onnx.collect)),
    Reader("TFLite", _ending(".tflite"), _plain(tflite.collect)),
    Reader("Keras", _ending(".keras"), _plain(keras_file.collect)),
    Reader("PyTorch", torch_files.is_torch, _plain(torch_files.collect)),
    Reader("archives", archives.is_archive, archives.collect),
    Reader(
        "dataset infos", _named("dataset_infos.json", "dataset_info.json"), dataset_infos.collect
    ),
    Reader("dataset scripts", _ending(".py"), dataset_script.collect),
    Reader("parquet", _ending(".parquet"), parquet_footer.collect),
    Reader("Croissant", croissant.is_croissant, croissant.collect),
    Reader("datapackage.json", _named("datapackage.json"), datapackage.collect),
    Reader("DataCite", datacite.is_record, datacite.collect),
    Reader("training configs", training_configs.is_config, training_configs.collect),
    Reader("Python locks", python_locks.is_lock, _plain(python_locks.collect)),
    Reader("npm locks", _named(*npm_locks.NAMES), _plain(npm_locks.collect)),
    Reader("conda", conda_env.is_environment, _plain(conda_env.collect)),
    Reader("go.mod", _named("go.mod"), _plain(go_mod.collect)),
    Reader("pom.xml", _named("pom.xml"), _plain(maven_pom.collect)),
    Reader("Gemfile", _named(*gemfile.NAMES), _plain(gemfile.collect)),
)


def collect_tree(tree: Tree) -> tuple[Context, Collected]:
    """Everything every reader of the table finds, and what the tree turned out to be."""
    context, result = _context(tree)
    result += Collected(gaps=tree.gaps())
    if not tree.entries():
        result += Collected(gaps=(Gap(ROOT, "empty", "there is no file to audit"),))
    result = merged(
        [result]
        + [
            reader.collect(tree, entry, context)
            for entry in tree.entries()
            for reader in TABLE
            if reader.reads(entry)
        ]
    )
    if context.has_code:
        result += Collected(scopes=frozenset({(ROOT, CODE)}))
    if context.kind in ("dataset", "model"):
        result += Collected(scopes=frozenset({(ROOT, DEFAULT_SCOPE[context.kind])}))
    if not any(a == ROOT for a, _ in result.scopes):
        result += Collected(scopes=frozenset({(ROOT, DEFAULT_SCOPE[context.kind])}))
    return context, _joined(_weights_noted(result), context)


def _weights_noted(result: Collected) -> Collected:
    """License files of unsaid role learn whether their artifact has weights to govern."""
    having = {artifact for artifact, scope in result.scopes if scope == WEIGHTS}
    passages = tuple(
        replace(p, hints=(*p.hints, ("weights", "here")))
        if p.artifact in having and p.hint("role")
        else p
        for p in result.passages
    )
    return replace(result, passages=passages)


def _context(tree: Tree) -> tuple[Context, Collected]:
    heads: dict[str, tuple[set[str], str, str, Entry]] = {}
    for entry in tree.entries():
        if roles.is_card(entry) and entry.name.lower().startswith(
            ("readme", "dataset", "data", "model")
        ):
            keys, body, name = _peek(tree, entry)
            folder = roles.place(entry)
            if (keys and (folder not in heads or entry.name.lower() == "readme.md")) or (
                not folder and folder not in heads and entry.name.lower().startswith("readme")
            ):
                heads[folder] = (keys, body, name, entry)
    root = heads.get("")
    kind = kind_of_tree(tree, (root[0], root[1]) if root else None)
    nested: dict[str, tuple[str, ArtifactKind]] = {}
    artifacts = [Artifact(ROOT, kind, tree.name, tree.revision)]
    links, probes = [], [Probe(ROOT, "name", tree.name)]
    for folder, (keys, body, name, entry) in sorted(heads.items()):
        inner = card_kind(keys, body) if keys else None
        if not folder:
            if name:
                probes.append(Probe(ROOT, "name", name, Location(entry.path, 1)))
            continue
        if inner is None or (
            not keys & {"license", "licenses", "licence", "License"} and not inner
        ):
            continue
        artifact = f"local:{folder}"
        nested[folder] = (artifact, inner)
        where = Location(entry.path, 1)
        artifacts.append(Artifact(artifact, inner, name or folder, location=where))
        links.append(Link(ROOT, artifact, "contains", (where,)))
    scopes = frozenset((a, DEFAULT_SCOPE[k]) for a, k in nested.values())
    files = sorted({e.name for e in tree.entries() if roles.is_license_file(e)})
    context = Context(ROOT, kind, tree.name, has_code(tree), tuple(files), nested)
    return context, Collected(tuple(artifacts), (), tuple(links), (), tuple(probes), scopes)


def _peek(tree: Tree, entry: Entry) -> tuple[set[str], str, str]:
    """Front matter keys, body and display name of a page; empty when it cannot be read."""
    try:
        lines = page_lines(tree.read(entry.path, 0, 200_000))
    except ReadError:
        return set(), "", ""  # the card's own reader reports the Gap
    if lines is None:
        return set(), "", ""
    head = frontmatter.find(lines, entry.path)
    keys = set(map(str, head.data)) if head else set()
    if head:
        keys |= {k for k, _, _ in head.salvaged}
    body = "\n".join(lines[head.last_line if head else 0 :])
    name = str(head.data.get("model_name") or head.data.get("pretty_name") or "") if head else ""
    return keys, body, name or next(_titles(body), "")


def _titles(body: str) -> Iterator[str]:
    for line in body.split("\n")[:60]:
        if line.startswith("# "):
            yield line[2:].strip()[:120]


def _joined(result: Collected, context: Context) -> Collected:
    """Datasets named in a card that stand in this very tree become one node with it."""
    local = {
        _slug(name): artifact
        for folder, (artifact, kind) in context.nested.items()
        if kind == "dataset"
        for name in (folder.rsplit("/", 1)[-1], *_names_of(result, artifact))
    }
    rename = {
        a.id: local[_slug(a.name.rsplit("/", 1)[-1])]
        for a in result.artifacts
        if a.kind == "dataset"
        and a.id not in local.values()
        and _slug(a.name.rsplit("/", 1)[-1]) in local
    }
    artifacts: dict[str, Artifact] = {}
    for item in result.artifacts:
        if item.id not in rename:
            artifacts.setdefault(item.id, item)
    links = {
        Link(
            rename.get(x.source, x.source),
            rename.get(x.target, x.target),
            x.relation,
            x.evidence,
            x.note,
        ): None
        for x in result.links
    }
    return Collected(
        tuple(artifacts.values()),
        result.passages,
        tuple(links),
        result.gaps,
        result.probes,
        result.scopes,
    )


def _names_of(result: Collected, artifact: str) -> list[str]:
    return [a.name for a in result.artifacts if a.id == artifact]


def _slug(name: str) -> str:
    return "".join(c for c in name.lower() if c.isalnum())


def merged(parts: list[Collected]) -> Collected:
    """All parts as one; adding them up in pairs would copy everything each time."""
    return Collected(
        tuple(x for p in parts for x in p.artifacts),
        tuple(x for p in parts for x in p.passages),
        tuple(x for p in parts for x in p.links),
        tuple(x for p in parts for x in p.gaps),
        tuple(x for p in parts for x in p.probes),
        frozenset(x for p in parts for x in p.scopes),
    )


__all__ = ["ROOT", "TABLE", "Context", "Reader", "collect_tree"]
