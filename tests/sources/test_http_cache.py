"""Answers kept on disk: asked for again, never shared, never with a secret in them."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from licaudit.sources.http_cache import ITEM, HttpCache, may_keep, user_cache
from licaudit.sources.open import open_tree
from licaudit.sources.targets import parse_target
from licaudit.sources.web import Answer, Policy, Web

from .hubs import HuggingFace
from .loopback import Asked, Loopback, Reply

Serve = Callable[[Loopback], Loopback]
Answering = Callable[[Asked], Reply | None]


def validated(answer: Answering) -> Answering:
    """As servers do that know validators: an ETag on all, 304 for the one that is still right."""

    def with_tags(asked: Asked) -> Reply | None:
        reply = answer(asked)
        if reply is None or reply.status not in (200, 206):
            return reply
        tag = f'"{hashlib.sha256(reply.body).hexdigest()}"'
        if asked.headers.get("if-none-match") == tag:
            return Reply(304, b"", {"ETag": tag})
        return Reply(reply.status, reply.body, {**reply.headers, "ETag": tag})

    return with_tags


@pytest.fixture
def bodies() -> list[bytes]:
    """What the server sends; changed by tests."""
    return [b"first"]


@pytest.fixture
def server(serve: Serve, bodies: list[bytes]) -> Loopback:
    return serve(Loopback(validated(lambda _: Reply(200, bodies[0]))))


@pytest.fixture
def cached(tmp_path: Path, server: Loopback) -> Callable[[], Web]:
    """A new Web on the same folder, as another run has it."""

    def make() -> Web:
        policy = Policy(allow=frozenset({"127.0.0.1"}), backoff=0.0)
        return Web(policy, cache=HttpCache(tmp_path / "http"), sleep=lambda _: None)

    return make


def statuses(server: Loopback) -> list[bool]:
    """For each request whether it asked for changes only."""
    return ["if-none-match" in a.headers for a in server.asked]


def stored(folder: Path) -> bytes:
    return b"".join(p.read_bytes() for p in folder.rglob("*") if p.is_file())


def test_what_has_not_changed_is_not_sent_again(
    server: Loopback, cached: Callable[[], Web], bodies: list[bytes]
):
    answers = [cached().get(server.url).body for _ in range(2)]
    assert answers == [b"first", b"first"]
    assert statuses(server) == [False, True]
    bodies[0] = b"second"
    assert [cached().get(server.url).body for _ in range(2)] == [b"second", b"second"]


def test_a_kept_answer_is_the_same_in_every_part(server: Loopback, cached: Callable[[], Web]):
    def parts(web: Web) -> list[Answer]:
        headers = {"Range": "bytes=1-2"}
        return [
            web.get(server.url),
            web.get(server.url, limit=3),
            web.get(server.url, skip=2, limit=2),
            web.get(server.url, headers=headers, skip=1, limit=2),
        ]

    plain = Web(Policy(allow=frozenset({"127.0.0.1"})))
    wanted = [(a.status, a.body, a.cut, a.url, a.hops) for a in parts(plain)]
    for _ in range(2):
        assert [(a.status, a.body, a.cut, a.url, a.hops) for a in parts(cached())] == wanted


def test_a_server_that_fails_is_not_covered_up(server: Loopback, cached: Callable[[], Web]):
    cached().get(server.url)
    server.answer = lambda _: Reply(404, b"gone")
    assert cached().get(server.url).status == 404


def test_one_token_does_not_see_what_another_was_shown(
    serve: Serve, cached: Callable[[], Web], tmp_path: Path
):
    def answer(asked: Asked) -> Reply:
        who = asked.headers.get("authorization", "nobody")
        if who == "Bearer planted-token-1":
            return Reply(200, b"the private card")
        return Reply(401, b"no")

    private = serve(Loopback(validated(answer)))
    first, second = ({"Authorization": f"Bearer planted-token-{n}"} for n in (1, 2))
    for _ in range(2):
        assert cached().get(private.url, auth=first).body == b"the private card"
        assert cached().get(private.url, auth=second).status == 401
        assert cached().get(private.url).status == 401
    assert statuses(private) == [False, False, False, True, False, False]
    assert b"private card" in stored(tmp_path)
    everything = stored(tmp_path) + repr(list(tmp_path.rglob("*"))).encode()
    for secret in (b"planted", hashlib.sha256(b"Bearer planted-token-1").hexdigest().encode()):
        assert secret not in everything


def test_an_echoed_token_is_not_kept(serve: Serve, cached: Callable[[], Web], tmp_path: Path):
    def echo(asked: Asked) -> Reply:
        said = asked.headers["authorization"]
        headers = {
            "X-Repo-Commit": said,
            "Set-Cookie": f"a={said}",
            "Link": f"<http://x/?t={said}>",
        }
        return Reply(200, said.encode(), headers)

    server = serve(Loopback(validated(echo)))
    web = cached()
    web.secrets.add("planted-token")
    for _ in range(2):
        body = web.get(server.url, auth={"Authorization": "Bearer planted-token"}).body
        assert body == b"Bearer ***"
    assert b"Bearer ***" in stored(tmp_path)
    assert b"planted" not in stored(tmp_path)


def test_what_lies_behind_a_redirect_to_another_host_is_not_kept(
    serve: Serve, cached: Callable[[], Web], tmp_path: Path
):
    store = serve(Loopback(validated(lambda _: Reply(200, b"signed"))))
    home = serve(Loopback(lambda _: Reply(302, b"", {"Location": f"{store.url}/?Signature=xyz"})))
    for _ in range(2):
        assert cached().get(home.url).body == b"signed"
    assert statuses(store) == [False, False]
    assert stored(tmp_path) == b""


@pytest.mark.parametrize(
    ("status", "headers", "kept"),
    [
        (200, {"etag": '"a"'}, True),
        (200, {"etag": 'W/"a"'}, True),
        (200, {"last-modified": "Mon, 01 Jan 2024 00:00:00 GMT"}, True),
        (200, {"etag": '"a"', "vary": "Accept-Encoding, Origin"}, True),
        (206, {"etag": '"a"'}, True),
        (206, {"etag": 'W/"a"'}, False),
        (200, {}, False),
        (200, {"etag": '"a"', "cache-control": "private, No-Store"}, False),
        (200, {"etag": '"a"', "vary": "*"}, False),
        (200, {"etag": '"a"', "vary": "X-User"}, False),
        (404, {"etag": '"a"'}, False),
        (302, {"etag": '"a"'}, False),
    ],
)
def test_what_may_be_kept(status: int, headers: dict[str, str], kept: bool):
    assert may_keep(status, headers) is kept


def test_a_damaged_entry_counts_as_absent(
    server: Loopback, cached: Callable[[], Web], tmp_path: Path
):
    cached().get(server.url)
    (entry,) = (p for p in tmp_path.rglob("*") if p.is_file())
    whole = entry.read_bytes()
    for damaged in (whole[:-1], whole + b"x", b"", b"{}\nfirst", b"[]\n", b"\xff\xfe", whole[40:]):
        entry.write_bytes(damaged)
        assert cached().get(server.url).body == b"first"
    assert not any(statuses(server))


@given(st.binary(max_size=300))
def test_no_bytes_of_an_entry_are_an_error(tmp_path_factory: pytest.TempPathFactory, data: bytes):
    cache = HttpCache(tmp_path_factory.mktemp("http"))
    cache.keep("ab" * 32, 200, {"etag": '"a"'}, b"body")
    (entry,) = (p for p in cache._folder.rglob("*") if p.is_file())
    entry.write_bytes(data)
    assert cache.look("ab" * 32) is None


def test_a_folder_that_cannot_be_used_is_no_error(server: Loopback, tmp_path: Path):
    (tmp_path / "http").write_text("a file stands here")
    cache = HttpCache(tmp_path / "http")
    web = Web(Policy(allow=frozenset({"127.0.0.1"})), cache=cache)
    assert [web.get(server.url).body for _ in range(2)] == [b"first"] * 2


def test_others_on_this_machine_cannot_read_it(
    server: Loopback, cached: Callable[[], Web], tmp_path
):
    cached().get(server.url)
    assert (tmp_path / "http").stat().st_mode & 0o077 == 0
    for path in (tmp_path / "http").rglob("*"):
        if path.is_file():
            assert path.stat().st_mode & 0o077 == 0


def test_the_folder_does_not_grow_for_ever(tmp_path: Path):
    cache = HttpCache(tmp_path, most=80_000)
    for number in range(40):
        key = hashlib.sha256(str(number).encode()).hexdigest()
        cache.keep(key, 200, {"etag": f'"{number}"'}, bytes(9_000))
        for path in tmp_path.rglob(key):
            os.utime(path, (number, number))  # their order, whatever the clock of the disk says
    assert len(stored(tmp_path)) <= 90_000
    assert cache.look(hashlib.sha256(b"39").hexdigest()) is not None
    assert cache.look(hashlib.sha256(b"0").hexdigest()) is None
    cache.keep("cd" * 32, 200, {"etag": '"x"'}, bytes(ITEM + 1))
    assert cache.look("cd" * 32) is None


def test_many_runs_at_once(server: Loopback, cached: Callable[[], Web], tmp_path: Path):
    with ThreadPoolExecutor(16) as pool:
        asked = list(pool.map(lambda n: cached().get(f"{server.url}/{n % 3}").body, range(120)))
    assert asked == [b"first"] * 120
    assert not list(tmp_path.rglob(".writing-*"))


def test_the_hubs_own_library_goes_through_it(hub: HuggingFace, cached: Callable[[], Web]):
    hub.server.answer = validated(hub.server.answer)
    hub.add("acme/tiny", {"README.md": b"---\nlicense: mit\n---\n", "LICENSE": b"MIT\n"})
    first, second = (open_tree(parse_target("hf:acme/tiny"), cached()) for _ in range(2))
    assert first.entries() == second.entries()
    assert [first.read("LICENSE"), second.read("LICENSE")] == [b"MIT\n"] * 2
    assert statuses(hub.server) == [False, True, False, True]


def test_the_users_own_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    user_cache().keep("ab" * 32, 200, {"etag": '"a"'}, b"body")
    assert (tmp_path / "licaudit/http/ab" / ("ab" * 32)).is_file()
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    user_cache().keep("ab" * 32, 200, {"etag": '"a"'}, b"body")
    assert user_cache().look("ab" * 32) is not None  # kept as long as this process lasts
    assert (tmp_path / "file").read_text() == ""
