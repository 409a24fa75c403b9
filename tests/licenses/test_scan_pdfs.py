"""PDF files in a tree, sound and broken: read by a process that cannot take the scan down."""

from __future__ import annotations

from pathlib import Path

import pytest
from licensedcode.tokenize import query_lines

from licaudit.confined import child
from licaudit.licenses.file_lines import read_lines
from licaudit.licenses.scan import FileAnswer, scan
from tests.pdfs import endless_pdf, pdf, pdf_pages

SAID = "Licensed under the MIT license"
BROKEN = {
    "breaks off": pdf_pages(SAID)[:300],
    "locked, then rubbish": b"%PDF-1.4\n1 0 obj\n<< /Encrypt 2 0 R >>\ngarbage",
    "no more than its mark": b"%PDF-1.7\n",
    "damaged within": pdf_pages(SAID).replace(b"FlateDecode", b"FlateDecade"),
    "behind a drawing": b"a license <svg>\n%PDF-1.4\n<< /Encrypt 2 0 R >>\ngarbage",
    "behind other bytes": b"\0\0\x01" * 50 + b"%PDF-1.4\n<< /Root 9 0 R >>\n\0",
}


def _scanned(folder: Path, data: bytes, name: str = "terms.pdf") -> FileAnswer:
    path = folder / name
    path.write_bytes(data)
    (found,) = scan([str(path)])
    return found


def test_the_words_of_a_page_are_scancode_s(tmp_path: Path) -> None:
    path = tmp_path / "terms.pdf"
    path.write_bytes(pdf())
    wanted = [(n, t.strip()) for n, t in query_lines(location=str(path), strip=False)]
    assert [(n, t.strip()) for n, t in read_lines(path).numbered] == [w for w in wanted if w[1]]


def test_later_pages_are_read_too(tmp_path: Path) -> None:
    assert _scanned(tmp_path, pdf_pages("A page about herons and egrets", SAID)).expression == "MIT"


@pytest.mark.parametrize("situation", BROKEN)
def test_a_broken_pdf_is_a_gap(tmp_path: Path, situation: str) -> None:
    found = _scanned(tmp_path, BROKEN[situation])
    assert found.expression is None
    assert found.gap is not None
    assert "the PDF file is damaged" in found.gap


def test_a_locked_pdf_is_a_gap(tmp_path: Path) -> None:
    found = _scanned(tmp_path, pdf((SAID,), password="heron"))
    assert found.gap is not None
    assert "password" in found.gap


def test_an_endless_pdf_is_a_gap(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(child, "SECONDS", 1)
    found = _scanned(tmp_path, endless_pdf())
    assert found.gap is not None
    assert "more time to read" in found.gap


def test_a_text_that_speaks_of_pdf_is_a_text(tmp_path: Path) -> None:
    words = f"# {SAID}\nMARK = '%PDF-'  # the first bytes of a PDF\n"
    assert _scanned(tmp_path, words.encode(), "reader.py").expression == "MIT"
