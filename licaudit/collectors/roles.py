"""What a file's name and place say about what it governs."""

from __future__ import annotations

import re

from licaudit.facts import CODE, DATA, WEIGHTS, Scope
from licaudit.sources.tree import Entry

_LICENSE_WORD = re.compile(
    r"^(licen[sc]es?|licen[cs]ing|copying|unlicense|eula|terms|agreement|许可证|许可协议|协议|授权)$",
    re.IGNORECASE,
)
# Beside a license: a grant or a condition on patents. A file of patents is named otherwise.
_PATENTS = re.compile(r"^(?:PATENTS?|PATENT[-_ ](?:GRANT|LICEN[SC]E))(?:\.(?:txt|md|rst))?$")
_NOTICE_WORD = re.compile(r"^(notices?|third|thirdparty|attribution)$", re.IGNORECASE)
_POLICY_WORDS = ("use policy", "acceptable use", "usage policy", "prohibited use")
_NOT_LICENSES = frozenset(
    {"header", "headers", "template", "checker", "check", "test", "tests", "plate", "faq", "list"}
)
# Endings of texts; code, images and data never hold the license of a tree.
_ENDINGS = frozenset(
    {
        "",
        "txt",
        "md",
        "markdown",
        "rst",
        "html",
        "htm",
        "pdf",
        "docx",
        "doc",
        "rtf",
        "odt",
        "docm",
        "xhtml",
        "xht",
        "text",
        "en",
        "zh",
        "cn",
        "apache",
        "mit",
        "bsd",
        "gpl",
        "lgpl",
        "agpl",
        "model",
        "weights",
        "data",
    }
)
_CARRIED = re.compile(r"\.(txt|md|markdown|rst|x?html?|xht|pdf|doc[xm]?|odt|rtf)$", re.IGNORECASE)
# Pictures never hold a license that anybody here could read.
PICTURE_ENDINGS = ("png", "jpg", "jpeg", "gif", "bmp", "tif", "tiff", "webp", "svg")
# Words in the name of a picture that shows a sign, not a text.
_SIGNS = frozenset(
    {"badge", "icon", "logo", "shield", "button", "banner", "screenshot", "plot", "figure"}
)
_ROLE_WORDS: tuple[tuple[Scope, frozenset[str]], ...] = (
    (
        WEIGHTS,
        frozenset(
            {
                "model",
                "models",
                "weight",
                "weights",
                "checkpoint",
                "checkpoints",
                "diff",
                "ckpt",
                "模型",
                "权重",
            }
        ),
    ),
    (
        DATA,
        frozenset(
            {"data", "dataset", "datasets", "corpus", "corpora", "annotations", "数据", "数据集"}
        ),
    ),
    (CODE, frozenset({"code", "source", "software", "代码", "源码"})),
)
DOCUMENT_FOLDERS = frozenset(
    {
        "doc",
        "docs",
        "documentation",
        "model_cards",
        "modelcards",
        "cards",
        "license",
        "licenses",
        ".github",
        "assets",
        "agreements",
    }
)
_CARD = re.compile(
    r"^(readme([._-][\w-]{2,10})?|.*model[_ -]?card.*|.*data(set)?[_ -]?card.*|card|"
    r"model[_-]?zoo|datasets?|data|licen[cs]ing|disclaimer)\.(md|markdown|mdx|rst|txt)$|^readme$",
    re.IGNORECASE,
)


def tokens(name: str) -> list[str]:
    """The words of a file's name, its ending included when it is a word of its own."""
    return [t.lower() for t in re.split(r"[\s._\-()]+", name) if t]


def is_license_file(entry: Entry) -> bool:
    """Whether a file's name says that it holds license terms or notices."""
    if _PATENTS.match(entry.name):
        return True
    stem, dot, ending = entry.name.rpartition(".")
    if not dot:
        stem, ending = entry.name, ""
    if ending.lower() not in _ENDINGS:
        if not _LICENSE_WORD.match(tokens(entry.name)[0] if tokens(entry.name) else ""):
            return False
        if len(ending) > 12 or ending.lower() in (
            "py",
            *PICTURE_ENDINGS,
            "json",
            "js",
            "sh",
            "yml",
            "yaml",
            "c",
            "h",
            "cpp",
            "ts",
            "go",
            "rs",
        ):
            return False
    parts = tokens(stem)
    if not parts or len(parts) > 8 or _NOT_LICENSES & set(parts):
        return False
    if any(p in " ".join(parts) for p in _POLICY_WORDS):
        return True
    if _folder_of_licenses(entry):
        return True
    return any(_LICENSE_WORD.match(p) for p in (parts[0], parts[-1], *parts[1:-1])) or bool(
        _NOTICE_WORD.match(parts[0]) and len(parts) < 4
    )


def is_license_picture(entry: Entry) -> bool:
    """Whether a picture stands where a license would: `LICENSE.png` beside the tree's own files."""
    stem, _, ending = entry.name.rpartition(".")
    parts = tokens(stem)
    if ending.lower() not in PICTURE_ENDINGS or not parts or len(parts) > 3 or _SIGNS & set(parts):
        return False
    if entry.folder and not _folder_of_licenses(entry):
        return False  # an icon among a page's pictures
    return bool(_LICENSE_WORD.match(parts[0]) or _LICENSE_WORD.match(parts[-1]))


def _folder_of_licenses(entry: Entry) -> bool:
    return entry.folder.split("/")[-1].lower() in ("licenses", "licences", "license")


def is_notice(entry: Entry) -> bool:
    """Whether the file lists other people's terms rather than granting this work's own."""
    first = tokens(entry.name)[:1]
    return bool(first and _NOTICE_WORD.match(first[0]))


def is_policy(entry: Entry) -> bool:
    """Whether the file is a use policy that another license incorporates."""
    return any(p in " ".join(tokens(entry.name)) for p in _POLICY_WORDS)


def is_card(entry: Entry) -> bool:
    """Whether the file is a page that describes the artifact: README, model card, data card."""
    return bool(_CARD.match(entry.name))


def role(entry: Entry) -> Scope | None:
    """What the name says the file governs; None when it does not say."""
    words = set(tokens(entry.name))
    for scope, names in _ROLE_WORDS:
        if words & names:
            return scope
    return None


def portion(entry: Entry) -> str | None:
    """`Lavis` for LICENSE_Lavis.md: the named part of somebody else that the file is about."""
    stem = _CARRIED.sub("", entry.name)
    match = re.match(r"^licen[sc]e[-_.]([A-Za-z0-9][\w.+]*)$", stem, re.IGNORECASE)
    if not match or role(entry):
        return None
    return match.group(1)


def place(entry: Entry) -> str:
    """The folder a file speaks for: documentation folders speak for the folder above them."""
    parts = entry.folder.split("/") if entry.folder else []
    while parts and parts[-1].lower() in DOCUMENT_FOLDERS:
        parts.pop()
    return "/".join(parts)


def nested(scope: Scope, folder: str) -> Scope:
    """A scope narrowed to a folder: `checkpoint:`, `subset:` or `folder:`; itself at the root."""
    if not folder:
        return scope
    prefix = {WEIGHTS: "checkpoint", DATA: "subset", CODE: "folder"}.get(scope)
    return f"{prefix}:{folder}" if prefix else scope
