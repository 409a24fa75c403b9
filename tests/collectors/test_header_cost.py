"""A weight file of 100 GB costs its header and little more, with a vocabulary as real ones have."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.headers import FILES, MORE, SIZE, cost


@pytest.mark.parametrize("name", FILES)
def test_bytes_read_of_a_hundred_gigabytes(tmp_path: Path, name: str) -> None:
    found = cost(tmp_path, name, runs=1)  # which checks that the license was read
    assert found.header * 1000 < SIZE
    assert found.read <= found.header + MORE
