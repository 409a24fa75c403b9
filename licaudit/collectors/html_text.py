"""License texts in HTML and XHTML pages: their words, and the line of the page each stands on."""

from __future__ import annotations

import codecs
import re

from lxml import etree

from licaudit.collectors.carrier import Carried, carried
from licaudit.collectors.placeholders import is_error_page
from licaudit.confined.texts import CarrierError
from licaudit.sources.tree import decode

_CHARSET = re.compile(rb"""charset\s*=\s*["']?\s*([A-Za-z0-9_.:-]{2,40})""", re.IGNORECASE)
_SILENT = frozenset({"script", "style", "noscript", "template", "svg", "head", "select", "nav"})
_INLINE_WORDS = """
    a abbr acronym b bdi bdo big cite code del dfn em font i ins kbd label mark q s samp small
    span strike strong sub sup time tt u var wbr"""
_INLINE = frozenset(_INLINE_WORDS.split())
_ITEM = {"li": "- ", "h1": "# ", "h2": "## ", "h3": "### ", "h4": "#### "}
_MOST_BYTES = 3_000_000
_MOST_WORDS = 1_000_000  # characters
_MOST_DEPTH = 250  # libxml2 stops there too


def looks_like_html(text: str) -> bool:
    """Whether a text without a telling name is a page."""
    head = text[:2000].lstrip("\ufeff \t\r\n").lower()
    return head.startswith(("<!doctype html", "<html")) or (
        head.startswith("<?xml") and "<html" in head
    )


def read_html(data: bytes) -> Carried:
    """The words of a page, each line with its line in the page. Raises CarrierError."""
    if len(data) > _MOST_BYTES:
        raise CarrierError("cut_short", f"{len(data)} bytes: longer than any page with a license")
    text = _decoded(data)
    if text is None:
        raise CarrierError("binary", "not a text although named like a page")
    if is_error_page(text):
        raise CarrierError("error_page", "a server's error message saved in place of the license")
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", " ")
    parser = etree.HTMLParser(encoding="utf-8", recover=True, no_network=True, remove_comments=True)
    try:
        root = etree.fromstring(text.encode("utf-8", "replace"), parser)
    except (etree.ParserError, etree.XMLSyntaxError) as error:
        raise CarrierError("broken", "the page cannot be read as HTML") from error
    if root is None:
        raise CarrierError("says_nothing", "the page is empty")
    pieces, whole = _pieces(root)
    # Past its limits the parser drops words without a sign in the tree: only its log tells.
    whole = whole and not any(e.type_name == "ERR_RESOURCE_LIMIT" for e in parser.error_log)
    detail = "the page is too deep or too long to be read whole"
    if not pieces and whole:
        raise CarrierError("says_nothing", "the page holds no words")
    if not pieces:
        raise CarrierError("cut_short", detail)
    return carried(pieces, "line", () if whole else (("cut_short", detail),))


def _decoded(data: bytes) -> str | None:
    """As the page says it is written, unless it plainly is UTF-8 or UTF-16."""
    named = _CHARSET.search(data[:2048])
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        pass
    if named and not data.startswith((b"\xff\xfe", b"\xfe\xff")):
        try:
            return data.decode(codecs.lookup(named[1].decode("ascii")).name)
        except (LookupError, ValueError):
            pass
    return decode(data)


def _pieces(root: etree._Element) -> tuple[list[tuple[str, int]], bool]:
    """Blocks of words with the line they begin on, and whether these are all."""
    found: list[tuple[str, int]] = []
    block: list[str] = []
    line = 1
    silent = depth = size = 0

    def close() -> None:
        words = " ".join("".join(block).split())
        if words:
            found.append((words, line))
        block.clear()

    for event, element in etree.iterwalk(root, events=("start", "end")):
        if not isinstance(element.tag, str):
            continue
        name = element.tag.rpartition("}")[2].lower()
        start = event == "start"
        depth += 1 if start else -1
        if depth > _MOST_DEPTH or size > _MOST_WORDS:
            close()
            return found, False
        if start and name in _SILENT:
            silent += 1
        if name not in _INLINE:
            close()
            if start:
                line = element.sourceline or line
                block.append(_ITEM.get(name, ""))
        said = element.text if start else element.tail
        if not start and name in _SILENT:
            silent -= 1
        if said and not silent:
            block.append(said)
            size += len(said)
    close()
    return found, True
