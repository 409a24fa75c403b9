"""Web: the one way to HTTP for all sources. Polite, bounded, guarded, and silent about secrets.

It follows redirects itself (a token never leaves the host it belongs to), retries with
`Retry-After` or exponential back-off and jitter, also when a body breaks off, holds back while a
host asks for quiet, limits requests in flight per host, asks again only for what changed
(`http_cache`), and keeps one budget of time, requests and bytes for the whole audit.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

from licaudit.sources.address import is_allowed, is_inside_name, origin
from licaudit.sources.faults import SourceGap
from licaudit.sources.http_cache import HttpCache, Kept
from licaudit.sources.secrets import Secrets, bare_url
from licaudit.sources.wire import Answer, Policy, in_words, patience, port_of, retry_after

# requests and what it brings load with the first question: most audits of a folder ask none.
if TYPE_CHECKING:
    import requests
    from urllib3.util.retry import Retry

__all__ = ["RETRIED", "Answer", "Policy", "Web"]

RETRIED = frozenset({408, 425, 429, 500, 502, 503, 504})
_QUIET = frozenset({429, 503})  # with a Retry-After: the whole host asks for quiet
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_CHUNK = 65_536


@dataclass(slots=True)
class _Ask:
    """One request on its way through redirects and retries."""

    url: str
    headers: dict[str, str]
    auth: Mapping[str, str]
    home: str  # the origin that `auth` belongs to
    limit: int
    skip: int
    deadline: float
    hops: list[str] = field(default_factory=list)


class Web:
    """All HTTP of one audit. Safe to use from many threads."""

    def __init__(
        self,
        policy: Policy | None = None,
        secrets: Secrets | None = None,
        *,
        offline: bool = False,
        cache: HttpCache | None = None,
        sleep: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.policy, self.secrets = policy or Policy(), secrets or Secrets()
        self.offline, self._cache = offline, cache
        self._sleep, self._clock = sleep, clock
        self._end = clock() + self.policy.total
        self._left, self._room = self.policy.requests, self.policy.traffic
        self._lock = threading.Lock()
        self._hosts: dict[str, threading.BoundedSemaphore] = {}
        self._sessions: dict[str, requests.Session] = {}
        self._quiet: dict[str, float] = {}  # until when a host asked not to be asked

    def get(
        self,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        auth: Mapping[str, str] | None = None,
        limit: int | None = None,
        skip: int = 0,
        trusted: bool = False,
    ) -> Answer:
        """GET, redirects followed. `auth` headers go to the origin of `url` alone.

        At most `limit` bytes after the first `skip` are kept. `trusted` marks an address out of the
        user's own settings, which may be private. Raises SourceGap; statuses such as 404 return.
        """
        if self.offline:
            raise SourceGap("offline", "the network is not used (--offline)", self._where(url))
        home = self._home(url)
        ask = _Ask(
            url,
            {"User-Agent": self.policy.user_agent, **(headers or {})},
            auth or {},
            home,
            self.policy.answer if limit is None else limit,
            skip,
            min(self._clock() + self.policy.request, self._end),
        )
        session = self._session(home if trusted else "")
        while True:
            answer = self._patiently(session, ask, home if trusted else "")
            location = answer.headers.get("location")
            if answer.status not in _REDIRECTS or not location:
                return answer
            if len(ask.hops) >= self.policy.redirects:
                raise self._fault("refused", "redirected without end", ask, answer.status)
            ask.hops.append(ask.url)
            try:
                ask.url = urljoin(ask.url, location)
            except ValueError:
                raise self._fault("broken", "a redirect that is no address", ask) from None

    def _home(self, url: str) -> str:
        try:
            return origin(urlsplit(url))
        except ValueError:
            raise SourceGap("refused", "this is no address", self._where(url)) from None

    def _patiently(self, session: requests.Session, ask: _Ask, trusted: str) -> Answer:
        from requests import RequestException
        from urllib3.exceptions import HTTPError

        from licaudit.sources.guard import Lifeline

        self._check(ask, trusted)
        self._hold(ask)
        retries = patience(self.policy)
        while True:
            self._spend(ask)
            wait, error = None, None
            line = Lifeline(ask.deadline - self._clock())
            try:
                with self._slot(ask.url), line:
                    answer, wait = self._once(session, ask, retries)
            except (RequestException, HTTPError, OSError) as caught:
                answer, error = None, caught
            if line.was_cut:
                raise self._fault("cut_short", "the answer takes too long", ask)
            if answer is not None and answer.status not in RETRIED:
                return answer
            if retries.total == 0:
                raise self._gave_up(ask, answer, error)
            retries = retries.increment("GET", ask.url, error=error)
            self._note_quiet(ask, answer, wait)
            if wait is None:
                wait = max(retries.get_backoff_time(), self.policy.backoff)
            self._pause(ask, wait, answer)
            self._note_quiet(ask, None, None)

    def _once(
        self, session: requests.Session, ask: _Ask, retries: Retry
    ) -> tuple[Answer, float | None]:
        home = origin(urlsplit(ask.url)) == ask.home
        auth = ask.auth if home else {}
        key = self._cache.key(ask.url, ask.headers, auth) if self._cache and home else None
        kept = self._cache.look(key) if self._cache and key else None
        headers = {**ask.headers, **auth, **(kept.conditions() if kept else {})}
        timeout = (self.policy.connect, self.policy.read)
        with session.get(
            ask.url, headers=headers, timeout=timeout, stream=True, allow_redirects=False
        ) as response:
            named = {k.lower(): v for k, v in response.headers.items()}
            if response.status_code in RETRIED:
                return Answer(response.status_code, named, b"", ask.url), retry_after(
                    retries, response
                )
            if kept is not None and response.status_code == 304:
                return _again(kept, ask), None
            # A server that ignores a Range sends the file from its start.
            skip = ask.skip if response.status_code == 200 else 0
            body, cut = self._body(response, ask, skip)
        body = self.secrets.data(body)
        if self._cache and key and not cut and not skip:
            safe = {k: self.secrets.data(v.encode()).decode() for k, v in named.items()}
            self._cache.keep(key, response.status_code, safe, body)
        return Answer(response.status_code, named, body, ask.url, cut, tuple(ask.hops)), None

    def _body(self, response: requests.Response, ask: _Ask, skip: int) -> tuple[bytes, bool]:
        kept = bytearray()
        for chunk in response.raw.stream(_CHUNK, decode_content=True):
            if self._clock() > ask.deadline:
                raise self._fault("cut_short", "the answer takes too long", ask)
            with self._lock:
                self._room -= len(chunk)
            if self._room < 0:
                raise self._fault("cut_short", "the budget of bytes is used up", ask)
            if skip >= len(chunk):
                skip -= len(chunk)
                continue
            kept += chunk[skip:]
            skip = 0
            if len(kept) > ask.limit:
                return bytes(kept[: ask.limit]), True
        return bytes(kept), False

    def _check(self, ask: _Ask, trusted: str) -> None:
        try:
            parts = urlsplit(ask.url)
            here = origin(parts)
        except ValueError as error:
            raise self._fault("refused", "an address that cannot be read", ask) from error
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise self._fault("refused", f"`{parts.scheme}:` is not followed", ask)
        if here == trusted or is_allowed(parts.hostname, port_of(parts), self.policy.allow):
            return
        if is_inside_name(parts.hostname):
            raise self._fault("refused", "this machine or a private network", ask)
        if parts.scheme == "http" and (ask.hops or ask.auth):
            raise self._fault("refused", "plain http is not followed", ask)

    def _spend(self, ask: _Ask) -> None:
        with self._lock:
            self._left -= 1
            if self._left < 0:
                raise self._fault("cut_short", "the budget of requests is used up", ask)
        if self._clock() > ask.deadline:
            raise self._fault("cut_short", "the budget of time is used up", ask)

    def _pause(self, ask: _Ask, seconds: float, answer: Answer | None) -> None:
        if self._clock() + seconds > ask.deadline:
            raise self._gave_up(ask, answer, None)
        self._sleep(seconds)

    def _hold(self, ask: _Ask) -> None:
        """Wait as long as the host has asked others of this audit to."""
        with self._lock:
            until = self._quiet.get(origin(urlsplit(ask.url)), 0.0)
        if (left := until - self._clock()) > 0:
            self._pause(ask, left, None)

    def _note_quiet(self, ask: _Ask, answer: Answer | None, wait: float | None) -> None:
        host = origin(urlsplit(ask.url))
        with self._lock:
            if answer is not None and answer.status in _QUIET and wait is not None:
                self._quiet[host] = self._clock() + wait
            elif answer is None:
                self._quiet.pop(host, None)

    def _slot(self, url: str) -> threading.BoundedSemaphore:
        host = origin(urlsplit(url))
        with self._lock:
            return self._hosts.setdefault(host, threading.BoundedSemaphore(self.policy.per_host))

    def _session(self, trusted: str) -> requests.Session:
        from licaudit.sources.guard import guarded_session

        with self._lock:
            if trusted not in self._sessions:
                allowed = self.policy.allow | ({trusted} if trusted else frozenset())
                self._sessions[trusted] = guarded_session(allowed, self.policy.per_host)
            return self._sessions[trusted]

    def _gave_up(self, ask: _Ask, answer: Answer | None, error: Exception | None) -> SourceGap:
        if answer is None:
            return self._fault("unreachable", in_words(error), ask)
        if answer.status == 429:
            return self._fault("unreachable", "too many requests (429), also later", ask, 429)
        return self._fault(
            "unreachable", f"the server answered {answer.status}", ask, answer.status
        )

    def _fault(self, reason: str, detail: str, ask: _Ask, status: int | None = None) -> SourceGap:
        return SourceGap(reason, detail, self._where(ask.url), status)  # type: ignore[arg-type]

    def _where(self, url: str) -> str:
        return self.secrets.text(bare_url(url))


def _again(kept: Kept, ask: _Ask) -> Answer:
    """A kept answer that still holds, as far as it was asked for."""
    body = kept.body[ask.skip if kept.status == 200 else 0 :]
    cut = len(body) > ask.limit
    hops = tuple(ask.hops)
    return Answer(kept.status, kept.headers, body[: ask.limit], ask.url, cut, hops)
