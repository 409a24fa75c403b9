"""A fifth of all answers go wrong: what is read is the same, or a Gap says what is not."""

from __future__ import annotations

import hashlib
import random
import threading
from collections import Counter
from collections.abc import Callable, Iterator

import pytest

from licaudit.collectors import collect_tree
from licaudit.facts import Collected
from licaudit.sources.faults import SourceGap
from licaudit.sources.open import open_tree
from licaudit.sources.targets import parse_target
from licaudit.sources.tree import ReadError
from licaudit.sources.web import Policy, Web

from .hubs import HuggingFace, ModelScope
from .loopback import Asked, Loopback, Reply

SHARE = 0.2
NOT_JSON = (b"{", b"[]", b"null", b'"text"', b'{"id": 7}', b'{"Data": []}', b"<html>503</html>")
TARGETS = ("hf:acme/tiny", "hf:acme/lora", "hf:old/name", "hf:datasets/acme/set", "ms:acme/tiny")


class Clock:
    """Time that passes only by waiting."""

    def __init__(self) -> None:
        self.now = 0.0

    def sleep(self, seconds: float) -> None:
        self.now += seconds


class Faulty:
    """Stands before servers. Which request fails, and how, follows from the seed alone."""

    def __init__(self, seed: int) -> None:
        self.seed, self.share = seed, SHARE
        self.kinds: Counter[str] = Counter()
        self.released = threading.Event()
        self._times: Counter[str] = Counter()

    def before(self, server: Loopback) -> None:
        answer = server.answer
        server.answer = lambda asked: self._answer(asked, answer(asked) or Reply(404, b""))

    def _answer(self, asked: Asked, right: Reply) -> Reply:
        self._times[asked.path] += 1
        rng = random.Random(f"{self.seed} {asked.path} {self._times[asked.path]}")
        if rng.random() >= self.share:
            return right
        kind = rng.choice(
            ["429 later", "429", "500", "timeout", "reset", "torn", "short", "json", "loop"]
        )
        self.kinds[kind] += 1
        body = right.body
        match kind:
            case "429 later":
                return Reply(429, b"", {"Retry-After": "7"})
            case "429" | "500":
                return Reply(int(kind), b"")
            case "timeout":
                self.released.wait(60)
                return right
            case "reset":
                return Reply(reset=True)
            case "torn":
                return Reply(right.status, body[: len(body) // 2], right.headers, len(body) + 1)
            case "short" if body:
                return Reply(right.status, body[:-1], right.headers)
            case "json":
                return Reply(200, rng.choice(NOT_JSON), {"Content-Type": "application/json"})
            case _:
                return Reply(302, b"", {"Location": asked.path})


@pytest.fixture
def hubs(hub: HuggingFace, modelscope: ModelScope) -> list[Loopback]:
    card = b"---\nlicense: cc-by-nc-4.0\ndatasets: [acme/set]\n---\n# Tiny\n" + b"words " * 300
    config = b'{"_name_or_path": "acme/base", "model_type": "llama"}'
    hub.add("acme/tiny", {"README.md": card, "config.json": config, "LICENSE": b"MIT License\n"})
    adapter = b'{"base_model_name_or_path": "acme/tiny", "peft_type": "LORA"}'
    hub.add("acme/lora", {"README.md": b"---\nlicense: mit\n---\n", "adapter_config.json": adapter})
    hub.renamed["old/name"] = "acme/lora"
    hub.add("acme/set", {"README.md": card, "data/a.csv": b"a,b\n"}, "datasets")
    modelscope.add("acme/tiny", {"README.md": card, "configuration.json": config})
    return [hub.server, hub.store, modelscope.server]


@pytest.fixture
def faulty(hubs: list[Loopback]) -> Iterator[Callable[[int], Faulty]]:
    right = [server.answer for server in hubs]
    made: list[Faulty] = []

    def make(seed: int) -> Faulty:
        for server, answer in zip(hubs, right, strict=True):
            server.answer = answer
        faulty = Faulty(seed)
        for server in hubs:
            faulty.before(server)
        made.append(faulty)
        return faulty

    yield make
    for one in made:
        one.released.set()


def web_of(hubs: list[Loopback], clock: Clock, **policy: float) -> Web:
    allow = frozenset(server.host for server in hubs)
    settings = Policy(read=0.1, allow=allow, **policy)  # type: ignore[arg-type]
    return Web(settings, sleep=clock.sleep, clock=lambda: clock.now)


Read = dict[str, bytes | str]


def read_all(name: str, web: Web) -> tuple[Read, Collected | None]:
    """Every file of a target, or why it could not be had; and what collectors make of it."""
    try:
        tree = open_tree(parse_target(name), web)
    except SourceGap as gap:
        return {"": gap.reason}, None
    found: Read = {"": tree.revision}
    for entry in tree.entries():
        try:
            found[entry.path] = tree.read(entry.path)
        except ReadError as error:
            found[entry.path] = error.reason
    return found, collect_tree(tree)[1]


def differs(right: tuple[Read, Collected], found: tuple[Read, Collected | None]) -> bool:
    """Whether a Gap stands for something. A difference that no Gap explains is a failure."""
    (files, facts), (got, collected) = right, found
    if collected is None:
        assert set(got) == {""}
        return True
    assert got.keys() == files.keys()
    unread = {path for path, data in got.items() if isinstance(data, str) and path}
    assert {p: d for p, d in got.items() if p not in unread} == {
        p: d for p, d in files.items() if p not in unread
    }
    assert set(collected.passages) <= set(facts.passages)
    assert set(collected.links) <= set(facts.links)
    lost = set(facts.passages) - set(collected.passages)
    lost_links = set(facts.links) - set(collected.links)
    new = [g for g in collected.gaps if g not in facts.gaps]
    assert not (lost or lost_links) or any(g.blocks for g in new), (lost, lost_links, new)
    return bool(unread or new)


def test_faults_change_nothing_but_gaps(hubs: list[Loopback], faulty: Callable[[int], Faulty]):
    plain = {name: read_all(name, web_of(hubs, Clock())) for name in TARGETS}
    assert all(facts is not None and facts.passages for _, facts in plain.values())
    kinds: Counter[str] = Counter()
    same = different = 0
    for seed in range(12):
        one, clock = faulty(seed), Clock()
        web = web_of(hubs, clock, total=600.0)
        for name in TARGETS:
            files, facts = plain[name]
            assert facts is not None
            if differs((files, facts), read_all(name, web)):
                different += 1
            else:
                same += 1
        assert clock.now <= 600.0
        kinds += one.kinds
    assert len(kinds) == 9, kinds  # every kind of fault was met
    assert same > different > 0  # patience helps, and where it does not a Gap says so


@pytest.mark.parametrize("seed", range(4))
def test_the_same_seed_gives_the_same_result(
    hubs: list[Loopback], faulty: Callable[[int], Faulty], seed: int
):
    def run() -> str:
        faulty(seed)
        web = web_of(hubs, Clock(), backoff=0.0)
        found = [repr(read_all(name, web)[0]) for name in TARGETS]
        return hashlib.sha256("".join(found).encode()).hexdigest()

    assert run() == run()


def test_when_all_fails_the_budget_ends_it(hubs: list[Loopback], faulty: Callable[[int], Faulty]):
    for seed in range(3):
        faulty(seed).share = 1.0
        clock = Clock()
        web = web_of(hubs, clock, total=40.0, request=20.0, requests=60)
        found = [read_all(name, web) for name in TARGETS]
        assert clock.now <= 40.0
        assert {facts for _, facts in found} == {None}
        reasons = {files[""] for files, _ in found}
        assert reasons <= {"unreachable", "broken", "refused", "cut_short", "missing"}
        assert sum(len(s.asked) for s in hubs) <= 60 * (seed + 1)
