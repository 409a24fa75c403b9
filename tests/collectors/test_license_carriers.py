"""License texts in PDF, DOCX, ODT, RTF and HTML files, in pictures, and in files made to hurt."""

from __future__ import annotations

import contextlib
import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from docx import Document
from hypothesis import given, settings
from hypothesis import strategies as st
from reportlab.pdfgen.canvas import Canvas

from licaudit.collectors import carriers, collect_tree
from licaudit.collectors.carrier import Carried
from licaudit.collectors.html_text import read_html
from licaudit.collectors.office_text import read_docx
from licaudit.collectors.pdf_text import read_pdf, read_rtf
from licaudit.confined import child
from licaudit.confined.texts import CarrierError
from licaudit.facts import Collected
from licaudit.licenses.catalog import text_of
from licaudit.sources.local import LocalTree
from licaudit.sources.tree import ReadError
from tests.pdfs import PARAGRAPHS, endless_pdf, pdf, pdf_pages

PNG = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + b"\0" * 50


def docx(paragraphs: tuple[str, ...] = PARAGRAPHS) -> bytes:
    out, document = io.BytesIO(), Document()
    for words in paragraphs:
        document.add_paragraph(words)
    document.save(out)
    return out.getvalue()


def zipped(**members: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name.replace("__", "/").replace("_xml", ".xml"), content)
    return out.getvalue()


def odt(body: bytes) -> bytes:
    head = b'<office:document-content xmlns:office="o" xmlns:text="t">'
    return zipped(content_xml=head + body + b"</office:document-content>")


def rtf(paragraphs: tuple[str, ...] = PARAGRAPHS) -> bytes:
    return b"{\\rtf1\\ansi " + b"\\par\n".join(p.encode() for p in paragraphs) + b"}"


def html(paragraphs: tuple[str, ...] = PARAGRAPHS) -> bytes:
    return ("<html><body>\n" + "".join(f"<p>{p}</p>\n" for p in paragraphs)).encode()


def said(found: Carried) -> list[str]:
    return [line.strip() for line in found.lines if line.strip()]


@pytest.fixture
def collected(tmp_path: Path) -> Callable[..., Collected]:
    """What the collectors find in a folder that holds one file and a program."""

    def build(name: str, content: bytes) -> Collected:
        path = tmp_path / "tree" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        (tmp_path / "tree" / "birds.py").write_text("A = 1\n")
        return collect_tree(LocalTree(str(tmp_path / "tree")))[1]

    return build


def blocking(found: Collected) -> set[str]:
    return {g.reason for g in found.gaps if g.blocks}


@pytest.mark.parametrize(
    ("name", "make"),
    [("LICENSE.pdf", pdf), ("LICENSE.docx", docx), ("LICENSE.rtf", rtf), ("LICENSE.html", html)],
)
def test_the_words_of_each_format(
    collected: Callable[..., Collected], name: str, make: Callable[[], bytes]
) -> None:
    found = collected(name, make())
    (passage,) = [p for p in found.passages if p.form == "text"]
    assert [x for x in passage.text.split("\n") if x.strip()] == list(PARAGRAPHS)
    assert (passage.location.path, passage.location.start) == (name, None)
    assert found.gaps == ()


@pytest.mark.parametrize("make", [pdf, docx, rtf, html])
def test_the_bytes_decide_not_the_name(
    collected: Callable[..., Collected], make: Callable[[], bytes]
) -> None:
    found = collected("LICENSE", make()) if make is not docx else collected("LICENSE.docx", docx())
    assert "You may not feed the herons." in found.passages[0].text
    assert found.gaps == ()


def test_odt_with_spans_notes_and_deleted_words() -> None:
    body = (
        b"<text:tracked-changes><text:p>Gone words.</text:p></text:tracked-changes>"
        b"<text:h>Heron <text:span>License</text:span></text:h>"
        b"<text:p>You may<text:s/>look.</text:p>"
    )
    found = carriers.reader_of("LICENSE.odt", odt(body))(odt(body))  # type: ignore[misc]
    assert said(found) == ["Heron License", "You may look."]
    assert [n for line, n in zip(found.lines, found.numbers, strict=True) if line] == [1, 2]


