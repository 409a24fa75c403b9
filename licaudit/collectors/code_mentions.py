"""Hub ids in Python code that no known loader is seen to take: under a telling name, or by shape.

`MODEL = "org/name"`, `run(model_path="org/name")`, `default="org/name"` of `--base-model`, entries
of tables, lists. What is printed, compared, documented or raised is not used and not read.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from licaudit.collectors.code_options import default_of, option
from licaudit.collectors.code_targets import assigned, parameters
from licaudit.collectors.hub_ids import Hub, HubKind
from licaudit.collectors.hub_urls import hub_addresses
from licaudit.collectors.syntax import dotted_name
from licaudit.collectors.telling import (
    hub_name,
    is_model_shaped,
    is_of_modelscope,
    is_outward,
    kind_told,
    words_of,
)

Mention = tuple[HubKind, str, Hub | None, str, int]  # kind, id, hub if told, by what, line
_SAID = frozenset(
    [
        "print",
        "info",
        "debug",
        "warning",
        "warn",
        "error",
        "critical",
        "exception",
        "log",
        "write",
        "format",
        "add_text",
        "markdown",
        "Markdown",
        "HTML",
        "push_to_hub",
        "startswith",
        "endswith",
        "replace",
        "split",
        "join",
        "sub",
        "match",
        "search",
        "compile",
        "skipif",
        "skip",
        "xfail",
        "fail",
        "mark",
        "raises",
        "patch",
        "setattr",
        "deprecated",
        "Version",
        "create_repo",
        "upload_file",
        "upload_folder",
    ]
)
_SENDS = ("push_to_hub", "create_repo", "upload_file", "upload_folder")
_FETCHES = re.compile(r"\b(?:clone|wget|curl|download|aria2c)\b")
_SAID_BY = frozenset({"help", "description", "title", "label", "info", "doc", "metadata", "epilog"})
_ENVIRONMENT = ("getenv", "environ.get", "environ.setdefault", "environ")
_DEEPEST = 4  # tables in tables in tables
_Function = ast.FunctionDef | ast.AsyncFunctionDef


def mentions(module: ast.Module) -> Iterator[Mention]:
    """Every hub id that code names outside of what it only says. Not recursive over the tree."""
    silent: set[int] = set()
    sent = _sent(module)
    owners: set[str] = set()
    others: list[ast.Constant] = []
    for node in _walk(module, silent):
        for mention in _named(node, silent, sent):
            owners.add(mention[1].partition("/")[0])
            yield mention
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield from _alone(node)
            others.append(node)
    for node in others:  # `["org/small", "org/large"]` beside `model="org/small"`
        text = str(node.value)
        if text.partition("/")[0] in owners and "-" in text and hub_name(text, "model") == text:
            yield "model", text, None, "a literal", node.lineno


def _walk(module: ast.Module, silent: set[int]) -> Iterator[ast.AST]:
    """The nodes, without docstrings and without what is only printed, compared or raised.

    `silent` receives the ids of the nodes left out, for those who meet them from above.
    """
    pending: list[ast.AST] = [module]
    while pending:
        node = pending.pop()
        if id(node) in silent:
            continue
        silent.update(id(child) for child in _only_said(node))
        yield node
        pending.extend(reversed(list(ast.iter_child_nodes(node))))


def _only_said(node: ast.AST) -> Iterator[ast.AST]:
    """The children of a node that are words for a reader."""
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
        yield node.value
    elif isinstance(node, ast.Compare):
        yield from (node.left, *node.comparators)
    elif isinstance(node, (ast.Raise, ast.Assert)):
        yield from ast.iter_child_nodes(node)
    elif isinstance(node, ast.Call):
        name = dotted_name(node.func).rpartition(".")[2] or getattr(node.func, "attr", "")
        if name in _SAID:
            yield from (*node.args, *node.keywords)
        else:
            yield from (k for k in node.keywords if k.arg in _SAID_BY)
            if kind_told(name) is None and words_of(name) & {"output", "save", "upload", "push"}:
                yield from node.args


def _sent(module: ast.Module) -> frozenset[str]:
    """Names and attributes that say where the code publishes to: what is sent there, is its own."""
    found: set[str] = set()
    for node in ast.walk(module):
        if isinstance(node, ast.Call) and getattr(node.func, "attr", "") in _SENDS:
            given = [*node.args[:2], *(k.value for k in node.keywords)]
            found.update(
                n.attr if isinstance(n, ast.Attribute) else getattr(n, "id", "") for n in given
            )
    return frozenset(found)


def _named(node: ast.AST, silent: set[int], sent: frozenset[str]) -> Iterator[Mention]:
    """Ids under a name: of a variable, a parameter, a keyword, an option or a key."""
    for name, value in _pairs(node):
        if id(value) in silent:
            continue
        kind = kind_told(name)
        if name in sent or is_outward(name):
            silent.update(id(text) for text in _texts(value))
            continue
        if kind is None:
            continue
        for text in _texts(value):
            hub_id = hub_name(str(text.value), kind, name)
            if hub_id:
                yield kind, hub_id, None, f"`{name}`", text.lineno


def _pairs(node: ast.AST) -> Iterator[tuple[str, ast.expr]]:
    for target, value in assigned(node):
        name = target.id if isinstance(target, ast.Name) else getattr(target, "attr", "")
        yield str(name), default_of(value)
    if isinstance(node, _Function):
        yield from ((a.arg, default_of(d)) for a, d in parameters(node) if d is not None)
    elif isinstance(node, ast.Dict):
        for key, value in zip(node.keys, node.values, strict=True):
            if isinstance(key, ast.Constant) and isinstance(key.value, str):
                yield key.value, value
    elif isinstance(node, ast.Call):
        yield from _of_call(node)
    elif isinstance(node, (ast.For, ast.AsyncFor)) and isinstance(node.target, ast.Name):
        yield node.target.id, node.iter


def _of_call(node: ast.Call) -> Iterator[tuple[str, ast.expr]]:
    name, default = option(node)
    if name and default is not None:
        yield name, default
    function = dotted_name(node.func)
    first = node.args[0] if node.args else None
    if function.endswith(_ENVIRONMENT) and isinstance(first, ast.Constant) and len(node.args) == 2:
        yield str(first.value), node.args[1]
        return
    yield from ((k.arg, k.value) for k in node.keywords if k.arg)
    last = function.rpartition(".")[2]
    if last and last not in ("dict", "field", "Field") and isinstance(first, ast.Constant):
        for argument in node.args[:2]:  # `Engine("org/name")`, `Model("ms/name", "hf/name")`
            yield last, argument


def _texts(value: ast.expr) -> Iterator[ast.Constant]:
    """The literal strings of an expression: itself, alternatives, elements, values of a table."""
    pending: list[tuple[ast.expr, int]] = [(value, 0)]
    while pending:
        node, depth = pending.pop()
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node
        elif depth < _DEEPEST:
            inner: list[ast.expr] = []
            if isinstance(node, (ast.List, ast.Tuple, ast.Set)):
                inner = node.elts
            elif isinstance(node, ast.Dict):
                inner = node.values
            elif isinstance(node, ast.IfExp):
                inner = [node.body, node.orelse]
            elif isinstance(node, ast.BoolOp):
                inner = node.values
            pending.extend((child, depth + 1) for child in reversed(inner))


def _alone(node: ast.Constant) -> Iterator[Mention]:
    """Ids that need no name beside them: addresses of a hub, and what is shaped like a model's."""
    text = str(node.value)
    if len(text) > 2_000:
        return
    if is_model_shaped(text) or is_of_modelscope(text):
        yield "model", text, None, "a literal", node.lineno
    elif "://" in text and (not re.search(r"\s", text.strip()) or _FETCHES.search(text)):
        for kind, hub_id, hub, at in hub_addresses(text):
            yield kind, hub_id, hub, "its address", node.lineno + text.count("\n", 0, at)
