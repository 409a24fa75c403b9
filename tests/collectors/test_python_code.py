import string
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from licaudit.collectors import python_code
from licaudit.facts import Collected
from licaudit.sources.local import LocalTree
from licaudit.sources.tree import Entry

ROOT = "local:."
HF = "pkg:huggingface/"
PART = st.text(string.ascii_letters + string.digits, min_size=1, max_size=20)


def collect(memory: Callable[..., Any], code: str | bytes, path: str = "a/run.py") -> Collected:
    tree = memory({path: code, "a/local/x.bin": "", "top/y": ""})
    return python_code.collect(tree, tree.entry(path), ROOT)


def targets(found: Collected) -> list[str]:
    assert all(link.relation == "depends_on" for link in found.links)
    return [link.target for link in found.links]


def test_a_training_script(situation: Callable[[str], LocalTree]) -> None:
    trace = Path("/tmp/licaudit-was-here")
    found = python_code.collect(situation("training-script"), Entry("train.py", 3_000), ROOT)
    assert not trace.exists()
    lines = {x.target: [e.line for e in x.evidence] for x in found.links}
    assert lines == {
        HF + "mistralai/Mistral-7B-v0.1": [30, 31],
        HF + "Qwen/Qwen1.5-7B": [32],
        HF + "JackFram/llama-160m": [33],
        HF + "OpenAssistant/reward-model-deberta-v3-large-v2": [34],
        HF + "gpt2": [35],
        HF + "tloen/alpaca-lora-7b": [36],
        HF + "sentence-transformers/all-MiniLM-L6-v2": [37],
        HF + "meta-llama/Meta-Llama-3-8B": [38],
        HF + "datasets/tatsu-lab/alpaca": [39],
        HF + "datasets/squad": [40],
        HF + "datasets/allenai/c4": [43],
        HF + "bigscience/bloom": [44],
        HF + "bigscience/bloomz": [44],
        "pkg:modelscope/qwen/Qwen-7B-Chat": [45],
        "pkg:modelscope/datasets/AI-ModelScope/alpaca-gpt4-data-zh": [46],
        "pkg:github/pytorch/vision": [47],
        "pkg:github/openai/whisper": [48],
    }
    notes = {x.target: x.note for x in found.links}
    assert notes[HF + "gpt2"] == "named in code by from_pretrained"
    assert notes[HF + "datasets/squad"] == "named in code by load_dataset"
    assert notes["pkg:github/pytorch/vision"] == "named in code by torch.hub.load"
    assert {a.id: a.revision for a in found.artifacts}[
        HF + "mistralai/Mistral-7B-v0.1"
    ] == "26bca36"
    (gap,) = found.gaps
    assert (gap.reason, gap.blocks, gap.location.line) == ("unresolved", False, 49)  # type: ignore[union-attr]
    assert gap.detail.startswith("2 calls")


