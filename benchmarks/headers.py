"""What a weight file of 100 GB costs: bytes read and milliseconds, in process, for each format.

Usage: `python -m benchmarks.headers [--runs 9]`. The files are sparse: a real header, then nothing
up to 100 GB. Headers are as large as real ones are: GGUF with the vocabulary of a current model
(128,000 words and 280,000 merges, 6 MB), safetensors with 700 and with 60,000 tensors. The mark:
the header plus 2 MB of reading, and 100 ms in the run that other programs disturbed least; the
median stands beside it.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import struct
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from licaudit.collectors import collect_tree
from licaudit.sources.local import LocalTree

SIZE = 100 * 1024**3
MORE = 2_000_000  # bytes that may be read beyond the header
MARK = 100.0  # milliseconds
LICENSE = "cc-by-nc-4.0"


@dataclass(frozen=True)
class Cost:
    """One file: the length of its header, what was read of it, and how long that took."""

    name: str
    header: int
    read: int
    best: float  # milliseconds
    median: float
    cpu: float  # of this process alone, median

    @property
    def within(self) -> bool:
        return self.read <= self.header + MORE and self.best <= MARK


def gguf(words: int, merges: int) -> bytes:
    """A header in the order of llama.cpp's converter; the license stands in front, as there."""
    texts = (
        [f"{n:x}".encode() for n in range(words)],
        [f"{n:x} {n % 97:x}".encode() for n in range(merges)],
    )
    pairs = [
        _text("general.architecture", "llama"),
        _text("general.license", LICENSE),
        _list("tokenizer.ggml.tokens", texts[0]),
        _key("tokenizer.ggml.token_type") + struct.pack("<IIQ", 9, 5, words) + bytes(4 * words),
        _list("tokenizer.ggml.merges", texts[1]),
        _text("tokenizer.chat_template", "x" * 5_000),
        _text("quantize.imatrix.dataset", "calibration.txt"),
    ]
    return b"GGUF" + struct.pack("<IQQ", 3, 0, len(pairs)) + b"".join(pairs)


def _key(name: str) -> bytes:
    return struct.pack("<Q", len(name)) + name.encode()


def _text(name: str, value: str) -> bytes:
    return _key(name) + struct.pack("<IQ", 8, len(value)) + value.encode()


def _list(name: str, items: list[bytes]) -> bytes:
    front = _key(name) + struct.pack("<IIQ", 9, 8, len(items))
    return front + b"".join(struct.pack("<Q", len(i)) + i for i in items)


def safetensors(tensors: int) -> bytes:
    """A header of so many tensors, its metadata in front, as the format's own library writes it."""
    step = (SIZE - 50_000_000) // tensors
    header: dict[str, object] = {"__metadata__": {"format": "pt", "license": LICENSE}}
    for n in range(tensors):
        place = [n * step, (n + 1) * step]
        name = f"model.layers.{n // 9}.mlp.experts.{n % 9}.down_proj.weight"
        header[name] = {"dtype": "BF16", "shape": [4096, 14336], "data_offsets": place}
    raw = json.dumps(header, separators=(",", ":")).encode()
    return struct.pack("<Q", len(raw)) + raw


FILES: dict[str, Callable[[], bytes]] = {
    "small.gguf": lambda: gguf(10, 10),
    "llama-3.gguf": lambda: gguf(128_256, 280_147),
    "700-tensors.safetensors": lambda: safetensors(700),
    "60000-tensors.safetensors": lambda: safetensors(60_000),
}


def cost(folder: Path, name: str, runs: int) -> Cost:
    """Write one sparse file into an empty folder and read its header so many times."""
    header = FILES[name]()
    path = folder / name
    path.write_bytes(header)
    os.truncate(path, SIZE)
    wall, cpu, read = [], [], 0
    for count in range(runs + 1):
        tree = LocalTree(str(folder))
        clock, spent = time.perf_counter(), time.process_time()
        found = collect_tree(tree)[1]
        if count:
            wall.append((time.perf_counter() - clock) * 1000)
            cpu.append((time.process_time() - spent) * 1000)
        read = tree.bytes_read
        if [p.text for p in found.passages] != [LICENSE]:
            sys.exit(f"{name}: the license was not read")
    path.unlink()
    times = min(wall), statistics.median(wall), statistics.median(cpu)
    return Cost(name, len(header), read, *times)


def main() -> int:
    """Print the figures, and exit with 1 when one of them misses its mark."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=9)
    args = parser.parse_args()
    print(f"{'100 GB of':26} {'header':>12} {'read':>12} {'best ms':>8} {'median':>8} {'CPU':>8}")
    good = True
    with tempfile.TemporaryDirectory() as scratch:
        for name in FILES:
            one = cost(Path(scratch), name, max(1, args.runs))
            good = good and one.within
            word = "" if one.within else "   misses its mark"
            figures = f"{one.header:12,} {one.read:12,}"
            figures += f" {one.best:8.1f} {one.median:8.1f} {one.cpu:8.1f}"
            print(f"{name:26} {figures}{word}")
    busy = os.getloadavg()[0] / (os.cpu_count() or 1)
    print(f"mark: header + {MORE:,} bytes, {MARK:.0f} ms (best of {args.runs}, in process)")
    print(f"programs that wanted each processor meanwhile: {busy:.1f}")
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
