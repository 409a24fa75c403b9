"""The table of readers: one row for each format, which files, and what reads them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from licaudit.collectors import (
    adapter_config,
    archives,
    arrow_schema,
    cards,
    cargo,
    cargo_lock,
    citation,
    composer,
    conda_env,
    conda_lock,
    config_refs,
    coreml,
    croissant,
    datacite,
    datapackage,
    dataset_infos,
    dataset_script,
    gemfile,
    gguf,
    gitmodules,
    go_mod,
    gradle,
    hdf5_file,
    headers,
    jsonl_rows,
    keras_file,
    license_files,
    maven_pom,
    model_config,
    notebooks,
    npm_locks,
    nuget,
    numpy_files,
    onnx,
    openvino,
    package_json,
    parquet_footer,
    pnpm_lock,
    pyproject,
    python_code,
    python_locks,
    requirements,
    roles,
    safetensors,
    safetensors_index,
    sbom_in,
    setup_cfg,
    setup_py,
    shell_code,
    tflite,
    tokenizers,
    torch_files,
    training_configs,
    vendored,
    webdataset,
    weights_files,
    yarn_lock,
)
from licaudit.collectors.context import Context, is_code_file
from licaudit.collectors.weights_metadata import as_data
from licaudit.facts import Collected
from licaudit.sources.tree import Entry, Tree


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


def _arrays(
    collect: Callable[[Tree, Entry, str], Collected],
) -> Callable[[Tree, Entry, Context], Collected]:
    """A reader of files that hold weights in a model, and data in a dataset."""

    def read(tree: Tree, entry: Entry, context: Context) -> Collected:
        artifact, kind, _ = context.owner(entry.folder)
        found = collect(tree, entry, artifact)
        return as_data(found) if kind == "dataset" else found

    return read


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
    Reader("HDF5", _ending(".h5", ".hdf5"), _arrays(hdf5_file.collect)),
    Reader(
        "Core ML",
        lambda e: e.name.lower().endswith(".mlmodel") or coreml.is_compiled(e),
        _plain(coreml.collect),
    ),
    Reader("OpenVINO", openvino.is_model, _plain(openvino.collect)),
    Reader("tokenizers", tokenizers.is_config, _plain(tokenizers.collect_config)),
    Reader("SentencePiece", tokenizers.is_sentencepiece, _plain(tokenizers.collect_sentencepiece)),
    Reader("NumPy archives", _ending(".npz"), _arrays(numpy_files.collect)),
    Reader("Orbax", numpy_files.is_checkpoint_note, _plain(numpy_files.collect_checkpoint)),
    Reader("PyTorch", torch_files.is_torch, _plain(torch_files.collect)),
    Reader("archives", archives.is_archive, archives.collect),
    Reader(
        "dataset infos", _named("dataset_infos.json", "dataset_info.json"), dataset_infos.collect
    ),
    Reader("dataset scripts", _ending(".py"), dataset_script.collect),
    Reader("parquet", _ending(".parquet", ".pq"), parquet_footer.collect),
    Reader("Arrow", _ending(*arrow_schema.ENDINGS), arrow_schema.collect),
    Reader("JSON lines", _ending(*jsonl_rows.ENDINGS), jsonl_rows.collect),
    Reader("WebDataset", webdataset.is_shard, webdataset.collect),
    Reader("Croissant", croissant.is_croissant, croissant.collect),
    Reader("datapackage.json", _named("datapackage.json"), datapackage.collect),
    Reader("DataCite", datacite.is_record, datacite.collect),
    Reader("training configs", training_configs.is_config, training_configs.collect),
    Reader("other configs", config_refs.is_config, config_refs.collect),
    Reader("Python locks", python_locks.is_lock, _plain(python_locks.collect)),
    Reader("npm locks", _named(*npm_locks.NAMES), _plain(npm_locks.collect)),
    Reader("yarn.lock", _named("yarn.lock"), _plain(yarn_lock.collect)),
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