@given(PART, PART)
def test_a_literal_id_is_found(memory: Callable[..., Any], organisation: str, name: str) -> None:
    hub_id = f"{organisation}x/{name}x"
    found = collect(memory, f"\nmodel = AutoModel.from_pretrained('{hub_id}')\n")
    if found.links:
        assert targets(found) == [HF + hub_id]
        assert found.links[0].evidence[0].line == 2
    else:
        assert [g.reason for g in found.gaps] == ["unresolved"]  # "my.../x" is a placeholder


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("f.from_pretrained(pretrained_model_name_or_path='a/b')", [HF + "a/b"]),
        ("X = 'a/b'\ndef f():\n  m.from_pretrained(X)", [HF + "a/b"]),
        ("X = 'a/b'\ndef f(X):\n  m.from_pretrained(X)", []),
        ("def f(x='a/b'):\n  def g():\n    m.from_pretrained(x)", [HF + "a/b"]),
        ("async def f(*, x='a/b'):\n  m.from_pretrained(x)", [HF + "a/b"]),
        ("if t:\n  X = 'a/b'\nelse:\n  X = 'c/d'\nm.from_pretrained(X)", [HF + "a/b", HF + "c/d"]),
        ("m.from_pretrained(x or 'a/b')", [HF + "a/b"]),
        (
            "class C:\n  base = 'a/b'\n  def f(self):\n    m.from_pretrained(self.base)",
            [HF + "a/b"],
        ),
        ("m.from_pretrained(f'a/{b}')", []),
        ("m.from_pretrained('a/' + 'b')", [HF + "a/b"]),
        ("m.from_pretrained(base + '/b')", []),
        ("N = 'b-7b'\nm.from_pretrained(f'acme/{N}')", [HF + "acme/b-7b"]),
        ("T = {'x': 'a/b', 'y': 'c/d'}\nm.from_pretrained(T[which])", [HF + "a/b", HF + "c/d"]),
        ("for n in ['a/b', 'c/d']:\n  m.from_pretrained(n)", [HF + "a/b", HF + "c/d"]),
        ("[load_dataset(n) for n in ('a/b', 'c/d')]", [HF + "datasets/a/b", HF + "datasets/c/d"]),
        ("def f(n):\n  m.from_pretrained(n)\nf('a/b')", [HF + "a/b"]),
        ("m.from_pretrained(os.environ.get('M', 'a/b'))", [HF + "a/b"]),
        ("C = dict(path='a/b')\nload_dataset(C['path'])", [HF + "datasets/a/b"]),
        (
            "@click.option('--base', default='a/b')\ndef f(base):\n  m.from_pretrained(base)",
            [HF + "a/b"],
        ),
        ("def f(x: str = typer.Option('a/b')):\n  m.from_pretrained(x)", [HF + "a/b"]),
        ("p.add_argument('--m', default='a/b')\nx.from_pretrained(args.m)", [HF + "a/b"]),
        (
            "@dataclass\nclass A:\n  m: str = field(default='a/b')\nx.from_pretrained(a.m)",
            [HF + "a/b"],
        ),
        ("base_model = 'tiiuae/falcon-x'", [HF + "tiiuae/falcon-x"]),
        ("run(dataset_name='tatsu-lab/alpaca')", [HF + "datasets/tatsu-lab/alpaca"]),
        ("hyper = {'dataset_name': 'samsum'}", [HF + "datasets/samsum"]),
        ("choices = ['Qwen/Qwen2-7B']", [HF + "Qwen/Qwen2-7B"]),
        ("hub_model_id = 'acme/my-thing'", []),
        ("print('Qwen/Qwen2-7B')", []),
        ("if name == 'Qwen/Qwen2-7B': pass", []),
        ("def f():\n  'Loads Qwen/Qwen2-7B'", []),
        ("p.add_argument('--x', help='Qwen/Qwen2-7B')", []),
        ("model_path = 'checkpoints/llama-7b'", []),
        ("model = 'yes/no'", []),
        ("url = 'https://huggingface.co/acme/data-y/resolve/main/f.bin'", [HF + "acme/data-y"]),
        ("url = 'https://huggingface.co/docs/transformers/main'", []),
        ("url = 'https://huggingface.co/datasets/a-x/b-y/resolve/main/cat.png'", []),
        ("import spacy\nspacy.load('en_core_web_sm')", ["name:model/spacy:en_core_web_sm"]),
        ("import spacy\nspacy.load('./mine')", []),
        ("import nltk\nnltk.download('punkt')", ["name:dataset/nltk:punkt"]),
        (
            "import tensorflow_datasets as tfds\ntfds.load('mnist:3.0.1')",
            ["name:dataset/tfds:mnist"],
        ),
        ("import ollama\nollama.pull('llama3.2:1b')", ["name:model/ollama:llama3.2:1b"]),
        (
            "import timm\ntimm.create_model('resnet50', pretrained=True)",
            ["name:model/timm:resnet50"],
        ),
        ("import timm\ntimm.create_model('resnet50')", []),
        ("WhisperModel('large-v3')", [HF + "Systran/faster-whisper-large-v3"]),
        ("m.from_pretrained(*names)", []),
        ("m.from_pretrained('local')", []),
        ("m.from_pretrained('top/y')", []),
        ("m.from_pretrained('unknown-name')", []),
        ("m.from_pretrained('bert-base-uncased')", [HF + "bert-base-uncased"]),
        ("load_dataset('imdb')", [HF + "datasets/imdb"]),
        ("load_dataset('json', data_files='x')", []),
        ("load_dataset('script.py')", []),
        ("import datasets\ndatasets.load_dataset('a/b')", [HF + "datasets/a/b"]),
        ("from modelscope import Model\nModel.from_pretrained('a/b')", ["pkg:modelscope/a/b"]),
        ("from modelscope import pipeline\npipeline('t', model='a/b')", ["pkg:modelscope/a/b"]),
        ("import modelscope\nmodelscope.snapshot_download('a/b')", ["pkg:modelscope/a/b"]),
        ("pipeline('x', model='a/b')", []),
        ("import transformers\ntransformers.pipeline('t', 'a/b')", [HF + "a/b"]),
        ("PeftModel.from_pretrained(base, 'a/b')", [HF + "a/b"]),
        ("PeftModel.from_pretrained('c/d', model_id='a/b')", [HF + "a/b"]),
        ("PeftConfig.from_pretrained('a/b')", [HF + "a/b"]),
        ("get()['x'].from_pretrained('a/b')", [HF + "a/b"]),
        ("import torch\ntorch.hub.load('a/b', 'x', source='local')", []),
        ("json.load('a/b')", []),
        ("torch.load('a/b')", []),
        ("joblib.load_model('a/b')", []),
        ("import timm\ntimm.create_model('hf_hub:a/b', pretrained=True)", [HF + "a/b"]),
        ("from vllm import LLM\nLLM(model='a/b')", [HF + "a/b"]),
        ("SentenceTransformer('a/b')", [HF + "a/b"]),
        ("SentenceTransformer('bert-base-uncased')", [HF + "bert-base-uncased"]),
        ("# load_dataset('a/b')\n'load_dataset(\"a/b\")'", []),
        ("p.from_single_file('https://huggingface.co/a/b/blob/main/x.safetensors')", [HF + "a/b"]),
    ],
)
def test_how_calls_name_things(memory: Callable[..., Any], code: str, expected: list[str]) -> None:
    assert sorted(targets(collect(memory, code))) == sorted(expected)


