"""Until when something counts."""

from __future__ import annotations

from datetime import date


def live(expires: date, as_of: date) -> bool:
    """Whether something that expires still counts on a day (the last day included)."""
    return as_of <= expires
