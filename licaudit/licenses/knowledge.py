"""The knowledge of terms, compiled once to JSON keyed by the digests of its source files."""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from licaudit.documents import Document, read_yaml
from licaudit.errors import KnowledgeError
from licaudit.facts import Ambiguity, License
from licaudit.facts.codec import from_plain, record
from licaudit.licenses.ports import FILE as PORTS
from licaudit.licenses.ports import Ports, compile_ports
from licaudit.settings import cache_folder, data_folder, keep

ANSWERING = (
    "statement-weights.json", "categories.yaml", "upstreams.yaml", "duties.yaml"
)  # fmt: skip
FORMAT = 5  # raise when the compiled form changes


@dataclass(frozen=True)
class Knowledge:
    """All curated licenses by id, and every name they go by. `version` digests the sources.

    `records` are the files; `ports` the Creative Commons ports that have none of their own.
    """

    version: str
    records: dict[str, dict[str, Any]]
    names: dict[str, str]
    ambiguous: dict[str, Ambiguity]
    silent_names: frozenset[str]
    digests: dict[str, str]
    titles: tuple[tuple[str, str], ...]
    urls: dict[str, str] = field(default_factory=dict)
    ports: Ports = field(default_factory=Ports)
    _loaded: dict[str, License] = field(default_factory=dict)

    def get(self, license_id: str) -> License | None:
        """The terms behind a curated id, or None."""
        if license_id not in self._loaded:
            plain = self.records.get(license_id) or self.ports.change(license_id, self.records)
            if plain is None:
                return None
            self._loaded[license_id] = record(License, plain)
        return self._loaded[license_id]


def name_key(name: str) -> str:
    """One spelling for names that differ in case, spaces, dashes and filler words alone."""
    key = "".join(c if c.isalnum() or c in ".+" else "-" for c in name.strip().lower())
    parts = [p.strip(".") for p in key.split("-") if p.strip(".")]
    parts = [p for p in parts if p not in ("the", "license", "licence", "licenses", "version")]
    return "-".join(p[1:] if len(p) > 1 and p[0] == "v" and p[1].isdigit() else p for p in parts)


def url_key(url: str) -> str:
    """One spelling of an address: no scheme, `www.`, query, ending or final slash."""
    key = re.sub(r"^https?://(www\.)?", "", url.strip().lower()).split("#")[0].split("?")[0]
    return re.sub(r"(/deed(\.\w+)?|/legalcode(\.\w+)?|\.html?|\.txt)?/*$", "", key)


def load_knowledge(folder: Path | None = None) -> Knowledge:
    """The compiled knowledge of a rules folder; compiled anew when any source file changed."""
    folder = folder or data_folder("rules")
    version = _version(folder)
    compiled = cache_folder("knowledge") / f"{version}.json"
    try:
        return _loaded(version, json.loads(compiled.read_text("utf-8")))
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        # Missing, cut short or not ours: the sources are the truth.
        plain = compile_knowledge(folder)
        keep(compiled, json.dumps(plain, ensure_ascii=False).encode())
        return _loaded(version, plain)


def _loaded(version: str, plain: dict[str, Any]) -> Knowledge:
    return Knowledge(
        version=version[:16],
        records=plain["records"],
        names=plain["names"],
        ambiguous={k: from_plain(Ambiguity, v) for k, v in plain["ambiguous"].items()},
        silent_names=frozenset(plain["silent_names"]),
        digests=plain["digests"],
        titles=tuple((a, b) for a, b in plain["titles"]),
        urls=plain["urls"],
        ports=Ports(**plain["ports"]),
    )


def _version(folder: Path) -> str:
    hasher = hashlib.sha256(f"format {FORMAT}".encode())
    sources = [*sorted((folder / "licenses").glob("*.yaml")), folder / "aliases.yaml"]
    sources += [path] if (path := folder / PORTS).is_file() else []
    # Not compiled here, but answers change with them, so results must not be taken for the same.
    sources += [path for name in ANSWERING if (path := folder / name).is_file()]
    sources += sorted((folder / "statements").glob("*.yaml"))
    for path in sources:
        hasher.update(path.name.encode() + b"\0" + hashlib.sha256(path.read_bytes()).digest())
    return hasher.hexdigest()


