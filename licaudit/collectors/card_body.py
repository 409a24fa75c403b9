"""What the body of a card says about licensing: badges, license sections, tables, sentences."""

from __future__ import annotations

import re

from licaudit.collectors import markdown
from licaudit.collectors.card_tables import tables
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
    r"^\W{0,8}(?:[\w ]{0,20}\s)?licen[sc]e(?:s|\(s\))?\W{0,4}\s?[:\uff1a]\W{0,6}"
    r"(?P<value>\S.{0,400})$"
    r"|^\W{0,8}(?:开源)?(?:许可证|协议|授权)\W{0,4}[:\uff1a]\W{0,6}(?P<zh>\S.{0,300})$",
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
_TEXT_WORDS = 40  # a fence with fewer holds no license's text
_TEXT = re.compile(r"\bwarrant|\bhereby\b|\bpermission\b", re.IGNORECASE)


def body_passages(
    lines: list[str],
    entry: Entry,
    artifact: str,
    scope: Scope,
    files: tuple[str, ...] = (),
    name: str = "",
) -> Collected:
    """Passages of a page whose front matter has been blanked; `scope` is the page's own.

    `name` is what people call the repository.
    """
    found: list[Passage] = []
    kept = list(lines)
    fenced = markdown.fenced_lines(lines)
    for number in fenced:
        kept[number - 1] = ""
    found += _badges(kept, entry, artifact, scope)
    sections = markdown.sections(kept)
    near = (("files", "\n".join(files)),) if files else ()
    shown = _with_texts(lines, kept, fenced)
    covered = _license_sections(sections, shown, entry, artifact, scope, found, near)
    names = (name, *(value for _, value in _names(sections)))
    found += tables(kept, entry, artifact, scope, covered, near, names)
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


def _with_texts(lines: list[str], kept: list[str], fenced: set[int]) -> list[str]:
    """The page with fenced license texts shown again: in a license section they are meant."""
    shown = list(kept)
    run: list[int] = []
    for number in (*sorted(fenced), len(lines) + 2):
        if run and number != run[-1] + 1:
            inner = run[1:-1]
            text = "\n".join(lines[n - 1] for n in inner)
            if len(text.split()) >= _TEXT_WORDS and _TEXT.search(text):
                for n in inner:
                    shown[n - 1] = lines[n - 1]
            run = []
        run.append(number)
    return shown


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
