"""What forges say about licenses, in the shapes of GitHub's and Gitee's answers."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from licaudit.sources.about import Said
from licaudit.sources.forge_answers import forge_answer
from licaudit.sources.web import Web

from .loopback import Loopback, Reply, of_json

GITHUB = {"name": "LICENSE", "path": "LICENSE", "license": {"key": "mit", "spdx_id": "MIT"}}
UNSURE = {"license": {"key": "other", "spdx_id": "NOASSERTION"}}


@pytest.fixture
def api(serve: Callable[[Loopback], Loopback], monkeypatch: pytest.MonkeyPatch) -> Loopback:
    server = serve(Loopback())
    monkeypatch.setenv("GITHUB_API_URL", server.url)
    monkeypatch.setenv("GITEE_API_URL", f"{server.url}/api/v5")
    return server


@pytest.mark.parametrize(
    ("page", "path", "body", "values"),
    [
        ("https://github.com/o/n", "/repos/o/n/license", GITHUB, ["MIT"]),
        ("https://github.com/o/n.git", "/repos/o/n/license", UNSURE, []),
        (
            "https://gitee.com/o/n",
            "/api/v5/repos/o/n/license",
            {"license": "MulanPSL-2.0"},
            ["MulanPSL-2.0"],
        ),
        ("https://gitee.com/o/n", "/api/v5/repos/o/n/license", [1], []),
    ],
)
def test_answers(
    api: Loopback,
    make_web: Callable[..., Web],
    page: str,
    path: str,
    body: object,
    values: list[str],
):
    api.answer = lambda asked: of_json(body) if asked.path == path else None
    assert forge_answer(page, make_web()) == (tuple(Said("license", v) for v in values), ())
    assert len(api.asked) == 1


@pytest.mark.parametrize(
    ("reply", "reasons"),
    [
        (Reply(404, b""), []),
        (Reply(403, b""), ["denied"]),
        (Reply(500, b""), ["unreachable"]),
        (Reply(200, b"<html>"), ["broken"]),
    ],
)
def test_no_answer_blocks_nothing(
    api: Loopback, make_web: Callable[..., Web], reply: Reply, reasons: list[str]
):
    api.answer = lambda _: reply
    said, gaps = forge_answer("https://github.com/o/n", make_web())
    assert said == ()
    assert [(g.reason, g.blocks) for g in gaps] == [(r, False) for r in reasons]


def test_other_forges_are_not_asked(api: Loopback, make_web: Callable[..., Web]):
    for page in ("https://git.example.org/o/n", "https://github.com/o", "file:///x"):
        assert forge_answer(page, make_web()) == ((), ())
    assert api.asked == []
