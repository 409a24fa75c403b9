"""The guard at the socket: no connection to a private address that the user did not allow.

The peer is checked once the connection stands and before a byte is sent, so that neither a redirect
nor a name that resolves differently the second time leads inside.
"""

from __future__ import annotations

import socket
import threading
from collections.abc import Collection
from contextlib import suppress
from http.cookiejar import DefaultCookiePolicy
from typing import Any

import requests
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

from licaudit.sources.address import is_allowed, is_inside
from licaudit.sources.faults import SourceGap


class _Session(requests.Session):
    """A session that sends what it is told: no netrc, no cookies, no redirects of its own."""

    def get_redirect_target(self, resp: requests.Response) -> None:
        """None for all: requests would read a redirect's body to the end before we look at it."""


_HERE = threading.local()  # `line`: the lifeline of the request that this thread makes


class Lifeline:
    """Within this block a request of this thread ends after so many seconds, whatever it does.

    Timeouts of sockets count from packet to packet: a server that sends a letter now and then would
    hold a request for hours. `was_cut` tells that the end came from here.
    """

    def __init__(self, seconds: float) -> None:
        self.was_cut = False
        self._sockets: list[socket.socket] = []
        self._timer = threading.Timer(max(0.0, seconds), self._cut)
        self._timer.daemon = True

    def __enter__(self) -> Lifeline:
        _HERE.line = self
        self._timer.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._timer.cancel()
        _HERE.line = None

    def hold(self, connection: socket.socket) -> None:
        """Learn of a connection that the request uses."""
        self._sockets.append(connection)
        if self.was_cut:
            self._cut()

    def _cut(self) -> None:
        self.was_cut = True
        for connection in self._sockets:
            with suppress(OSError):  # it is closed by now
                # Past TLS, which another thread may not touch while it reads.
                socket.socket.shutdown(connection, socket.SHUT_RDWR)


def _held(connection: socket.socket | None) -> None:
    line: Lifeline | None = getattr(_HERE, "line", None)
    if line is not None and connection is not None:
        line.hold(connection)


def guarded_session(allowed: Collection[str], connections: int) -> requests.Session:
    """A session that reaches no private address but those allowed (`host` or `host:port`)."""
    session = _Session()
    session.auth = _nobody  # else requests takes what ~/.netrc holds
    session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
    adapter = GuardedAdapter(allowed, connections)
    session.mount("https://", adapter)
    session.mount("http://", adapter)
    return session


def _nobody(request: requests.PreparedRequest) -> requests.PreparedRequest:
    return request


class GuardedAdapter(HTTPAdapter):
    """An HTTP adapter whose connections are checked. Retries are the caller's business.

    Through a proxy the peer is the proxy, which the user chose and which does its own checks.
    """

    def __init__(self, allowed: Collection[str], connections: int) -> None:
        self._allowed = frozenset(allowed)
        super().__init__(max_retries=0, pool_maxsize=connections)

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        """The pools of requests, with connections of ours."""
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = _pools(self._allowed)


def _pools(allowed: frozenset[str]) -> dict[str, type[HTTPConnectionPool]]:
    class Plain(HTTPConnection):
        def _new_conn(self) -> socket.socket:
            return _checked(super()._new_conn(), self.host, self.port or 80, allowed)

        def request(self, *args: Any, **kwargs: Any) -> None:
            super().request(*args, **kwargs)
            _held(self.sock)

    class Secure(HTTPSConnection):
        def _new_conn(self) -> socket.socket:
            return _checked(super()._new_conn(), self.host, self.port or 443, allowed)

        def request(self, *args: Any, **kwargs: Any) -> None:
            super().request(*args, **kwargs)
            _held(self.sock)

    class PlainPool(HTTPConnectionPool):
        ConnectionCls = Plain

    class SecurePool(HTTPSConnectionPool):
        ConnectionCls = Secure

    return {"http": PlainPool, "https": SecurePool}


def _checked(
    connection: socket.socket, host: str, port: int, allowed: frozenset[str]
) -> socket.socket:
    peer = str(connection.getpeername()[0])
    if is_inside(peer) and not is_allowed(host, port, allowed):
        connection.close()
        detail = f"`{host}` is this machine or a private network"
        raise SourceGap("refused", detail, f"{host}:{port}")
    _held(connection)
    return connection
