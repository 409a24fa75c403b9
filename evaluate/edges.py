"""Edges to base models: real cards served as one hub on loopback, and read as a hub is read.

Three questions. Is each base that a card's own front matter names an edge? Does every edge of
the two tables, served in the shape of the hub's answers, under old names and in lists, come out
again? And which repacks of these models declare a license looser than their parent's, with the
repack's manifest as the witness?
"""

from __future__ import annotations

import csv
import os
import re
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from licaudit.audit import Request, run_audit
from licaudit.errors import LicauditError
from licaudit.expand import follow, open_root
from licaudit.facts import AuditResult, Intent
from licaudit.policy.project import Project
from licaudit.reporting.diff_terms import shift_of
from licaudit.sources.session import Reading, open_session
from licaudit.sources.web import Policy
from tests.sources.hubs import HuggingFace

HUB = "pkg:huggingface/"
BASES = frozenset(
    {"fine_tuned_from", "adapter_of", "merged_from", "quantized_from", "distilled_from"}
    | {"derived_from"}
)
TABLES = ("liagent_hf_typed_base_edges.tsv", "liagent_model_basemodel_edges.tsv")
DATASETS = "liagent_model_dataset_edges.tsv"
SHOWN = 40


@dataclass
class Material:
    """What is served: cards by model, and repacks of them with what their manifests say."""

    cards: dict[str, str] = field(default_factory=dict)
    repacks: dict[str, tuple[str, str]] = field(default_factory=dict)  # repack -> parent, license


def evaluate(shared: Path, as_of: date) -> int:
    """Print the tables; the number of lost edges of the tables and of crashes."""
    material = _material(shared / "real" / "model_cards")
    hub = HuggingFace()
    for name, card in material.cards.items():
        hub.add(name, {"README.md": card.encode()}, card=_front(card))
    for name, (parent, license_) in material.repacks.items():
        tags = [f"base_model:{parent}", f"base_model:quantized:{parent}", f"license:{license_}"]
        hub.add(name, {"w.gguf": b""}, card={"license": license_, "base_model": parent}, tags=tags)
    with _serving(hub):
        crashes = _cards(shared, material) + _repacks(material, as_of)
    return crashes + _tables(shared)


@contextmanager
def _serving(hub: HuggingFace) -> Iterator[None]:
    before = os.environ.get("HF_ENDPOINT")
    with ExitStack() as stack:
        for server in (hub.server, hub.store):
            stack.enter_context(server.running())
        os.environ["HF_ENDPOINT"] = hub.server.url
        try:
            yield
        finally:
            os.environ.pop("HF_ENDPOINT")
            if before is not None:
                os.environ["HF_ENDPOINT"] = before


def _reading() -> Reading:
    allowed = frozenset({"127.0.0.1"})
    return Reading(policy=Policy(allow=allowed, retries=0, requests=10**6))


def _edges(name: str, deep: bool = False) -> dict[str, str]:
    """Direct edges of one model as the hub tells them: target -> relation."""
    reading = _reading()
    with open_session(None, None, reading) as session:
        material = open_root(session.root(f"hf:{name}", ()))
        if deep:
            material = follow(material, session, reading, depth=1)
    links = (x for x in material.collected.links if x.source == material.root)
    return {x.target.removeprefix(HUB).lower(): x.relation for x in links}


def _cards(shared: Path, material: Material) -> int:
    named = found = 0
    missing: list[str] = []
    crashes = 0
    edges: dict[str, dict[str, str]] = {}
    for name, card in material.cards.items():
        try:
            edges[name.lower()] = _edges(name)
        except LicauditError as error:
            crashes += 1
            print(f"    {name}: {error}")
            continue
        wanted = {b.lower() for b in _list((_front(card) or {}).get("base_model"))}
        got = {t for t, r in edges[name.lower()].items() if r in BASES}
        named, found = named + len(wanted), found + len(wanted & got)
        missing += [f"{name} -> {b}" for b in sorted(wanted - got)]
    total = sum(r in BASES for e in edges.values() for r in e.values())
    print(f"\nModel cards on a hub of our own: {len(edges)} cards read, {crashes} could not be")
    print(f"  bases their front matter names that are edges: {found} of {named}")
    print(f"  edges to bases in all, those from their sentences and configs included: {total}")
    for line in missing[:SHOWN]:
        print(f"    lost: {line}")
    for table, column in (*((t, "base") for t in TABLES), (DATASETS, "dataset")):
        rows = [r for r in _rows(shared, table) if r["model"].lower() in edges]
        hits = [r for r in rows if _meets(r[column], edges[r["model"].lower()])]
        print(f"  rows of {table} about these cards: {len(hits)} of {len(rows)} found")
        for row in rows:
            if row not in hits:
                print(f"    not in the card: {row['model']} -> {row[column]}")
    return crashes


def _meets(wanted: str, edges: dict[str, str]) -> bool:
    ends = {t.removeprefix("datasets/") for t in edges}
    return wanted.lower() in ends or any(t.rpartition("/")[2] == wanted.lower() for t in ends)


