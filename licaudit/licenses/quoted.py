"""What a page quotes and does not say: sample conversations, tables of prompts, records of data.

A model's answer ("I cannot help with anything illegal") is no term of use. Only clear shapes count:
two speakers who take turns, a table whose rows answer requests, a record with quoted keys. A line
that speaks of licensing ends a conversation, and a table that asks about licensing is a list of
frequent questions, which is the author's own word.
"""

from __future__ import annotations

import re

Span = tuple[int, int]

_LINE = re.compile(r"[^\n]*\n|[^\n]+")
_SPEAKER = re.compile(
    r"[ \t>*_#|`-]{0,12}(?:<\w{1,6}>)?[*_]{0,2}(?P<role>用户|病人|患者"
    r"|医生|律师|客服|助手|机器人|指令|回答|回复|输入|输出"
    r"|users?|humans?|assistant|bot|instruction|response|prompt|input|output|(?:chat)?gpt[\w.-]{0,8}"
    r"|[A-Za-z][\w.-]{0,30}(?:-chat|chat|gpt|glm|bot)|文心一言)[*_]{0,2}[ \t]?[:：]",
    re.IGNORECASE,
)
_WEAK = frozenset({"input", "output", "输入", "输出", "prompt"})  # a model's card describes these
_STOPS = re.compile(
    r"[ \t]{0,3}(?:#{1,6}\s|-{3,}\s*$|={3,}\s*$|</details|<details|<h\d)", re.IGNORECASE
)
_LICENSING = re.compile(
    r"licen[sc]|commercial|copyright|terms of use|redistribut|disclaimer"
    r"|许可|协议|版权|授权|商用|声明",
    re.IGNORECASE,
)
_ROW = re.compile(r"[ \t>]{0,12}\|")
_RULE = re.compile(r"[ \t>]{0,12}\|?[ \t:|-]{3,}$")
_ASKING = re.compile(
    r"\b(?:prompts?|instructions?|quer(?:y|ies)|user inputs?)\b|提示词?|指令|测试输入|用户输入",
    re.IGNORECASE,
)
_REQUEST = re.compile(
    r"[^|]{2,400}[?？]\s{0,9}(?:</?\w{1,6}>\s{0,3})?$|(?:<\w{1,6}>)?\s{0,3}(?:请|帮我|帮忙|写|如何|怎么"
    r"|怎样|为什么|什么|扮演|完成|根据"
    r"|我想|我要|句子\s?\d|how |what |why |who |write |can you"
    r"|could you|please |tell me|give me|explain )",
    re.IGNORECASE,
)
_KEYS = re.compile(r"[\"']([A-Za-z_]\w{0,30})[\"']\s{0,3}:\s{0,3}[\"'\[{\d]")
_ELEMENT = re.compile(r"[ \t]{0,40}(['\"])[^\n]{20,}\1,[ \t\r\n]{0,9}")
_PROSE = "".join(map(chr, range(32, 127))).translate(str.maketrans("", "", "'\"]}")) + "\t\r\n"
TURN = 60  # lines a last speaker may go on for
CELL = 600  # characters of a cell that are looked at


def quoted(text: str) -> list[Span]:
    """The stretches of a text that nobody says in the author's name, in order."""
    lines = [(m.start(), m.end()) for m in _LINE.finditer(text)]
    found = [*_conversations(text, lines), *_tables(text, lines), *_records(text, lines)]
    return sorted(found)


def _conversations(text: str, lines: list[Span]) -> list[Span]:
    """From a first speaker to the end of a last one, where at least two different ones speak."""
    found: list[Span] = []
    first, last, roles = -1, -1, set[str]()

    def close(end: int) -> None:
        if len(roles) > 1 and not roles <= _WEAK:
            found.append((lines[first][0], lines[min(end, last + TURN)][1]))

    for number, (start, end) in enumerate(lines):
        head = text[start : min(end, start + 120)]
        speaker = _SPEAKER.match(head)
        if speaker:
            if first < 0:
                first = number
            last = number
            roles.add(speaker["role"].lower())
        elif first >= 0 and (
            _STOPS.match(head) or _LICENSING.search(text, start, min(end, start + 400))
        ):
            close(number - 1)
            first, last, roles = -1, -1, set()
    if first >= 0:
        close(len(lines) - 1)
    return found


def _tables(text: str, lines: list[Span]) -> list[Span]:
    """Tables of prompts with what models answered them."""
    found: list[Span] = []
    number = 0
    while number < len(lines):
        if not _ROW.match(text, *lines[number]):
            number += 1
            continue
        first = number
        while number < len(lines) and _ROW.match(text, *lines[number]):
            number += 1
        if _is_conversation(text, lines[first:number]):
            found.append((lines[first][0], lines[number - 1][1]))
    return found


def _is_conversation(text: str, rows: list[Span]) -> bool:
    header = text[rows[0][0] : rows[0][1]][:CELL]
    body = [text[start:end][:CELL] for start, end in rows[1:]]
    body = [row for row in body if not _RULE.match(row.strip())]
    if _LICENSING.search(header) or not body:
        return False
    asked = [_request(row) for row in body]
    if any(cell and _LICENSING.search(cell) for cell in asked):
        return False
    if _ASKING.search(header):
        return True
    return len(body) > 1 and sum(bool(cell) for cell in asked) * 2 > len(body)


def _request(row: str) -> str:
    """The cell of a row that asks for something, among its first three; else nothing."""
    cells = [cell.strip() for cell in row.strip().strip("|>").split("|")][:3]
    return next((cell for cell in cells if _REQUEST.match(cell)), "")


def _records(text: str, lines: list[Span]) -> list[Span]:
    """Lines that show a row of data: two quoted keys, or one beside a quoted list, none of them
    about licensing; or one quoted element of a list."""
    found = []
    for start, end in lines:
        if _ELEMENT.fullmatch(text, start, end):
            found.append((start, end))
            continue
        if "':" not in text[start:end] and '":' not in text[start:end]:
            continue
        keys = [match[1] for match in _KEYS.finditer(text, start, end)]
        commas = text.count("', '", start, end) + text.count('", "', start, end)
        if len(keys) > (0 if commas > 1 else 1) and not any(_LICENSING.search(key) for key in keys):
            found.append((start, start + len(text[start:end].rstrip(_PROSE))))
    return found
