"""Licenses that a page only links to: Gaps with the address that may answer them."""

from __future__ import annotations

import re

from licaudit.facts import Gap, Passage
from licaudit.licenses.catalog import Catalog
from licaudit.licenses.claims import at_line, gap
from licaudit.licenses.knowledge import Knowledge
from licaudit.licenses.names import links_to_own_file, resolve_url, urls_in
from licaudit.licenses.sentences import Sentence

LINK = re.compile(r"\[([^\]]{1,200})\]\(([^)\s]{1,500})[^)]{0,100}\)")
BARE = "a license is only linked:"  # begins the detail where only an address stands
_LICENSE_LINK = re.compile(r"licen[sc]e|terms|agreement|协议|许可", re.IGNORECASE)


def only_linked(
    passage: Passage, sentence: Sentence, knowledge: Knowledge, catalog: Catalog
) -> list[Gap]:
    """A license named only by a link: outside the tree, or to a file that is not here."""
    found = []
    place = at_line(passage, sentence.line)
    links = [(words, url) for words, url in LINK.findall(sentence.text)]
    linked = {url for _, url in links}
    links += [(url, url) for url, _ in urls_in(sentence.text) if url not in linked]
    for words, url in links:
        if not _LICENSE_LINK.search(words + " " + url) or resolve_url(url, knowledge, catalog):
            continue
        if links_to_own_file(url, passage.hint("files") or ""):
            continue
        if url.startswith("http"):
            said = BARE if words == url else f"`{words}` is only linked:"
            detail = f"{said} {url}"
            found.append(gap(passage, "license_by_link", detail, location=place, link=url))
        elif not url.startswith(("#", "mailto:")):
            detail = f"`{words}` leads to {url}, which is no license file of this tree"
            found.append(gap(passage, "missing_file", detail, blocks=False, location=place))
    return found
