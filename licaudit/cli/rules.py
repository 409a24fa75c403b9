"""`licaudit rules`: which packs and rules there are, their tests, their page, and new ones."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from licaudit.cli import options
from licaudit.errors import FAIL, UsageError

if TYPE_CHECKING:
    from pathlib import Path

    from licaudit.cli.screen import Screen
    from licaudit.policy.examples import Tried
    from licaudit.policy.packs import Pack, Rule
    from licaudit.policy.parameters import Param

app = typer.Typer(
    help="List the rule packs, show or test rules, begin a pack of your own.",
    no_args_is_help=True,
    rich_markup_mode=None,
)
CONDITIONS = ("applies_when", "when", "fail", "review", "culprits")
SCHEMA = "rule.schema.json"
PACK_SCHEMA = "pack.schema.json"


@app.command("list")
def list_rules(pack: options.Packs = None, lang: options.Lang = "en") -> None:
    """List the rules of the packs that ship with licaudit, or of those given."""
    from licaudit.cli.screen import Screen

    options.check_lang(lang)
    screen = Screen()
    for item in _packs(pack):
        screen.line((item.id, "bold"), f"  {item.description.say(lang)}")
        for rule in item.rules:
            screen.line(f"{rule.id:32} {rule.severity:9} {_outcomes(rule)}", indent=2)


@app.command("show")
def show_rule(
    rule: Annotated[str, typer.Argument(help="The id of a rule.", metavar="RULE")],
    pack: options.Packs = None,
    lang: options.Lang = "en",
) -> None:
    """Show one rule: why it fires, what to do then, and its condition."""
    from licaudit.cli.screen import Screen

    options.check_lang(lang)
    packs = _packs(pack)
    found = next((r for p in packs for r in p.rules if r.id == rule), None)
    if found is None:
        known = ", ".join(sorted({r.id for p in packs for r in p.rules}))
        raise UsageError(f"there is no rule `{rule}`", todo=f"Rules: {known}.")
    screen = Screen()
    screen.line((found.id, "bold"), f"  {found.pack}, {found.severity}, {_outcomes(found)}")
    screen.line(found.why.say(lang), indent=2)
    screen.line(found.fix.say(lang), indent=2)
    for name, source in _conditions(found):
        screen.line((f"{name}: ", "bold"), source, indent=2)
    screen.line((found.where, "dim"), indent=2)


@app.command("test")
def try_rules(
    packs: Annotated[
        list[str] | None,
        typer.Argument(help="Packs by name or folder, or single rule files.", metavar="[PACK]..."),
    ] = None,
) -> None:
    """Try every rule on its own examples: what must fire fires, what must not stays silent.

    Exit code: 0 all as they say, 1 some are not, 2 a rule or pack that cannot be loaded.
    """
    from licaudit.cli.screen import Screen
    from licaudit.policy.examples import try_examples

    screen = Screen()
    bad = count = 0
    for pack, rules in _chosen(packs):
        screen.line((pack.id, "bold"))
        for rule in rules:
            tried = list(try_examples(rule, pack.params))
            wrong = [t for t in tried if not t.good]
            bad, count = bad + len(wrong), count + len(tried)
            state = ("no ", "red") if wrong else ("ok ", "green")
            screen.line(state, f"{rule.id:32} {len(tried)} examples", indent=2)
            for one in wrong:
                _show_wrong(screen, one)
    screen.line(f"{count} examples, {bad} not as they say.")
    raise typer.Exit(FAIL if bad else 0)


def _show_wrong(screen: Screen, tried: Tried) -> None:
    """An example that came out otherwise: where, what was wanted, and what each condition said."""
    example = tried.example or {}
    screen.line(
        f"{tried.where}  {tried.name}: wanted {tried.wanted or 'silence'},"
        f" came out {tried.found or 'silent'}",
        indent=6,
    )
    for name in ("subject", "intent"):
        if example.get(name):
            screen.line(f"{name}: {_flat(example[name])}", indent=8)
    screen.line(
        "asked: " + ", ".join(f"{name} {str(said).lower()}" for name, said in tried.steps), indent=8
    )


def _flat(value: object) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{k}: {_flat(v)}" for k, v in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_flat, value)) + "]"
    return str(value).lower() if isinstance(value, bool) else str(value)


def _chosen(wanted: list[str] | None) -> list[tuple[Pack, list[Rule]]]:
    """Packs with the rules to try: all of a pack, or the one whose file was named."""
    from pathlib import Path

    from licaudit.policy.packs import load_packs

    found = []
    for name in wanted or [p.id for p in _packs(None)]:
        single = name.endswith(".yaml") and Path(name).name != "pack.yaml"
        folder = str(Path(name).parent) if name.endswith(".yaml") else name
        (pack,) = load_packs((folder if "/" in folder or not single else f"./{folder}",))
        rules = [r for r in pack.rules if not single or r.id == Path(name).stem]
        if not rules and single:
            raise UsageError("there is no such rule", where=name, todo="Check the path.")
        found.append((pack, rules))
    return found


@app.command("new")
def new_rule(
    path: Annotated[
        str, typer.Argument(help="The file to write, such as my-pack/my-rule.yaml.", metavar="PATH")
    ],
) -> None:
    """Write a rule with comments to begin from, and a pack around it where there is none."""
    from pathlib import Path

    from licaudit.cli.screen import Screen
    from licaudit.policy.skeleton import RULE_NAME, pack_text, rule_text

    file = Path(path)
    file = file if file.suffix == ".yaml" else file.with_name(file.name + ".yaml")
    folder = file.parent
    pack = folder.resolve().name
    for name in (file.stem, pack):
        if not RULE_NAME.fullmatch(name) or file.name == "pack.yaml":
            raise UsageError(
                f"`{name}` is no name of a rule or pack",
                where=path,
                todo="Use small letters, digits and `-`: my-pack/my-rule.yaml.",
            )
    if file.exists():
        raise UsageError("there is such a file", where=path, todo="Choose another name.")
    texts = {file: rule_text(file.stem, str(folder), SCHEMA)}
    if not (folder / "pack.yaml").exists():
        texts[folder / "pack.yaml"] = pack_text(pack, PACK_SCHEMA)
    for name in (SCHEMA, PACK_SCHEMA):
        if not (folder / name).exists():
            texts[folder / name] = _schema_text(name.split(".")[0])
    screen = Screen()
    for target, text in texts.items():
        _write(target, text)
        screen.line(str(target))
    screen.line(f"Next: licaudit rules test {_as_path(folder)}")


def _as_path(folder: Path) -> str:
    """A folder so that it is taken for one, not for the name of a pack of ours."""
    return str(folder) if "/" in str(folder) or str(folder) == "." else f"./{folder}"


def _write(path: Path, text: str) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    except OSError as error:
        raise UsageError(
            f"it cannot be written ({error.strerror})", where=str(path), todo="Choose another path."
        ) from error


@app.command("schema")
def print_schema(
    name: Annotated[str, typer.Argument(help="rule, pack or project.", metavar="NAME")] = "rule",
) -> None:
    """Print the JSON Schema of rule files, of pack.yaml, or of licaudit.yaml, for an editor."""
    from licaudit.cli.screen import Screen

    Screen().out(_schema_text(name), highlight=False, end="")


def _schema_text(name: str) -> str:
    import json

    from licaudit.policy.schemas import SCHEMAS

    if name not in SCHEMAS:
        raise UsageError(f"there is no schema `{name}`", todo=f"Schemas: {', '.join(SCHEMAS)}.")
    return json.dumps(SCHEMAS[name](), ensure_ascii=False, indent=1) + "\n"


@app.command("vocabulary")
def print_vocabulary() -> None:
    """Print every field that a condition may look at, and the words it may hold."""
    from licaudit.cli.screen import Screen
    from licaudit.policy.fields import ENUMS, MESSAGES

    screen = Screen()
    for name, fields in MESSAGES.items():
        screen.line((name, "bold"))
        for field, kind in fields.items():
            words = ENUMS.get(kind.removesuffix("[]"))
            more = f": {', '.join(words)}" if words else ""
            screen.line(f"{field:24} {kind}{more}", indent=2)


@app.command("docs")
def print_docs(pack: options.Packs = None) -> None:
    """Print the page of all rules, as in docs/rules.md."""
    from licaudit.cli.screen import Screen

    Screen().out(page(_packs(pack)), highlight=False, end="")


def page(packs: tuple[Pack, ...]) -> str:
    """docs/rules.md: every pack, every rule, from the very files that are evaluated."""
    lines = [
        "# Rules",
        "",
        "Made by `licaudit rules docs > docs/rules.md` from `rules/packs/`; do not edit it here.",
        "",
        "A rule looks at one subject at a time: a license of the audited work, or of something it",
        "came from. `fail` and `review` are its conditions, and the worse one that holds counts;",
        "`when` says which subjects it concerns. Words in braces are filled in from the case.",
        "",
    ]
    for pack in packs:
        lines += [f"## {pack.id}", "", f"{pack.description.en}", "", f"{pack.description.zh}", ""]
        for name, value in sorted(pack.params.items()):
            lines += [f"Parameter `{name}`: {_value(value)}", ""]
        taken = [r for r in pack.rules if r.pack != pack.id]
        if taken:
            linked = ", ".join(f"[{r.id}](#{r.id}) ({r.pack})" for r in taken)
            lines += [f"Takes over: {linked}.", ""]
        for rule in pack.rules:
            lines += _section(rule) if rule.pack == pack.id else []
    return "\n".join(lines).rstrip("\n") + "\n"


def _value(value: Param) -> str:
    from licaudit.policy.parameters import shown

    values = value if isinstance(value, tuple) else (shown(value),)
    return ", ".join(f"`{v}`" for v in values)


def _section(rule: Rule) -> list[str]:
    lines = [f"### {rule.id}", "", f"Severity {rule.severity}; outcome {_outcomes(rule)}.", ""]
    lines += [rule.why.en, "", rule.why.zh, ""]
    lines += [f"**What to do:** {rule.fix.en}", "", f"**处理办法：** {rule.fix.zh}", ""]
    if rule.not_applied:
        lines += [f"Where it does not apply: {rule.not_applied.en}", ""]
        lines += [f"不适用时：{rule.not_applied.zh}", ""]
    lines += ["```", *(f"{name}: {source}" for name, source in _conditions(rule)), "```", ""]
    links = [r for r in rule.references if r.startswith("http")]
    return lines + [line for link in links for line in (f"<{link}>", "")]


def _conditions(rule: Rule) -> list[tuple[str, str]]:
    found = [(name, getattr(rule, name)) for name in CONDITIONS]
    return [(name, " ".join(c.source.split())) for name, c in found if c is not None]


def _outcomes(rule: Rule) -> str:
    return " or ".join(name for name in ("fail", "review") if getattr(rule, name) is not None)


def _packs(wanted: list[str] | None) -> tuple[Pack, ...]:
    from licaudit.policy.packs import load_packs
    from licaudit.settings import data_folder

    shipped = (data_folder("rules") / "packs").glob("*/pack.yaml")
    return load_packs(tuple(wanted or sorted(p.parent.name for p in shipped)))
