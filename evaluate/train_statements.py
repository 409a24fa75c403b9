"""Learn the weights of sentences that no pattern reads, from every labeled sentence at hand.

    python -m evaluate.train_statements --texts DIR

For each language and kind a logistic regression over the runs of words of a sentence
(scikit-learn); what weighs little is left out, and the rest is fitted again. Sentences come from
`labels/statements*.tsv` (their texts from DIR, see `evaluate/fetch_texts.py`) and from
`labels/made_up.tsv`, which holds wordings that were thought up for this. The rounds that test what
is shipped teach nothing. Writes
`rules/statement-weights.json`, and prints how a fold of repositories is read by the weights
learned from the others.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from evaluate.statement_labels import (
    FOLDER,
    HELD_OUT,
    NAMED,
    TUNING,
    UNSEEN,
    Label,
    digest,
    place,
    read_labels,
    texts_folder,
)  # fmt: skip
from licaudit.licenses.sentences import plain, split_sentences
from licaudit.licenses.weighed import ANYTHING, FORMAT, Scale, grams_of, scale, weigh

MADE_UP = FOLDER / "made_up.tsv"
TARGET = Path("rules/statement-weights.json")
SHARED = Path("../shared")
LONGEST = {"en": 2, "zh": 3}  # tokens in a run: longer ones bought nothing
FLOOR = {"en": 0.35, "zh": 0.45}  # below, more of what it adds is wrong than right
LEAST = {"en": 0.0, "zh": 0.5}  # and so is it where a sentence hardly states anything
# Words that bind whatever stands around them: what patterns read in them stands.
_BAN = "(?:不得|禁止|严禁|勿|不可|不能|不许|不准|不允许|不予|不要|不支持|谢绝|别)"
_ONLY = "仅(?:限|用于|供)"
_ASKED = (
    rf"(?:未经|没有|未获|除非)[^。；]{{0,16}}(?:许可|授权|同意|允许|批准)[^。；]{{0,8}}{_BAN}"
    rf"|{_BAN}[^。；，]{{0,4}}未经|(?:需要?|须)(?:提前|先)?申请(?:访问|下载|使用|获取|授权|许可)"
    "|转载[^。；]{0,16}(?:授权|联系|许可)|授权(?:者)?禁止"
    "|(?:请|须|需要?|应|务必)(?:先|提前|事先|预先)[^。；，]{0,6}(?:联系|告知|知会|通知)|与作者联系|联系作者(?:获取|索取)"
    "|商用(?:授权|许可)?[:：]|(?:企业|公司|商业)(?:用户|使用)[^。；]{0,12}(?:须|需|请)[^。；]{0,8}(?:登记|授权|购买|联系)"
    "|保密协议|邮件申请|签协议|伦理委员会|申请制|审批制|有偿提供|须经[^。；，]{0,14}同意|索取"
    r"|\b(?:DUA|EULA|NDA|MTA)\b|买个?授权|request access"
)
_BOUGHT = "(?:需要?|须|请)[^。；]{0,6}(?:付费|购买)"
# Nothing here is handed out: data, weights, a download, commercial use.
_NO_WORK = {
    "en": (
        "^(?!.*(?:data|model|weights|commercial|redistribut|corp(?:us|ora)|download|reproduc"
        "|licen[sc]e))"
    ),
    "zh": f"^(?!.*(?:商用|商业|数据|语料|模型|权重|下载|素材|字体|音频|资源|{_ASKED}))",
}
_PLAIN: dict[str, str] = {
    "apply_first": (
        "(?:需|须|要|先|请|可|接受|通过|邮件)[^。；]{0,6}(?:申请|注册|授权)"
        "|(?:申请|注册)[^。；]{0,6}(?:后|下载|访问|获取|使用)|申请表|许可协议|"
        f"{_ASKED}"
    ),
    "purchase": _BOUGHT,
    "non_commercial": (
        rf"非商业|non-?commercial|\bNC\b|{_BAN}[^。；]{{0,12}}(?:商用|商业|盈利|销售|出售)"
    ),
    "personal_only": f"{_ONLY}[^。；，]{{0,4}}个人|限个人|自用",
    "academic_only": f"{_ONLY}[^。；]{{0,6}}(?:学|教)",
    "research_only": f"{_ONLY}[^。；]{{0,6}}(?:学|研)|仅(?:科研|研究)",
    "no_redistribution": (
        rf"{_BAN}[^。；]{{0,14}}(?:转载|传播|散布|分发|分享|转发|二次|公开|上传|转让|转卖|转给|外传|搬运)|一人一链"
    ),
}
HARDLY = 0.05  # of sentences like this one state anything about use


def _hardly(kind: str) -> tuple[str, float, str]:
    return ANYTHING, HARDLY, f"^(?!.*(?:{_PLAIN[kind]}))"


# Where the share of what tells (a kind, or that anything is stated) lies below, and the sentence
# matches, a pattern's find is probably a look-alike: a wish to be cited or a permission is dropped,
# a limit is doubted.
UNLIKELY: dict[str, dict[str, list[tuple[str, float, str]]]] = {
    "en": {"apply_first": [("apply_first", 0.05, _NO_WORK["en"])]},
    "zh": {
        **{kind: [_hardly(kind)] for kind in _PLAIN},
        "citation_asked": [("citation_asked", 0.08, "")],
        "commercial_allowed": [("commercial_allowed", 0.02, "")],
        "apply_first": [("apply_first", 0.05, _NO_WORK["zh"]), _hardly("apply_first")],
        "purchase": [
            ("apply_first", 0.05, f"{_NO_WORK['zh']}(?!.*{_BOUGHT})"),
            _hardly("purchase"),
        ],
    },
}
SEEN = 4  # sentences a run of words must stand in
FEWEST = 40  # labeled sentences that state a kind, else it is left to the patterns
COST = {"en": 10.0, "zh": 30.0}  # of an error, against large weights
LIGHT = 0.3  # a run whose weights all lie below says nothing
DUST = 0.15  # and so does a single weight below this
MADE_UP_COUNTS = {"en": 0.25, "zh": 0.5}  # of a sentence that somebody wrote
FOLDS = 5
SHORTEST = {"en": 20, "zh": 8}  # characters of a sentence: shorter ones are headings
# Words of which one stands in every sentence that is weighed. English: those that labels were
# drawn by. Chinese: more, since what was learned proved to hold in sentences without them.
GATE = {
    "en": (
        r"commercial|research (?:use|purpose|only|licen|communit)"
        r"|(?:for|to) (?:\w+ ){0,2}research\b|academ|personal use|educational|redistribut"
        r"|re-distribut|sublicens|derivative|noderiv|must not|may not|shall not"
        r"|should not be used|not be used|do not use|prohibit|forbid|not allowed"
        r"|not permitted|copyright|fair use|all rights|not own|ownership|\bowners?\b|by-nc"
        r"|non-?profit|permission|consent|authoriz|respective|original licen|same licen"
        r"|same terms|each .{0,20}licen|terms of (?:use|service)|comply|subject to"
        r"|bound by|abide|agree to|request(?:ing)? access|upon request|sign (?:the|a|this)"
        r"|fill (?:in|out)|please cite|\bcite\b|citing|enterprise|purchase|active users"
        r"|revenue|european union|embargo|illegal|militar|unlawful|use restrictions"
        r"|acceptable use|compete|intended (?:for|to be)|register|apply for|surveillance"
        r"|deepfake|licensed under|freely|open[- ]source licen|out[- ]of[- ]scope"
    ),
    "zh": (
        r"商用|商业|仅供|仅用于|只用于|只(?:能|给|供|许|可)|限|学术|科研|研究|教学|个人|用途"
        r"|授权|许可|版权|不得|禁止|严禁|请勿|勿用|不许|别|遵守|遵循|违反|违法|非法|申请|登记"
        r"|著作权|侵权|协议|免费|盈利|营利|自由使用|用户数|日活|注册|签|转载|分发|衍生|军事|欧盟"
        r"|购买|卖|赚钱|收费|付费|支付|训练其他|危害国家|不承担|联系|获取|索取|领取|审批|审核"
        r"|批准|同意|扫码|提取码|密码|邮箱|(?:给|供|只)自己|自己(?:用|看|学)|机构"
        r"|学习(?:交流(?!群)|用|使用|目的|之用|参考)|传播|二次|搬运|转发|公开|写|保留|注明|标明"
        r"|标注|署名|来源|出处|作者|引(?![擎入起导言发号脚])|bibtex|\bcite|论文|文章|名字"
        r"|网址|链接|语料|用到|用于|用作|拿去|拿来"
    ),
}


@dataclass(frozen=True, slots=True)
class Taught:
    """A sentence with the kinds it states; `allowed` ones teach nothing. `unit` is its origin."""

    words: str
    unit: str
    wanted: frozenset[str]
    allowed: frozenset[str]
    counts: float = 1.0


def main() -> int:
    """Write the weights; 0 when every labeled text was there, else 1."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--texts", type=Path, help="the texts of the labeled sentences")
    parser.add_argument("--out", type=Path, default=TARGET)
    args = parser.parse_args()
    every = [*read_labels(HELD_OUT), *read_labels(TUNING)]
    labels = [label for label in every if label.draw not in UNSEEN]
    told, lost = labeled(labels, SHARED, texts_folder(SHARED, args.texts))
    told = {lang: rows + made_up(MADE_UP, lang) for lang, rows in told.items()}
    for language, rows in sorted(told.items()):
        print(f"{language}: {len(rows)} sentences, {sum(bool(r.wanted) for r in rows)} positive")
        print(f"  read by the weights of other repositories: {across(rows, language)}")
    learned = {language: learn(rows, language) for language, rows in sorted(told.items())}
    write(learned, args.out)
    print(f"{args.out}: {args.out.stat().st_size} bytes; {lost} labels without their text")
    return 1 if lost else 0


