"""Training and merge configs: mergekit, axolotl, LLaMA-Factory, TRL, torchtune, saved arguments.

The keys that name models and datasets are alike in all of them; `rules/relations.yaml` holds them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from licaudit.collectors import config_includes, framework_names
from licaudit.collectors.config_values import Place, as_dataset, as_model, names_of
from licaudit.collectors.context import Context
from licaudit.collectors.json_text import JsonError, Path, dotted
from licaudit.collectors.json_text import parse as parse_json
from licaudit.collectors.packages import is_dev_path
from licaudit.collectors.reading import joined, only_gap, read_text
from licaudit.collectors.relation_names import load_relations
from licaudit.documents import DocumentError, read_yaml
from licaudit.facts import CODE, WEIGHTS, Collected, Gap, Location, Relation
from licaudit.sources.tree import Entry, Tree

_LARGEST = 200_000
_TELLING = re.compile(
    r"(?:^|[{,])\s*[\"']?(?:merge_method|slices|base_model(?:_name_or_path)?|model_name_or_path|model_id"
    r"|pretrained_model_name_or_path|model_name|reward_model(?:_path|_name_or_path)?"
    r"|dataset_(?:name|mixer|mixture|id|dir)|tokenizer_name_or_path|checkpointer|teacher_model\w*"
    r"|ref_model\w*|train_dataset|datasets?|_component_)[\"']?\s*:",
    re.MULTILINE,
)
# A config without any of these is some other program's.
_OF_TRAINING = re.compile(
    r"(?:^|[{,])\s*[\"']?(?:merge_method|slices|base_model\w*|(?:pretrained_)?model_name_or_path|stage"
    r"|finetuning_type|learning_rate|num_(?:train_)?epochs|per_device_train_batch_size|lora_\w+"
    r"|micro_batch_size|checkpointer|trainer\w*|max_steps|output_dir|_component_)[\"']?\s*:",
    re.MULTILINE,
)
_JSON_NAMES = re.compile(
    r"(train|sft|dpo|ppo|grpo|orpo|lora|finetun|fine_tun|args|hparam|llama_?factory|recipe|merge)",
    re.IGNORECASE,
)
_MERGE = ("merge_method", "slices")
Read = tuple[Any, Place]


def is_config(entry: Entry) -> bool:
    """Whether a file may be such a config by its name; the content decides."""
    name = entry.name.lower()
    if name.endswith((".yaml", ".yml")):
        return entry.size <= _LARGEST and not entry.path.startswith(".github/")
    return name.endswith(".json") and entry.size <= _LARGEST and bool(_JSON_NAMES.search(name))


def collect(tree: Tree, entry: Entry, context: Context) -> Collected:
    """Links and Gaps. In a model's tree they tell its making, in a program's what it uses."""
    artifact, kind, _ = context.owner(entry.folder)
    made = kind == "model" and not is_dev_path(entry.path)
    scope = WEIGHTS if made else CODE
    text = read_text(tree, entry, artifact, scope, limit=_LARGEST, blocks=False)
    if isinstance(text, Gap):
        return only_gap(text)
    if not (_TELLING.search(text) and _OF_TRAINING.search(text)):
        return Collected()
    read = _read(text, entry)
    if isinstance(read, str):
        merge = text.lstrip().startswith(_MERGE) or "mergekit" in entry.name.lower()
        where = Location(entry.path)
        return only_gap(Gap(artifact, "broken", read, where, scope, blocks=made and merge))
    data, place = read
    if not isinstance(data, dict):
        return Collected()
    found = list(_merged(data) if _is_merge(data) else _trained(data))
    parts = [config_includes.check(tree, entry, text, artifact, scope)]
    tuned = data.get("dataset")
    parts.append(framework_names.from_torchtune(tree, entry, artifact, made, tuned, place))
    listed = framework_names.is_llama_factory(data)
    for relation, path, value in found:
        where = place.at(path)
        if listed and relation == "trained_on":
            own = framework_names.from_llama_factory(
                tree, entry, artifact, made, data, value, where
            )
            if own is not None:
                parts.append(own)
                continue
        reader = as_dataset if relation == "trained_on" else as_model
        parts.append(reader(tree, entry, artifact, made, relation, value, where))
    return joined(parts)


def _read(text: str, entry: Entry) -> Read | str:
    """The data and the places in it, or why there are none."""
    if entry.name.lower().endswith(".json"):
        try:
            document = parse_json(text)
        except JsonError as error:
            return f"not valid JSON: {error}"
        return document.data, Place(entry.path, document.line, dotted)
    try:
        yaml = read_yaml(text, entry.path)
    except DocumentError as error:
        return error.what
    return yaml.data, Place(entry.path, yaml.line, dotted)


def _is_merge(data: dict[str, Any]) -> bool:
    return "merge_method" in data or ("slices" in data and isinstance(data["slices"], list))


def _merged(data: dict[str, Any]) -> Iterator[tuple[Relation, Path, Any]]:
    """mergekit: every model of `models`, of `slices[].sources`, and the base."""
    relation: Relation = "merged_from"
    if "base_model" in data:
        yield relation, ("base_model",), data["base_model"]
    yield from _sources(("models",), data.get("models"))
    slices = data.get("slices")
    for index, part in enumerate(slices if isinstance(slices, list) else []):
        if isinstance(part, dict):
            yield from _sources(("slices", index, "sources"), part.get("sources"))
            if "base_model" in part:
                yield relation, ("slices", index, "base_model"), part["base_model"]
    for key in ("experts", "gate_models"):
        experts = data.get(key)
        for index, expert in enumerate(experts if isinstance(experts, list) else []):
            if isinstance(expert, dict) and "source_model" in expert:
                yield relation, (key, index, "source_model"), expert["source_model"]


def _sources(path: Path, value: Any) -> Iterator[tuple[Relation, Path, Any]]:
    for index, item in enumerate(value if isinstance(value, list) else []):
        if isinstance(item, dict) and "model" in item:
            yield "merged_from", (*path, index, "model"), item["model"]
        elif isinstance(item, str):
            yield "merged_from", (*path, index), item


def _trained(data: dict[str, Any]) -> Iterator[tuple[Relation, Path, Any]]:
    """Bases and data of a training, at the top and one level below the usual sections."""
    names = load_relations()
    adapter = str(data.get("finetuning_type", data.get("adapter", ""))).lower()
    lora = adapter in ("lora", "qlora") and not data.get("merge_lora")
    sections: list[tuple[Path, dict[str, Any]]] = [((), data)]
    sections += [((key,), data[key]) for key in names.sections if isinstance(data.get(key), dict)]
    for path, section in sections:
        for key, value in section.items():
            if key in names.section_models and isinstance(value, dict):
                inner = next((k for k in names.inside_section if value.get(k)), None)
                if inner:
                    yield names.section_models[key], (*path, key, inner), value[inner]
            elif key in names.keys:
                relation = names.keys[key]
                if relation == "fine_tuned_from" and lora:
                    relation = "adapter_of"
                yield relation, (*path, key), value
            elif key in names.data and not _of_torchtune(value):
                for steps, name in names_of(value):
                    yield "trained_on", (*path, key, *steps), name
            elif _is_data(path, section) and key in ("source", "name", "path"):
                yield "trained_on", (*path, key), value
    checkpointer = data.get("checkpointer")
    if isinstance(checkpointer, dict) and "checkpoint_dir" in checkpointer:
        yield "fine_tuned_from", ("checkpointer", "checkpoint_dir"), checkpointer["checkpoint_dir"]


def _of_torchtune(value: Any) -> bool:
    """Whether a `dataset:` is torchtune's, which `framework_names` reads."""
    several = value if isinstance(value, list) else [value]
    return any(isinstance(item, dict) and "_component_" in item for item in several)


def _is_data(path: Path, section: dict[str, Any]) -> bool:
    return path in (("dataset",), ("data",)) and "_component_" not in section
