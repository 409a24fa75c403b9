"""Model cards, dataset cards and READMEs: the front matter's fields and what the page says."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from licaudit.collectors import (
    card_configs,
    card_relations,
    frontmatter,
    markdown,
    prose_links,
    prose_makers,
    roles,
    unnamed_makers,
)
from licaudit.collectors.card_body import body_passages
from licaudit.collectors.context import DEFAULT_SCOPE, Context, page_lines
from licaudit.collectors.placeholders import is_error_page
from licaudit.facts import CODE, Collected, Gap, Location, Passage, Scope
from licaudit.settings import LIMITS
from licaudit.sources.tree import Entry, ReadError, Tree

LICENSE_KEYS = ("license", "licenses", "licence", "licences", "License", "Licenses")


def collect(tree: Tree, entry: Entry, context: Context) -> Collected:
    """Passages of one page, the links its front matter names, and Gaps for what is broken."""
    folder = roles.place(entry)
    artifact, kind, inner = context.owner(folder)
    scope = _scope(entry, kind, inner)
    where = Location(entry.path, 1)
    try:
        data = tree.read(entry.path, 0, min(entry.size, LIMITS.whole_file))
    except ReadError as error:
        return Collected(gaps=(Gap(artifact, error.reason, error.detail, where, scope),))
    lines = page_lines(data)
    if lines is None:
        detail = f"{entry.name} is not a text; whatever it says about licensing is unread"
        return Collected(gaps=(Gap(artifact, "binary", detail, where, scope),))
    result = Collected()
    if entry.size > LIMITS.whole_file:
        detail = f"{entry.size} bytes; only the first {LIMITS.whole_file} were read"
        result += Collected(gaps=(Gap(artifact, "cut_short", detail, where, scope),))
    head = frontmatter.find(lines, entry.path)
    if head is not None:
        result += _front(head, entry, artifact, kind, scope, context)
        for number in range(head.first_line - 1, min(head.last_line, len(lines))):
            lines[number] = ""
    if is_error_page("\n".join(line for line in lines[:400] if line)):
        detail = "the page is a server's error message saved in place of the card"
        return result + Collected(gaps=(Gap(artifact, "error_page", detail, where, scope),))
    if head is not None and kind == "dataset":
        result += card_configs.collect(head, entry, artifact)
    if kind in ("model", "dataset") and not inner:
        result += prose_makers.collect(lines, entry, artifact, kind, (context.name,))
    if head is not None and kind == "dataset":
        result += unnamed_makers.in_card(head, entry, artifact, scope, result)
    if kind == "model" and not inner:
        result += _said_links(lines, entry, artifact, context, result)
        if head is not None:
            result += _unnamed_base(head, entry, artifact, context, result, scope)
    name = context.name if artifact == context.root else ""
    body = body_passages(lines, entry, artifact, scope, context.license_files, name)
    return result + (_with_name(body, context.name) if artifact == context.root else body)


def _with_name(body: Collected, name: str) -> Collected:
    """Prose that knows what people call the repository: its sentences may name it so."""
    hint = ("tree_name", name)
    passages = tuple(
        replace(p, hints=(*p.hints, hint)) if p.form == "prose" else p for p in body.passages
    )
    return replace(body, passages=passages)


def _unnamed_base(
    head: frontmatter.FrontMatter,
    entry: Entry,
    artifact: str,
    context: Context,
    found: Collected,
    scope: Scope,
) -> Collected:
    made = ("fine_tuned_from", "adapter_of", "merged_from", "quantized_from", "distilled_from")
    if any(link.relation in made for link in found.links):
        return Collected()
    tags = tuple(tag for tag, _ in card_relations.items(head, "tags"))
    why = prose_links.unnamed_base((context.name,), tags)
    if why is None:
        return Collected()
    where = Location(entry.path, head.line("tags") or head.first_line, key="tags")
    return Collected(gaps=(Gap(artifact, "base_not_named", why, where, scope),))


def _said_links(
    lines: list[str], entry: Entry, artifact: str, context: Context, front: Collected
) -> Collected:
    """Upstreams named in sentences; bare family names only where no field names the base."""
    fenced = markdown.fenced_lines(lines)
    shown = ["" if n in fenced else line for n, line in enumerate(lines, 1)]
    title = next((line.lstrip("# ") for line in shown if line.startswith("# ")), "")
    said = prose_links.collect(shown, entry, artifact, (context.name, title))
    if not any(link.relation not in ("trained_on", "derived_from") for link in front.links):
        return said
    known = {a.id for a in said.artifacts if not a.id.startswith("name:")}
    return Collected(
        tuple(a for a in said.artifacts if a.id in known),
        links=tuple(link for link in said.links if link.target in known),
    )


def _scope(entry: Entry, kind: str, folder: str) -> Scope:
    name = entry.name.lower()
    base = DEFAULT_SCOPE[kind]  # type: ignore[index]
    if ("model" in name and "card" in name) or "model_zoo" in name or "modelzoo" in name:
        base = "weights"
    elif ("data" in name and "card" in name) or name.startswith(("data.", "dataset")):
        base = "data:collection"
    return roles.nested(base, folder)


def _front(
    head: frontmatter.FrontMatter,
    entry: Entry,
    artifact: str,
    kind: str,
    scope: Scope,
    context: Context,
) -> Collected:
    gaps: list[Gap] = []
    if head.problem:
        where = Location(entry.path, head.first_line)
        gaps.append(Gap(artifact, "broken_front_matter", head.problem, where, scope))
    scopes = [scope]
    if kind == "model" and context.has_code and artifact == context.root:
        scopes.append(CODE)  # a hub's license field speaks for the whole repository
    files = context.license_files
    passages = [p for s in scopes for p in _license_passages(head, entry, artifact, s, files)]
    if not passages and head.data and not context.owner(entry.folder)[2]:
        where = Location(entry.path, head.first_line, key="license")
        gaps.append(
            Gap(
                artifact,
                "no_license_field",
                "the front matter names no license",
                where,
                scope,
                blocks=False,
            )
        )
    gaps += _gating(head, entry, artifact, scope)
    found = Collected(
        passages=tuple(passages), gaps=tuple(gaps), scopes=frozenset({(artifact, scope)})
    )
    return found + card_relations.collect(head, entry, artifact, kind, scope)


def _license_passages(
    head: frontmatter.FrontMatter, entry: Entry, artifact: str, scope: Scope, files: tuple[str, ...]
) -> list[Passage]:
    data = head.data
    hints = [
        (name, str(data[name]))
        for name in ("license_name", "license_link", "license_details")
        if data.get(name) not in (None, "", [])
    ]
    hints += [
        (f"{name}_line", str(line))
        for name in ("license_name", "license_link")
        if data.get(name) not in (None, "", []) and (line := head.line(name))
    ]
    if hints and files:
        hints.append(("files", "\n".join(files)))
    found: list[Passage] = []
    for key in LICENSE_KEYS:
        if key not in data:
            continue
        values = data[key]
        items = values if isinstance(values, list) else [values]
        for index, value in enumerate(items):
            path: tuple[str | int, ...] = (key, index) if isinstance(values, list) else (key,)
            found.append(_tag(head, entry, artifact, scope, value, path, hints, len(items)))
        if not items:
            found.append(_tag(head, entry, artifact, scope, None, (key,), hints, 0))
    if not found and hints:
        found.append(
            _tag(head, entry, artifact, scope, data.get("license_name"), (hints[0][0],), hints, 1)
        )
    for key, value, line in head.salvaged:
        if key.startswith("licen") and key in ("license", "licenses", "licence", "licences"):
            location = Location(entry.path, line, key=key)
            found.append(
                Passage(value, location, "tag", scope, artifact, hints=(("salvaged", "yes"),))
            )
    return found


def _tag(
    head: frontmatter.FrontMatter,
    entry: Entry,
    artifact: str,
    scope: Scope,
    value: Any,
    path: tuple[str | int, ...],
    hints: list[tuple[str, str]],
    count: int,
) -> Passage:
    key = "".join(f"[{p}]" if isinstance(p, int) else str(p) for p in path)
    text = "" if value is None else (value if isinstance(value, str) else str(value))
    extra = [("listed", str(count))] if count > 1 else []
    location = Location(entry.path, head.line(*path), key=key)
    return Passage(text, location, "tag", scope, artifact, hints=tuple(hints + extra))


def _gating(head: frontmatter.FrontMatter, entry: Entry, artifact: str, scope: Scope) -> list[Gap]:
    keys = [k for k in head.data if str(k).startswith("extra_gated")]
    if not keys:
        return []
    where = Location(entry.path, head.line(keys[0]), key=keys[0])
    detail = "access is gated: terms are shown and accepted on the hub, outside this tree"
    return [Gap(artifact, "gated", detail, where, scope, blocks=False)]