def labeled(
    labels: Iterable[Label], shared: Path, texts: Path
) -> tuple[dict[str, list[Taught]], int]:
    """The labeled sentences by language, once each, and how many could not be read."""
    told: dict[str, dict[str, Taught]] = {"en": {}, "zh": {}}
    lost = 0
    known: dict[Path, dict[tuple[str, int], str]] = {}
    for label in labels:
        path = place(label, shared, texts)
        if path not in known:
            known[path] = {}
            if path.is_file():
                text = path.read_bytes().decode("utf-8", "replace")
                for s in split_sentences(text):
                    known[path][digest(s.text), s.line] = s.text
                    known[path].setdefault((digest(s.text), 0), s.text)  # a line not noted
        sentence = known[path].get((label.sha256, label.line))
        if sentence is None:
            lost += 1
            continue
        wanted = frozenset(kind for choice in label.wanted for kind in choice)
        taught = Taught(plain(sentence), label.repo.lower(), wanted & NAMED, label.allowed)
        told[label.language][label.sha256] = taught
    return {language: list(rows.values()) for language, rows in told.items()}, lost


def made_up(path: Path, language: str) -> list[Taught]:
    """Sentences written to teach wordings; each is an origin of its own."""
    with open(path, encoding="utf-8", newline="") as file:
        rows = [r for r in csv.DictReader(file, delimiter="\t") if r["language"] == language]
    found = []
    for row in rows:
        words = [] if row["classes"] == "none" else row["classes"].split()
        wanted = {kind for w in words if not w.startswith("?") for kind in w.split("/")}
        allowed = {w[1:] for w in words if w.startswith("?")}
        found.append(
            Taught(plain(row["sentence"]), row["sentence"], frozenset(wanted) & NAMED,
                   frozenset(allowed), MADE_UP_COUNTS[language])
        )  # fmt: skip
    return found