def test_foot_notes_and_page_heads_of_a_docx_are_read() -> None:
    document, out = Document(), io.BytesIO()
    document.add_paragraph("You may look.")
    document.sections[0].header.paragraphs[0].text = "Not for commercial use"
    document.save(out)
    assert said(read_docx(out.getvalue())) == ["You may look.", "Not for commercial use"]


def test_a_place_in_a_pdf_is_its_page() -> None:
    found = read_pdf(pdf_pages("The Heron License text", "You may not feed herons"))
    numbers = {line.strip(): n for line, n in zip(found.lines, found.numbers, strict=True)}
    assert (numbers["The Heron License text"], numbers["You may not feed herons"]) == (1, 2)
    assert found.places.startswith("page 1 ")


@pytest.mark.parametrize(
    ("set_", "read"), [("for non-", "non-commercial"), ("for commer-", "commercial")]
)
def test_words_broken_at_the_end_of_a_line_are_whole_again(set_: str, read: str) -> None:
    out = io.BytesIO()
    canvas = Canvas(out)
    words = canvas.beginText(50, 700)
    for line in ("You may look at herons", set_, "commercial use" if "non" in set_ else "cial use"):
        words.textLine(line)
    canvas.drawText(words)
    canvas.save()
    assert read in read_pdf(out.getvalue()).text


def test_a_place_in_a_page_is_its_line() -> None:
    page = b"<!doctype html>\n<html><head><title>No words</title></head>\n<body>\n"
    page += b"<h1>Heron</h1>\n\n<p>You <b>may</b>\nlook.</p><script>x()</script></body>"
    found = read_html(page)
    rows = [(x, n) for x, n in zip(found.lines, found.numbers, strict=True) if x]
    assert rows == [("# Heron", 4), ("You may look.", 6)]


@pytest.mark.parametrize("charset", ["gb2312", "shift_jis", "windows-1252"])
def test_a_page_in_the_encoding_it_names(charset: str) -> None:
    words = {"gb2312": "仅供研究使用", "shift_jis": "研究のみ", "windows-1252": "Réiher œuvre"}[
        charset
    ]
    page = f'<html><meta charset="{charset}"><p>{words}</p></html>'.encode(charset)
    assert said(read_html(page)) == [words]


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("LICENSE.pdf", pdf(password="x"), "encrypted"),
        ("LICENSE.pdf", pdf()[:600], "broken"),
        ("LICENSE.pdf", b"%PDF-1.7\n" + bytes(range(256)) * 20, "broken"),
        ("LICENSE.pdf", pdf_pages("", ""), "picture_of_text"),
        ("LICENSE.pdf", b"version https://git-lfs.github.com/spec/v1\noid x\n", "partial"),
        ("LICENSE.docx", docx()[:400], "broken"),
        (
            "LICENSE.docx",
            zipped(word__document_xml=b"<!DOCTYPE a [<!ENTITY b 'c'>]><a/>"),
            "broken",
        ),
        ("LICENSE.docx", zipped(word__document_xml=b"<a>" * 5000), "cut_short"),
        ("LICENSE.docx", zipped(word__document_xml=b"<a>" + b" " * 20_000_000), "cut_short"),
        ("LICENSE.docx", zipped(word__document_xml=b"<a/>", word__media__a=PNG), "says_nothing"),
        ("LICENSE.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 500, "unread_carrier"),
        ("LICENSE", zipped(a=b"b"), "unread_carrier"),
        ("LICENSE.rtf", b"{\\rtf1 }", "says_nothing"),
        ("LICENSE.html", b"<html><title>404 Not Found</title><p>Not Found", "error_page"),
        ("LICENSE.html", b"<html><script>x()</script></html>", "says_nothing"),
        ("LICENSE.html", b"<html>" + b"<div>" * 50_000 + b"MIT License", "cut_short"),
        ("LICENSE.png", PNG, "picture_of_text"),
        ("licenses/LICENSE.jpg", b"\xff\xd8\xff\xe0" + b"\0" * 50, "picture_of_text"),
        ("LICENSE", PNG, "picture_of_text"),
    ],
    ids=lambda v: v if isinstance(v, str) else "",
)
def test_what_gives_no_text_is_a_gap_that_names_the_file(
    collected: Callable[..., Collected], name: str, content: bytes, reason: str
) -> None:
    found = collected(name, content)
    assert blocking(found) == {reason}
    assert {g.location.path for g in found.gaps if g.location and g.blocks} == {name}
    assert [p for p in found.passages if p.form == "text"] == []


