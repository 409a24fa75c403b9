"""About: what a hub or forge itself says of a repository, apart from the repository's files."""

from __future__ import annotations

from dataclasses import dataclass

DEFAULT_LICENSE = "default_license"  # a value the hub fills in by itself: weak evidence


@dataclass(frozen=True, slots=True)
class Said:
    """One statement, verbatim: `cardData.license` is `mit`. `note` weakens it."""

    key: str
    value: str
    note: str | None = None


@dataclass(frozen=True, slots=True)
class About:
    """The repository as its place describes it.

    `id` is the canonical one; it differs from `asked` when the repository was renamed. `gated` is
    the hub's word for it (`auto`, `manual`), None when everybody may read. `url` is its page.
    """

    id: str
    asked: str
    subtype: str
    url: str
    gated: str | None = None
    private: bool = False
    said: tuple[Said, ...] = ()

    @property
    def renamed(self) -> bool:
        """Whether the name that was asked for is an old one."""
        return self.id.lower() != self.asked.lower()
