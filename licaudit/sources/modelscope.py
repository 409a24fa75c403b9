"""ModelScope: a model or dataset as a Tree, through the hub's own API.

The API names no commit, so a tree is pinned by a digest of its listing, which holds the digest of
each file. It cuts long listings without a word: a full one becomes a Gap. The license of a new
model is filled in by the hub itself, so that value is weak evidence and marked so.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import quote, urlencode

from licaudit.facts import Gap
from licaudit.settings import LIMITS
from licaudit.sources.about import DEFAULT_LICENSE, About, Said
from licaudit.sources.faults import SourceGap
from licaudit.sources.remote import ROOT, Files, cut, listed, status_gap
from licaudit.sources.secrets import bare_url
from licaudit.sources.short_forms import Target
from licaudit.sources.tree import Entry
from licaudit.sources.web import Answer, Web

ENDPOINT = "https://modelscope.cn"
CUT_AT = 3_000  # entries of one listing, after which the hub falls silent
PAGE = 200
# What the hub enters when the uploader chose nothing.
FILLED_IN = frozenset({"apache license 2.0", "apache-2.0"})
_KEYS = ("License", "OriginalModelId", "BaseModel")


class ModelScopeTree:
    """One repository of ModelScope at one branch or tag. Raises SourceGap when it cannot be."""

    kind = "modelscope"

    def __init__(self, target: Target, web: Web) -> None:
        self._web, self._where = web, target.key
        self._endpoint = endpoint()
        self._token = os.environ.get("MODELSCOPE_API_TOKEN")
        web.secrets.add(self._token)
        folder = "datasets" if target.subtype == "dataset" else "models"
        self._api = f"/api/v1/{folder}/{target.id}"
        data = self._ask(self._api, {"Revision": target.revision} if target.revision else {})
        if not isinstance(data, dict):
            raise self._broken()
        branch = data.get("Revision")
        self._branch = target.revision or (branch if isinstance(branch, str) else "") or "master"
        self.name = target.id
        self.about = _about(data, target, bare_url(f"{self._endpoint}/{folder}/{target.id}"))
        gaps: list[Gap] = []
        rows = self._pages(gaps) if folder == "datasets" else self._whole(gaps)
        self._files = Files(self._entries(rows, gaps), self._fetch)
        self._gaps = tuple(gaps)

    @property
    def revision(self) -> str:
        """`<branch>:sha256:...` of the listing: paths, sizes and the hub's digests."""
        hasher = hashlib.sha256()
        for entry in self.entries():
            hasher.update(f"{entry.path}\0{entry.size}\0{entry.digest}\n".encode())
        return f"{self._branch}:sha256:{hasher.hexdigest()}"

    @property
    def bytes_read(self) -> int:
        """Bytes of files read so far."""
        return self._files.bytes_read

    def entries(self) -> tuple[Entry, ...]:
        """All files that the hub lists, sorted by path."""
        return self._files.entries

    def gaps(self) -> tuple[Gap, ...]:
        """Where the listing was cut, by the hub or by us."""
        return self._gaps

    def read(self, path: str, start: int = 0, length: int | None = None) -> bytes:
        """Bytes of one file; a whole one is checked against the listed digest."""
        return self._files.read(path, start, length)

    def _fetch(self, path: str, headers: Mapping[str, str], limit: int, skip: int) -> Answer:
        query = urlencode({"Revision": self._branch, "FilePath": path}, quote_via=quote)
        url = f"{self._endpoint}{self._api}/repo?{query}"
        return self._web.get(
            url, headers=headers, auth=self._auth(), limit=limit, skip=skip, trusted=True
        )

    def _auth(self) -> dict[str, str]:
        return {"Cookie": f"m_session_id={self._token}"} if self._token else {}

    def _ask(self, path: str, query: Mapping[str, str]) -> Any:
        """`Data` of one answer of the API."""
        url = f"{self._endpoint}{path}" + (f"?{urlencode(query)}" if query else "")
        try:
            answer = self._web.get(url, auth=self._auth(), trusted=True)
        except SourceGap as gap:
            raise SourceGap(gap.reason, gap.detail, self._where, gap.status) from gap
        if answer.status != 200:
            raise status_gap(answer.status, answer.headers, self._where)
        if answer.cut:
            raise SourceGap("cut_short", "an answer without end", self._where)
        try:
            envelope = json.loads(answer.body)
        except (ValueError, RecursionError):
            raise self._broken() from None
        if not isinstance(envelope, dict) or "Data" not in envelope:
            raise self._broken()
        if envelope.get("Success") is False or envelope.get("Code") not in (200, None):
            detail = f"the hub refuses it (code {str(envelope.get('Code'))[:20]})"
            raise SourceGap("denied", detail, self._where)
        return envelope["Data"]

    def _broken(self) -> SourceGap:
        return SourceGap("broken", "the hub's answer is not what it should be", self._where)

    def _listing(self, call: str, **query: str) -> list[Any]:
        data = self._ask(f"{self._api}/{call}", {"Revision": self._branch, **query})
        rows = (data.get("Files") or []) if isinstance(data, dict) else data
        if not isinstance(rows, list):
            raise self._broken()
        return rows

    def _whole(self, gaps: list[Gap]) -> Iterator[Any]:
        """A model's files: one answer, which the hub cuts at `CUT_AT` and does not say so."""
        rows = self._listing("repo/files", Recursive="true")
        if len(rows) >= CUT_AT:
            detail = f"the hub lists {len(rows)} entries and stops there; there may be more files"
            gaps.append(Gap(ROOT, "cut_short", detail))
            yield from self._listing("repo/files", Recursive="false")  # at least the top is whole
        yield from rows

    def _pages(self, gaps: list[Gap]) -> Iterator[Any]:
        """A dataset's files, page by page until a short one, or one that was there before."""
        before: object = None
        for number in range(1, LIMITS.files // PAGE + 2):
            rows = self._listing(
                "repo/tree", Recursive="True", PageNumber=str(number), PageSize=str(PAGE)
            )
            if rows and rows == before:
                detail = "the hub repeats a page of its listing; there may be more files"
                gaps.append(Gap(ROOT, "cut_short", detail))
                return
            yield from rows
            if len(rows) < PAGE:
                return
            before = rows

    def _entries(self, rows: Iterator[Any], gaps: list[Gap]) -> list[Entry]:
        found: dict[str, Entry] = {}
        for row in rows:
            if not isinstance(row, dict):
                raise self._broken()
            if row.get("Type") == "tree":
                continue
            if len(found) >= LIMITS.files:
                cut(gaps)
                break
            sha = row.get("Sha256")
            digest = f"sha256:{sha}" if isinstance(sha, str) and len(sha) == 64 else None
            entry = listed(row.get("Path"), row.get("Size"), digest, gaps)
            if entry:
                found[entry.path] = entry
        return list(found.values())


def endpoint() -> str:
    """The hub's address: MODELSCOPE_ENDPOINT, the older MODELSCOPE_DOMAIN, or modelscope.cn."""
    chosen = os.environ.get("MODELSCOPE_ENDPOINT") or os.environ.get("MODELSCOPE_DOMAIN") or ""
    if chosen and "://" not in chosen:
        chosen = f"https://{chosen}"
    return (chosen or ENDPOINT).rstrip("/")


def _about(data: Mapping[str, Any], target: Target, page: str) -> About:
    said = [
        Said(key, value, _note(key, value))
        for key in _KEYS
        for value in _words(data.get(key))
        if value
    ]
    private = data.get("Visibility") in (1, "private")
    return About(target.id, target.id, target.subtype, page, None, private, tuple(said))


def _note(key: str, value: str) -> str | None:
    return DEFAULT_LICENSE if key == "License" and value.lower() in FILLED_IN else None


def _words(value: object) -> list[str]:
    items = value if isinstance(value, list) else [value]
    return [i for i in items if isinstance(i, str)]
