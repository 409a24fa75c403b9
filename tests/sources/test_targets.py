"""What people type and paste, and what is refused."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from licaudit.errors import UsageError
from licaudit.sources.address import is_inside_name
from licaudit.sources.targets import Target, parse_target

SHA = "0123456789abcdef0123456789abcdef01234567"


@pytest.mark.parametrize(
    ("text", "key"),
    [
        (".", "path:."),
        ("models/mine", "path:models/mine"),
        ("C:\\work", "path:C:\\work"),
        ("hf:org/name", "hf:org/name"),
        ("hf:models/org/name", "hf:org/name"),
        ("hf:gpt2", "hf:gpt2"),
        ("hf:datasets/org/name@v1.0", "hf:datasets/org/name@v1.0"),
        ("hf:spaces/org/name", "hf:spaces/org/name"),
        ("ms:org/name", "ms:org/name"),
        ("ms:datasets/org/name", "ms:datasets/org/name"),
        ("https://huggingface.co/org/name", "hf:org/name"),
        ("https://huggingface.co/gpt2/blob/main/README.md", "hf:gpt2@main"),
        ("https://huggingface.co/org/name/tree/main", "hf:org/name@main"),
        ("https://huggingface.co/org/name/tree/refs%2Fpr%2F1", "hf:org/name@refs/pr/1"),
        ("https://huggingface.co/api/models/org/name", "hf:org/name"),
        ("https://huggingface.co/datasets/org/name/viewer", "hf:datasets/org/name"),
        (f"https://hf.co/org/name/commit/{SHA}", f"hf:org/name@{SHA}"),
        ("https://hf-mirror.com/org/name/resolve/main/a.bin?download=true", "hf:org/name@main"),
        ("https://www.modelscope.cn/models/org/name/summary", "ms:org/name"),
        ("https://modelscope.cn/datasets/org/name/files", "ms:datasets/org/name"),
        ("https://modelscope.cn/models/o/n/file/view/master/a.md?status=1", "ms:o/n@master"),
        ("https://modelscope.cn/models/o/n/resolve/v2/a.md", "ms:o/n@v2"),
        ("https://github.com/org/name", "git+https://github.com/org/name"),
        ("https://www.github.com/org/name.git", "git+https://github.com/org/name"),
        ("https://github.com/org/name/issues/7", "git+https://github.com/org/name"),
        ("https://github.com/org/name/blob/v1/LICENSE#L3", "git+https://github.com/org/name@v1"),
        ("https://gitee.com/org/name/tree/master", "git+https://gitee.com/org/name@master"),
        ("https://www.gitlink.org.cn/org/name", "git+https://gitlink.org.cn/org/name"),
        ("https://atomgit.com/org/name", "git+https://atomgit.com/org/name"),
        ("https://gitlab.com/a/b/c/-/tree/main/d", "git+https://gitlab.com/a/b/c@main"),
        ("https://gitlab.com/a/b/c", "git+https://gitlab.com/a/b/c"),
        ("https://codeberg.org/o/n/src/branch/main/x", "git+https://codeberg.org/o/n@main"),
        ("git+https://git.example.org/deep/er/name.git@v1",) * 2,
        ("pkg:huggingface/org/name@main", "hf:org/name@main"),
        ("pkg:huggingface/datasets/org/name", "hf:datasets/org/name"),
        ("pkg:modelscope/org/name", "ms:org/name"),
        ("pkg:github/org/name@v1", "git+https://github.com/org/name@v1"),
        ("pkg:pypi/some-name@1.0", "pypi:some-name@1.0"),
        ("pkg:npm/%40scope/name@1.0", "npm:@scope/name@1.0"),
        ("pypi:Some_Name==1.0", "pypi:some-name@1.0"),
        ("npm:@scope/name", "npm:@scope/name"),
        ("hf-cache:", "hf-cache:"),
        ("hf-cache:datasets/org/name", "hf-cache:datasets/org/name"),
    ],
)
def test_forms(text: str, key: str):
    target = parse_target(text)
    assert target.key == key
    if target.kind not in ("path",):
        assert parse_target(key).key == key


def test_an_address_keeps_the_path_and_the_mirror():
    target = parse_target("https://hf-mirror.com/datasets/org/name/blob/main/data/a.md")
    assert target == Target(
        "huggingface", "org/name", "main", "dataset", "hf-mirror.com", "data/a.md"
    )


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "empty"),
        ("  ", "empty"),
        ("hf:../name", "no part of a repository's name"),
        ("hf:org/na..me", "no part of a repository's name"),
        ("hf:org/name/more", "no repository's name"),
        ("hf:-org/name", "no part"),
        ("hf:org/name.git", "no part"),
        ("hf:", "no repository's name"),
        ("ms:name", "no repository's name"),
        ("ms:spaces/org/name", "studios"),
        ("hf:org/name@", "no revision"),
        ("hf:org/name@--upload-pack=x", "no revision"),
        ("hf:org/name@a..b", "no revision"),
        ("hf:org/" + "n" * 97, "97 characters"),
        ("hf:" + "n" * 3_000, "characters"),
        ("hf:\u043erg/name", "U+043E"),  # Cyrillic
        ("hf:\uff4frg/name", "imitates `o`"),  # full width
        ("hf:org/na\u202eme", "invisible character U+202E"),
        ("hf:org/na\u200bme", "invisible character U+200B"),
        ("hf:org/na\nme", "invisible character U+000A"),
        ("https://github.com/org/na%E2%80%AEme", "invisible"),
        ("https://me:secret@huggingface.co/org/name", "credentials"),
        ("git+https://token@github.com/org/name", "credentials"),
        ("https://huggingface.co/docs/hub", "shows no repository"),
        ("https://huggingface.co/", "shows no repository"),
        ("https://modelscope.cn/home", "shows no repository"),
        ("https://github.com/org", "shows no repository"),
        ("https://github.com/org/%2e%2e/x", "climbs out"),
        ("https://huggingface.co/o/n/blob/main/..%2f..%2fx", "out of the repository"),
        ("http://github.com/org/name", "plain http"),
        ("https://localhost/org/name", "private network"),
        ("https://printer/org/name", "private network"),
        ("https://nas.local/org/name", "private network"),
        ("https://127.0.0.1:8080/org/name", "private network"),
        ("https://127.1/org/name", "private network"),
        ("https://0x7f000001/org/name", "private network"),
        ("https://2130706433/org/name", "private network"),
        ("https://10.0.0.8/org/name", "private network"),
        ("https://169.254.169.254/org/name", "private network"),
        ("https://[::1]/org/name", "private network"),
        ("https://[::ffff:192.168.0.1]/org/name", "private network"),
        ("https://127\u30020\u30020\u30021/org/name", "U+3002"),
        ("https://[not-an-address/org/name", "no address"),
        ("https://github.com:x/org/name", "no address"),
        ("file:///etc/passwd", "files of this machine"),
        ("git+file:///srv/x.git", "files of this machine"),
        ("ssh://git@github.com/org/name", "not spoken"),
        ("git@github.com:org/name.git", "ssh"),
        ("s3://bucket/x", "not spoken"),
        ("telnet:host", "no kind of target"),
        ("pkg:maven/org/name", "are not read"),
        ("pkg:", "no purl"),
        ("pypi:-name", "no package's name"),
        ("npm:../x", "no package's name"),
    ],
)
def test_refused(text: str, words: str):
    with pytest.raises(UsageError) as caught:
        parse_target(text)
    error = caught.value
    assert words in error.what
    assert error.todo
    assert error.sentence().isprintable()
    assert len(error.sentence()) < 600
    assert "secret" not in error.sentence()


def test_what_is_inside_may_be_allowed():
    target = parse_target("http://127.0.0.1:8080/org/name", allow={"127.0.0.1:8080"})
    assert target.id == "http://127.0.0.1:8080/org/name"
    assert parse_target("https://git.lan/o/n", allow={"git.lan"}).id == "https://git.lan/o/n"
    assert parse_target("git+file:///srv/x.git", allow={"file:"}).id == "file:///srv/x.git"


def test_pages_of_the_users_own_endpoints(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("HF_ENDPOINT", "http://127.0.0.1:9000")
    assert parse_target("http://127.0.0.1:9000/o/n/tree/main").key == "hf:o/n@main"
    monkeypatch.setenv("MODELSCOPE_ENDPOINT", "http://127.0.0.1:9001")
    assert parse_target("http://127.0.0.1:9001/models/o/n").key == "ms:o/n"


def test_a_file_with_a_colon_in_its_name_is_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "run:7").mkdir()
    assert parse_target("run:7") == Target("path", "run:7")


PIECES = st.sampled_from(
    ["hf:", "ms:", "https://", "pkg:", "git+https://", "huggingface.co", "github.com", "/", "..",
     "@", "%2e", "a", "b", "main", "[", ":", "\u202e", "\uff0e", "tree", "127.0.0.1", "?", "#"]
)  # fmt: skip


@given(st.lists(PIECES, max_size=9).map("".join) | st.text(max_size=40))
def test_any_text_is_a_target_or_a_usage_error(text: str):
    try:
        target = parse_target(text)
    except UsageError:
        return
    if target.kind != "path":
        assert ".." not in target.id.split("/")
        assert not is_inside_name(urlsplit(target.id).hostname or "huggingface.co")
        assert parse_target(target.key).key == target.key
