"""The one way to HTTP: patience, limits, and no way inside."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from email.utils import formatdate
from time import time

import pytest

from licaudit.sources.address import is_inside, is_inside_name
from licaudit.sources.faults import SourceGap
from licaudit.sources.web import Web

from .loopback import Asked, Loopback, Reply

MakeWeb = Callable[..., Web]
Serve = Callable[[Loopback], Loopback]


@pytest.fixture
def server(serve: Serve) -> Loopback:
    return serve(Loopback(lambda _: Reply(200, b"hello")))


def test_a_private_address_needs_leave(server: Loopback, make_web: MakeWeb):
    with pytest.raises(SourceGap) as caught:
        make_web().get(server.url)
    assert caught.value.reason == "refused"
    assert server.asked == []
    for web in (make_web(allow=frozenset({server.host})), make_web(allow=frozenset({"127.0.0.1"}))):
        assert web.get(server.url).body == b"hello"
    assert make_web().get(server.url, trusted=True).body == b"hello"


def test_a_name_that_resolves_inside_is_caught_at_the_socket(
    server: Loopback, make_web: MakeWeb, monkeypatch: pytest.MonkeyPatch
):
    import socket

    real = socket.getaddrinfo

    def lying(host: str, *rest: object, **more: object) -> object:
        return real("127.0.0.1" if host == "public.example" else host, *rest, **more)

    monkeypatch.setattr(socket, "getaddrinfo", lying)
    url = server.url.replace("127.0.0.1", "public.example")
    with pytest.raises(SourceGap, match="private network"):
        make_web().get(url)
    assert server.asked == []


def test_waits_are_those_the_server_asks_for_within_reason(
    server: Loopback, make_web: MakeWeb, waits: list[float]
):
    later = formatdate(time() + 30, usegmt=True)
    server.faults["/"] = [
        Reply(429, b"", {"Retry-After": "3"}),
        Reply(503, b"", {"Retry-After": "86400"}),
        Reply(503, b"", {"Retry-After": later}),
        Reply(503, b"", {"Retry-After": "soon"}),
    ]
    web = make_web(allow=frozenset({server.host}), longest_wait=40.0, request=500.0)
    assert web.get(f"{server.url}/").body == b"hello"
    assert waits[:2] == [3.0, 40.0]
    assert 20 < waits[2] <= 30
    assert waits[3] < 1


def test_a_wait_beyond_the_budget_is_not_waited(
    server: Loopback, make_web: MakeWeb, waits: list[float]
):
    server.answer = lambda _: Reply(429, b"", {"Retry-After": "50"})
    web = make_web(allow=frozenset({server.host}), request=10.0)
    with pytest.raises(SourceGap, match="too many requests"):
        web.get(server.url)
    assert waits == []


def test_back_off_grows_and_jitters(server: Loopback, make_web: MakeWeb, waits: list[float]):
    server.answer = lambda _: Reply(500, b"")
    web = make_web(allow=frozenset({server.host}), backoff=1.0, retries=4)
    with pytest.raises(SourceGap):
        web.get(server.url)
    assert len(waits) == 4
    assert all(a >= b for a, b in zip(waits, (1, 2, 4, 8), strict=True))


def test_no_more_in_flight_than_allowed(serve: Serve, make_web: MakeWeb):
    lock, flying, most = threading.Lock(), 0, 0
    together = threading.Barrier(2)

    def answer(_: Asked) -> Reply:
        nonlocal flying, most
        with lock:
            flying += 1
            most = max(most, flying)
        together.wait(5)  # both slots are in use before one is free
        with lock:
            flying -= 1
        return Reply(200, b"x")

    server = serve(Loopback(answer))
    web = make_web(allow=frozenset({server.host}), per_host=2)
    with ThreadPoolExecutor(8) as pool:
        bodies = list(pool.map(lambda n: web.get(f"{server.url}/{n}").body, range(16)))
    assert bodies == [b"x"] * 16
    assert most == 2


def test_the_token_stays_on_its_host(serve: Serve, make_web: MakeWeb):
    other = serve(Loopback(lambda _: Reply(200, b"there")))
    home = serve(Loopback(lambda _: Reply(302, b"", {"Location": f"{other.url}/x?sig=1"})))
    web = make_web(allow=frozenset({home.host, other.host}))
    answer = web.get(home.url, auth={"Authorization": "Bearer x", "Cookie": "y"})
    assert answer.body == b"there"
    assert home.asked[0].headers["authorization"] == "Bearer x"
    assert not {"authorization", "cookie"} & other.asked[0].headers.keys()


@pytest.mark.parametrize("place", ["http://[x", "http://host:port/", "gopher://h/", "http:///x"])
def test_redirects_that_are_no_address(server: Loopback, make_web: MakeWeb, place: str):
    server.answer = lambda _: Reply(302, b"", {"Location": place})
    web = make_web(allow=frozenset({server.host}))
    for url in (f"{server.url}/", place):
        with pytest.raises(SourceGap) as caught:
            web.get(url)
        assert caught.value.reason in ("broken", "refused")


def test_netrc_and_cookies_are_not_used(
    serve: Serve, make_web: MakeWeb, monkeypatch: pytest.MonkeyPatch, tmp_path
):
    (tmp_path / "netrc").write_text("default login me password secret\n")
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    server = serve(Loopback(lambda _: Reply(200, b"x", {"Set-Cookie": "a=b; Path=/"})))
    web = make_web(allow=frozenset({server.host}))
    for _ in range(2):
        web.get(server.url)
    for asked in server.asked:
        assert not {"authorization", "cookie"} & asked.headers.keys()


def test_a_bomb_is_not_unpacked_beyond_the_limit(serve: Serve, make_web: MakeWeb):
    import gzip

    packed = gzip.compress(bytes(50_000_000))
    server = serve(Loopback(lambda _: Reply(200, packed, {"Content-Encoding": "gzip"})))
    answer = make_web(allow=frozenset({server.host})).get(server.url, limit=1_000)
    assert (answer.body, answer.cut) == (bytes(1_000), True)


def test_an_answer_that_trickles_past_its_time_is_cut(server: Loopback, serve: Serve):
    from licaudit.sources.web import Policy

    ticks = iter(range(0, 10_000, 50))
    web = Web(Policy(allow=frozenset({server.host}), request=120.0), clock=lambda: next(ticks))
    server.answer = lambda _: Reply(200, bytes(500_000))
    with pytest.raises(SourceGap, match="too long") as caught:
        web.get(server.url)
    assert caught.value.reason == "cut_short"


@pytest.mark.parametrize(
    "address",
    ["127.0.0.1", "::1", "10.1.2.3", "192.168.0.1", "169.254.1.1", "fe80::1%eth0", "fc00::1",
     "0.0.0.0", "100.64.0.1", "224.0.0.1", "::ffff:127.0.0.1", "2002:7f00:1::", "rubbish"],
)  # fmt: skip
def test_inside(address: str):
    assert is_inside(address)


def test_outside():
    assert not is_inside("93.184.216.34")
    assert not is_inside("2606:2800:220:1::1")
    assert not is_inside_name("huggingface.co")
    assert not is_inside_name("93.184.216.34")


def test_an_answer_that_never_begins_is_ended_by_the_budget(serve: Serve, make_web: MakeWeb):
    import socket

    listener = socket.create_server(("127.0.0.1", 0))
    host = f"127.0.0.1:{listener.getsockname()[1]}"
    held: list[socket.socket] = []

    def begin() -> None:
        connection, _ = listener.accept()
        connection.sendall(b"HTTP/1.1 200 OK\r\nX-Slow: ")  # and nothing more, ever
        held.append(connection)

    thread = threading.Thread(target=begin, daemon=True)
    thread.start()
    web = make_web(allow=frozenset({host}), request=0.2, read=60.0)
    with listener, pytest.raises(SourceGap) as caught:
        web.get(f"http://{host}/")
    thread.join()
    held[0].close()
    assert caught.value.reason == "cut_short"


def test_a_body_without_a_length_that_is_cut_is_not_taken_as_whole(make_web: MakeWeb):
    import socket

    listener = socket.create_server(("127.0.0.1", 0))
    host = f"127.0.0.1:{listener.getsockname()[1]}"
    held: list[socket.socket] = []

    def begin() -> None:
        connection, _ = listener.accept()
        connection.sendall(b"HTTP/1.0 200 OK\r\n\r\nhalf a card")  # its end is the connection's
        held.append(connection)

    thread = threading.Thread(target=begin, daemon=True)
    thread.start()
    web = make_web(allow=frozenset({host}), request=0.2, read=60.0)
    with listener, pytest.raises(SourceGap) as caught:
        web.get(f"http://{host}/")
    thread.join()
    held[0].close()
    assert caught.value.reason == "cut_short"


def test_a_host_that_asks_for_quiet_is_left_alone_by_all(server: Loopback):
    from licaudit.sources.web import Policy

    now = [0.0]
    waits: list[float] = []
    second: list[bytes] = []

    def sleep(seconds: float) -> None:
        waits.append(seconds)
        if len(waits) == 1:  # while the first waits, another request comes
            second.append(web.get(f"{server.url}/b").body)
        now[0] += seconds

    web = Web(Policy(allow=frozenset({server.host})), sleep=sleep, clock=lambda: now[0])
    server.faults["/a"] = [Reply(429, b"", {"Retry-After": "9"})]
    assert web.get(f"{server.url}/a").body == b"hello"
    assert second == [b"hello"]
    assert waits == [9.0, 9.0]
    assert web.get(f"{server.url}/c").body == b"hello"
    assert waits == [9.0, 9.0]


def test_bytes_and_requests_of_a_whole_audit_are_bounded(server: Loopback, make_web: MakeWeb):
    server.answer = lambda _: Reply(200, bytes(400_000))
    web = make_web(allow=frozenset({server.host}), traffic=1_000_000)
    assert [len(web.get(server.url).body) for _ in range(2)] == [400_000, 400_000]
    with pytest.raises(SourceGap, match="budget of bytes"):
        web.get(server.url)
    web = make_web(allow=frozenset({server.host}), requests=2)
    for _ in range(2):
        web.get(server.url)
    with pytest.raises(SourceGap, match="budget of requests"):
        web.get(server.url)


def test_who_asks_says_so(server: Loopback, make_web: MakeWeb):
    make_web(allow=frozenset({server.host})).get(server.url)
    assert server.asked[0].headers["user-agent"].startswith("licaudit/")


def test_a_body_shorter_or_longer_than_promised(server: Loopback, make_web: MakeWeb):
    web = make_web(allow=frozenset({server.host}), retries=1)
    server.answer = lambda _: Reply(200, b"half", promised=10**15)
    with pytest.raises(SourceGap) as caught:
        web.get(server.url)
    assert caught.value.reason == "unreachable"
    server.answer = lambda _: Reply(200, bytes(1_000_000), promised=3)
    assert web.get(server.url).body == bytes(3)
