"""What the body of a card says about licensing: badges, license sections, tables, sentences."""

from __future__ import annotations

import re

from licaudit.collectors import markdown
from licaudit.collectors.placeholders import says_nothing
from licaudit.facts import CODE, DATA, WEIGHTS, Collected, Gap, Location, Passage, Scope
from licaudit.sources.tree import Entry

_LICENSE_TITLE = re.compile(
    r"licen[sc]|terms of use|usage and license|copyright|许可|协议|版权|授权|ライセンス|라이선스"
    r"|lizenz|licencia|licença",
    re.IGNORECASE,
)
# Sections about others: what they say must not taint this artifact.
_OTHERS = re.compile(
    r"acknowledg|related (work|project)|citation|reference|bibtex|changelog|star history"
    r"|致谢|引用|相关(工作|项目|链接)|友情链接|ecosystem|projects? (using|based)|third.party"
    r"|community projects|faq|news|更新|contribut",
    re.IGNORECASE,
)
_LABEL = re.compile(
    r"^\W{0,8}(?:[\w ]{0,20}\s)?licen[sc]e(?:s|\(s\))?\W{0,4}\s?[::]\W{0,6}(?P<value>\S.{0,400})$"
    r"|^\W{0,8}(?:开源)?(?:许可证|协议|授权)\W{0,4}[::]\W{0,6}(?P<zh>\S.{0,300})$",
    re.IGNORECASE,
)
_WEIGHTS_EVIDENCE = re.compile(
    r"\b(pre-?trained (models?|weights|checkpoints?)|model weights|checkpoints?|model zoo"
    r"|download (the )?(model|weights)|released? (the )?(model|weights|checkpoints?)"
    r"|from_pretrained|our models?)\b|huggingface\.co/[\w.-]+/[\w.-]+"
    r"|模型权重|预训练模型|模型下载|检查点",
    re.IGNORECASE,
)


MOST_LABELS = 300


def body_passages(
    lines: list[str], entry: Entry, artifact: str, scope: Scope, files: tuple[str, ...] = ()
) -> Collected:
    """Passages of a page whose front matter has been blanked; `scope` is the page's own."""
    found: list[Passage] = []
    kept = list(lines)
    fenced = markdown.fenced_lines(lines)
    for number in fenced:
        kept[number - 1] = ""
    found += _badges(kept, entry, artifact, scope)
    sections = markdown.sections(kept)
    near = (("files", "\n".join(files)),) if files else ()
    covered = _license_sections(sections, kept, entry, artifact, scope, found, near)
    found += _tables(kept, entry, artifact, scope, covered, near)
    found += _labels(kept, entry, artifact, scope, covered, near)
    _blank(kept, covered)
    for section in sections:
        if _OTHERS.search(section.title) and not _LICENSE_TITLE.search(section.title):
            _blank(kept, set(range(section.line, section.end_line + 1)))
    rest = "\n".join(kept)
    if rest.strip():
        location = Location(entry.path, 1, len(lines))
        found.append(
            Passage(
                rest,
                location,
                "prose",
                scope,
                artifact,
                hints=(("whole", "yes"), *_names(sections)),
            )
        )
    gaps = tuple(
        Gap(
            artifact,
            "placeholder_section",
            "the card's own license section is left as a template: its tag rests on nothing here",
            p.location,
            p.scope,
            # Model cards come with the template filled in by nobody; their tag is the usual place.
            blocks=p.scope.startswith(("data", "subset")),
        )
        for p in found
        if p.hint("section") and says_nothing(p.text) and len(p.text.split()) < 40
    )
    scopes: set[tuple[str, Scope]] = set()
    if "/" not in entry.path and not scope.startswith("data"):
        scopes = {(artifact, s) for s in _mentioned(rest)}
    return Collected(passages=tuple(found), gaps=gaps, scopes=frozenset(scopes))


def _blank(lines: list[str], numbers: set[int]) -> None:
    for number in numbers:
        if number <= len(lines):
            lines[number - 1] = ""


def _names(sections: list[markdown.Section]) -> tuple[tuple[str, str], ...]:
    first = next((s.title for s in sections if s.level in (1, 2) and s.title), "")
    return (("own_name", first[:80]),) if first else ()


