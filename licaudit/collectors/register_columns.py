"""What the columns of a corpus register mean, by `rules/register.yaml`: headings and channels."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import cast

from licaudit.compiled import kept_yaml
from licaudit.errors import KnowledgeError
from licaudit.facts import CHANNELS, Channel
from licaudit.settings import data_folder

ROLES = (
    "name",
    "place",
    "source",
    "channel",
    "generator",
    "license",
    "license_link",
    "contract",
    "subset",
    "size",
    "weight",
    "note",
)
# A table is a register when it names data and says at least one of these of it.
TELLING = frozenset({"place", "source", "channel", "license", "license_link", "contract"})
_BRACKETS = re.compile(r"[((\[【{].*?[))\]】}]")
_LONGEST = 60  # characters of a heading; what is longer is a sentence


@dataclass(frozen=True, slots=True)
class Words:
    """The tables of the rule file, keyed by `key_of`."""

    columns: dict[str, str]
    channels: dict[str, Channel]
    by_contract: frozenset[str]
    limits: dict[str, str]
    lists: frozenset[str]
    configs: frozenset[str]


@cache
def load_words() -> Words:
    """The vocabulary of registers. Raises KnowledgeError for a role or channel nobody knows."""
    path = data_folder("rules") / "register.yaml"
    document = kept_yaml(path.read_text("utf-8"), f"rules/{path.name}")
    columns: dict[str, str] = {}
    channels: dict[str, Channel] = {}
    for role, names in document.data["columns"].items():
        if role not in ROLES:
            raise KnowledgeError(f"`{role}` is no role", where=document.where("columns", role))
        for name in names:
            if columns.setdefault(key_of(name), role) != role:
                raise KnowledgeError(
                    f"`{name}` stands under two roles", where=document.where("columns", role)
                )
    for channel, names in document.data["channels"].items():
        if channel not in CHANNELS:
            raise KnowledgeError(
                f"`{channel}` is no channel", where=document.where("channels", channel)
            )
        channels |= {key_of(name): cast(Channel, channel) for name in names}
    mixture = document.data["mixture"]
    return Words(
        columns,
        channels,
        frozenset(key_of(k) for k in document.data["by_contract"]),
        {key_of(w): said for said, words in document.data["limits"].items() for w in words},
        frozenset(key_of(k) for k in mixture["lists"]),
        frozenset(k.lower() for k in mixture["not"]),
    )


def key_of(text: str) -> str:
    """A heading as it is compared: letters and digits alone, brackets and case dropped."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    bare = _BRACKETS.sub("", plain) or plain
    return "".join(c for c in bare if c.isalnum())


def role_of(heading: str) -> str | None:
    """The role of one heading; `数据集名称 / Dataset` is looked up in its parts as well."""
    if not heading or len(heading) > _LONGEST:
        return None
    words = load_words().columns
    parts = [p for p in re.split(r"[/|\n、]", heading) if p.strip()]
    found = [r for p in (heading, *parts) if (r := words.get(key_of(p)))]
    return found[0] if found and len(set(found)) == 1 else None


def whole_channel(text: str) -> Channel | None:
    """The channel that is all a cell says."""
    return load_words().channels.get(key_of(text))


def channel_of(text: str) -> Channel | None:
    """The channel a cell names; None when it names none, or two."""
    words = load_words().channels
    whole = whole_channel(text)
    if whole is not None:
        return whole
    # Not at spaces: `non commercial` is no purchase.
    parts = [p for p in re.split(r"[/|,;、+()]+", unicodedata.normalize("NFKC", text)) if p]
    found = {c for p in parts if (c := words.get(key_of(p)))}
    return found.pop() if len(found) == 1 else None


def limits_of(text: str) -> tuple[str, ...]:
    """The limits that a license cell's short words set, as whole sentences."""
    plain = unicodedata.normalize("NFKC", text)
    inside = [m.group().strip("()[]{}【】") for m in _BRACKETS.finditer(plain)]
    parts = [text, *inside, *re.split(r"[,、/+;|\s]+", plain)]
    limits = load_words().limits
    return tuple(dict.fromkeys(s for p in parts if p and (s := limits.get(key_of(p)))))


@dataclass(frozen=True, slots=True)
class Header:
    """Which column plays which role. Columns count from 0.

    `twice` are roles that two columns claim: all of them are read. `strange` columns have a heading
    that no table knows.
    """

    roles: dict[int, str]
    twice: tuple[str, ...] = ()
    strange: tuple[int, ...] = ()

    @property
    def score(self) -> int:
        """How much of a register's header it is; 0 when it is none."""
        found = set(self.roles.values())
        names = "name" in found or "place" in found
        return len(self.roles) if names and len(found) > 1 and found & TELLING else 0


def header_of(headings: Sequence[str]) -> Header:
    """The roles of a row of headings."""
    roles = {i: r for i, h in enumerate(headings) if (r := role_of(h))}
    seen = list(roles.values())
    twice = tuple(dict.fromkeys(r for r in seen if seen.count(r) > 1))
    strange = tuple(i for i, h in enumerate(headings) if h.strip() and i not in roles)
    return Header(roles, twice, strange)
