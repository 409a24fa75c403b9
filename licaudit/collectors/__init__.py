"""Tree to passages, links, artifacts and gaps: one file per format, in one explicit table."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from urllib.parse import quote

from licaudit.collectors import (
    adapter_config,
    archives,
    cards,
    cargo,
    cargo_lock,
    citation,
    composer,
    conda_env,
    conda_lock,
    config_refs,
    croissant,
    datacite,
    datapackage,
    dataset_infos,
    dataset_script,
    frontmatter,
    gemfile,
    gguf,
    gitmodules,
    go_mod,
    gradle,
    headers,
    keras_file,
    license_files,
    maven_pom,
    model_config,
    notebooks,
    npm_locks,
    nuget,
    onnx,
    package_json,
    parquet_footer,
    pnpm_lock,
    pyproject,
    python_code,
    python_locks,
    requirements,
    reuse,
    roles,
    safetensors,
    safetensors_index,
    sbom_in,
    setup_cfg,
    setup_py,
    shell_code,
    tflite,
    torch_files,
    training_configs,
    unnamed,
    upstream_files,
    vendored,
    versions,
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
    Reader("license pictures", roles.is_license_picture, license_files.picture),
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
    Reader("commands", shell_code.is_shell, _plain(shell_code.collect)),
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
    Reader("other configs", config_refs.is_config, config_refs.collect),
    Reader("Python locks", python_locks.is_lock, _plain(python_locks.collect)),
    Reader("npm locks", _named(*npm_locks.NAMES), _plain(npm_locks.collect)),
    Reader("conda", conda_env.is_environment, _plain(conda_env.collect)),
    Reader("go.mod", _named("go.mod"), _plain(go_mod.collect)),
    Reader("pom.xml", _named("pom.xml"), _plain(maven_pom.collect)),
    Reader("Gemfile", _named(*gemfile.NAMES), _plain(gemfile.collect)),
    Reader("bills of materials", sbom_in.is_bill, sbom_in.collect),
    Reader("Cargo.lock", _named("cargo.lock"), _plain(cargo_lock.collect)),
    Reader("pnpm-lock.yaml", _named("pnpm-lock.yaml"), _plain(pnpm_lock.collect)),
    Reader("conda-lock.yml", conda_lock.is_lock, _plain(conda_lock.collect)),
    Reader("Gradle locks", gradle.is_lock, _plain(gradle.collect_lock)),
    Reader("Gradle builds", gradle.is_build, _plain(gradle.collect_build)),
    Reader("Gradle catalogs", gradle.is_catalog, _plain(gradle.collect_catalog)),
    Reader("NuGet projects", nuget.is_project, _plain(nuget.collect)),
    Reader("packages.lock.json", _named("packages.lock.json"), _plain(nuget.collect_lock)),
    Reader("Composer", _named(*composer.NAMES), _plain(composer.collect)),
    Reader("git submodules", _named(".gitmodules"), _plain(gitmodules.collect)),
    Reader("vendored wheels", vendored.is_wheel, _plain(vendored.collect_wheel)),
    Reader("vendored Go modules", vendored.is_go, _plain(vendored.collect_go)),
)


def collect_tree(
    tree: Tree,
    root: str = ROOT,
    kind: ArtifactKind | None = None,
    *,
    upstream: bool = False,
    workers: int = 1,
) -> tuple[Context, Collected]:
    """Everything every reader of the table finds, and what the tree turned out to be.

    `root` is the id of the artifact that the tree is; what is nested in it stands below that id.
    `kind` is what its place says it is. Of an `upstream` tree only the files that tell its license
    and its own upstreams are read (`upstream_files`), and its code is not judged as the user's.
    Many `workers` read a tree behind a network; the result is the same.
    """
    context, result = _context(tree, root, kind, upstream)
    result += Collected(gaps=tuple(_at(gap, root) for gap in tree.gaps()))
    if not tree.entries() and tree.kind not in ("pypi", "npm"):  # a registry's word needs no files
        result += Collected(gaps=(Gap(root, "empty", "there is no file to audit"),))
    work = [(e, r) for e in tree.entries() for r in TABLE if r.reads(e)]
    if upstream:
        if context.kind != "code":
            context = replace(context, has_code=False)
        work, cut = upstream_files.chosen(work, root)
        result += cut
    result = merged([result, *_read(tree, context, work, workers)])
    result += weights_files.from_links(tree, root)
    if not upstream:
        result += unnamed.unnamed_uses(tree, context, result)
    if not upstream:
        result = reuse.honoured(tree, context, result)
    if context.has_code:
        result += Collected(scopes=frozenset({(root, CODE)}))
    if context.kind in ("dataset", "model"):
        result += Collected(scopes=frozenset({(root, DEFAULT_SCOPE[context.kind])}))
    if not any(a == root for a, _ in result.scopes):
        result += Collected(scopes=frozenset({(root, DEFAULT_SCOPE[context.kind])}))
    return context, _joined(_weights_noted(versions.one_node(result)), context)


def _read(
    tree: Tree, context: Context, work: list[tuple[Entry, Reader]], workers: int
) -> list[Collected]:
    """What each reader finds in each of its files, in the order of the work."""
    if workers < 2:
        return [reader.collect(tree, entry, context) for entry, reader in work]
    with ThreadPoolExecutor(workers, thread_name_prefix="read") as pool:
        return list(pool.map(lambda row: row[1].collect(tree, row[0], context), work))


def _at(gap: Gap, root: str) -> Gap:
    """A gap of a source, which does not know what its tree is called in the graph."""
    return replace(gap, artifact=root) if gap.artifact == ROOT else gap


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


def _heads(tree: Tree, most: int | None) -> dict[str, tuple[set[str], str, str, Entry]]:
    """The card of each folder: keys, body, name, file. At most so many, nearest the root first."""
    cards = [
        e
        for e in tree.entries()
        if roles.is_card(e) and e.name.lower().startswith(("readme", "dataset", "data", "model"))
    ]
    if most is not None:
        cards = sorted(cards, key=lambda e: (e.path.count("/"), e.path))[:most]
    heads: dict[str, tuple[set[str], str, str, Entry]] = {}
    for entry in cards:
        keys, body, name = _peek(tree, entry)
        folder = roles.place(entry)
        if (keys and (folder not in heads or entry.name.lower() == "readme.md")) or (
            not folder and folder not in heads and entry.name.lower().startswith("readme")
        ):
            heads[folder] = (keys, body, name, entry)
    return heads


def _context(
    tree: Tree, root_id: str, said: ArtifactKind | None, upstream: bool
) -> tuple[Context, Collected]:
    heads = _heads(tree, upstream_files.TERMS["cards"] if upstream else None)
    root = heads.get("")
    kind = kind_of_tree(tree, (root[0], root[1]) if root else None)
    if said == "dataset" or kind == "code":
        kind = said or kind
    nested: dict[str, tuple[str, ArtifactKind]] = {}
    artifacts = [Artifact(root_id, kind, tree.name, tree.revision)]
    links, probes = [], [Probe(root_id, "name", tree.name.rpartition("/")[2])]
    for folder, (keys, body, name, entry) in sorted(heads.items()):
        inner = card_kind(keys, body) if keys else None
        if not folder:
            if name:
                probes.append(Probe(root_id, "name", name, Location(entry.path, 1)))
            continue
        if inner is None or (
            not keys & {"license", "licenses", "licence", "License"} and not inner
        ):
            continue
        artifact = inner_id(root_id, folder)
        nested[folder] = (artifact, inner)
        where = Location(entry.path, 1)
        artifacts.append(Artifact(artifact, inner, name or folder, location=where))
        links.append(Link(root_id, artifact, "contains", (where,)))
    scopes = frozenset((a, DEFAULT_SCOPE[k]) for a, k in nested.values())
    files = sorted({e.name for e in tree.entries() if roles.is_license_file(e)})
    context = Context(root_id, kind, tree.name, has_code(tree), tuple(files), nested)
    return context, Collected(tuple(artifacts), (), tuple(links), (), tuple(probes), scopes)


def inner_id(root: str, folder: str) -> str:
    """The id of what stands in a folder: `local:data`, or a purl with its subpath."""
    if root == ROOT:
        return f"local:{folder}"
    return f"{root}#{quote(folder, safe='/')}"


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


__all__ = ["ROOT", "TABLE", "Context", "Reader", "collect_tree", "inner_id"]
