"""Shell scripts, Dockerfiles, Makefiles and the commands of notebooks: what they fetch and pass on.

Nothing is run: lines are cut into words, plain variables filled in, comments left out.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Callable
from dataclasses import replace

from licaudit.collectors import code_links, command_table, python_code
from licaudit.collectors.code_links import Named
from licaudit.collectors.hub_ids import HubKind, artifact_of, is_self
from licaudit.collectors.hub_urls import hub_addresses
from licaudit.collectors.reading import beside, in_tree, only_gap, read_text, shown
from licaudit.collectors.telling import hub_name, hub_of, is_model_shaped, kind_told
from licaudit.facts import CODE, Collected, Gap, Location
from licaudit.sources.tree import Entry, Tree

LARGEST = 300_000
_LONGEST = 8_000  # characters of one command with its continued lines
_WORD = re.compile(r"""(?:\$\(\w+\)|[^\s"'`;|&<>()]|"(?:\\.|[^"\\])*"|'[^']*')+""")
_COMMENT = re.compile(r"(?:^|(?<=\s))#.*$|`\s*#[^`]*`")
_SET = re.compile(
    r"^(?:export\s+|local\s+|ENV\s+|ARG\s+)?\+*(?:[\w-]+\.)*([A-Za-z_][\w-]*)\s*[:?+]?=\s*(.*)$",
    re.S,
)
_VARIABLE = re.compile(r"\$\{([A-Za-z_]\w*)(?::?[-=]([^}]*))?\}|\$\(?([A-Za-z_]\w*)\)?")
_ENDINGS = (".sh", ".bash", ".zsh", ".slurm", ".sbatch", ".mk", ".ps1", ".bat", ".cmd")
_FETCHES = re.compile(r"\b(?:huggingface-cli|hf|modelscope) download\b|\bollama (?:pull|run)\b")
_PROGRAM = re.compile(
    r"""\bpython[\d.]*\b[^\n"'|;&]*\s-c\s+(?P<q>["'])(?P<code>(?:\\.|(?!(?P=q)).){1,8000})(?P=q)""",
    re.DOTALL,
)
_MOST_PROGRAMS = 100
_LONGEST_VALUE = 500  # no id is longer; a value made of itself over and over would be
_SAYS = ("echo", "printf", "RUN echo", "LABEL", "@echo")
Line = tuple[str, int]


def is_shell(entry: Entry) -> bool:
    """Whether a file is commands by its name."""
    name = entry.name.lower()
    docker = name.startswith(("dockerfile", "containerfile")) or ".dockerfile" in name
    return docker or name in ("makefile", "justfile", "procfile") or name.endswith(_ENDINGS)


def collect(tree: Tree, entry: Entry, root: str) -> Collected:
    """Links to what commands name; one Gap for downloads whose name only running would tell."""
    text = read_text(tree, entry, root, CODE, limit=LARGEST, blocks=False)
    if isinstance(text, Gap):
        return only_gap(text)
    lines: list[Line] = [(line, n) for n, line in enumerate(text.split("\n"), 1)]
    return from_lines(lines, tree, entry, root)


def from_lines(lines: list[Line], tree: Tree, entry: Entry, root: str) -> Collected:
    """The same of lines that are already here, such as a workflow's `run:` or a notebook's `!`."""
    text = "\n".join(line for line, _ in lines)
    values: dict[str, str] = {}
    named: list[Named] = []
    unsaid: list[tuple[int, str]] = []
    for command in _commands(lines):
        parts = [(_filled(word, values), line) for word, line in command]
        _remember(parts, values)
        found = _named(parts, entry, text)
        named += found
        said = " ".join(word for word, _ in parts)
        if _FETCHES.search(said) and "$" in said and not found:
            unsaid.append((parts[0][1], shown(said)))
    kept: dict[tuple[str, str, int | None], Named] = {}
    for item in named:
        name = item.artifact.name
        if is_self(root, tree.name, name) or _here(tree, entry, name):
            continue
        kept.setdefault((item.artifact.kind, name, item.location.line), item)
    unique = _of_one_kind(list(kept.values()))
    found_ = code_links.links(unique, entry.path, root)
    return found_ + _inline(lines, tree, entry, root) + code_links.unsaid(unsaid, entry.path, root)


def _commands(lines: list[Line]) -> list[list[Line]]:
    """Each command as its words, every word with its line; continued lines are one command."""
    found: list[list[Line]] = []
    current: list[Line] = []
    length = 0
    for text, number in lines:
        plain = _COMMENT.sub("", text) if "#" in text else text
        continued = plain.rstrip().endswith("\\")
        plain = plain.rstrip().removesuffix("\\")
        current += [(_unquoted(w), number) for w in _WORD.findall(plain[:_LONGEST])]
        length += len(plain)
        if not continued or length > _LONGEST:
            if current:
                found.append(current)
            current, length = [], 0
    return [*found, current] if current else found


def _unquoted(word: str) -> str:
    if word.startswith(('["', '"')) and word.endswith(('",', '"]')):
        word = word.strip("[],")  # a word of a JSON list, as Dockerfiles have them
    return re.sub(r"""["']""", "", word.rstrip(","))


def _filled(word: str, values: dict[str, str]) -> str:
    """A word with the variables known so far, or their written default, put in."""

    def put(match: re.Match[str]) -> str:
        name = match[1] or match[3]
        return values.get(name) or match[2] or match[0]

    return _VARIABLE.sub(put, word)[:_LONGEST] if "$" in word else word


def _remember(parts: list[Line], values: dict[str, str]) -> None:
    for word, _ in parts:
        match = _SET.match(word)
        if match and len(values) < 1_000:
            values[match[1]] = match[2].strip()[:_LONGEST_VALUE]
    if len(parts) >= 3 and parts[0][0] == "ENV" and "=" not in parts[1][0]:
        values[parts[1][0]] = parts[2][0][:_LONGEST_VALUE]
    if len(parts) >= 3 and parts[1][0] in ("=", ":=", "?="):  # a Makefile's variable
        values[parts[0][0]] = parts[2][0][:_LONGEST_VALUE]


def _named(parts: list[Line], entry: Entry, text: str) -> list[Named]:
    words = [word for word, _ in parts]
    found: list[Named] = []
    start = Location(entry.path, parts[0][1])
    for artifact, how in command_table.named(words, start):
        line = next((n for w, n in parts if artifact.name.rpartition(":")[2] in w), parts[0][1])
        found.append(Named(artifact, how, Location(entry.path, line)))
    if words[0].startswith(_SAYS) or words[:2] == ["RUN", "echo"]:
        return found
    for at, (word, line) in enumerate(parts):
        where = Location(entry.path, line)
        for kind, hub_id, hub, _ in hub_addresses(word):
            found.append(Named(artifact_of(kind, hub_id, where, hub=hub), "its address", where))
        for kind, hub_id, how in _told(word, words[at - 1] if at else ""):
            item = artifact_of(kind, hub_id, where, hub=hub_of(text, hub_id))
            found.append(Named(item, how, where))
    return found


def _told(word: str, before: str) -> list[tuple[HubKind, str, str]]:
    """(kind, id, by what) of a word: an option's value, `name=value`, or one of a model's shape."""
    found: list[tuple[HubKind, str, str]] = []
    for piece in word.split(",") if "=" in word else [word]:
        match = _SET.match(piece.lstrip("-"))
        if match:
            name, value = match[1], match[2]
        else:
            name, value = (before if before.startswith("-") else ""), piece
        kind = kind_told(name) if name else None
        hub_id = hub_name(value, kind, name) if kind else None
        if kind and hub_id:
            found.append((kind, hub_id, f"`{name}`"))
        elif is_model_shaped(value) and not _output(name):
            found.append(("model", value, "a word of a command"))
    return found


def _output(name: str) -> bool:
    return bool(re.search(r"out|save|log|cache|run_name|dir\b|prefix|image|tag", name, re.I))


def _inline(lines: list[Line], tree: Tree, entry: Entry, root: str) -> Collected:
    """The programs given to `python -c`, read as Python, at the lines where they stand."""
    text = "\n".join(line for line, _ in lines)
    found = Collected()
    for match in list(_PROGRAM.finditer(text))[:_MOST_PROGRAMS]:
        code = textwrap.dedent(re.sub(r"\\\n|\\(?=[\"'])", "", match["code"]))
        numbers = [n for _, n in lines[text.count("\n", 0, match.start("code")) :]]
        found += code_links.moved(
            python_code.from_source(code, tree, entry, root), _line_in(numbers)
        )
    return replace(found, gaps=())  # half a program is no defect of the script


def _line_in(numbers: list[int]) -> Callable[[int], int]:
    return lambda line: numbers[min(max(line, 1), len(numbers)) - 1]


def _of_one_kind(named: list[Named]) -> list[Named]:
    """Without the models that the same file names as datasets, by a name that tells more."""
    data = {n.artifact.name for n in named if n.artifact.kind == "dataset"}
    return [n for n in named if n.artifact.kind == "dataset" or n.artifact.name not in data]


def _here(tree: Tree, entry: Entry, written: str) -> bool:
    paths = {beside(entry.folder, written), beside("", written)}
    return any(path and in_tree(tree, path) for path in paths)
