"""The words with which cards say that something made, labelled or filtered data, or did not."""

from __future__ import annotations

import re

from licaudit.facts import Relation

BY = (
    r"(?:\s+(?!and\b|but\b|then\b|used\b|that\b|(?:prepar|creat|generat|produc|writt?)\w+\b)[\w'-]+){0,6}?"
    r"\s+(?:by|with|using|from|via|through)\b"
)
OUTPUTS = re.compile(
    r"\b(?:responses?|completions?|outputs?|generations|demonstrations|synthetic data|answers)"
    r" (?:from|of|by)\b"
    r"|\btrajectories(?: \w+){0,6}? from\b",
    re.IGNORECASE,
)
ACTS: tuple[tuple[Relation, str, str], ...] = (
    (
        "generated_by",
        r"generat(?:ed|ing)|synthesi[sz](?:ed|ing)|creat(?:ed|ing)|produc(?:ed|ing)|written"
        r"|rewritten|rewrit(?:ing|e)|paraphras(?:ed|ing)|rephras(?:ed|ing)|translat(?:ed|ing)"
        r"|augment(?:ed|ing)|distill(?:ed|ing|ation)|bootstrapp(?:ed|ing)|collected|obtained"
        r"|prepared|augmented|constructed|sampled|answered|self-instruct(?:ed)?|summari[sz]ed|crafted|built|extracted|prompted",
        r"生成|合成|构造|构建|改写|翻译|蒸馏|产生|编写|扩写|扩充(?!词表|中文词表|\w{0,4}词表)",
    ),
    (
        "annotated_by",
        r"annotat(?:ed|ing|ions?)|(?:re-?)?label(?:l?ed|l?ing|s)|pseudo-label(?:l?ed|s)|rated|scored"
        r"|ranked|captioned|captions|classified|tagged|transcribed|judg(?:e?ments|ed)|ratings|graded",
        r"标注|打标|打分|评分|标记|排序",
    ),
    (
        "filtered_by",
        r"filter(?:ed|ing)|cleaned|cleaning|curated|quality[- ]check(?:ed|s)|verified|validated"
        r"|decontaminated|deduplicated|moderated",
        r"过滤|筛选|清洗|校验",
    ),
    ("rewarded_by", r"rewarded|reward(?:s|ing)? signals?|RLAIF", r"奖励"),
)
VERBS = {r: re.compile(rf"\b(?:{verbs})\b{BY}", re.IGNORECASE) for r, verbs, _ in ACTS}
ANY_VERB = re.compile("|".join(rf"\b(?:{v})\b{BY}" for _, v, _ in ACTS), re.IGNORECASE)
ADJECTIVES = (
    ("generated_by", re.compile(r"[-– ](?:generated|written|synthesi[sz]ed|distilled|translated"
                                r"|authored|created|produced|paraphrased|augmented"
                                r"|assisted)\b", re.I)),
    ("annotated_by", re.compile(r"[-– ](?:annotated|label+ed|rated|captioned|scored|ranked"
                                r"|captions)\b", re.I)),
    ("filtered_by", re.compile(r"[-– ](?:filtered|curated|cleaned|verified)\b", re.IGNORECASE)),
)  # fmt: skip
OWNED = re.compile(
    r"^(?:'s|’s)?[- ](?:(?:multi-turn|synthetic|instruction) )?(?:outputs?|responses?|completions?"
    r"|generations|conversations|dialogues|answers|demonstrations|instruct(?:ions)? data)\b",
    re.IGNORECASE,
)
ZH = {
    r: re.compile(rf"^[^,\uff0c。;\uff1b]{{0,14}}?(?:{zh})(?!模型|能力|效果)")
    for r, _, zh in ACTS[:3]
}
ZH_BEFORE = re.compile(
    r"(?:由|使用|利用|通过|借助|调用|采用|用|让|基于|以)[^,\uff0c。;\uff1b]{0,12}$"
)
REWARD = re.compile(
    r"reward models?(?:\s*\([^)]{1,20}\))?\s*(?:is|was|used is|,|:|called|named|from)?\s*"
    r"(?:[`*\[\"“(]{0,3}|\[[^\]\n]{0,80}\]\()$|奖励模型[^,\uff0c。]{0,6}$",
    re.IGNORECASE,
)
AS_REWARD = re.compile(
    r"^[`*\])\"”]{0,3}(?:\([^)]{0,200}\))?\s*(?:as|for|serves as)\s+(?:(?:a|the|our|its)\s+)?"
    r"reward(?:ing|s| models?)?\b|^[`*\])\"”]{0,3}\s?(?:作为|作|当作|充当|做)[^,\uff0c。]{0,6}奖励",
    re.IGNORECASE,
)
# Words that make a sentence about measuring or about others, not about how the data came to be.
NOT = re.compile(
    r"\b(?:compar\w+|outperform\w*|benchmark\w*|than|unlike|versus|vs|baselines?|evaluat\w+|surpass\w*"
    r"|win[- ]?rates?|leaderboard|judge|mt-bench|alpaca-?eval\w*|arena\w*|similar to|inspired by"
    r"|competitive|on par|closed-source models|tested|test sets?|exceed\w*|beats?|mimic\w*"
    r"|imitat\w+|competing with|developed (?:by|at)|compatible)\b"
    r"|评测|评估|对比|相比|优于|超过|超越|比较|基准|媲美|测试",
    re.IGNORECASE,
)
# Words between an act and a name that make the name something else than the maker.
STOP = re.compile(
    r"\b(?:without|not|no|fine-?tun\w+|train\w+|merg\w+|combin\w+|mix(?:ed|ing|ture)|research"
    r"|used by|humans?(?! instructions)|on top of)\b",
    re.IGNORECASE,
)
MERGE = re.compile(r"\b(?:merg\w+|slerp|frankenmerge)\b", re.IGNORECASE)
DENIED = re.compile(
    r"\b(?:not|no|never|without|none|nor|cannot|neither|rather|instead)\b|n['’]t\b"
    r"|\b(?:can|could|may|might|should|would|you|users?(?!-)|if|whether|detect\w*|do|commands?)\b|不(?!仅|但|止|断|同)|未|非(?!常)|没有|无需|可以|如果|是否|检测|判断|识别|大多数|其他|其它|他们",
    re.IGNORECASE,
)
CLAUSE = re.compile(
    r"[,;:()\uff0c\uff1b\uff1a\uff08\uff09]|\b(?:and|but|while|whereas|which|that|where|then)\b"
)
SKIPPED = re.compile(
    r"evaluat|benchmark|results?\b|performance|citation|bibtex|acknowledg|related|leaderboard|faq"
    r"|inference|评测|评估|引用|致谢|性能",
    re.IGNORECASE,
)
HEADING = re.compile(r"^\s{0,3}#{1,6}\s+(.*)$")
SHAREGPT = re.compile(
    r"(?<![A-Za-z0-9_/-])Share-?GPT(?:[-_ ]?(?:90K|52K|V3|Vicuna))?(?!-?4[oVv])", re.I
)
SHARED = re.compile(
    r"train|tun(?:ed|ing)|data|collect|conversation|dialog|contain|includ|subset|from|训练|数据|对话",
    re.IGNORECASE,
)
FORMAT = re.compile(r"format|style|schema|template|格式", re.IGNORECASE)


