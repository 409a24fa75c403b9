"""One audit's reading: recorded, replayed, and no place asked again that gives no answer."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from licaudit.errors import TargetError
from licaudit.sources import described, session
from licaudit.sources.about import Said
from licaudit.sources.faults import SourceGap
from licaudit.sources.package_facts import Resolved
from licaudit.sources.session import Reading, Session, open_session
from licaudit.sources.short_forms import Target
from licaudit.sources.targets import parse_target
from licaudit.sources.web import Policy, Web

from .hubs import HuggingFace
from .loopback import Loopback, Reply

MakeWeb = Callable[..., Web]


def reason(open_: Callable[[], object]) -> str:
    with pytest.raises(SourceGap) as caught:
        open_()
    return caught.value.reason


def test_a_place_without_an_answer_is_asked_once(hub: HuggingFace, make_web: MakeWeb) -> None:
    hub.server.answer = lambda _: Reply(reset=True)
    reading = Session(make_web(retries=1))
    for name in ("a", "b", "c"):
        assert reason(lambda n=name: reading.open(parse_target(f"hf:acme/{n}"))) == "unreachable"
    assert hub.server.paths() == ["/api/models/acme/a"] * 2


def test_an_answer_that_is_an_error_silences_nobody(hub: HuggingFace, make_web: MakeWeb) -> None:
    hub.add("acme/b", {"README.md": b"# B\n"})
    hub.server.faults["/api/models/acme/a"] = [Reply(503, b"later")] * 9
    reading = Session(make_web(retries=1))
    assert reason(lambda: reading.open(parse_target("hf:acme/a"))) == "unreachable"
    assert reading.open(parse_target("hf:acme/b")).name == "acme/b"


def test_one_silent_page_silences_no_other(make_web: MakeWeb) -> None:
    good, bad = Loopback(lambda _: Reply(200, b"terms")), Loopback(lambda _: Reply(reset=True))
    with good.running(), bad.running():
        reading = Session(make_web(retries=0, allow=frozenset({good.host, bad.host})))
        assert reason(lambda: reading.open(Target("page", f"{bad.url}/a"))) == "unreachable"
        page = reading.open(Target("page", f"{good.url}/docs/TERMS.txt?x=1"))
        assert [e.path for e in page.entries()] == ["TERMS.txt"]
        assert page.read("TERMS.txt", 1, 3) == b"erm"


@pytest.mark.parametrize(
    ("reply", "found"),
    [(Reply(404), "missing"), (Reply(403), "denied"), (Reply(200, b"x" * 1_000_001), "cut_short")],
)
def test_a_page_that_cannot_be_had(make_web: MakeWeb, reply: Reply, found: str) -> None:
    with Loopback(lambda _: reply).running() as server:
        reading = Session(make_web(allow=frozenset({server.host})))
        assert reason(lambda: reading.open(Target("page", f"{server.url}/a"))) == found


def test_a_page_inside_is_refused(make_web: MakeWeb) -> None:
    with Loopback(lambda _: Reply(200, b"secret")).running() as server:
        assert reason(lambda: Session(make_web()).open(Target("page", server.url))) == "refused"
        assert server.asked == []


def test_a_recorded_session_answers_again(
    hub: HuggingFace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hub.add("acme/a", {"README.md": b"# A\n"})
    asked = [parse_target(f"hf:acme/{n}") for n in ("a", "none")]

    def told(record: Path | None, replay: Path | None) -> list[Any]:
        with open_session(record, replay, Reading(policy=Policy(retries=0))) as reading:
            tree = reading.root("hf:acme/a", ())
            read = tree.read("README.md")
            return [tree.name, read, reading.open(asked[0]).revision, reason_of(reading, asked[1])]

    first = told(tmp_path / "kept", None)
    hub.server.answer = lambda _: Reply(500)
    assert told(None, tmp_path / "kept") == first


def reason_of(reading: Session, target: Target) -> str:
    return reason(lambda: reading.open(target))


def test_the_users_own_target_that_is_not_there_is_an_error(hub: HuggingFace) -> None:
    with open_session(None, None, Reading()) as reading, pytest.raises(TargetError):
        reading.root("hf:acme/none", ())


def test_python_packages_are_asked_for_in_one_run(
    make_web: MakeWeb, monkeypatch: pytest.MonkeyPatch
) -> None:
    runs: list[list[str]] = []

    def resolve(names: list[str], web: Web) -> tuple[dict[str, Resolved], tuple[()]]:
        runs.append(list(names))
        said = (Said("License", "MIT"),)
        found = [Resolved(f"pkg:pypi/{n}@1", n, "1", said) for n in ("buoy", "came-along")]
        return {one.purl: one for one in found}, ()

    monkeypatch.setattr(described, "resolve", resolve)
    monkeypatch.setattr(
        described, "describe", lambda t, _: Resolved("pkg:pypi/keel@2", t.id, "2", ())
    )
    reading = Session(make_web())
    targets = [parse_target(n) for n in ("pypi:buoy", "pypi:keel==2", "hf:acme/a")]
    reading.prepare(targets)
    trees = [reading.open(t) for t in targets[:2]]
    assert runs == [["buoy", "keel==2"]]
    assert [(t.name, t.revision) for t in trees] == [("buoy", "1"), ("keel", "2")]
    assert trees[0].entries() == ()
    assert [g.blocks for g in trees[0].gaps()] == [False]


def test_nothing_is_prepared_offline(make_web: MakeWeb) -> None:
    reading = Session(make_web(offline=True))
    targets = [parse_target(n) for n in ("pypi:buoy", "pypi:keel")]
    reading.prepare(targets)
    assert reason(lambda: reading.open(targets[0])) == "offline"


def test_a_recording_of_another_kind_is_refused(tmp_path: Path) -> None:
    (tmp_path / session.FACTS).write_text("[]")
    with pytest.raises(Exception, match="this recording cannot be read"):
        session.read_facts(tmp_path)
