"""Reading an upstream: what tells its license and origin, a bounded number of files, no code."""

from __future__ import annotations

from licaudit.collectors import collect_tree
from licaudit.facts import CODE, Gap
from licaudit.sources.tree import Entry, ReadError

ROOT = "pkg:huggingface/acme/up"
CARD = b"---\nlicense: mit\nlibrary_name: tidemark\nbase_model: acme/base\n---\n# Up\n"


class Memory:
    """A tree in memory that remembers what was read."""

    kind, name, revision = "huggingface", "acme/up", "1"

    def __init__(self, **files: bytes) -> None:
        self.files = files
        self.asked: list[str] = []

    def entries(self) -> tuple[Entry, ...]:
        return tuple(Entry(path, len(data)) for path, data in sorted(self.files.items()))

    def gaps(self) -> tuple[Gap, ...]:
        return (Gap("local:.", "renamed", "was acme/old", blocks=False),)

    def read(self, path: str, start: int = 0, length: int | None = None) -> bytes:
        self.asked.append(path)
        if path not in self.files:
            raise ReadError("missing", path)
        data = self.files[path]
        return data[start : None if length is None else start + length]


def test_code_and_data_of_an_upstream_are_not_read() -> None:
    quiet = ("train.py", "requirements.txt", "data.parquet", "run.ipynb", "deep/setup.py")
    tree = Memory(**{"README.md": CARD, "LICENSE": b"MIT\n", **dict.fromkeys(quiet, b"x = 1\n")})
    _, found = collect_tree(tree, ROOT, "model", upstream=True)
    assert set(tree.asked) == {"README.md", "LICENSE"}
    assert [x.target for x in found.links] == ["pkg:huggingface/acme/base"]
    assert (ROOT, CODE) not in found.scopes


def test_every_fact_is_the_upstreams() -> None:
    inner = b"---\nlicense: cc0-1.0\ntask_categories: [other]\n---\n"
    _, found = collect_tree(Memory(**{"README.md": CARD, "a b/README.md": inner}), ROOT, "model")
    ids = {a.id for a in found.artifacts} | {g.artifact for g in found.gaps}
    ids |= {p.artifact for p in found.passages} | {x.source for x in found.links}
    assert ids == {ROOT, f"{ROOT}#a%20b", "pkg:huggingface/acme/base"}
    assert [g.reason for g in found.gaps if g.artifact == ROOT] == ["renamed"]


def test_what_a_limit_leaves_out_is_a_gap_and_the_root_comes_first() -> None:
    many = {f"part{n:03}/LICENSE": b"MIT License\n" for n in range(60)}
    tree = Memory(**{"README.md": CARD, "LICENSE": b"MIT License\n", **many})
    _, found = collect_tree(tree, ROOT, "model", upstream=True)
    (cut,) = [g for g in found.gaps if g.reason == "cut_short"]
    assert cut.blocks
    assert "LICENSE" in tree.asked
    assert len([p for p in tree.asked if p.endswith("LICENSE")]) == 24


def test_shards_of_weights_repeat_one_header() -> None:
    shards = {f"model-{n:05}.safetensors": b"" for n in range(30)}
    tree = Memory(**{"README.md": CARD, **shards})
    _, found = collect_tree(tree, ROOT, "model", upstream=True)
    assert len({p for p in tree.asked if p.endswith(".safetensors")}) <= 2
    assert [
        g.blocks for g in found.gaps if "safetensors" in g.detail and g.reason == "cut_short"
    ] == [False]
    assert (ROOT, "weights") in found.scopes


def test_many_workers_find_the_same() -> None:
    files = {f"docs/{n}/README.md": CARD for n in range(12)} | {"README.md": CARD}
    one, many = (collect_tree(Memory(**files), ROOT, "model", workers=n)[1] for n in (1, 6))
    assert one == many
