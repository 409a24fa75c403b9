"""PDF files as programs write them, and one that is made to hurt."""

from __future__ import annotations

import io
import zlib

from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.lib.styles import getSampleStyleSheet
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Paragraph, SimpleDocTemplate

PARAGRAPHS = ("The Heron License", "You may look at the herons.", "You may not feed the herons.")


def pdf(paragraphs: tuple[str, ...] = PARAGRAPHS, password: str = "") -> bytes:
    """A PDF as a program writes it."""
    out, style = io.BytesIO(), getSampleStyleSheet()["Normal"]
    lock = StandardEncryption(password) if password else None
    SimpleDocTemplate(out, encrypt=lock).build([Paragraph(p, style) for p in paragraphs])
    return out.getvalue()


def pdf_pages(*pages: str) -> bytes:
    out = io.BytesIO()
    canvas = Canvas(out)
    for words in pages:
        canvas.drawString(50, 700, words)
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def endless_pdf() -> bytes:
    """A PDF of a few kilobytes whose one page draws three million letters."""
    drawn = zlib.compress(b"BT /F1 12 Tf (a) Tj ET " * 3_000_000, 9)
    objects = (
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents 4 0 R/Resources<</Font<</F1"
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>>>>>>>",
        b"<</Length %d/Filter/FlateDecode>>stream\n" % len(drawn) + drawn + b"\nendstream",
    )
    body = b"".join(b"%d 0 obj\n%s\nendobj\n" % (n, o) for n, o in enumerate(objects, 1))
    return b"%PDF-1.4\n" + body + b"trailer\n<</Root 1 0 R>>\n"
