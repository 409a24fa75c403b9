"""Planted tokens and passwords: sent where they belong, and found in nothing that is written."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import pytest

from licaudit.reporting import FORMATS
from licaudit.sources import session

from ..sources.hubs import HuggingFace, ModelScope
from .conftest import Run

HF, MS = "hf_pl4nted_token", "ms_pl4nted_token"
OTHERS = {
    "GITHUB_TOKEN": "gh_pl4nted_token",
    "NPM_TOKEN": "npm_pl4nted_token",
    "PIP_INDEX_URL": "http://me:pl4nted%40password@127.0.0.1:1/simple",
}


@pytest.fixture
def hubs(
    programs: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Iterator[tuple[HuggingFace, ModelScope]]:
    """A hub that repeats every token it is sent, wherever it can, and one more."""
    monkeypatch.delenv("LICAUDIT_OFFLINE")
    monkeypatch.setenv("HF_HOME", str(tmp_path / "hf"))
    monkeypatch.setattr("huggingface_hub.constants.HF_TOKEN_PATH", str(tmp_path / "token"))
    monkeypatch.setattr(session, "POLICY", replace(session.POLICY, backoff=0.0, retries=1))
    for name, value in OTHERS.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("HF_TOKEN", HF)
    monkeypatch.setenv("MODELSCOPE_API_TOKEN", MS)
    first, second = HuggingFace(), ModelScope()
    echo = " ".join([HF, MS, *OTHERS.values()])
    card = f"---\nlicense: cc-by-nc-4.0\n---\n# {echo}\nFor research only, {HF}.\n".encode()
    first.token = HF
    first.add("birds/wren-7b", {"README.md": card, "LICENSE": card}, private=True, gated="auto")
    first.add("birds/none", {"README.md": b"---\nlicense: " + HF.encode() + b"\n---\n"})
    second.add("birds/egg", {"README.md": card})
    with ExitStack() as stack:
        for server in (first.server, first.store, second.server):
            stack.enter_context(server.running())
        monkeypatch.setenv("HF_ENDPOINT", first.server.url)
        monkeypatch.setenv("MODELSCOPE_ENDPOINT", second.server.url)
        yield first, second


def test_no_secret_is_in_anything_that_is_written(
    cli: Run,
    tree: Callable[..., Path],
    hubs: tuple[HuggingFace, ModelScope],
    tmp_path: Path,
    cache_home: Path,
    caplog: pytest.LogCaptureFixture,
):
    caplog.set_level(logging.DEBUG)
    first, second = hubs
    card = "---\nlicense: mit\nbase_model: [birds/wren-7b, birds/none]\n---\n# Finch\n"
    finch = tree("finch", **{"README.md": card, "requirements.txt": "nest==1.0\nfeather\n"})
    flags = ("--allow-private", first.store.host)
    kept = tmp_path / "kept"
    runs = [
        cli("audit", finch, "--record", kept, "--format", ",".join(FORMATS), *flags),
        cli("audit", "hf:birds/wren-7b", *flags),
        cli("audit", "ms:birds/egg", *flags),
        cli("lock", finch, *flags),
        cli("audit", "hf:birds/no-such", *flags),
        cli("audit", "pypi:nest", *flags),
    ]
    sent = repr([a.headers for a in (*first.server.asked, *second.server.asked)])
    assert HF in sent
    assert MS in sent
    assert not any("authorization" in a.headers for a in first.store.asked)
    assert HF not in repr([a.headers for a in second.server.asked])
    assert MS not in repr([a.headers for a in first.server.asked])
    written = [run.out + run.err for run in runs] + [caplog.text]
    folders = [kept, cache_home, finch, *(run.folder for run in runs)]
    files = [p for folder in folders for p in folder.rglob("*") if p.is_file()]
    assert any(p.name == "licaudit.lock" for p in files)
    assert any("http" in p.parts for p in files)
    written += [p.read_bytes().decode("utf-8", "replace") for p in files]
    for text in written:
        assert "pl4nted" not in text
