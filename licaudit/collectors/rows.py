"""Row files - parquet, jsonl, csv, arrow - opened with DuckDB, shut off from all else.

DuckDB sees files under names of our own making (links in a folder of ours): a hostile file name
never reaches SQL. It may open these files and nothing else, loads no extension, and works within
bounds of memory and threads.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from licaudit.errors import TargetError

if TYPE_CHECKING:
    import duckdb

RowFormat = Literal["parquet", "jsonl", "csv", "arrow"]
ENDINGS: dict[str, RowFormat] = {
    ".parquet": "parquet",
    ".pq": "parquet",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".jsonlines": "jsonl",
    ".csv": "csv",
    ".tsv": "csv",
    ".arrow": "arrow",
    ".feather": "arrow",
}
PACKED = (".gz", ".zst")
PACKABLE = ("jsonl", "csv")
FILE = "_licaudit_file"  # the column that tells which file a row is of
TWICE = "_licaudit_twice"  # the column that tells whether a line names a key twice
MEMORY = "1200MB"
THREADS = 4
LONGEST_LINE = 16 << 20  # bytes of one JSON object; a longer one makes its file unreadable
LONGEST_RECORD = 4 << 20  # the same for csv, which takes sixteen times as much memory
LINE_OPTIONS = f", maximum_object_size = {LONGEST_LINE}"
_READERS: dict[RowFormat, tuple[str, str]] = {
    "parquet": ("read_parquet", ""),
    "jsonl": ("read_ndjson_objects", f", ignore_errors = true{LINE_OPTIONS}"),
    "csv": ("read_csv", f", all_varchar = true, header = true, max_line_size = {LONGEST_RECORD}"),
}
SAMPLE = 500  # rows looked at for what JSON text and maps hold


@dataclass(frozen=True, slots=True)
class RowPath:
    """A file of rows: where it is, its name below the target, its format and packing."""

    path: Path
    name: str
    format: RowFormat
    packing: str = ""

    @property
    def ending(self) -> str:
        """How the link to it must end for DuckDB to unpack it."""
        return f".{self.format}{self.packing}"


def find_files(targets: Sequence[str]) -> list[RowPath]:
    """The row files among files and folders, in order of their names. Raises TargetError."""
    found: dict[Path, RowPath] = {}
    for target in targets:
        start = Path(target)
        if not start.exists():
            raise TargetError("there is no such file or folder", where=target, todo="Check it.")
        if start.is_file():
            kind = format_of(start.name)
            if kind is None:
                raise TargetError(
                    "is no file of rows that can be counted",
                    where=target,
                    todo="Give parquet, jsonl, csv or arrow; jsonl and csv also as .gz or .zst.",
                )
            found.setdefault(start.resolve(), RowPath(start, start.name, *kind))
            continue
        for path in _walk(start):
            kind = format_of(path.name)
            if kind is not None:
                name = path.relative_to(start).as_posix()
                found.setdefault(path.resolve(), RowPath(path, name, *kind))
    files = sorted(found.values(), key=lambda f: (f.name, str(f.path)))
    _unique(files)
    return files


def _unique(files: list[RowPath]) -> None:
    names = [f.name for f in files]
    twice = next((n for n in names if names.count(n) > 1), None) if len(names) < 2000 else None
    if twice is not None:
        raise TargetError(
            f"two files are called {twice}", todo="Give the folder that holds both instead."
        )


def _walk(folder: Path) -> Iterator[Path]:
    """Files below a folder; a link never leads out of it, a hidden folder is not looked into."""
    home = folder.resolve()
    for place, folders, names in os.walk(folder):
        folders[:] = sorted(f for f in folders if not f.startswith("."))
        for name in sorted(names):
            path = Path(place, name)
            inside = path.resolve().is_relative_to(home) or not path.is_symlink()
            if inside and path.is_file():
                yield path


def format_of(name: str) -> tuple[RowFormat, str] | None:
    """(format, packing) by the ending, or None for what is no row file."""
    stem, packing = name.lower(), ""
    for ending in PACKED:
        if stem.endswith(ending):
            stem, packing = stem[: -len(ending)], ending
    kind = ENDINGS.get(os.path.splitext(stem)[1])
    if kind is None or (packing and kind not in PACKABLE):
        return None
    return kind, packing


@dataclass(frozen=True)
class Desk:
    """An open DuckDB, and the names under which it sees the files and may write."""

    base: duckdb.DuckDBPyConnection
    folder: Path
    links: dict[Path, str]
    opened: ExitStack

    def link(self, file: RowPath) -> str:
        """The SQL literal of a file's name."""
        return literal(self.links[file.path])

    def source(self, files: Sequence[RowPath], named: bool = False) -> str:
        """What stands after FROM to read files of one format, for one query; `named` adds FILE.

        For jsonl there is one column, `json`, a line each: `lines` reads its keys.
        Raises the errors of `row_errors`.
        """
        first = files[0]
        if first.format == "arrow":
            name = self._arrow(first)
            return f"(SELECT *, {self.link(first)} AS {FILE} FROM {name})" if named else name
        reader, options = _READERS[first.format]
        listed = ", ".join(self.link(f) for f in files)
        column = f", filename = {literal(FILE)}" if named else ""
        return f"{reader}([{listed}], hive_partitioning = false{options}{column})"

    def lines(self, files: Sequence[RowPath], keys: Sequence[str], tolerant: bool) -> str:
        """JSON lines as columns of text, one for each key, called `key_name(key)`.

        The lines are parsed once, and what is no object or names one of the keys twice fails the
        query; keys that differ in their case alone cannot be read so. `tolerant` lets such lines
        be: it adds the line itself as `json`, and whether it names any key twice as TWICE.
        """
        if not tolerant:
            listed = ", ".join(self.link(f) for f in files)
            columns = ", ".join(f"{literal(k)}: 'VARCHAR'" for k in keys)
            read = f"read_ndjson([{listed}], columns = {{{columns}}}, records = true"
            read += f", hive_partitioning = false{LINE_OPTIONS}, filename = {literal(FILE)})"
            names = ", ".join(f"{quoted(k)} AS {key_name(k)}" for k in keys)
            return f"(SELECT {FILE}, {names} FROM {read})"
        names = "".join(
            f", json_extract_string(json, {literal(pointer(k))}) AS {key_name(k)}" for k in keys
        )
        read = self.source(files, named=True)
        return f"(SELECT {FILE}, json, {_TWICE_SQL} AS {TWICE}{names} FROM {read})"

    def _arrow(self, file: RowPath) -> str:
        """An arrow file (or stream: Hugging Face writes those) as a view that can be read once."""
        from nanoarrow import ArrayStream
        from nanoarrow.ipc import InputStream

        link = Path(self.links[file.path])
        handle = self.opened.enter_context(link.open("rb"))
        if handle.read(8)[:6] != b"ARROW1":  # a file is that mark, a stream, and a footer
            handle.seek(0)
        name = f"arrow{link.stem}"
        self.base.register(name, ArrayStream(InputStream.from_readable(handle)))
        return name

    def ask(self, query: str) -> list[tuple[Any, ...]]:
        """All rows of a query. Raises duckdb.Error."""
        return self.base.execute(query).fetchall()

    def progress(self) -> float:
        """How far the running query is, in percent; safe to ask from another thread."""
        return float(self.base.query_progress())


