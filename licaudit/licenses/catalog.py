"""Every license ScanCode and SPDX know, read from the installed package without its engine.

The catalog is compiled once per ScanCode version: ids, names, category and the digest of each
normalized text. Data: ScanCode's license files (CC-BY-4.0, see NOTICE).
"""

from __future__ import annotations

import importlib.util
import json
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

from licaudit.errors import ToolError
from licaudit.licenses.texts import digest
from licaudit.settings import cache_folder, write_whole

FORMAT = 3


@dataclass(frozen=True, slots=True)
class Known:
    """One license of the catalog. `id` is its SPDX id, or `LicenseRef-scancode-<key>`."""

    key: str
    id: str
    name: str
    category: str
    exception: bool
    osi: bool


@dataclass(frozen=True)
class Catalog:
    """Lookups over all known licenses; keys are lower case."""

    version: str
    by_key: dict[str, Known]
    by_id: dict[str, Known]
    by_digest: dict[str, str]

    def id_of(self, key: str) -> str:
        """The id of a ScanCode key; unknown keys get the prefix all the same."""
        known = self.by_key.get(key.lower())
        return known.id if known else f"LicenseRef-scancode-{key}"


@cache
def load_catalog() -> Catalog:
    """The compiled catalog of the installed ScanCode. Raises ToolError when it is missing."""
    release = version("scancode-toolkit")
    path = cache_folder("index") / f"catalog-{release}-{FORMAT}.json"
    try:
        plain = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError):
        plain = _compile()
        write_whole(path, json.dumps(plain).encode())
    known = [Known(*row) for row in plain["licenses"]]
    ids = {k.id.lower(): k for k in reversed(known)}
    for other, key in plain["other_ids"].items():
        ids.setdefault(other, next(k for k in known if k.key == key))
    return Catalog(release, {k.key: k for k in known}, ids, plain["digests"])


def license_folder() -> Path:
    """Where the installed ScanCode keeps its license files."""
    spec = importlib.util.find_spec("licensedcode")
    if spec is None or not spec.submodule_search_locations:
        raise ToolError("scancode-toolkit is not installed", todo="Reinstall licaudit-ai.")
    return Path(next(iter(spec.submodule_search_locations))) / "data" / "licenses"


def text_of(key: str) -> str | None:
    """The text of one license, read now from the ScanCode package; None when it has none."""
    path = license_folder() / f"{key}.LICENSE"
    return split_file(path.read_text("utf-8"))[1] if path.is_file() else None


def split_file(content: str) -> tuple[str, str]:
    """(front matter, text) of one of ScanCode's .LICENSE or .RULE files."""
    if not content.startswith("---"):
        return "", content
    head, _, text = content[3:].partition("\n---")
    return head, text.split("\n", 1)[1] if "\n" in text else ""


def _compile() -> dict[str, Any]:
    import saneyaml

    licenses: list[list[Any]] = []
    digests: dict[str, str] = {}
    other_ids: dict[str, str] = {}
    for path in sorted(license_folder().glob("*.LICENSE")):
        head, text = split_file(path.read_text("utf-8"))
        data = saneyaml.load(head) or {}
        key = str(data.get("key") or path.stem)
        if data.get("is_deprecated"):
            continue
        spdx = str(data.get("spdx_license_key") or f"LicenseRef-scancode-{key}")
        urls = [*(data.get("other_urls") or []), data.get("osi_url") or ""]
        osi = any("opensource.org/" in str(u) for u in urls)
        name = str(data.get("name") or key)
        licenses.append(
            [
                key,
                spdx,
                name,
                str(data.get("category") or "Unstated License"),
                bool(data.get("is_exception")),
                osi,
            ]
        )
        for other in data.get("other_spdx_license_keys") or []:
            other_ids[str(other).lower()] = key
        if len(text.split()) > 20 and not data.get("is_generic") and not data.get("is_unknown"):
            digests.setdefault(digest(text), spdx)
    return {"licenses": licenses, "digests": digests, "other_ids": other_ids}
