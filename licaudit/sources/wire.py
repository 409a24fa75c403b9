"""What passes between Web and a server: how patient we are, what was answered, what went wrong."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import SplitResult

from licaudit import __version__

if TYPE_CHECKING:
    import requests
    from urllib3.util.retry import Retry


@dataclass(frozen=True, slots=True)
class Policy:
    """How polite and how patient. Times are in seconds, sizes in bytes."""

    connect: float = 10.0
    read: float = 30.0  # between two packets
    request: float = 120.0  # one request with all its retries
    total: float = 1_800.0  # all requests of an audit
    requests: int = 20_000
    retries: int = 4
    backoff: float = 0.5
    longest_wait: float = 60.0  # the most of a Retry-After that is honoured
    per_host: int = 8
    redirects: int = 5
    answer: int = 64_000_000  # of one body kept in memory
    traffic: int = 8_000_000_000  # of all bodies together
    allow: frozenset[str] = frozenset()  # hosts, or `host:port`, that may be private
    user_agent: str = f"licaudit/{__version__}"


@dataclass(frozen=True, slots=True)
class Answer:
    """What a server said. `url` is the last one asked; `cut` tells that the body is longer."""

    status: int
    headers: Mapping[str, str]  # names in lower case
    body: bytes
    url: str
    cut: bool = False
    hops: tuple[str, ...] = ()


def patience(policy: Policy) -> Retry:
    """How often to try again, and how long to wait in between."""
    from urllib3.util.retry import Retry

    return Retry(
        total=policy.retries,
        backoff_factor=policy.backoff,
        backoff_jitter=policy.backoff,
        backoff_max=policy.longest_wait,
        retry_after_max=int(policy.longest_wait),
    )


def retry_after(retries: Retry, response: requests.Response) -> float | None:
    """Seconds the server asks for, None when it does not say (or says it in no known way)."""
    from urllib3.exceptions import HTTPError

    value = response.headers.get("Retry-After")
    if value is None:
        return None
    try:
        return max(0.0, min(retries.parse_retry_after(value), float(retries.retry_after_max)))
    except (HTTPError, ValueError, OverflowError):
        return None


def port_of(parts: SplitResult) -> int:
    """The port of an address, its scheme's when none is written."""
    return parts.port or (443 if parts.scheme == "https" else 80)


def in_words(error: Exception | None) -> str:
    """What went wrong on the wire, in words of ours: theirs may quote addresses and headers."""
    import requests

    match error:
        case requests.exceptions.SSLError():
            return "its certificate is not accepted"
        case requests.exceptions.ProxyError():
            return "the proxy does not answer"
        case requests.Timeout() | TimeoutError():
            return "no answer in time"
        case requests.ConnectionError():
            return "no connection"
        case None:
            return "no answer in time"
        case _:
            return "the answer broke off"
