"""The way from `huggingface_hub` to our Web: its client sends every request through us.

The library keeps one HTTP client per process; ours looks up the Web of the calling thread, so that
several audits in one process keep their own budgets, allowances and secrets.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

import httpx2
from huggingface_hub import set_client_factory

from licaudit.sources.faults import SourceGap
from licaudit.sources.web import Web

_WEB: ContextVar[tuple[Web, str] | None] = ContextVar("web", default=None)
# Those that describe the body as it was on the wire; ours is decoded and complete.
_OF_THE_WIRE = frozenset({"content-encoding", "content-length", "transfer-encoding", "connection"})
_NOT_PASSED_ON = frozenset({"host", "connection", "accept-encoding", "user-agent", "authorization"})

# What the library asks for its own statistics: no audit needs it, and no budget pays for it.
_CURIOUS = "/api/agent-harnesses"


class _Transport(httpx2.BaseTransport):
    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        chosen = _WEB.get()
        url = str(request.url)
        if chosen is None or request.method != "GET":
            raise SourceGap("refused", f"an unexpected {request.method} request", url)
        web, endpoint = chosen
        if request.url.path.endswith(_CURIOUS):
            return httpx2.Response(404, request=request)
        headers = {k: v for k, v in request.headers.items() if k.lower() not in _NOT_PASSED_ON}
        token = request.headers.get("authorization")
        inside = url.startswith(endpoint + "/")
        answer = web.get(
            url,
            headers=headers,
            auth={"Authorization": token} if token and inside else None,
            trusted=inside,
        )
        if answer.cut:
            raise SourceGap("cut_short", "an answer without end", endpoint)
        kept = {k: v for k, v in answer.headers.items() if k not in _OF_THE_WIRE}
        return httpx2.Response(answer.status, headers=kept, content=answer.body, request=request)


@contextmanager
def routed(web: Web, endpoint: str) -> Iterator[None]:
    """Within this block, calls of `huggingface_hub` in this thread go through `web`."""
    token = _WEB.set((web, endpoint))
    try:
        yield
    finally:
        _WEB.reset(token)


def _client() -> httpx2.Client:
    return httpx2.Client(transport=_Transport(), trust_env=False, timeout=None)


set_client_factory(_client)
