"""Every license ScanCode and SPDX know, read from the installed package without its engine.

The catalog is compiled once per ScanCode version: ids, names, category and the digest of each
normalized text. Data: ScanCode's license files (CC-BY-4.0, see NOTICE), and `rules/spdx-texts.yaml`
for what SPDX's list has beyond them: digests of its texts, ids that ScanCode does not know yet, and
the expressions that took the place of retired ids.
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
from dataclasses import dataclass, field
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

from licaudit.documents import read_yaml
from licaudit.errors import ToolError
from licaudit.licenses.texts import digest, words
from licaudit.settings import cache_folder, data_folder, keep

FORMAT = 7
FEWEST_WORDS = 20  # a shorter text is a sentence that stands in many places
SPDX_FILE = "spdx-texts.yaml"
# Everything that normalizing takes care of: a change of its digest makes the file of digests stale.
PROBE = (
    "Copyright (c) 2020 A. B.\n# A Title\n * 1. Don't—ever! <b>sell</b>: “it” (©) 2.0\n许可 证。"
)


@dataclass(frozen=True, slots=True)
class Known:
    """One license of the catalog. `id` is its SPDX id, or `LicenseRef-scancode-<key>`.

    `key` is empty for what SPDX lists and ScanCode has no file for.
    """

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
    retired: dict[str, str] = field(default_factory=dict)

    def id_of(self, key: str) -> str:
        """The id of a ScanCode key; unknown keys get the prefix all the same."""
        known = self.by_key.get(key.lower())
        return known.id if known else f"LicenseRef-scancode-{key}"


@cache
def load_catalog() -> Catalog:
    """The compiled catalog of the installed ScanCode. Raises ToolError when it is missing."""
    release = version("scancode-toolkit")
    spdx = (data_folder("rules") / SPDX_FILE).read_bytes()
    source = hashlib.sha256(digest(PROBE).encode() + spdx).hexdigest()[:16]
    path = cache_folder("index") / f"catalog-{release}-{FORMAT}-{source}.json"
    try:
        plain = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError):
        plain = _with_spdx(scancode_data(), spdx.decode("utf-8"))
        keep(path, json.dumps(plain).encode())
    known = [Known(*row) for row in plain["licenses"]]
    ids = {k.id.lower(): k for k in reversed(known)}
    for other, key in plain["other_ids"].items():
        ids.setdefault(other, next(k for k in known if k.key == key))
    keys = {k.key: k for k in known if k.key}
    return Catalog(release, keys, ids, plain["digests"], plain["retired"])


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


def scancode_data() -> dict[str, Any]:
    """What the installed ScanCode holds: rows of licenses, digests of texts, former SPDX ids."""
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
        # Counted as compared: a text that is all one copyright line would equal every such line.
        if (
            len(words(text)) > FEWEST_WORDS
            and not data.get("is_generic")
            and not data.get("is_unknown")
        ):
            digests.setdefault(digest(text), spdx)
    return {"licenses": licenses, "digests": digests, "other_ids": other_ids}


def _with_spdx(plain: dict[str, Any], written: str) -> dict[str, Any]:
    """The same with what SPDX's list adds; ScanCode's own word stands where both have one."""
    data = read_yaml(written, f"rules/{SPDX_FILE}").data
    ids = {str(row[1]).lower() for row in plain["licenses"]} | set(plain["other_ids"])
    # An id that is spelled like one of ScanCode's keys is that license.
    keys = {str(row[0]): str(row[1]) for row in plain["licenses"] if row[0] not in ids}
    added = [
        ["", license_id, name, "Unstated License", False, False]
        for license_id, name in data["ids"].items()
        if license_id.lower() not in ids and license_id.lower() not in keys
    ]
    texts = {value: keys.get(i.lower(), i) for value, i in data["texts"].items()}
    return {
        **plain,
        "licenses": plain["licenses"] + added,
        "digests": texts | plain["digests"],
        "retired": {name.lower(): expression for name, expression in data["retired"].items()},
    }
