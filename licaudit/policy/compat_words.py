"""The sentences of a compatibility answer, English and Chinese."""

from __future__ import annotations

from licaudit.facts import Text

_WORDS = {
    "unknown_terms": ("The terms of {a} are not known here.", "{a} 的条款未知。"),
    "terms_in_part": (
        "The terms of {a} are known in part or by category only.",
        "{a} 的条款仅部分已知或仅由类别推定。",
    ),
    "no_expression": ("`{a}` is no license expression.", "“{a}”不是许可证表达式。"),
    "act_prohibited": ("{a} does not allow this: {what}.", "{a} 不允许此行为：{what}。"),
    "act_unsaid": (
        "{a} does not say whether this is allowed: {what}.",
        "{a} 未说明是否允许：{what}。",
    ),
    "act_conditional": (
        "{a} allows this only under conditions: {what}.",
        "{a} 仅在满足条件时允许：{what}。",
    ),
    "barred": ("{a} bars it: {why}", "{a} 禁止：{why}"),
    "grants_more": (
        "{b} would let recipients act commercially; {a} does not.",
        "{b} 允许接收者商业使用，而 {a} 不允许。",
    ),
    "grants_act": (
        "{b} would let recipients do what {a} forbids: {what}.",
        "{b} 允许接收者实施 {a} 所禁止的行为：{what}。",
    ),
    "limit_lost": (
        "{a} binds recipients by a limit that {b} does not carry: {why}",
        "{a} 以 {b} 所没有的限制约束接收者：{why}",
    ),
    "limit_open": (
        "{a} sets a limit that {b} does not carry: {why}",
        "{a} 设有 {b} 所没有的限制：{why}",
    ),
    "limit_forbidden": (
        "{b} lets no such limit of {a} stand: {why}",
        "{b} 不容许 {a} 的此项限制：{why}",
    ),
    "limit_alike": (
        "{b} carries limits of the same kind; compare their words with those of {a}: {why}",
        "{b} 载有同类限制，须与 {a} 的措辞比对：{why}",
    ),
    "outputs_bound": (
        "{a} limits what may be done with outputs; recipients under {b} would not be told.",
        "{a} 限制输出的用途，而按 {b} 接收者无从得知。",
    ),
    "credit_lost": (
        "{b} does not pass on what {a} asks for: {why}",
        "{b} 不会传递 {a} 所要求的内容：{why}",
    ),
    "must_stay": ("{a} asks that it goes out under {a}: {why}", "{a} 要求继续适用 {a}：{why}"),
    "whole_source": (
        "{a} asks for the source of the whole work: {why}",
        "{a} 要求提供整个作品的源代码：{why}",
    ),
    "debated": (
        "Whether this duty of {a} crosses is debated: {why}",
        "{a} 的此项义务是否延及存在争议：{why}",
    ),
    "extra_forbidden": (
        "{b} does not let this term of {a} stand: {why}",
        "{b} 不容许 {a} 的此项条款：{why}",
    ),
    "extra_open": (
        "Whether {b} lets this term of {a} stand is not said: {why}",
        "{b} 未说明是否容许 {a} 的此项条款：{why}",
    ),
    "way_out": ("{a} itself allows going out under {b}: {why}", "{a} 自身允许改按 {b} 分发：{why}"),
    "way_out_open": (
        "{a} may allow going out under {b}: {why}",
        "{a} 可能允许改按 {b} 分发：{why}",
    ),
    "same_license": ("Both sides carry {a}.", "双方均为 {a}。"),
    "takes_in": ("{a} takes in {b}.", "{a} 包含 {b}。"),
    "only_notices": (
        "{a} asks for no more than {b} lets stand; its own duties go along.",
        "{a} 的要求均为 {b} 所容许；其自身义务随之履行。",
    ),
    "keep_part": (
        "Release the whole under `{b} AND {a}`: the part from {a} keeps its license.",
        "以“{b} AND {a}”发布：来自 {a} 的部分保留其许可证。",
    ),
    "keep_collection": (
        "Ship it unchanged beside the work, under {a}.",
        "不加修改、以 {a} 单独随附。",
    ),
    "carry_limits": (
        "Release under {a}, or under terms that carry its limits.",
        "以 {a} 或载有其限制的条款发布。",
    ),
    "use_other": ("Release under {a}.", "以 {a} 发布。"),
}
ACTS = {
    "modify": Text("changing it", "修改"),
    "distribute": Text("passing it on", "分发"),
    "use": Text("using it", "使用"),
    "serve": Text("serving it to others", "向他人提供服务"),
    "train": Text("training on it", "用于训练"),
    "use_outputs": Text("using its outputs", "使用其输出"),
    "train_on_outputs": Text("training on its outputs", "用其输出训练"),
    "patent": Text("Suing over patents ends its grants.", "提起专利诉讼即终止其授权。"),
    "suit": Text(
        "Suing over the licensed rights ends its grants.", "就所许可权利提起诉讼即终止其授权。"
    ),
}


def say(code: str, a: str = "", b: str = "", why: Text | None = None, what: str = "") -> Text:
    """One sentence in both languages; `why` is another one it ends with, `what` names an act."""
    en, zh = _WORDS[code]
    reason, act = why or Text(""), ACTS.get(what, Text(what, what))
    return Text(
        en.format(a=a, b=b, why=reason.en, what=act.en),
        zh.format(a=a, b=b, why=reason.say("zh"), what=act.say("zh")),
    )