def compile_knowledge(folder: Path) -> dict[str, Any]:
    """Check all sources and lay them out for fast loading. Raises KnowledgeError."""
    from licaudit.licenses import schema

    records = schema.resolve(schema.read_files(folder / "licenses"))
    names: dict[str, str] = {}
    digests: dict[str, str] = {}
    titles: list[tuple[str, str]] = []
    urls: dict[str, str | None] = {}
    for item in records:
        for name in (item["id"], item["name"], *item["aliases"], *item["scancode"]):
            key = name_key(name)
            if not key:
                raise KnowledgeError(f"the name `{name}` holds no word", where=item["path"])
            other = names.setdefault(key, item["id"])
            if other != item["id"]:
                raise KnowledgeError(
                    f"the name `{name}` of {item['id']} also means {other}", where=item["path"]
                )
        digests.update({text["sha256"]: item["id"] for text in item["texts"]})
        for url in item["links"]:
            # An address two licenses share (a family's page) tells neither.
            key = url_key(url)
            urls[key] = item["id"] if urls.get(key, item["id"]) == item["id"] else None
        titles += [(name_key(title), item["id"]) for title in item["titles"]]
    ports = _ports(folder / PORTS, records, names)
    ids = {*(r["id"] for r in records), *ports.get("patches", ())}
    ambiguous, silent = _aliases(folder / "aliases.yaml", names, ids)
    return {
        "records": {item["id"]: item for item in records},
        "names": names,
        "ambiguous": ambiguous,
        "silent_names": silent,
        "digests": digests,
        "urls": {key: value for key, value in urls.items() if value},
        # Longest first: "llama 3.1 community" must be tried before "llama 3".
        "titles": sorted(titles, key=lambda pair: (-len(pair[0]), pair)),
        "ports": ports,
    }


def _ports(path: Path, records: list[dict[str, Any]], names: dict[str, str]) -> dict[str, Any]:
    """The table of ports, its ids added to the names; empty in a rules folder without one."""
    if not path.is_file():
        return {}
    document = read_yaml(path.read_text("utf-8"), f"rules/{path.name}")
    found = compile_ports(document, records, names)
    for license_id in found["patches"]:
        if names.setdefault(name_key(license_id), license_id) != license_id:
            raise KnowledgeError(f"the id `{license_id}` also means another", where=document.name)
    return found


def _aliases(path: Path, names: dict[str, str], ids: set[str]) -> tuple[dict[str, Any], list[str]]:
    document = read_yaml(path.read_text("utf-8"), f"rules/{path.name}")
    data = document.data or {}
    if not isinstance(data, dict):
        raise KnowledgeError("expected names, ambiguous and silent", where=document.where())
    unknown = set(data) - {"names", "ambiguous", "silent"}
    if unknown:
        raise KnowledgeError(f"unknown key `{min(unknown)}`", where=document.where(min(unknown)))
    for license_id, aliases in (data.get("names") or {}).items():
        where = document.where("names", license_id)
        if license_id not in ids and not _in_catalog(license_id):
            raise KnowledgeError(f"`{license_id}` is no license that is known", where=where)
        for alias in aliases or ():
            key = name_key(alias)
            if not key:
                raise KnowledgeError(f"the name `{alias}` holds no word", where=where)
            if names.setdefault(key, license_id) != license_id:
                raise KnowledgeError(f"the name `{alias}` also means {names[key]}", where=where)
    ambiguous = _ambiguous(document, data.get("ambiguous") or [], names, ids)
    return ambiguous, sorted({name_key(n) for n in data.get("silent") or []})


def _ambiguous(
    document: Document, entries: list[Any], names: dict[str, str], ids: set[str]
) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for index, entry in enumerate(entries):
        where = document.where("ambiguous", index)
        try:
            from_plain(Ambiguity, entry)
        except (TypeError, ValueError, KeyError) as error:
            raise KnowledgeError(str(error), where=where) from error
        unknown = set(entry) - {"name", "aliases", "candidates", "why"}
        if unknown:
            raise KnowledgeError(f"unknown key `{min(unknown)}`", where=where)
        for candidate in entry["candidates"]:
            if candidate not in ids and not _in_catalog(candidate):
                raise KnowledgeError(
                    f"the candidate `{candidate}` is no license that is known", where=where
                )
        for alias in (entry["name"], *entry.get("aliases", ())):
            key = name_key(alias)
            if not key:
                raise KnowledgeError(f"the name `{alias}` holds no word", where=where)
            if key in names:
                raise KnowledgeError(
                    f"`{alias}` is ambiguous here but means {names[key]} elsewhere", where=where
                )
            if set(found.get(key, entry)["candidates"]) != set(entry["candidates"]):
                raise KnowledgeError(f"`{alias}` stands in two lists that differ", where=where)
            found[key] = entry
    return found


def _in_catalog(license_id: str) -> bool:
    from licaudit.licenses.catalog import load_catalog

    known = load_catalog().by_id.get(license_id.lower())
    return known is not None and known.id == license_id
