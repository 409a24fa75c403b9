"""What ScanCode's matching asks of its license database, without loading that database.

Parsing an expression needs each license's key, SPDX key and whether it is an exception. ScanCode
keeps those inside the 400 MB pickle of its index; here they are a few hundred kilobytes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

Row = tuple[str, str, bool]  # key, SPDX key, whether it is an exception


@dataclass(frozen=True)
class Named:
    """One license of ScanCode's, as its symbols wrap it."""

    key: str
    spdx_license_key: str
    is_exception: bool

    def __str__(self) -> str:
        return self.key


def rows_of(database: Mapping[str, Any]) -> list[Row]:
    """The rows of ScanCode's database, in its order."""
    return [
        (key, str(license_.spdx_license_key or ""), bool(license_.is_exception))
        for key, license_ in database.items()
    ]


class Names:
    """Stands where ScanCode expects its `LicenseCache`; everything is made on first use."""

    has_additional_licenses = False

    def __init__(self, rows: Iterable[Row], symbols: Iterable[tuple[str, str]], index: Any) -> None:
        self._rows, self._symbols, self.index = list(rows), list(symbols), index

    @cached_property
    def db(self) -> dict[str, Named]:
        """Key -> license."""
        return {key: Named(key, spdx, exception) for key, spdx, exception in self._rows}

    @cached_property
    def _likes(self) -> dict[str, Any]:
        from license_expression import LicenseSymbolLike

        return {key: LicenseSymbolLike(license_) for key, license_ in self.db.items()}

    @cached_property
    def spdx_symbols(self) -> dict[str, Any]:
        """Lower-case SPDX key -> symbol."""
        return {spdx: self._likes[key] for spdx, key in self._symbols}

    @cached_property
    def unknown_spdx_symbol(self) -> Any:
        """What stands for an SPDX id that nobody knows."""
        return self._likes["unknown-spdx"]

    @cached_property
    def licensing(self) -> Any:
        """The parser of expressions made of ScanCode's keys."""
        from license_expression import Licensing

        return Licensing(list(self._likes.values()))
