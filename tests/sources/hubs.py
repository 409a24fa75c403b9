"""Hubs on loopback, answering in the shapes of the real ones. Every name and text is made up."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote

from .loopback import Asked, Loopback, Reply, of_json, ranged

LFS = 1_000  # bytes from which on a file lies in the large-file store


@dataclass
class Repository:
    name: str
    files: dict[str, bytes]
    gated: str | bool = False
    private: bool = False
    card: dict[str, Any] | None = None
    tags: list[str] = field(default_factory=list)
    fields: dict[str, Any] = field(default_factory=dict)  # of the description, written over

    @property
    def sha(self) -> str:
        seed = repr((self.name, sorted(self.files.items())))
        return hashlib.sha1(seed.encode()).hexdigest()


def blob_id(data: bytes) -> str:
    return hashlib.sha1(b"blob %d\0" % len(data) + data).hexdigest()


class HuggingFace:
    """Models, datasets and spaces by (folder, name); old names in `renamed`."""

    def __init__(self) -> None:
        self.repositories: dict[tuple[str, str], Repository] = {}
        self.renamed: dict[str, str] = {}
        self.token: str | None = None  # the one that opens private and gated files
        self.store = Loopback(self._stored)  # another host: where large files lie
        self.server = Loopback(self._answer)

    def add(self, name: str, files: dict[str, bytes], folder: str = "models", **more: Any) -> str:
        repository = Repository(name, files, **more)
        self.repositories[folder, name] = repository
        return repository.sha

    def _answer(self, asked: Asked) -> Reply:
        segments = [unquote(s) for s in asked.path.strip("/").split("/")]
        if segments[0] == "api":
            return self._api(asked, segments[1], segments[2:])
        folder = segments.pop(0) if segments[0] in ("datasets", "spaces") else "models"
        cut = segments.index("resolve") if "resolve" in segments else 0
        repository = self.repositories.get((folder, "/".join(segments[:cut])))
        if repository is None or len(segments) < cut + 3:
            return Reply(404, b"Not Found")
        return self._file(asked, repository, "/".join(segments[cut + 2 :]))

    def _api(self, asked: Asked, folder: str, segments: list[str]) -> Reply:
        size = next((i for i, s in enumerate(segments) if s in ("revision", "tree")), len(segments))
        name = "/".join(segments[:size])
        if name in self.renamed:
            place = asked.path.replace(name, self.renamed[name], 1)
            text = f"Temporary Redirect. Redirecting to {place}"
            return Reply(307, text.encode(), {"Location": f"{place}?blobs=true"})
        repository = self.repositories.get((folder, name))
        if repository is None or (repository.private and not self._known(asked)):
            error = {"error": "Invalid username or password."}
            return of_json(error, 401, **{"X-Error-Message": "Invalid username or password."})
        if segments[size : size + 1] == ["revision"] and segments[size + 1] not in (
            "main",
            repository.sha,
        ):
            headers = {"X-Error-Code": "RevisionNotFound", "X-Error-Message": "Invalid rev id"}
            return of_json({"error": "Invalid rev id"}, 404, **headers)
        if segments[size : size + 1] == ["tree"]:
            return of_json([self._row(p, d) for p, d in repository.files.items()])
        return of_json(self._description(repository))

    def _description(self, repository: Repository) -> dict[str, Any]:
        return {
            "_id": "0" * 24,
            "id": repository.name,
            "private": repository.private,
            "tags": repository.tags,
            "downloads": 1,
            "likes": 0,
            "modelId": repository.name,
            "author": repository.name.partition("/")[0],
            "sha": repository.sha,
            "lastModified": "2024-02-19T11:06:12.000Z",
            "gated": repository.gated,
            "disabled": False,
            "cardData": repository.card,
            "siblings": [
                {"rfilename": path, **_sizes(data)} for path, data in repository.files.items()
            ],
            "createdAt": "2022-03-02T23:29:04.000Z",
        } | repository.fields

    def _row(self, path: str, data: bytes) -> dict[str, Any]:
        row: dict[str, Any] = {"type": "file", "path": path, "size": len(data)}
        row["oid"] = blob_id(data)
        if len(data) >= LFS:
            oid = hashlib.sha256(data).hexdigest()
            row["lfs"] = {"oid": oid, "size": len(data), "pointerSize": 130}
        return row

    def _file(self, asked: Asked, repository: Repository, path: str) -> Reply:
        if repository.gated and not self._known(asked):
            return Reply(401, b"Access is restricted", {"X-Error-Code": "GatedRepo"})
        data = repository.files.get(path)
        if data is None:
            return Reply(404, b"Entry not found", {"X-Error-Code": "EntryNotFound"})
        if len(data) >= LFS:
            place = f"{self.store.url}/{repository.name}/{path}?Signature=signed-secret"
            return Reply(302, b"Found", {"Location": place, "X-Repo-Commit": repository.sha})
        return ranged(asked, data, ETag=f'"{blob_id(data)}"')

    def _stored(self, asked: Asked) -> Reply | None:
        if "authorization" in asked.headers:
            return Reply(400, b"Only one auth mechanism allowed")
        for repository in self.repositories.values():
            for path, data in repository.files.items():
                if unquote(asked.path) == f"/{repository.name}/{path}":
                    return ranged(asked, data)
        return None

    def _known(self, asked: Asked) -> bool:
        sent = asked.headers.get("authorization")
        return self.token is not None and sent == f"Bearer {self.token}"


def _sizes(data: bytes) -> dict[str, Any]:
    sizes: dict[str, Any] = {"blobId": blob_id(data), "size": len(data)}
    if len(data) >= LFS:
        oid = hashlib.sha256(data).hexdigest()
        sizes["lfs"] = {"sha256": oid, "size": len(data), "pointerSize": 130}
    return sizes


class ModelScope:
    """Models and datasets; `limit` is where listings of models end without a word."""

    def __init__(self) -> None:
        self.repositories: dict[tuple[str, str], dict[str, bytes]] = {}
        self.data: dict[str, Any] = {}
        self.limit = 3_000
        self.server = Loopback(self._answer)

    def add(self, name: str, files: dict[str, bytes], folder: str = "models") -> None:
        self.repositories[folder, name] = files

    def _answer(self, asked: Asked) -> Reply:
        _, _, _, folder, owner, name, *call = asked.path.split("/")
        files = self.repositories.get((folder, f"{owner}/{name}"))
        if files is None:
            return of_json({"Code": 10010205001, "Message": "not exist", "Success": False}, 404)
        match call:
            case []:
                return _enveloped({"Id": 1, "Name": name, "Revision": "master", **self.data})
            case ["repo", "files"]:
                deep = asked.query["Recursive"] == "true"
                rows = [_entry(p, d) for p, d in files.items() if deep or "/" not in p]
                return _enveloped({"Files": rows[: self.limit]})
            case ["repo", "tree"]:
                page, size = int(asked.query["PageNumber"]), int(asked.query["PageSize"])
                rows = [_entry(p, d) for p, d in files.items()]
                return _enveloped({"Files": rows[(page - 1) * size : page * size]})
            case ["repo"] if asked.query["FilePath"] in files:
                return ranged(asked, files[asked.query["FilePath"]])
            case _:
                return Reply(404, b"")


def _enveloped(data: Any) -> Reply:
    envelope = {"Code": 200, "Data": data, "Message": "success", "RequestId": "1", "Success": True}
    return of_json(envelope)


def _entry(path: str, data: bytes) -> dict[str, Any]:
    return {
        "Name": path.rpartition("/")[2],
        "Path": path,
        "Type": "blob",
        "Size": len(data),
        "Sha256": hashlib.sha256(data).hexdigest(),
        "Revision": "0" * 40,
    }
