"""Packages through the real pip and npm, from indexes on loopback."""

from __future__ import annotations

import gzip
import io
import os
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from licaudit.sources import archive
from licaudit.sources.about import Said
from licaudit.sources.archive import open_tgz, open_zip
from licaudit.sources.faults import SourceGap
from licaudit.sources.open import open_tree
from licaudit.sources.packages import describe, open_package, resolve, resolve_npm
from licaudit.sources.programs import Bounds
from licaudit.sources.record import Recording, Replay
from licaudit.sources.targets import Target, parse_target
from licaudit.sources.tree import ReadError, Tree
from licaudit.sources.web import Web

from .indexes import Registry, SimpleIndex, metadata, tgz, wheel, zipped
from .loopback import Loopback, Reply

MakeWeb = Callable[..., Web]
Serve = Callable[[Loopback], Loopback]
pytestmark = pytest.mark.usefixtures("programs")


@pytest.fixture(params=[False, True], ids=["html", "json"])
def index(
    request: pytest.FixtureRequest, serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> SimpleIndex:
    return _index(serve, monkeypatch, request.param)


@pytest.fixture
def plain_index(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> SimpleIndex:
    return _index(serve, monkeypatch, newer=True)


def _index(serve: Serve, monkeypatch: pytest.MonkeyPatch, newer: bool) -> SimpleIndex:
    index = SimpleIndex(newer)
    serve(index.server)
    monkeypatch.setenv("PIP_INDEX_URL", index.url)
    return index


@pytest.fixture
def registry(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> Registry:
    registry = Registry()
    serve(registry.server)
    monkeypatch.setenv("npm_config_registry", registry.server.url)
    return registry


def refused(target: str | Target, web: Web, **how: Bounds) -> SourceGap:
    parsed = parse_target(target) if isinstance(target, str) else target
    with pytest.raises(SourceGap) as caught:
        open_package(parsed, web, **how)
    return caught.value


def paths(tree: Tree) -> list[str]:
    return [e.path for e in tree.entries()]


def test_a_wheel_is_a_tree(index: SimpleIndex, make_web: MakeWeb):
    said = ("License-Expression: MIT OR Apache-2.0", "License-File: LICENSE")
    said += ("Classifier: License :: OSI Approved :: MIT License", "Classifier: Topic :: Wings")
    text = b"Permission is hereby granted\n"
    index.add(wheel("bird_song", "1.5", *said, files={"bird_song-1.5.dist-info/LICENSE": text}))
    index.add(wheel("bird_song", "2.0", files={"bird_song/__init__.py": b""}))
    tree = open_tree(parse_target("pypi:Bird.Song==1.5"), make_web())
    assert (tree.kind, tree.name) == ("pypi", "bird-song")
    assert tree.revision.startswith("1.5:sha256:")
    assert tree.read("bird_song-1.5.dist-info/LICENSE") == text
    assert tree.read("bird_song-1.5.dist-info/LICENSE", 3, 4) == text[3:7]
    assert b"MIT OR Apache-2.0" in tree.read("bird_song-1.5.dist-info/METADATA")
    assert tree.gaps() == ()
    about = tree.about  # type: ignore[attr-defined]
    assert about.url == "pkg:pypi/bird-song@1.5"
    assert about.said == (
        Said("License-Expression", "MIT OR Apache-2.0"),
        Said("Classifier", "License :: OSI Approved :: MIT License"),
    )
    newest = open_tree(parse_target("pkg:pypi/bird-song"), make_web())
    assert newest.revision.startswith("2.0:")
    with pytest.raises(ReadError):
        newest.read("../METADATA")


def test_nothing_of_a_package_runs(
    plain_index: SimpleIndex, make_web: MakeWeb, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    trace = tmp_path / "it-ran"
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    (tmp_path / "sitecustomize.py").write_text(f"open({str(trace)!r}, 'w')\n")
    inside = {
        "nest-1.0/setup.py": f"open({str(trace)!r}, 'w')\n".encode(),
        "nest-1.0/PKG-INFO": metadata("nest", "1.0").encode(),
    }
    plain_index.add({"nest-1.0.tar.gz": tgz(inside)})
    gap = refused("pypi:nest", make_web())
    assert (gap.reason, "building it would run its own code" in gap.detail) == ("unsupported", True)
    assert refused("pypi:nest==9.9", make_web()).reason == "missing"
    plain_index.add(wheel("nest", "0.9"))
    assert open_package(parse_target("pypi:nest"), make_web()).revision.startswith("0.9:")
    assert not trace.exists()


def test_a_project_around_npm_is_not_read_and_no_script_runs(
    registry: Registry, make_web: MakeWeb, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    trace = tmp_path / "it-ran"
    touch = f"touch {trace}"
    (tmp_path / "evil.cjs").write_text(f"require('fs').writeFileSync({str(trace)!r}, '')\n")
    monkeypatch.setenv("NODE_OPTIONS", f"--require {tmp_path / 'evil.cjs'}")
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".npmrc").write_text("registry=http://registry.example/\n")
    (tmp_path / "package.json").write_text('{"name": "x", "version": "1.0.0"}')
    scripts = {"prepack": touch, "prepare": touch, "install": touch, "postinstall": touch}
    registry.add(
        "@birds/song", "1.2.0", {"LICENSE": b"MIT\n", "lib/a.js": b"1"},
        scripts=scripts, license="MIT",
    )  # fmt: skip
    registry.add("@birds/song", "0.9.0", {}, licenses=[{"type": "ISC"}, {"type": "Zlib"}])
    tree = open_tree(parse_target("npm:@birds/song"), make_web())
    assert (tree.kind, tree.name) == ("npm", "@birds/song")
    assert tree.revision.startswith("1.2.0:sha256:")
    assert paths(tree) == ["LICENSE", "lib/a.js", "package.json"]
    assert tree.read("LICENSE") == b"MIT\n"
    assert tree.about.said == (Said("license", "MIT"),)  # type: ignore[attr-defined]
    older = open_tree(parse_target("pkg:npm/%40birds/song@0.9.0"), make_web())
    assert older.about.said == (  # type: ignore[attr-defined]
        Said("license", "ISC"),
        Said("license", "Zlib"),
    )
    assert not trace.exists()
    assert sorted(p.name for p in tmp_path.iterdir()) == [
        ".npmrc", "evil.cjs", "home", "package.json",
    ]  # fmt: skip


@pytest.mark.parametrize("name", ["pypi:nobody", "npm:nobody", "npm:@no/body"])
def test_what_is_not_there_is_missing(
    plain_index: SimpleIndex, registry: Registry, make_web: MakeWeb, name: str
):
    assert refused(name, make_web()).reason == "missing"


@pytest.mark.parametrize(
    "version", ["someone/else", "1.tgz", "1.0.tar.gz", "v1.x", "1", "1.0.0/x", "a.tgz"]
)
def test_a_version_cannot_become_an_address_or_a_file(
    registry: Registry, make_web: MakeWeb, version: str
):
    registry.add("nest", "1.0.0", {})
    assert refused(Target("npm", "nest", version), make_web()).reason == "missing"
    assert refused(Target("pypi", "nest", version + "/x"), make_web()).reason == "missing"
    assert registry.server.asked == []


def test_an_index_that_fails_is_not_one_without_the_package(
    plain_index: SimpleIndex, registry: Registry, make_web: MakeWeb
):
    for server in (plain_index.server, registry.server):
        server.answer = lambda _: Reply(500, b"down")
    assert refused("pypi:nest", make_web()).reason == "unreachable"
    assert refused("npm:nest", make_web()).reason == "unreachable"


def test_credentials_are_the_users_own_and_are_never_repeated(
    plain_index: SimpleIndex,
    registry: Registry,
    make_web: MakeWeb,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
):
    plain_index.add(wheel("nest", "1.0"))
    plain_index.password = "me:planted-password"
    registry.add("nest", "1.0.0", {})
    registry.token = "planted-token"
    assert refused("pypi:nest", make_web()).reason == "denied"
    assert refused("npm:nest", make_web()).reason == "denied"
    host = plain_index.server.host
    monkeypatch.setenv("PIP_INDEX_URL", f"http://me:planted-password@{host}/simple")
    npmrc = f"//{registry.server.host}/:_authToken=${{NEST_TOKEN}}\n"
    (tmp_path / "home" / ".npmrc").write_text(npmrc)
    monkeypatch.setenv("NEST_TOKEN", "planted-token")
    recording = Recording(tmp_path / "kept")
    for name in ("pypi:nest", "npm:nest"):
        tree = open_tree(parse_target(name), make_web(), record=recording)
        for entry in tree.entries():
            tree.read(entry.path)
    recording.save()
    plain_index.server.answer = registry.server.answer = lambda _: Reply(500, b"down")
    said = repr(refused("pypi:nest", make_web())) + repr(refused("npm:nest", make_web()))
    kept = b"".join(p.read_bytes() for p in (tmp_path / "kept").rglob("*") if p.is_file())
    assert "planted" not in said + repr(kept)
    again = Replay(tmp_path / "kept").tree("pypi:nest")
    assert b"Name: nest" in again.read("nest-1.0.dist-info/METADATA")


def test_without_the_programs_a_gap_says_so(
    make_web: MakeWeb, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
):
    trap = tmp_path / "pip"
    trap.write_text("#!/bin/sh\nexit 0\n")
    trap.chmod(0o755)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PATH", f".{os.pathsep}{tmp_path / 'nothing'}")
    for name, program in (("pypi:nest", "pip"), ("npm:nest", "npm")):
        gap = refused(name, make_web())
        assert gap.reason == "unsupported"
        assert f"{program} is not installed" in gap.detail
    found, gaps = resolve(["nest"], make_web())
    assert (found, [g.reason for g in gaps]) == ({}, ["unsupported"])


def test_offline_nothing_is_asked(plain_index: SimpleIndex, make_web: MakeWeb):
    web = make_web(offline=True)
    assert refused("pypi:nest", web).reason == "offline"
    assert [g.reason for g in resolve(["nest"], web)[1]] == ["offline"]
    assert [g.reason for g in resolve_npm({"nest": None}, web)[1]] == ["offline"]
    assert plain_index.server.asked == []


def test_an_archive_beyond_the_bounds_leaves_what_the_registry_says(
    plain_index: SimpleIndex, make_web: MakeWeb
):
    filler = {"nest/data.bin": os.urandom(3_000_000)}
    large = wheel("nest", "1.0", "License: MIT", files=filler)
    plain_index.add(large)
    kept = plain_index.server.answer

    def once(asked):  # the description is had, the wheel itself is not
        if asked.path.startswith("/files/") and sum(a.path == asked.path for a in asked_for) > 1:
            return Reply(200, b"x", promised=900_000_000)
        return kept(asked)

    asked_for = plain_index.server.asked
    plain_index.server.answer = once
    tree = open_package(parse_target("pypi:nest"), make_web())
    assert tree.entries() == ()
    assert tree.about.said == (Said("License", "MIT"),)
    (gap,) = tree.gaps()
    assert gap.blocks
    assert "no file" in gap.detail


def test_disk_and_time_are_bounded(plain_index: SimpleIndex, make_web: MakeWeb):
    plain_index.add(wheel("nest", "1.0", files={"nest/data.bin": os.urandom(300_000)}))
    for bounds, what in ((Bounds(disk=1_000), "disk"), (Bounds(seconds=0.0), "time")):
        gap = refused("pypi:nest", make_web(), bounds=bounds)
        assert gap.reason == "cut_short"
        assert what in gap.detail


def test_requirements_resolve_to_all_that_comes_along(plain_index: SimpleIndex, make_web: MakeWeb):
    plain_index.add(wheel("nest", "1.0", "License-Expression: MIT", "Requires-Dist: twig>=2"))
    more = ("License: GPLv3", "Provides-Extra: more", "Requires-Dist: leaf; extra == 'more'")
    plain_index.add(wheel("twig", "2.1", *more))
    plain_index.add(wheel("leaf", "1.0", "License-Expression: 0BSD"))
    found, gaps = resolve(["Nest>=1", "twig[more]"], make_web())
    assert gaps == ()
    assert {p: (r.said[0].value, r.requested) for p, r in found.items()} == {
        "pkg:pypi/nest@1.0": ("MIT", True),
        "pkg:pypi/twig@2.1": ("GPLv3", True),
        "pkg:pypi/leaf@1.0": ("0BSD", False),
    }


def test_one_bad_requirement_hides_no_other(
    plain_index: SimpleIndex, make_web: MakeWeb, tmp_path: Path
):
    plain_index.add(wheel("nest", "1.0", "License-Expression: MIT"))
    hostile = ["-r /etc/passwd", "--index-url=http://x", "./nest", "nest @ file:///etc/passwd", ""]
    found, gaps = resolve(["nest", "nobody", *hostile], make_web())
    assert list(found) == ["pkg:pypi/nest@1.0"]
    assert sorted(g.reason for g in gaps) == ["broken"] * 4 + ["missing", "refused"]


def test_javascript_packages_are_described_one_by_one(registry: Registry, make_web: MakeWeb):
    registry.add("nest", "1.0.0", {}, license="MIT")
    registry.add("twig", "3.0.0", {}, license={"type": "BSD-3-Clause", "url": "x"})
    found, gaps = resolve_npm({"nest": "1.0.0", "twig": None, "nobody": None}, make_web())
    assert {p: r.said[0].value for p, r in found.items()} == {
        "pkg:npm/nest@1.0.0": "MIT",
        "pkg:npm/twig@3.0.0": "BSD-3-Clause",
    }
    assert [(g.artifact, g.reason) for g in gaps] == [("pkg:npm/nobody", "missing")]
    assert describe(parse_target("npm:nest"), make_web()).version == "1.0.0"
    assert not any(a.path.startswith("/-/") for a in registry.server.asked)


def test_a_zip_cannot_lead_out_or_lie(tmp_path: Path):
    place = tmp_path / "x.whl"
    names = ["../up", "/etc/top", "C:/x", "a/../../b", "back\\slash", "good/LICENSE", "dir/"]
    place.write_bytes(zipped(dict.fromkeys(names, b"text")))
    found = open_zip(place, "pypi:x")
    assert [e.path for e in found.entries] == ["good/LICENSE"]
    assert [g.reason for g in found.gaps] == ["outside_tree"] * 5
    assert found.read("good/LICENSE", 1, 2) == b"ex"
    with zipfile.ZipFile(place, "w") as file:
        file.writestr("LICENSE", b"MIT")
        with pytest.warns(UserWarning, match="Duplicate"):
            file.writestr("LICENSE", b"GPL")
    twice = open_zip(place, "pypi:x")
    assert [g.reason for g in twice.gaps] == ["broken"]
    assert twice.read("LICENSE", 0, 10) == b"MIT"
    data = bytearray(zipped({"LICENSE": b"Permission is hereby granted" * 9}))
    data[40:44] = b"\0\0\0\0"
    place.write_bytes(bytes(data))
    with pytest.raises(ReadError, match="damaged"):
        open_zip(place, "pypi:x").read("LICENSE", 0, 1_000)
    place.write_bytes(b"no archive")
    with pytest.raises(SourceGap, match="cannot be read"):
        open_zip(place, "pypi:x")


def test_a_zip_bomb_is_read_no_further_than_asked(tmp_path: Path):
    place = tmp_path / "x.whl"
    place.write_bytes(zipped({"LICENSE": bytes(80_000_000)}))
    found = open_zip(place, "pypi:x")
    assert len(found.read("LICENSE", 0, 2_000)) == 2_000


def test_a_zip_that_lists_too_much_is_not_listed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    from licaudit.settings import Limits

    monkeypatch.setattr(archive, "LIMITS", Limits(files=20))
    place = tmp_path / "x.whl"
    place.write_bytes(zipped({f"f{n}": b"" for n in range(21)}))
    with pytest.raises(SourceGap) as caught:
        open_zip(place, "pypi:x")
    assert caught.value.reason == "cut_short"


def test_a_tarball_cannot_lead_out_or_link_out(tmp_path: Path):
    link = tarfile.TarInfo("package/LICENSE")
    link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
    device = tarfile.TarInfo("package/null")
    device.type = tarfile.CHRTYPE
    files = {"package/../../up": b"x", "/etc/cron": b"x", "package/a": b"text", "b/a": b"twice"}
    (tmp_path / "x.tgz").write_bytes(tgz(files, link, device))
    inner = tmp_path / "inner"
    inner.mkdir()
    found = open_tgz(tmp_path / "x.tgz", inner, "npm:x")
    assert [e.path for e in found.entries] == ["a", "etc/cron"]
    assert found.read("a", 1, 2) == b"ex"
    reasons = sorted(g.reason for g in found.gaps)
    assert reasons == ["broken", "not_followed", "not_followed", "outside_tree"]
    assert all(p.name.isdigit() for p in inner.iterdir())


@pytest.mark.parametrize("size", [900_000_000, 8 * 1024**4])
def test_a_tarball_that_lies_about_sizes_fills_neither_memory_nor_disk(tmp_path: Path, size: int):
    inner = tmp_path / "inner"
    inner.mkdir()
    for kind in (tarfile.XHDTYPE, tarfile.GNUTYPE_LONGNAME, tarfile.REGTYPE):
        liar = tarfile.TarInfo("package/x")
        liar.type, liar.size = kind, size
        plain = io.BytesIO(liar.tobuf(tarfile.GNU_FORMAT) + bytes(5_000_000))
        (tmp_path / "x.tgz").write_bytes(gzip.compress(plain.getvalue()))
        with pytest.raises(SourceGap, match="cannot be read"):
            open_tgz(tmp_path / "x.tgz", inner, "npm:x")
    assert sum(p.stat().st_size for p in inner.iterdir()) < 6_000_000


def test_a_tarball_that_breaks_off_says_so(tmp_path: Path):
    inner = tmp_path / "inner"
    inner.mkdir()
    data = tgz({"package/a": b"text", "package/b": os.urandom(200_000)})
    (tmp_path / "x.tgz").write_bytes(data[: len(data) // 2])
    found = open_tgz(tmp_path / "x.tgz", inner, "npm:x")
    assert [e.path for e in found.entries] == ["a"]
    assert [g.reason for g in found.gaps] == ["broken"]
