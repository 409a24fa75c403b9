"""The words with which cards say that something made, labelled or filtered data, or did not."""

from __future__ import annotations

import re

from licaudit.facts import Relation

BY = (
    r"(?:\s+(?!and\b|but\b|then\b|used\b|that\b)[\w'-]+){0,6}?"
    r"\s+(?:by|with|using|from|via|through)\b"
)
OUTPUTS = re.compile(
    r"\b(?:responses?|completions?|outputs?|generations|demonstrations|synthetic data|answers)"
    r" (?:from|of|by)\b",
    re.IGNORECASE,
)
ACTS: tuple[tuple[Relation, str, str], ...] = (
    (
        "generated_by",
        r"generat(?:ed|ing)|synthesi[sz](?:ed|ing)|creat(?:ed|ing)|produc(?:ed|ing)|written"
        r"|rewritten|rewrit(?:ing|e)|paraphras(?:ed|ing)|rephras(?:ed|ing)|translat(?:ed|ing)"
        r"|augment(?:ed|ing)|distill(?:ed|ing|ation)|bootstrapp(?:ed|ing)|collected|obtained"
        r"|sampled|answered|self-instruct(?:ed)?|summari[sz]ed|crafted|built|extracted|prompted",
        r"生成|合成|构造|改写|翻译|蒸馏|产生|编写|扩写",
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
                                r"|authored|created|produced|paraphrased)\b", re.IGNORECASE)),
    ("annotated_by", re.compile(r"[-– ](?:annotated|label+ed|rated|captioned|scored)\b", re.I)),
    ("filtered_by", re.compile(r"[-– ](?:filtered|curated|cleaned|verified)\b", re.IGNORECASE)),
)  # fmt: skip
OWNED = re.compile(
    r"^(?:'s|’s)?[- ](?:outputs?|responses?|completions?|generations|conversations|dialogues"
    r"|answers|demonstrations|instructions data|instruct data)\b",
    re.IGNORECASE,
)
ZH = {r: re.compile(rf"^[^,。;,;]{{0,14}}?(?:{zh})(?!模型|能力|效果)") for r, _, zh in ACTS[:3]}
ZH_BEFORE = re.compile(r"(?:由|使用|利用|通过|借助|调用|采用|用|让|基于|以)[^,。;,;]{0,12}$")
REWARD = re.compile(
    r"reward models?(?:\s*\([^)]{1,20}\))?\s*(?:is|was|used is|,|:|called|named|from)?\s*"
    r"[`*\[\"“(]{0,3}$|奖励模型[^,。]{0,6}$",
    re.IGNORECASE,
)
AS_REWARD = re.compile(
    r"^[`*\])\"”]{0,3}(?:\([^)]{0,200}\))?\s*(?:as|for|serves as)\s+(?:(?:a|the|our|its)\s+)?"
    r"reward(?:ing|s| models?)?\b",
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
    r"|used by|humans?|on top of)\b",
    re.IGNORECASE,
)
MERGE = re.compile(r"\b(?:merg\w+|slerp|frankenmerge)\b", re.IGNORECASE)
DENIED = re.compile(
    r"\b(?:not|no|never|without|none|nor|cannot|neither|rather|instead)\b|n['’]t\b"
    r"|\b(?:can|could|may|might|should|would|you|users?|if|whether|detect\w*|do)\b|不(?!仅|但|止|断|同)|未|没有|无需|可以|如果",
    re.IGNORECASE,
)
CLAUSE = re.compile(r"[,;:,;:()()]|\b(?:and|but|while|whereas|which|that|where|then)\b")
SKIPPED = re.compile(
    r"evaluat|benchmark|results?\b|performance|citation|bibtex|acknowledg|related|leaderboard|faq"
    r"|changelog|news|licen[sc]e|how to use|usage|quick ?start|inference|评测|评估|引用|致谢"
    r"|性能|使用",
    re.IGNORECASE,
)
HEADING = re.compile(r"^\s{0,3}#{1,6}\s+(.*)$")
SHAREGPT = re.compile(r"(?<![\w/-])Share-?GPT(?:[-_ ]?(?:90K|52K|V3|Vicuna))?(?!-?4[oVv])", re.I)
SHARED = re.compile(
    r"train|tun(?:ed|ing)|data|collect|conversation|dialog|contain|includ|subset|from|训练|数据|对话",
    re.IGNORECASE,
)
FORMAT = re.compile(r"format|style|schema|template|格式", re.IGNORECASE)
