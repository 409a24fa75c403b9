import string

import pytest
from hypothesis import given
from hypothesis import strategies as st
from packageurl import PackageURL

from licaudit.collectors.hub_ids import artifact_of, hub_id_of, hub_purl, looks_like_hub_id
from licaudit.facts import Location

NAMES = st.text(string.ascii_letters + string.digits, min_size=1, max_size=40)


@pytest.mark.parametrize(
    "text",
    ["meta-llama/Llama-2-7b-hf", "01-ai/Yi-6B", "Qwen/Qwen1.5-0.5B", "a/b", "THUDM/chatglm3-6b_x"],
)
def test_ids_of_the_hub_are_known(text: str) -> None:
    assert looks_like_hub_id(text)
    assert hub_id_of(f"https://huggingface.co/{text}/tree/main") == text


@pytest.mark.parametrize(
    "text",
    [
        "",
        "gpt2",
        "./a",
        "/a/b",
        "a/b/c",
        "C:\\models\\x",
        "C:/x",
        "~/x",
        "../a",
        "a/..",
        "a/b.",
        "a/-b",
        "a/b-",
        "a b/c",
        "a//b",
        "a/b.json",
        "x/model.safetensors",
        "x/run.py",
        "a/b--c",
        "output/checkpoint-100",
        "checkpoints/last",
        "data/train",
        "path/to",
        "your-name/model",
        "org/your-model",
        "user/repo_name",
        "模型/通义",
        "a/" + "b" * 97,
        "a/b\n",
        "{org}/{name}",
    ],
)
def test_paths_and_placeholders_are_no_ids(text: str) -> None:
    assert not looks_like_hub_id(text)


def test_addresses_of_other_pages_and_other_kinds_are_no_ids() -> None:
    assert hub_id_of("https://huggingface.co/docs/transformers") is None
    assert hub_id_of("https://example.org/meta-llama/Llama-2-7b") is None
    assert hub_id_of("https://huggingface.co/datasets/a/b") is None
    assert hub_id_of("https://huggingface.co/datasets/a/b", "dataset") == "a/b"
    assert hub_id_of("gpt2") == "gpt2"
    assert hub_id_of("gpt2", "dataset") is None


def test_purls() -> None:
    assert hub_purl("model", "a/B.c") == "pkg:huggingface/a/B.c"
    assert hub_purl("dataset", "a/b") == "pkg:huggingface/datasets/a/b"
    assert hub_purl("model", "gpt2") == "pkg:huggingface/gpt2"
    assert hub_purl("model", "qwen/Qwen-7B", "modelscope") == "pkg:modelscope/qwen/Qwen-7B"
    where = Location("config.json", 2)
    artifact = artifact_of("dataset", "a/b", where, revision="abc")
    assert (artifact.kind, artifact.name, artifact.revision) == ("dataset", "a/b", "abc")


@given(NAMES, NAMES)
def test_a_purl_can_be_read_back(organisation: str, name: str) -> None:
    purl = PackageURL.from_string(hub_purl("model", f"{organisation}/{name}"))
    assert (purl.namespace, purl.name) == (organisation, name)


@given(st.text())
def test_no_text_crashes_and_no_id_is_a_path(text: str) -> None:
    if looks_like_hub_id(text):
        assert text.count("/") == 1
        assert ".." not in text
        assert not text.startswith((".", "/", "~"))
    hub_id_of(text)