def learn(rows: list[Taught], language: str) -> dict[str, Any]:
    """The weights of one language, in the form that is written."""
    longest = LONGEST[language]
    runs = [sorted(grams_of(row.words, longest)) for row in rows]
    counted = Counter(gram for each in runs for gram in each)
    names = sorted(gram for gram, count in counted.items() if count >= SEEN)
    fitted = _fit(rows, runs, names, COST[language])
    heavy = [
        gram for index, gram in enumerate(names)
        if any(abs(weights[index]) >= LIGHT for _, weights in fitted.values())
    ]  # fmt: skip
    fitted = _fit(rows, runs, heavy, COST[language])
    kinds = [*sorted(fitted.keys() - {ANYTHING}), ANYTHING]
    grams: dict[str, list[int]] = {}
    for index, gram in enumerate(heavy):
        pairs = ((k, fitted[kind][1][index]) for k, kind in enumerate(kinds))
        grams[gram] = [n for k, w in pairs if abs(w) >= DUST for n in (k, round(100 * w))]
    return {
        "kinds": kinds[:-1],
        "bias": [round(fitted[kind][0], 3) for kind in kinds],
        "floor": FLOOR[language],
        "least": LEAST[language],
        "unlikely": UNLIKELY[language],
        "shortest": SHORTEST[language],
        "gate": GATE[language],
        "longest": longest,
        "grams": grams,
    }


