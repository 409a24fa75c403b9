"""Package indexes on loopback, for the real pip and npm. Every package is made here."""

from __future__ import annotations

import base64
import gzip
import hashlib
import io
import json
import tarfile
import zipfile
from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote

from .loopback import Asked, Loopback, Reply, of_json

NEWER = "application/vnd.pypi.simple.v1+json"


def metadata(name: str, version: str, *more: str) -> str:
    return "\n".join(["Metadata-Version: 2.4", f"Name: {name}", f"Version: {version}", *more, ""])


def wheel(
    name: str, version: str, *more: str, files: Mapping[str, bytes] | None = None
) -> dict[str, bytes]:
    """A wheel as (file name -> bytes), with `more` lines of metadata and more files."""
    info = f"{name}-{version}.dist-info"
    inside = {
        f"{info}/METADATA": metadata(name, version, *more).encode(),
        f"{info}/WHEEL": b"Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        **(files or {}),
    }
    inside[f"{info}/RECORD"] = "".join(f"{path},,\n" for path in inside).encode()
    return {f"{name}-{version}-py3-none-any.whl": zipped(inside)}


def zipped(files: Mapping[str, bytes]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as file:
        for path, data in files.items():
            file.writestr(zipfile.ZipInfo(path), data)
    return packed.getvalue()


def tgz(files: Mapping[str, bytes], *others: tarfile.TarInfo) -> bytes:
    """A tarball; `others` are links, devices and headers that lie."""
    plain = io.BytesIO()
    with tarfile.open(fileobj=plain, mode="w") as file:
        for path, data in files.items():
            info = tarfile.TarInfo(path)
            info.size = len(data)
            file.addfile(info, io.BytesIO(data))
        for info in others:
            file.addfile(info)
    return gzip.compress(plain.getvalue(), mtime=0)


class SimpleIndex:
    """PEP 503 pages, or PEP 691 with `newer`. `password` is what HTTP asks for."""

    def __init__(self, newer: bool = False) -> None:
        self.files: dict[str, bytes] = {}
        self.newer, self.password = newer, ""
        self.server = Loopback(self._answer)

    @property
    def url(self) -> str:
        return f"{self.server.url}/simple"

    def add(self, files: Mapping[str, bytes]) -> None:
        self.files.update(files)

    def _answer(self, asked: Asked) -> Reply | None:
        if self.password:
            sent = base64.b64decode(asked.headers.get("authorization", "").removeprefix("Basic "))
            if sent != self.password.encode():
                return Reply(401, b"who", {"WWW-Authenticate": "Basic"})
        kind, _, name = asked.path.strip("/").partition("/")
        if kind == "files":
            return Reply(200, self.files[name]) if name in self.files else None
        own = {f: d for f, d in self.files.items() if f.split("-")[0].replace("_", "-") == name}
        if not own:
            return None
        digests = {file: hashlib.sha256(data).hexdigest() for file, data in own.items()}
        if self.newer:
            rows = [
                {"filename": f, "url": f"/files/{f}", "hashes": {"sha256": d}}
                for f, d in digests.items()
            ]
            page = {"meta": {"api-version": "1.0"}, "name": name, "files": rows}
            return of_json(page, **{"Content-Type": NEWER})
        links = "".join(f'<a href="/files/{f}#sha256={d}">{f}</a>' for f, d in digests.items())
        text = f"<!DOCTYPE html><html><body>{links}</body></html>"
        return Reply(200, text.encode(), {"Content-Type": "text/html"})


class Registry:
    """An npm registry: packuments by name, tarballs by file. `token` is what it asks for."""

    def __init__(self) -> None:
        self.manifests: dict[str, dict[str, dict[str, Any]]] = {}
        self.tarballs: dict[str, bytes] = {}
        self.token = ""
        self.server = Loopback(self._answer)

    def add(
        self, name: str, version: str, files: Mapping[str, bytes], packed: bytes = b"", **more: Any
    ) -> None:
        manifest = {"name": name, "version": version, **more}
        inside = {"package/package.json": json.dumps(manifest).encode()}
        inside |= {f"package/{path}": data for path, data in files.items()}
        data = packed or tgz(inside)
        file = f"{name.replace('/', '-').removeprefix('@')}-{version}.tgz"
        self.tarballs[file] = data
        digest = base64.b64encode(hashlib.sha512(data).digest()).decode()
        dist = {"tarball": f"{self.server.url}/-/{file}", "integrity": f"sha512-{digest}"}
        self.manifests.setdefault(name, {})[version] = {**manifest, "dist": dist}

    def _answer(self, asked: Asked) -> Reply | None:
        if self.token and asked.headers.get("authorization") != f"Bearer {self.token}":
            return of_json({"error": "who"}, 401)
        path = unquote(asked.path).strip("/")
        if path.startswith("-/"):
            data = self.tarballs.get(path.removeprefix("-/"))
            return Reply(200, data) if data is not None else None
        versions = self.manifests.get(path)
        if versions is None:
            return of_json({"error": "not found"}, 404)
        tags = {"latest": max(versions)}
        return of_json({"name": path, "dist-tags": tags, "versions": versions})
