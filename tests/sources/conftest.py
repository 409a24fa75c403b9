"""Servers on loopback, a Web without patience, and an environment without anybody's tokens."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from licaudit.sources.secrets import Secrets
from licaudit.sources.web import Policy, Web

from .hubs import HuggingFace, ModelScope
from .loopback import Loopback

TOKENS = (
    "HF_TOKEN",
    "HUGGING_FACE_HUB_TOKEN",
    "MODELSCOPE_API_TOKEN",
    "GITHUB_TOKEN",
    "GITEE_TOKEN",
)


@pytest.fixture(autouse=True)
def nobody(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Nobody's settings: no tokens, no git configuration, no cache, no proxies."""
    for name in (*TOKENS, "HF_ENDPOINT", "HF_HUB_OFFLINE", "MODELSCOPE_DOMAIN", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
    for name in ("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY"):
        monkeypatch.delenv(name, raising=False)
    home = tmp_path / "home"
    home.mkdir()
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("HF_HOME", str(home / "hf"))
    monkeypatch.setenv("HF_HUB_CACHE", str(home / "hf" / "hub"))
    monkeypatch.setattr("huggingface_hub.constants.HF_TOKEN_PATH", str(home / "hf" / "token"))
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", "/dev/null")
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")


@pytest.fixture
def waits() -> list[float]:
    """The seconds that were asked for and not waited."""
    return []


@pytest.fixture
def make_web(waits: list[float]) -> Callable[..., Web]:
    """A Web that never sleeps."""

    def make(*, offline: bool = False, secrets: Secrets | None = None, **policy: Any) -> Web:
        settings = {"backoff": 0.0, "connect": 5.0, "read": 5.0, **policy}
        return Web(Policy(**settings), secrets, offline=offline, sleep=waits.append)

    return make


@pytest.fixture
def serve() -> Iterator[Callable[[Loopback], Loopback]]:
    """Starts servers, and ends them with the test."""
    with ExitStack() as stack:
        yield lambda server: stack.enter_context(server.running())


@pytest.fixture
def hub(serve: Callable[[Loopback], Loopback], monkeypatch: pytest.MonkeyPatch) -> HuggingFace:
    """A Hugging Face hub that HF_ENDPOINT names."""
    hub = HuggingFace()
    serve(hub.server)
    serve(hub.store)
    monkeypatch.setenv("HF_ENDPOINT", hub.server.url)
    return hub


@pytest.fixture
def modelscope(
    serve: Callable[[Loopback], Loopback], monkeypatch: pytest.MonkeyPatch
) -> ModelScope:
    """A ModelScope that MODELSCOPE_ENDPOINT names."""
    hub = ModelScope()
    serve(hub.server)
    monkeypatch.setenv("MODELSCOPE_ENDPOINT", hub.server.url)
    return hub