def _tables(shared: Path) -> int:
    """The tables' own edges, served as the hub describes them: tags, lists, old names."""
    typed, plain = (_rows(shared, table) for table in TABLES)
    bases: dict[str, list[str]] = {}
    relations: dict[tuple[str, str], str] = {}
    for row in (*typed, *plain):
        if row["base"].lower() not in {b.lower() for b in bases.setdefault(row["model"], [])}:
            bases[row["model"]].append(row["base"])
    for row in typed:
        relations[row["model"], row["base"]] = row["relation"]
    hub = HuggingFace()
    hub.renamed |= _renames(typed, plain)
    now = lambda name: hub.renamed.get(name, name)  # noqa: E731
    for name in {*bases, *(b for own in bases.values() for b in own)} - hub.renamed.keys():
        own = bases.get(name, [])
        tags = [f"base_model:{b}" for b in own]
        tags += [f"base_model:{relations[name, b]}:{b}" for b in own if (name, b) in relations]
        front = {"license": "mit", "base_model": own[0] if len(own) == 1 else own}
        card = yaml.safe_dump(front if own else {"license": "mit"})
        files = {"README.md": f"---\n{card}---\n".encode()}
        hub.add(name, files, card=front if own else {"license": "mit"}, tags=tags)
    lost: list[str] = []
    total = renamed = 0
    kinds: Counter[tuple[str, str]] = Counter()
    with _serving(hub):
        for name, own in sorted(bases.items()):
            if name in hub.renamed:
                continue
            edges = _edges(name, deep=True)
            for base in own:
                total += 1
                renamed += base in hub.renamed
                target = now(base).lower()
                if target == name.lower() or target in edges:
                    kinds[relations.get((name, base), "-"), edges.get(target, "itself")] += 1
                else:
                    lost.append(f"{name} -> {base}: {sorted(edges)}")
    lists = sum(len(own) > 1 for own in bases.values())
    print(
        f"\nEdges of the two tables, served as a hub serves them: {total - len(lost)} of {total}"
        f" found; {renamed} under an old name, {lists} cards with a list"
    )
    for (theirs, ours), count in sorted(kinds.items()):
        print(f"    {theirs:10} read as {ours:18} {count}")
    for line in lost:
        print(f"    lost: {line}")
    return len(lost)


def _renames(typed: list[dict[str, str]], plain: list[dict[str, str]]) -> dict[str, str]:
    """Old names: where the tables give one model a base each that differ in the owner alone."""
    first: dict[str, list[str]] = {}
    for row in typed:
        first.setdefault(row["model"], []).append(row["base"])
    found = {}
    for row in plain:
        for old in first.get(row["model"], []):
            ends = old.rpartition("/")[2].lower(), row["base"].rpartition("/")[2].lower()
            if old != row["base"] and ends[0] == ends[1]:
                found[old] = row["base"]
    return {old: new for old, new in found.items() if new not in found}


def _repacks(material: Material, as_of: date) -> int:
    crashes = followed = 0
    looser: list[str] = []
    ruled: set[str] = set()
    states: Counter[str] = Counter()
    for name, (parent, license_) in sorted(material.repacks.items()):
        intents = (Intent(),)
        request = Request(f"hf:{name}", intents, Project(), as_of=as_of, reading=_reading())
        try:
            result = run_audit(request)
        except LicauditError as error:
            crashes += 1
            print(f"    {name}: {error}")
            continue
        states[result.verdict] += 1
        upstream = f"{HUB}{parent}".lower()
        followed += any(x.target.lower() == upstream for x in result.links)
        own, theirs = _license(result, f"{HUB}{name}"), _license(result, f"{HUB}{parent}")
        if any(
            f.rule == "declared-looser-than-upstream" for j in result.judgements for f in j.findings
        ):
            ruled.add(name)
        if theirs and own != theirs and shift_of(theirs, own).direction in ("relaxed", "mixed"):
            mark = "reported" if name in ruled else "NOT reported"
            looser.append(f"{name} ({license_}: {own}) of {parent} ({theirs}): {mark}")
    print(
        f"\nRepacks, each with its parent on the same hub: {len(material.repacks)}, {dict(states)}"
    )
    print(f"  edge to the parent found and followed: {followed}")
    print(f"  looser than the parent by the terms: {len(looser)}")
    print(f"  the rule `declared-looser-than-upstream` fires on {len(ruled)}")
    for line in looser[:SHOWN]:
        print(f"    {line}")
    return crashes


def _license(result: AuditResult, artifact: str) -> str | None:
    order = {"weights": 0, "code": 1}
    own = [a for a in result.answers if a.artifact.lower() == artifact.lower() and a.expression]
    return min(own, key=lambda a: order.get(a.scope, 2)).expression if own else None


def _material(folder: Path) -> Material:
    found = Material()
    for path in sorted(p for p in folder.iterdir() if p.is_dir()):
        card = (path / "README.md").read_text("utf-8", errors="replace")
        manifest = (path / "manifest.yaml").read_text("utf-8")
        parent = _field(manifest, r"^parent_id: *(\S+)")
        repack = _field(manifest, r"huggingface\.co/([\w.-]+/[\w.-]+)/resolve/")
        license_ = _field(manifest, r"^licen[cs]e: *(\S+)") or "unknown"
        if parent:
            found.cards[parent] = card
        if parent and repack and repack.lower() != parent.lower():
            found.repacks[repack] = parent, license_
    return found


def _field(text: str, pattern: str) -> str | None:
    match = re.search(pattern, text, re.MULTILINE)
    return match.group(1).strip("\"'") if match else None


def _front(card: str) -> dict[str, Any] | None:
    """The front matter as the hub would read it into `cardData`; None where it cannot."""
    match = re.match(r"\s*---\r?\n(.*?)\r?\n---", card, re.DOTALL)
    try:
        plain = yaml.safe_load(match.group(1)) if match else None
    except yaml.YAMLError:
        return None
    if not isinstance(plain, dict):
        return None
    return {k: plain[k] for k in ("license", "base_model", "datasets", "tags") if k in plain}


def _list(value: object) -> list[str]:
    return [v for v in (value if isinstance(value, list) else [value]) if isinstance(v, str)]


def _rows(shared: Path, table: str) -> list[dict[str, str]]:
    with open(shared / "groundtruth" / table, encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t"))
