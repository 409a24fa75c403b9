"""A git forge on loopback: real repositories over smart HTTP, by `git http-backend`."""

from __future__ import annotations

import os
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from .loopback import QuietServer


class Forge:
    """Bare repositories below `folder`. `renamed` maps old paths; `password` shuts the door."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.renamed: dict[str, str] = {}
        self.password: str | None = None
        self.asked: list[str] = []
        self.headers: list[dict[str, str]] = []
        self._server = QuietServer(("127.0.0.1", 0), self._handler())
        self.host = f"127.0.0.1:{self._server.server_address[1]}"
        self.url = f"http://{self.host}"

    @contextmanager
    def running(self) -> Iterator[Forge]:
        thread = threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.005}, daemon=True
        )
        thread.start()
        try:
            yield self
        finally:
            self._server.shutdown()
            self._server.server_close()
            thread.join()

    def create(self, name: str, files: dict[str, bytes | tuple[str, str]]) -> str:
        """A repository of one commit. A pair is a mode and an object, or a link's goal."""
        folder = self.folder / f"{name}.git"
        git(folder.parent, "init", "--quiet", "--bare", "-b", "main", str(folder))
        git(folder, "config", "uploadpack.allowFilter", "true")
        return self.commit(name, files)

    def commit(self, name: str, files: dict[str, bytes | tuple[str, str]]) -> str:
        folder = self.folder / f"{name}.git"
        env = {"GIT_INDEX_FILE": str(folder / "index.tmp")}
        (folder / "index.tmp").unlink(missing_ok=True)
        for path, content in files.items():
            mode, oid = "100644", ""
            if isinstance(content, tuple):
                mode, text = content
                oid, data = (text, b"") if mode == "160000" else ("", text.encode())
            else:
                data = content
            oid = oid or git(folder, "hash-object", "-w", "--stdin", data=data)
            git(folder, "update-index", "--add", "--cacheinfo", f"{mode},{oid},{path}", env=env)
        tree = git(folder, "write-tree", env=env)
        commit = git(folder, "commit-tree", tree, "-m", "made up")
        git(folder, "update-ref", "refs/heads/main", commit)
        return commit

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        forge = self

        class Handler(BaseHTTPRequestHandler):
            disable_nagle_algorithm = True

            def do_GET(self) -> None:
                self._serve(b"")

            def do_POST(self) -> None:
                self._serve(self.rfile.read(int(self.headers.get("Content-Length", 0))))

            def _serve(self, body: bytes) -> None:
                forge.asked.append(f"{self.command} {self.path}")
                forge.headers.append({k.lower(): v for k, v in self.headers.items()})
                for old, new in forge.renamed.items():
                    if self.path.startswith(old):
                        self.send_response(301)
                        self.send_header("Location", new + self.path.removeprefix(old))
                        self.end_headers()
                        return
                if forge.password and forge.password not in self.headers.get("Authorization", ""):
                    self.send_response(401)
                    self.send_header("WWW-Authenticate", 'Basic realm="forge"')
                    self.end_headers()
                    return
                self._backend(body)

            def _backend(self, body: bytes) -> None:
                parts = urlsplit(self.path)
                env = {
                    **os.environ,
                    "GIT_PROJECT_ROOT": str(forge.folder),
                    "GIT_HTTP_EXPORT_ALL": "1",
                    "GIT_PROTOCOL": self.headers.get("Git-Protocol", ""),
                    "REQUEST_METHOD": self.command,
                    "PATH_INFO": parts.path,
                    "QUERY_STRING": parts.query,
                    "CONTENT_TYPE": self.headers.get("Content-Type", ""),
                    "CONTENT_LENGTH": str(len(body)),
                    "HTTP_CONTENT_ENCODING": self.headers.get("Content-Encoding", ""),
                    "REMOTE_ADDR": "127.0.0.1",
                }
                command = ["git", "-c", "safe.directory=*", "http-backend"]
                done = subprocess.run(
                    command, input=body, env=env, capture_output=True, check=False
                )
                head, _, content = done.stdout.partition(b"\r\n\r\n")
                headers = dict(line.split(": ", 1) for line in head.decode().splitlines())
                self.send_response(int(headers.pop("Status", "200").split()[0]))
                for name, value in headers.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, *_: Any) -> None:
                """Say nothing."""

        return Handler


def git(folder: Path, *words: str, data: bytes = b"", env: dict[str, str] | None = None) -> str:
    who = {f"GIT_{w}_{x}": "nobody" for w in ("AUTHOR", "COMMITTER") for x in ("NAME", "EMAIL")}
    when = {f"GIT_{w}_DATE": "2024-01-01T00:00:00Z" for w in ("AUTHOR", "COMMITTER")}
    folder.mkdir(parents=True, exist_ok=True)
    done = subprocess.run(
        ["git", *words],
        cwd=folder,
        input=data,
        env={**os.environ, **who, **when, **(env or {})},
        capture_output=True,
        check=True,
    )
    return done.stdout.decode().strip()
