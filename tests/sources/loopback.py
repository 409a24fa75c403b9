"""A server on loopback: answers from a table, misbehaves on demand, remembers what it was asked."""

from __future__ import annotations

import json
import sys
import threading
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit


@dataclass(frozen=True)
class Asked:
    """One request as it arrived."""

    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]  # names in lower case


@dataclass(frozen=True)
class Reply:
    """One answer. `promised` lies about the length; `broken` ends the connection after the body."""

    status: int = 200
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    promised: int | None = None
    reset: bool = False


def of_json(data: Any, status: int = 200, **headers: str) -> Reply:
    named = {"Content-Type": "application/json; charset=utf-8", **headers}
    return Reply(status, json.dumps(data).encode(), named)


Answering = Callable[[Asked], Reply | None]


class QuietServer(ThreadingHTTPServer):
    """A client that leaves in the middle is no news here."""

    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing of broken connections."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


class Loopback:
    """`answer` decides; replies queued in `faults` for a path go first."""

    def __init__(self, answer: Answering | None = None) -> None:
        self.answer: Answering = answer or (lambda _: None)
        self.faults: dict[str, list[Reply]] = defaultdict(list)
        self.asked: list[Asked] = []
        self._lock = threading.Lock()
        self._server = QuietServer(("127.0.0.1", 0), self._handler())
        self.host = f"127.0.0.1:{self._server.server_address[1]}"
        self.url = f"http://{self.host}"

    @contextmanager
    def running(self) -> Iterator[Loopback]:
        thread = threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.005}, daemon=True
        )
        thread.start()
        try:
            yield self
        finally:
            self.stop()
            thread.join()

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def paths(self) -> list[str]:
        return [a.path for a in self.asked]

    def reply(self, asked: Asked) -> Reply:
        with self._lock:
            self.asked.append(asked)
            if self.faults[asked.path]:
                return self.faults[asked.path].pop(0)
        return self.answer(asked) or Reply(404, b"Not Found")

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        loopback = self

        class Handler(BaseHTTPRequestHandler):
            disable_nagle_algorithm = True
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                parts = urlsplit(self.path)
                query = {k: v[0] for k, v in parse_qs(parts.query, keep_blank_values=True).items()}
                headers = {k.lower(): v for k, v in self.headers.items()}
                self._send(loopback.reply(Asked(parts.path, query, headers)))

            def _send(self, reply: Reply) -> None:
                if reply.reset:
                    self.close_connection = True
                    return
                self.send_response(reply.status)
                for name, value in reply.headers.items():
                    self.send_header(name, value)
                length = len(reply.body) if reply.promised is None else reply.promised
                self.send_header("Content-Length", str(length))
                self.end_headers()
                with suppress(OSError):  # a client that has read enough
                    self.wfile.write(reply.body)
                if length != len(reply.body):
                    self.close_connection = True

            def log_message(self, *_: Any) -> None:
                """Say nothing."""

        return Handler


def ranged(asked: Asked, body: bytes, **headers: str) -> Reply:
    """A file, in part where a Range asks for a part, as the hubs serve it."""
    wanted = asked.headers.get("range")
    if wanted is None:
        return Reply(200, body, headers)
    first, _, last = wanted.removeprefix("bytes=").partition("-")
    start, end = int(first), min(int(last), len(body) - 1)
    if start >= len(body):
        return Reply(416, b"", {"Content-Range": f"bytes */{len(body)}", **headers})
    part = {"Content-Range": f"bytes {start}-{end}/{len(body)}", **headers}
    return Reply(206, body[start : end + 1], part)