def test_a_picture_that_is_no_license(collected: Callable[..., Collected]) -> None:
    assert collected("docs/assets/license.png", PNG).gaps == ()
    assert collected("license-badge.svg", b"<svg/>").gaps == ()


def test_pages_without_letters_among_others_are_said() -> None:
    found = read_pdf(pdf_pages("The Heron License text", "", "You may not feed herons"))
    assert found.problems == (("picture_of_text", "pages without a text layer: 2"),)


def test_words_too_deep_in_a_page_are_not_dropped_in_silence() -> None:
    page = b"<html><p>MIT License</p>" + b"<div>" * 400 + b"<p>Not for commercial use</p>"
    assert [reason for reason, _ in read_html(page).problems] == ["cut_short"]


def test_a_pdf_that_unpacks_without_end_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(child, "SECONDS", 1)
    with pytest.raises(CarrierError) as error:
        read_pdf(endless_pdf())
    assert error.value.reason == "cut_short"


def test_an_rtf_file_that_takes_too_long_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(child, "SECONDS", 1)
    with pytest.raises(CarrierError) as error:
        read_rtf(b"{\\rtf1 " + b'{\\field{\\*\\fldinst{HYPERLINK "a"' * 30_000)
    assert error.value.reason == "cut_short"


def test_deeply_nested_rtf_is_read() -> None:
    found = read_rtf(b"{\\rtf1 " + b"{" * 50_000 + b"You may look." + b"}" * 50_000 + b"}")
    assert said(found) == ["You may look."]


def test_a_large_carrier_is_read_and_an_endless_one_is_not(
    collected: Callable[..., Collected], tmp_path: Path
) -> None:
    padded = pdf() + b"%" * 3_000_000
    assert "You may look" in collected("LICENSE.pdf", padded).passages[0].text
    with open(tmp_path / "tree" / "LICENSE.pdf", "r+b") as file:
        file.truncate(1 << 30)
    found = collect_tree(LocalTree(str(tmp_path / "tree")))[1]
    assert blocking(found) == {"cut_short"}


@given(st.binary(max_size=400), st.sampled_from([b"", b"{\\rtf1 ", b"PK\x03\x04", b"<html>"]))
@settings(max_examples=150, deadline=None)
def test_any_bytes_are_text_or_a_carrier_error(data: bytes, head: bytes) -> None:
    for read in (read_html, read_docx, carriers.reader_of("LICENSE.odt", b"PK\x03\x04")):
        with contextlib.suppress(CarrierError):
            found = read(head + data)  # type: ignore[misc]
            assert len(found.lines) == len(found.numbers)


def test_a_file_that_vanishes_between_listing_and_reading(
    collected: Callable[..., Collected], tmp_path: Path
) -> None:
    collected("LICENSE.pdf", pdf())
    tree = LocalTree(str(tmp_path / "tree"))
    tree.entries()
    (tmp_path / "tree" / "LICENSE.pdf").unlink()
    with pytest.raises(ReadError):
        tree.read("LICENSE.pdf")
    assert blocking(collect_tree(tree)[1]) == {"unreadable"}


def test_a_known_text_survives_every_format(collected: Callable[..., Collected]) -> None:
    from licaudit.licenses.texts import digest

    known = text_of("mit") or ""
    paragraphs = tuple(" ".join(p.split()) for p in known.split("\n\n") if p.strip())
    for name, content in (
        ("LICENSE.pdf", pdf(paragraphs)),
        ("LICENSE.docx", docx(paragraphs)),
        ("LICENSE.rtf", rtf(paragraphs)),
        ("LICENSE.html", html(paragraphs)),
    ):
        texts = [p.text for p in collected(name, content).passages if p.location.path == name]
        assert [digest(t) for t in texts] == [digest(known)], name