# Sections where a license, a usage note or news may also tell how the data came to be.
GUARDED = re.compile(
    r"licen[sc]e|how to use|usage|quick ?start|news|changelog|update|使用|声明|许可|新闻|更新",
    re.IGNORECASE,
)
OF_DATA = re.compile(
    r"\b(?:(?:fine-?tuning|training|instruction|synthetic) (?:data|set)|data(?:sets?)?|instructions"
    r"|corpus|corpora|conversations)\b|数据|语料",
    re.IGNORECASE,
)
# What somebody does with a model whose name stands between the two words: "use GPT-4 to label".
USING = re.compile(
    r"\b(?:us(?:e[ds]?|ing)|utili[sz](?:e[ds]?|ing)|leverag(?:e[ds]?|ing)|employ(?:s|ed|ing)?|prompt"
    r"(?:s|ed|ing)?(?: engineer(?:s|ed|ing)?)?|ask(?:s|ed|ing)?|quer(?:y|ied|ying)|get|got|let|have"
    r"|had|instruct(?:s|ed|ing)?)\s(?:[\w'-]+\s){0,4}?(?:[`*\"“(]*|\[[^\]\n]{0,80}\]\(|\[)$",
    re.IGNORECASE,
)
_WHAT_FOR: tuple[tuple[Relation, str, str], ...] = (
    (
        "generated_by",
        r"(?:re-?)?generate|create|write|rewrite|paraphrase|rephrase|translate|synthesi[sz]e"
        r"|convert|enhance|expand|augment|produce|construct|distill|summari[sz]e|answer",
        r"translations?(?: purposes)?|data generation|generation|synthesis|paraphrasing",
    ),
    (
        "annotated_by",
        r"(?:re-?)?label|annotate|score|rate|rank|classify|tag|caption|transcribe|grade",
        r"annotation|label+ing|scoring|captioning|rating|ranking",
    ),
    ("filtered_by", r"filter|clean|curate|verify|check|screen", r"filtering|cleaning"),
)
TO_ACT = tuple(
    (r, re.compile(rf"^[^.;]{{0,60}}?\b(?:to(?: \w+ly)? (?:{verbs})|for (?:{nouns}))\b", re.I))
    for r, verbs, nouns in _WHAT_FOR
)
# A Chinese sentence whose subject is the maker: the act must lead to the thing that was made.
ZH_ACTS = re.compile(
    r"^[^,\uff0c。;\uff1b]{0,10}?(?:生成|改写|编写|合成|构造)(?:的|了)(?!能力|效果|模型|文本检测)"
)
ZH_EXAMPLE = re.compile(r"(?:如|例如|比如|像|评估|评测|比较|对比|检测)[\uff1a:]?\s*$")
SHARED_NOT = re.compile(
    r"(?:reminiscent of|platforms? like|similar to|format\w*|conver(?:t\w*|sion\b))[^.,;]{0,40}$",
    re.IGNORECASE,
)