@contextmanager
def open_desk(files: Iterable[RowPath], threads: int | None = None) -> Iterator[Desk]:
    """A DuckDB that may read these files and write into one folder of its own, which is removed."""
    import duckdb

    folder = Path(tempfile.mkdtemp(prefix="licaudit-rows-")).resolve()
    base = duckdb.connect(":memory:")
    try:
        links: dict[Path, str] = {}
        for index, file in enumerate(files):
            link = folder / f"{index:06d}{file.ending}"
            link.symlink_to(file.path.resolve())
            links[file.path] = str(link)
        real = [str(Path(link).resolve()) for link in links.values()]
        _shut(base, folder, [*links.values(), *real], threads)
        with ExitStack() as opened:
            yield Desk(base, folder, links, opened)
    finally:
        base.close()
        shutil.rmtree(folder, ignore_errors=True)


def _shut(
    base: duckdb.DuckDBPyConnection, folder: Path, paths: list[str], threads: int | None
) -> None:
    allowed = ", ".join(map(literal, paths))
    settings = {
        "autoinstall_known_extensions": "false",
        "autoload_known_extensions": "false",
        "allow_community_extensions": "false",
        "python_enable_replacements": "false",
        "memory_limit": literal(MEMORY),
        "threads": str(threads or min(THREADS, os.cpu_count() or 1)),
        "temp_directory": literal(str(folder / "spill")),
        "allowed_directories": f"[{literal(str(folder) + '/')}]",
        "allowed_paths": f"[{allowed}]",
        "enable_external_access": "false",
        "enable_progress_bar": "true",  # counted, not printed: `query_progress` needs it
        "enable_progress_bar_print": "false",
        "lock_configuration": "true",
    }
    for key, value in settings.items():
        base.execute(f"SET {key} = {value}")


def literal(text: str) -> str:
    """A SQL string. Raises TargetError for a name that no SQL can hold."""
    if "\0" in text:
        raise TargetError("a name holds a zero byte", where=repr(text), todo="Rename it.")
    return "'" + text.replace("'", "''") + "'"


def quoted(name: str) -> str:
    """A SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


_TWICE_SQL = "coalesce(len(json_keys(json)) <> len(list_distinct(json_keys(json))), false)"


def key_name(key: str) -> str:
    """A column name of ours for a key of theirs: keys may differ in case, columns cannot."""
    return "k_" + hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()[:12]


def pointer(*keys: str) -> str:
    """The JSON pointer that leads by these keys."""
    return "".join("/" + k.replace("~", "~0").replace("/", "~1") for k in keys)


def row_errors() -> tuple[type[Exception], ...]:
    """What reading a damaged file raises, in DuckDB and in nanoarrow."""
    import duckdb
    from nanoarrow._utils import NanoarrowException

    return (duckdb.Error, NanoarrowException, OSError)