def test_its_own_name_is_not_upstream(memory: Callable[..., Any]) -> None:
    tree = memory({"x.py": "m.from_pretrained('a/b')"}, name="a/b")
    assert python_code.collect(tree, tree.entry("x.py"), ROOT) == Collected()


def test_test_code_is_marked(memory: Callable[..., Any]) -> None:
    found = collect(memory, "m.from_pretrained('a/b')", "tests/test_x.py")
    assert [x.note for x in found.links] == ["dev: named in test code by from_pretrained"]


@pytest.mark.parametrize(
    ("path", "note"),
    [
        ("examples/train.py", "named in example code by from_pretrained"),
        ("src/train.py", "named in code by from_pretrained"),
        ("docs/conf.py", "dev: named in test code by from_pretrained"),
    ],
)
def test_examples_are_told_apart_and_stay_judged(
    memory: Callable[..., Any], path: str, note: str
) -> None:
    assert [x.note for x in collect(memory, "m.from_pretrained('a/b')", path).links] == [note]


def test_code_that_does_not_parse_is_read_line_by_line(memory: Callable[..., Any]) -> None:
    code = """
print "loading"  # from_pretrained('not/this-7b')
m = BertModel.from_pretrained('dccuchile/bert-base-spanish')
d = load_dataset("tatsu-lab/alpaca")
print 'Qwen/Qwen2-7B'
"""
    found = collect(memory, code)
    assert {x.target: x.evidence[0].line for x in found.links} == {
        HF + "dccuchile/bert-base-spanish": 3,
        HF + "datasets/tatsu-lab/alpaca": 4,
    }
    assert [(g.reason, g.blocks) for g in found.gaps] == [("unparsable", False)]


def test_python_2_and_other_rubbish_is_a_gap(situation: Callable[[str], LocalTree]) -> None:
    (gap,) = python_code.collect(situation("training-script"), Entry("old.py", 40), ROOT).gaps
    assert (gap.reason, gap.blocks) == ("unparsable", False)


def test_a_file_past_the_limit_is_a_gap(memory: Callable[..., Any]) -> None:
    (gap,) = collect(memory, b"#" * 1_000_001).gaps
    assert (gap.reason, gap.blocks) == ("cut_short", False)


@pytest.mark.parametrize(
    "code",
    [
        "-" * 100_000 + "1",
        "a" + ".b" * 100_000,
        "1" + "+1" * 100_000,
        "f(" * 90 + ")" * 90,
        "\0",
        "x = '\\d'",
        "if x:\n pass\n" + "elif x:\n pass\n" * 2_000,
        "a or " * 50_000 + "b",
        "x = " * 20_000 + "1",
        "f(" + "a," * 100_000 + ")",
    ],
)
def test_hostile_code(memory: Callable[..., Any], code: str) -> None:
    collect(memory, code + "\nm.from_pretrained('a/b')")


HOSTILE = {
    "one name set to everything": "".join(f"A='acme/m{i}'\n" for i in range(60_000)),
    "names in a circle": "".join(f"A{i} = A{(i + 1) % 5_000}\n" for i in range(5_000)) + "A = A0\n",
    "a name doubled": "A='a/b'\n" + "A = f'{A}{A}'\n" * 5_000,
    "loops in loops": "A='a/b'\n"
    + "".join(f"for A in [A, 'c/d{i}']: pass\n" for i in range(9_000)),
    "imports of each other": "import run\nfrom run import A\nfrom . import run as run\n" * 5_000,
    "f-strings in f-strings": "A = f\"{f'{A}'}\"\n" * 20_000,
    "calls in calls": "A = " + "from_pretrained(" * 150 + "'a/b'" + ")" * 150 + "\n",
}


@pytest.mark.parametrize("what", HOSTILE)
def test_what_a_name_may_be_is_bounded(memory: Callable[..., Any], what: str) -> None:
    code = f"import transformers\n{HOSTILE[what]}transformers.AutoModel.from_pretrained(A)\n"
    found = collect(memory, code)
    assert len(found.links) <= 61
    assert found.links or found.gaps


CALLS = st.sampled_from(["from_pretrained", "load_dataset", "torch.hub.load", "whisper.load_model"])


@given(st.text() | st.binary(), CALLS, st.text())
def test_any_code(memory: Callable[..., Any], code: str | bytes, call: str, value: str) -> None:
    collect(memory, code)
    found = collect(memory, f"import torch, whisper\n{call}({value!r})")
    assert len(found.links) + len(found.gaps) <= 1
