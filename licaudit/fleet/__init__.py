"""Many works at once: the rows of a corpus register, and data too large for one look."""