def _fit(
    rows: list[Taught], runs: list[list[str]], names: list[str], cost: float
) -> dict[str, tuple[float, list[float]]]:
    """(bias, weight of each run) by kind, of those that enough sentences state, and of anything."""
    from sklearn.feature_extraction.text import CountVectorizer
    from sklearn.linear_model import LogisticRegression
    from sklearn.preprocessing import normalize

    vectors = CountVectorizer(analyzer=list, binary=True, vocabulary=names)
    matrix = normalize(vectors.transform(runs).astype(float)).tocsr()
    fitted = {}
    for kind in [*sorted(NAMED), ANYTHING]:
        stated = [bool(row.wanted) if kind == ANYTHING else kind in row.wanted for row in rows]
        doubted = [bool(row.allowed) if kind == ANYTHING else kind in row.allowed for row in rows]
        use = [i for i in range(len(rows)) if stated[i] or not doubted[i]]
        truth = [stated[i] for i in use]
        if sum(told for told, row in zip(stated, rows, strict=True) if row.counts == 1) < FEWEST:
            continue
        model = LogisticRegression(C=cost, solver="liblinear", max_iter=300)
        model.fit(matrix[use], truth, sample_weight=[rows[i].counts for i in use])
        fitted[kind] = (float(model.intercept_[0]), [float(w) for w in model.coef_[0]])
    return fitted


def across(rows: list[Taught], language: str) -> str:
    """Precision and recall of the weights alone, each repository read by those of the others."""
    right = wrong = missed = 0
    for fold in range(FOLDS):
        held = [r for r in rows if r.counts == 1 and _fold(r.unit) == fold]
        rest = [r for r in rows if r.counts != 1 or _fold(r.unit) != fold]
        weights: Scale = scale(learn(rest, language))
        for row in held:
            found = {w.kind for w in weigh(row.words, {"en": weights, "zh": weights})}
            right += len(found & row.wanted)
            wrong += len(found - row.wanted - row.allowed)
            missed += len(row.wanted - found)
    precision, recall = right / max(1, right + wrong), right / max(1, right + missed)
    return f"precision {precision:.1%}, recall {recall:.1%}, of {right + missed}"


def _fold(unit: str) -> int:
    return int(hashlib.sha256(unit.encode()).hexdigest(), 16) % FOLDS


def write(learned: dict[str, dict[str, Any]], path: Path) -> None:
    """The file, a run of words on each line, so that a person can look one up."""
    parts = []
    for language, plain_form in learned.items():
        head = {key: value for key, value in plain_form.items() if key != "grams"}
        lines = ",\n".join(
            f"{json.dumps(gram, ensure_ascii=False)}: {json.dumps(weights)}"
            for gram, weights in plain_form["grams"].items()
        )
        body = json.dumps(head, ensure_ascii=False)[:-1] + ', "grams": {\n' + lines + "\n}}"
        parts.append(f"{json.dumps(language)}: {body}")
    about = (
        "Weights (hundredths) of runs of words for each kind of statement, as pairs of the "
        "kind's place in `kinds` and the weight. Made by `python -m evaluate.train_statements`."
    )
    head = f'{{"format": {FORMAT}, "about": {json.dumps(about)}, "languages": {{\n'
    path.write_text(head + ",\n".join(parts) + "\n}}\n", encoding="utf-8")


if __name__ == "__main__":
    raise SystemExit(main())
