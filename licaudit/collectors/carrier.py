"""What every format that wraps a license text hands over: lines, and where each of them stands."""

from __future__ import annotations

from dataclasses import dataclass

MOST_BYTES = 20_000_000  # of the file that carries the text


@dataclass(frozen=True, slots=True)
class Carried:
    """The text of a carrier: its lines, and for each the number of its page, paragraph or line.

    `unit` says what the numbers count. `problems` are (reason, detail) of what was left unread.
    """

    lines: tuple[str, ...]
    numbers: tuple[int, ...]
    unit: str
    problems: tuple[tuple[str, str], ...] = ()

    @property
    def text(self) -> str:
        """The lines as one text."""
        return "\n".join(self.lines)

    @property
    def places(self) -> str:
        """The hint by which claims find their places again: `page 1 1 2`."""
        return " ".join((self.unit, *map(str, self.numbers)))


def carried(
    pieces: list[tuple[str, int]],
    unit: str,
    problems: tuple[tuple[str, str], ...] = (),
    *,
    apart: bool = True,
) -> Carried:
    """Pieces of text with their numbers, cut into lines; `apart` leaves a blank one between two."""
    rows: list[tuple[str, int]] = []
    for text, number in pieces:
        if rows and apart:
            rows.append(("", number))
        rows += ((line, number) for line in text.split("\n"))
    return Carried(tuple(r[0] for r in rows), tuple(r[1] for r in rows), unit, problems)
