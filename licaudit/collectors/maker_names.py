"""Names of models and of model services in running text, and the artifacts they stand for."""

from __future__ import annotations

import re
from dataclasses import dataclass

from licaudit.collectors.hub_ids import artifact_of, looks_like_hub_id
from licaudit.facts import Artifact, Location

# Products by their names, never companies alone: "created by OpenAI" names authors.
_SERVICES: tuple[tuple[str, str, str], ...] = (
    (
        "openai",
        "OpenAI",
        r"(?i:Chat-?GPT)(?!-?(?:detector|prompts))(?:[- ]?(?:3\.5|4o?|plus))?"
        r"|[Gg][Pp][Tt][- ]?(?:3\.5|4(?:\.\d)?o?|3|5)(?:[- ]?(?:turbo|mini|nano|vision|[Vv]|\d{4}"
        r"|preview|32k|16k))*(?![\w-]*(?:LLM|All|x-alpaca)|[-_]?(?:J|Neo)\b)"
        r"|GPT(?=[-‑](?:generated|assisted|annotated|written))"
        r"|(?:text|code)-davinci-\d{3}|davinci-00\d|DALL[-·]?E(?:[- ]?[23])?"
        r"|OpenAI(?:'s)? (?:API|o[134](?:-\w+)?|models?|LLMs?)|Azure OpenAI|OpenAI-o[134]",
    ),
    (
        "anthropic",
        "Anthropic",
        r"Claude(?:[- ]?(?:[Ii]nstant|v?\d(?:\.\d)?|Opus|Sonnet|Haiku))*(?! [A-Z][a-z]+)"
        r"|claude-[\w.-]*\w|Anthropic(?:'s)? (?:API|models?)",
    ),
    (
        "google-gemini",
        "Google Gemini",
        r"(?:Google(?:'s)? )?Gemini(?:[- ]?(?:API|Pro|Ultra|Flash|Nano|\d(?:\.\d)?))*"
        r"|gemini-[\w.-]*\w",
    ),
    ("google-palm", "Google PaLM", r"PaLM[- ]?2?(?: API)?|(?:Google )?Bard(?= API|\b)"),
    ("midjourney", "Midjourney", r"Mid[Jj]ourney(?: v\d(?:\.\d)?)?"),
    ("deepl", "DeepL", r"DeepL(?: API| Pro| Translator)?"),
    ("google-translate", "Google Translate", r"Google Translat(?:e|or)(?: API)?|谷歌翻译"),
    ("baidu-ernie", "Baidu ERNIE Bot", r"ERNIE[- ]Bot|文心一言"),
    ("moonshot-kimi", "Moonshot Kimi API", r"Kimi API|Moonshot API"),
    ("alibaba-qwen", "Alibaba Qwen API", r"Qwen[\d.]*-(?:Max|Turbo)|通义千问 ?API|DashScope"),
    ("bytedance-doubao", "ByteDance Doubao", r"Doubao(?:-\w+)*|豆包"),
    ("deepseek-api", "DeepSeek API", r"DeepSeek(?:'s)? API|deepseek-(?:chat|reasoner)"),
    ("mistral-api", "Mistral API", r"Mistral(?: AI)?(?:'s)? API|La Plateforme"),
    ("xai-grok", "xAI Grok API", r"(?:Grok|xAI)(?:'s)? API|grok-[2-9][\w.-]*\w"),
    ("meta-model-api", "Meta Model API", r"(?:Llama|Meta Model) API"),
    ("perplexity", "Perplexity", r"Perplexity(?: AI)?(?:'s)? API"),
    ("cohere", "Cohere API", r"Cohere(?:'s)? API"),
    ("amazon-bedrock", "Amazon Bedrock", r"(?:Amazon|AWS) Bedrock|Amazon (?:Nova|Titan)(?: \w+)?"),
    ("microsoft-copilot", "Microsoft Copilot", r"(?:Microsoft|Bing) Copilot|Bing Chat"),
    ("github-copilot", "GitHub Copilot", r"GitHub Copilot"),
    ("stability-api", "Stability AI API", r"Stability(?: AI)?(?:'s)? API|DreamStudio"),
    ("zhipu-api", "Zhipu API", r"(?:Zhipu|BigModel|Z\.ai)(?: AI)? API|智谱 ?API"),
    ("minimax-api", "MiniMax API", r"MiniMax API"),
    ("tencent-hunyuan", "Tencent Hunyuan API", r"(?:Tencent )?Hunyuan API|混元 ?API"),
)
_FAMILIES = (
    r"(?:Meta[- ]|Code|Tiny)?L[Ll]a[Mm][Aa][- ]?[1-4](?:\.\d)?|Mi[sx]tral|Qwen(?:-?VL)?[\d.]*"
    r"|QwQ|DeepSeek|Nemotron|Yi|Baichuan\d?|ChatGLM\d?|GLM|InternLM\d?|InternVL\d?|Gemma[- ]?\d?"
    r"|Phi|Falcon|Vicuna|Alpaca|WizardLM|WizardCoder|WizardMath|StarCoder\d?|Command[- ]R|Grok"
    r"|LLaVA|BLIP[- ]?2?|CogVLM\d?|Whisper|Stable[ -]Diffusion|SDXL|FLUX(?:\.\d)?|BLOOMZ?|OPT"
    r"|FLAN[- ]T5|T5|GPT[- ]?(?:2|J|NeoX?)|gpt-oss|NLLB|UltraRM|ArmoRM|PairRM|Starling-RM|Skywork"
)
_SIZES = (
    r"(?:[-_ ]?(?:v?\d+(?:\.\d+)*|\d+x\d+)[BbMmKk]?(?![A-Za-z0-9])"
    r"|[-_](?:[A-Z][\w.]{0,30}|chat|instruct|base|hf|it|large|medium|small|xl|xxl|turbo))*"
)
_EDGE = r"(?<![A-Za-z0-9_./-])"  # a Chinese character may stand right before a name
_SERVICE = re.compile(
    _EDGE + "(?:" + "|".join(f"(?P<s{n}>{w})" for n, (_, _, w) in enumerate(_SERVICES)) + ")"
    r"(?![A-Za-z0-9])"
)
_MODEL = re.compile(rf"{_EDGE}(?:{_FAMILIES}){_SIZES}(?![A-Za-z0-9])")
# These are also words: a size or a version must follow.
_WORDS = re.compile(r"^(?:Yi|Phi|Falcon|Alpaca|OPT|Whisper|Grok|FLUX|T5|GLM)$")
_HUB = re.compile(
    r"(?:https?://)?(?:www\.)?(?:huggingface\.co|hf\.co)/(?!datasets/|spaces/|papers/|docs/|blog/)"
    r"([\w.-]{1,96}/[\w.-]{1,96})",
    re.IGNORECASE | re.ASCII,
)
# ASCII: Chinese characters, which stand right beside a name, are no part of it.
_ID = re.compile(
    r"(?<![\w/.:-])([A-Za-z0-9][\w.-]{1,60}/[A-Za-z0-9][\w.-]{2,80})(?![\w/])", re.ASCII
)
_LINK_TEXT = re.compile(r"^[^\]\n]{0,60}\]\([^)]{0,20}$")
_DATA_LIKE = re.compile(
    r"data|corpus|bench|pairs|preferences|instructions|synthetic|\d+k\b", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Named:
    """A name in a text, from `start` to `end`, and what it stands for."""

    start: int
    end: int
    artifact: Artifact


def find(text: str, where: Location) -> list[Named]:
    """Every service and model named in a text, in order, without overlaps."""
    found = [*_services(text, where), *_ids(text, where), *_models(text, where)]
    kept: list[Named] = []
    for item in sorted(found, key=lambda n: (n.start, -n.end)):
        if kept and item.start < kept[-1].end:
            continue
        if kept and _LINK_TEXT.match(text[kept[-1].end : item.start]) and "/" in item.artifact.name:
            kept.pop()  # the words of a link: its address says the same exactly
        kept.append(item)
    return kept


def service(key: str, where: Location) -> Artifact:
    """The artifact of one service."""
    name = next((n for k, n, _ in _SERVICES if k == key), key)
    return Artifact(f"service:{key}", "service", name, location=where)


def _services(text: str, where: Location) -> list[Named]:
    return [
        Named(m.start(), m.end(), service(_SERVICES[int(m.lastgroup[1:])][0], where))
        for m in _SERVICE.finditer(text)
        if m.lastgroup
    ]


def _ids(text: str, where: Location) -> list[Named]:
    found = []
    for pattern in (_HUB, _ID):
        for match in pattern.finditer(text):
            hub_id = match.group(1).rstrip(".,;:)-")
            name = hub_id.rpartition("/")[2]
            if not looks_like_hub_id(hub_id) or (
                pattern is _ID and (not re.search(r"\d", name) or _DATA_LIKE.search(hub_id))
            ):
                continue
            found.append(Named(match.start(), match.end(), artifact_of("model", hub_id, where)))
    return found


def _models(text: str, where: Location) -> list[Named]:
    found = []
    for match in _MODEL.finditer(text):
        name = " ".join(match.group(0).split()).rstrip(".")
        if _WORDS.match(name):
            continue
        item = Artifact(f"name:model/{name.replace(' ', '-')}", "model", name, location=where)
        found.append(Named(match.start(), match.end(), item))
    return found
