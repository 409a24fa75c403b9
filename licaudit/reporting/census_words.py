"""Numbers of a census as people read them."""

from __future__ import annotations

UNITS = ("B", "kB", "MB", "GB", "TB", "PB")


def number(value: int) -> str:
    """`1,234,567`."""
    return f"{value:,}"


def byte_words(value: int) -> str:
    """`5.0 GB`: powers of a thousand, one decimal from kB on."""
    size, unit = float(value), 0
    while size >= 999.95 and unit < len(UNITS) - 1:
        size, unit = size / 1000, unit + 1
    return f"{value} B" if unit == 0 else f"{size:.1f} {UNITS[unit]}"


def percent(part: int, whole: int) -> str:
    """A share that never reads 0 % or 100 % unless it is exactly that."""
    if whole == 0 or part == 0:
        return "0%"
    share = part / whole
    if part == whole:
        return "100%"
    return "<0.1%" if share < 0.001 else ">99.9%" if share > 0.999 else f"{share:.1%}"
