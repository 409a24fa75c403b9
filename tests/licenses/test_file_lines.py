"""Files of all kinds are read as ScanCode reads them, mostly without libmagic."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from licensedcode.tokenize import query_lines

from licaudit.licenses.file_lines import read_lines

LINE = "Licensed under the MIT license to herons, egrets and bitterns."
FILES = {
    "plain.txt": LINE.encode() + b"\nand so on",
    "crlf.py": b"# one\r\n# two\\n three\r# four\r\n" * 5,
    "latin.c": "/* Schwäne */\n".encode("latin-1") + LINE.encode(),
    "zero.md": b"a null \x00 in a text of words and words and words and words\n" + LINE.encode(),
    "long.js": (f"var a = '{LINE}', b = [" + "'x', " * 200 + "];\n").encode() * 3,
    "long.css": b"short\n" * 5 + (LINE * 20 + "\n").encode() + b"short\n" * 5,
    "app.min.js": (f"var a='{LINE}',b=[" + "'x'," * 200 + "]").encode(),
    "package.json": json.dumps({"license": "MIT", "files": ["a, b"] * 100}).encode(),
    "long.json": json.dumps({"license": "MIT", "files": ["a, b"] * 100}).encode(),
    "app.js.map": json.dumps({"sourcesContent": [LINE + "\\nx\n", "y"] * 30}).encode(),
    "broken.js.map": b'{"sourcesContent": [' + LINE.encode(),
    "binary.so": b"\x7fELF\x02\x01\x01" + bytes(range(256)) * 8 + LINE.encode() + b"\0" * 50,
    "picture.svg": f"<svg><!-- {LINE} --></svg>".encode(),
    "picture.xpm": b"/* XPM */\nstatic char *heron[] = {\n" + LINE.encode() + b"};\n",
    "picture.png": b"\x89PNG\r\n\x1a\n" + b"\0" * 40 + LINE.encode(),
    "empty.txt": b"",
}


@pytest.mark.parametrize("name", FILES)
def test_the_lines_are_scancode_s(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_bytes(FILES[name])
    wanted = [(n, t.rstrip("\r\n")) for n, t in query_lines(location=str(path), strip=False)]
    found = read_lines(path)
    assert [(n, t.rstrip("\r\n")) for n, t in found.numbered] == wanted


def test_a_text_in_utf_16_is_read_though_scancode_does_not(tmp_path: Path) -> None:
    path = tmp_path / "wide.txt"
    path.write_bytes(LINE.encode("utf-16"))
    assert read_lines(path).numbered == ((1, LINE),)


def test_what_kind_of_lines_they_are(tmp_path: Path) -> None:
    kinds = {}
    for name in ("plain.txt", "long.css", "binary.so", "app.js.map"):
        (tmp_path / name).write_bytes(FILES[name])
        found = read_lines(tmp_path / name)
        kinds[name] = (found.binary, found.long, found.own)
    assert kinds == {
        "plain.txt": (False, False, True),
        "long.css": (False, True, True),
        "binary.so": (True, False, False),
        "app.js.map": (False, False, False),
    }
