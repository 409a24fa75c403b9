"""One row of a corpus register: the dataset it names, how it was obtained, what stays open."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, replace

from licaudit.collectors.hub_ids import hub_purl, looks_like_hub_id
from licaudit.collectors.reading import shown
from licaudit.collectors.register_cells import Cell, Generator, generators_of, is_blank
from licaudit.collectors.register_columns import channel_of, whole_channel
from licaudit.collectors.upstream_names import named
from licaudit.errors import UsageError
from licaudit.facts import DATA, Artifact, Channel, Gap, Location
from licaudit.sources.short_forms import Target
from licaudit.sources.targets import parse_target

_HUB_PURLS = {"huggingface": "huggingface", "modelscope": "modelscope"}
_FORGES = {"github.com": "github", "gitlab.com": "gitlab", "gitee.com": "gitee"}
_ADDRESS = re.compile(r"^(?:https?://|git\+https?://|pkg:|hf:|ms:)\S+$", re.IGNORECASE)


@dataclass(frozen=True)
class Row:
    """One entry: its number (row, line or position), its cells by role, the dataset it names.

    `contract` is the number of a contract, `channel` how the data was obtained, where said;
    `generators` are the models and services whose output it is.
    """

    number: int
    sheet: str
    artifact: Artifact
    cells: tuple[Cell, ...]
    channel: Channel | None = None
    contract: str | None = None
    generators: tuple[Generator, ...] = ()

    @property
    def name(self) -> str:
        """What the register calls it."""
        return self.artifact.name

    def said(self, role: str) -> tuple[Cell, ...]:
        """The cells of one role."""
        return tuple(c for c in self.cells if c.role == role)


def read_row(
    number: int, sheet: str, cells: tuple[Cell, ...], spot: Location
) -> tuple[Row, list[Gap]]:
    """One row, and what it leaves open."""
    gaps: list[Gap] = []
    artifact = _artifact(cells, spot)

    def ask(reason: str, detail: str, where: Location) -> None:
        gaps.append(Gap(artifact.id, reason, detail, where, DATA))

    channels = {c: channel_of(c.text) for c in cells if c.role == "channel"}
    found = {c for c in channels.values() if c}
    for cell, channel in channels.items():
        if channel is None:
            ask("unknown_channel", f"how it was obtained is {shown(cell.text)}", cell.location)
    if len(found) > 1:
        ask("unknown_channel", f"two ways to obtain it: {', '.join(sorted(found))}", spot)
    contracts = [c for c in cells if c.role == "contract" and not is_blank(c.text)]
    contract = contracts[0].text if contracts else None
    if len({c.text for c in contracts}) > 1:
        ask("ambiguous_column", "two contract numbers in one row", contracts[1].location)
    # The word may stand in the license's column: 自有, 采购.
    spoken = next(
        (c for cell in cells if cell.role == "license" if (c := held_by(cell.text))), None
    )
    channel = found.pop() if len(found) == 1 else None
    if channel is None and not channels:
        channel = spoken or ("commercial" if contract else None)
    if channel == "commercial" and contract is None:
        ask("no_contract", "it was bought, and no contract is named", spot)
    makers = generators_of(cells, channel)
    if channel == "synthetic" and not makers:
        ask("no_generator", "it is synthetic, and no model or service is named as its maker", spot)
    made = replace(artifact, channel=channel)
    return Row(number, sheet, made, cells, channel, contract, makers), gaps


def held_by(text: str) -> Channel | None:
    """The channel that is all a license cell says (`自有`, `采购`); `public` there is none.

    Such a cell makes no claim. One that says anything beside does.
    """
    channel = whole_channel(text)
    return channel if channel in ("own", "commercial", "user_input", "synthetic") else None


def _artifact(cells: tuple[Cell, ...], spot: Location) -> Artifact:
    """The dataset a row names: by its address or id where one can be read, else by its name."""
    names = [c for c in cells if c.role == "name"]
    title = names[0].text if names else ""
    for role in ("place", "source", "name"):
        for cell in cells:
            if cell.role == role and (found := _placed(cell.text)):
                return Artifact(found, "dataset", title or cell.text, location=spot)
    first = title or next((c.text for c in cells if c.role in ("place", "source")), "")
    words = unicodedata.normalize("NFKC", first) or f"row {spot.line}"
    return replace(named("dataset", words, spot), kind="dataset", name=first or words)


def _placed(text: str) -> str | None:
    """The purl of the repository that an address or a hub id names."""
    text = text.strip()
    if looks_like_hub_id(text):
        return hub_purl("dataset", text)
    if text.lower().startswith(
        ("huggingface.co/", "hf.co/", "github.com/", "modelscope.cn/", "www.")
    ):
        text = f"https://{text}"
    if not _ADDRESS.match(text):
        return None
    try:
        return _purl(parse_target(text))
    except UsageError:
        return None  # the page of no repository; it stays a name, and its license is asked for


def _purl(target: Target) -> str | None:
    if hub := _HUB_PURLS.get(target.kind):
        kind = "dataset" if target.subtype == "dataset" else "model"
        return hub_purl(kind, target.id, hub) if target.subtype != "space" else None  # type: ignore[arg-type]
    if target.kind == "git":
        from packageurl import PackageURL

        host, _, path = target.id.removeprefix("https://").partition("/")
        owner, _, name = path.strip("/").removesuffix(".git").rpartition("/")
        if host in _FORGES and owner and name:
            return PackageURL(_FORGES[host], owner, name).to_string()
    return None