def _mentioned(text: str) -> set[Scope]:
    found: set[Scope] = set()
    if _WEIGHTS_EVIDENCE.search(text):
        found.add(WEIGHTS)
    return found


def scope_of_label(label: str, default: Scope) -> Scope:
    """`Data License` speaks of data, `Model License` of weights; a bare one of the page's own."""
    low = label.lower()
    if re.search(r"\bdata|数据", low):
        return DATA
    if re.search(r"\bmodel|weight|checkpoint|模型|权重", low):
        return WEIGHTS
    if re.search(r"\bcode|source|software|代码", low):
        return CODE
    return default


def _badges(lines: list[str], entry: Entry, artifact: str, scope: Scope) -> list[Passage]:
    found = []
    for number, line in enumerate(lines, 1):
        if "shields.io" not in line:
            continue
        for badge in markdown.badges(line, number):
            if _LICENSE_TITLE.search(badge.label):
                found.append(
                    Passage(
                        badge.value,
                        Location(entry.path, number, key=f"badge:{badge.label}"),
                        "tag",
                        scope_of_label(badge.label, scope),
                        artifact,
                        hints=(("badge", badge.label),),
                    )
                )
    return found


def _license_sections(
    sections: list[markdown.Section],
    lines: list[str],
    entry: Entry,
    artifact: str,
    scope: Scope,
    found: list[Passage],
    files: tuple[tuple[str, str], ...],
) -> set[int]:
    covered: set[int] = set()
    for section in sections:
        titles = [t for t in (section.title, *section.parents) if _LICENSE_TITLE.search(t)]
        if not titles or (section.line in covered and section.level == 0):
            continue
        first, last = section.line + 1, section.end_line
        text = "\n".join(lines[first - 1 : last])
        own = scope_of_label(titles[0], scope)
        covered |= set(range(section.line, last + 1))
        if text.strip():
            found.append(
                Passage(
                    text,
                    Location(entry.path, first, last),
                    "prose",
                    own,
                    artifact,
                    hints=(("section", titles[0]), *files),
                )
            )
    return covered


def _tables(
    lines: list[str],
    entry: Entry,
    artifact: str,
    scope: Scope,
    covered: set[int],
    files: tuple[tuple[str, str], ...],
) -> list[Passage]:
    found = []
    for row in markdown.tables(lines):
        cells = [(markdown.plain(h), c) for h, c in row.cells]
        value = next((c for h, c in cells if re.search(r"licen[sc]e|许可|协议", h, re.I)), None)
        if value is None or not markdown.plain(value):
            continue
        covered.add(row.line)
        name = markdown.plain(cells[0][1])[:80] or f"row {row.line}"
        base = "subset" if scope.startswith(("data", "subset")) else "checkpoint"
        if scope.startswith(("code", "folder")) and not re.search(
            r"model|checkpoint|weight|模型|backbone", cells[0][0], re.I
        ):
            continue  # a table of datasets or projects inside a code repository: not this one's
        card = scope == WEIGHTS
        if card and re.search(r"\b(data|dataset|corpus|subset)", cells[0][0], re.I):
            continue  # what it was trained on
        whose = (("card", "model"),) if card else ()
        found.append(
            Passage(
                value,
                Location(entry.path, row.line),
                "prose",
                f"{base}:{name}",
                artifact,
                hints=(("table", name), *whose, *files),
            )
        )
    return found


def _labels(
    lines: list[str],
    entry: Entry,
    artifact: str,
    scope: Scope,
    covered: set[int],
    files: tuple[tuple[str, str], ...],
) -> list[Passage]:
    found: list[Passage] = []
    for number, line in enumerate(lines, 1):
        if number in covered or len(line) > 1000 or len(found) >= MOST_LABELS:
            continue  # past the limit a line is still read with the page
        match = _LABEL.match(line)
        if match:
            covered.add(number)
            found.append(
                Passage(
                    line.strip(),
                    Location(entry.path, number),
                    "prose",
                    scope_of_label(line[: match.start("value" if match["value"] else "zh")], scope),
                    artifact,
                    hints=(("label", "yes"), *files),
                )
            )
    return found
