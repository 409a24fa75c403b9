"""Writing the rows that may be kept: the same format, packing and file names as before.

JSON lines keep their bytes; parquet keeps its codec and its file-level metadata; csv is written
with quotes where they are needed. Rows keep their order, so two runs give the same bytes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path

from licaudit.collectors.row_counts import Key, key_columns
from licaudit.collectors.row_shape import Shape
from licaudit.collectors.rows import Desk, RowPath, literal, quoted

CODECS = {"SNAPPY": "snappy", "GZIP": "gzip", "ZSTD": "zstd", "LZ4_RAW": "lz4_raw",
          "BROTLI": "brotli", "UNCOMPRESSED": "uncompressed"}  # fmt: skip
PACKING = {"": "none", ".gz": "gzip", ".zst": "zstd"}
CHUNK = 1 << 20
NO_QUOTE = "QUOTE '', ESCAPE '', DELIMITER '\x02', HEADER false"  # a line of JSON as it stands


def write_kept(desk: Desk, file: RowPath, shape: Shape, kept: Sequence[Key]) -> Path | None:
    """The kept rows of one file in the desk's folder; None when there are none.

    Raises the errors of `row_errors`. The caller moves the file to its place.
    """
    held = shape.of("license")
    if not kept or not held:
        return None
    names = [f"l{i}" for i in range(len(held))]
    desk.base.execute(
        f"CREATE OR REPLACE TEMP TABLE kept ({', '.join(f'{n} VARCHAR' for n in names)})"
    )
    marks = ", ".join("?" for _ in names)
    desk.base.executemany(f"INSERT INTO kept VALUES ({marks})", [list(k) for k in kept])
    out = desk.folder / f"kept{file.ending}"
    out.unlink(missing_ok=True)
    columns = ", ".join(key_columns(shape, raw=True))
    rows = (
        f"SELECT {'json' if shape.kind == 'jsonl' else '*'} "
        f"FROM {shape.source(desk, [file], raw=True)} "
        f"WHERE {'json IS NOT NULL AND ' if shape.kind == 'jsonl' else ''}"
        f"({columns}) IN (SELECT ({', '.join(names)}) FROM kept)"
    )
    done = desk.ask(f"COPY ({rows}) TO {literal(str(out))} ({_options(desk, file)})")
    return out if done and done[0][0] else None


def _options(desk: Desk, file: RowPath) -> str:
    if file.format == "parquet":
        return f"FORMAT parquet, COMPRESSION {_codec(desk, file)}{_metadata(desk, file)}"
    packing = PACKING[file.packing]
    if file.format == "jsonl":
        return f"FORMAT csv, {NO_QUOTE}, COMPRESSION {packing}"
    comma = "\\t" if file.path.name.lower().split(".")[-1 - bool(file.packing)] == "tsv" else ","
    delimiter = "E'\\t'" if comma == "\\t" else "','"
    return f"FORMAT csv, HEADER true, DELIMITER {delimiter}, COMPRESSION {packing}"


def _codec(desk: Desk, file: RowPath) -> str:
    rows = desk.ask(
        f"SELECT compression FROM parquet_metadata({desk.link(file)}) "
        "GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT 1"
    )
    return CODECS.get(rows[0][0], "zstd") if rows else "zstd"


def _metadata(desk: Desk, file: RowPath) -> str:
    """What the file says of itself (Hugging Face keeps its features there), carried over."""
    rows = desk.ask(
        f"SELECT decode(key), decode(value) FROM parquet_kv_metadata({desk.link(file)}) ORDER BY 1"
    )
    kept = [(k, v) for k, v in rows if k and v and k != "ARROW:schema"]
    listed = ", ".join(f"{quoted(k)}: {literal(v)}" for k, v in kept)
    return f", KV_METADATA {{{listed}}}" if kept else ""


def sha256_of(path: Path) -> str:
    """The digest of a file's bytes."""
    found = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(CHUNK):
            found.update(block)
    return found.hexdigest()
