"""Which platforms a card's sentences say its data was collected from.

"Crawled from Reddit" is an edge to the platform, whose terms bind whoever collected there; "a model
for Reddit posts" and "follow us on X" are not.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from licaudit.collectors.maker_words import CLAUSE, DENIED, NOT
from licaudit.facts import Artifact, Location

_PLATFORMS: tuple[tuple[str, str, str], ...] = (
    ("reddit", "Reddit", r"Reddit|reddit\.com|subreddits?"),
    ("x-twitter", "X (Twitter)", r"Twitter|twitter\.com|X \(formerly Twitter\)"),
    ("youtube", "YouTube", r"You[Tt]ube|youtube\.com"),
    ("quora", "Quora", r"Quora"),
    ("stack-exchange", "Stack Exchange", r"Stack ?(?:Overflow|Exchange)"),
    ("linkedin", "LinkedIn", r"LinkedIn"),
    ("instagram", "Instagram", r"Instagram"),
    ("tiktok", "TikTok", r"Tik[Tt]ok"),
    ("flickr", "Flickr", r"Flickr"),
    ("imdb", "IMDb", r"IMD[Bb]"),
    ("tumblr", "Tumblr", r"Tumblr"),
    ("discord", "Discord", r"Discord"),
    ("deviantart", "DeviantArt", r"Deviant[Aa]rt"),
    ("goodreads", "Goodreads", r"Goodreads"),
    ("pinterest", "Pinterest", r"Pinterest"),
    ("wechat", "WeChat", r"WeChat|微信(?:公众号)?"),
    ("zhihu", "Zhihu", r"Zhihu|知乎"),
    ("bilibili", "Bilibili", r"[Bb]ilibili|哔哩哔哩|[Bb]站"),
    ("xiaohongshu", "Xiaohongshu", r"Xiaohongshu|小红书"),
    ("weibo", "Weibo", r"(?:Sina )?Weibo|(?:新浪)?微博"),
    ("douyin", "Douyin", r"Douyin|抖音"),
    ("baidu-baike", "Baidu Baike", r"Baidu ?Baike|百度百科"),
    ("douban", "Douban", r"Douban|豆瓣"),
)
_NAMES = "|".join(f"(?P<p{n}>{words})" for n, (_, _, words) in enumerate(_PLATFORMS))
_NAME = re.compile(rf"(?<![A-Za-z0-9@/.-])(?:{_NAMES})(?![A-Za-z0-9])")
_FROM = re.compile(
    r"\b(?:crawl(?:ed|ing)?|scrap(?:ed|ing)|harvest(?:ed|ing)|mined|collected|gathered|downloaded"
    r"|extracted|sourced|obtained|retrieved)\b(?:\s+[\w'-]+){0,5}?\s+(?:from|off|on)\b"
    r"|(?:爬取|抓取|采集|收集|来自|来源于|源自)(?:自|于|了)?",
    re.IGNORECASE,
)
_ZH_BEFORE = re.compile(r"(?:从|在|对)[^,\uff0c。;\uff1b]{0,12}$")
_ZH_AFTER = re.compile(r"^[^,\uff0c。;\uff1b]{0,12}?(?:爬取|抓取|采集|收集)")
_JOIN = re.compile(
    r"(?:[\s,&/+、*`\[\]()“”\"'-]|\]\([^)]{0,300}\)|\b(?:and|or|the|as|well|both|from|posts?|comments?"
    r"|threads?|videos?|websites?|social|media|platforms?|like|such|including|various|public)\b"
    r"|以及|和|与|或|等|网站|平台|上|的|公开)*"
)


def found(sentence: str, where: Location) -> Iterator[Artifact]:
    """The platforms one sentence names as places where the data was collected."""
    names = list(_NAME.finditer(sentence))
    for match in _FROM.finditer(sentence) if names else ():
        if not _denied(sentence, match.start()):
            last = match.end()
            for name in (n for n in names if n.start() >= match.end()):
                if not _JOIN.fullmatch(sentence[last : name.start()]):
                    break
                yield _platform(name, where)
                last = name.end()
    for name in names:
        before, after = sentence[: name.start()], sentence[name.end() :]
        said = _ZH_BEFORE.search(before[-20:]) and _ZH_AFTER.match(after)
        if said and not _denied(sentence, name.start()):
            yield _platform(name, where)


def _platform(name: re.Match[str], where: Location) -> Artifact:
    key, title, _ = _PLATFORMS[int((name.lastgroup or "p0")[1:])]
    return Artifact(f"service:{key}", "service", title, location=where)


def _denied(sentence: str, start: int) -> bool:
    clause = CLAUSE.split(sentence[max(0, start - 120) : start])[-1]
    return bool(DENIED.search(clause) or NOT.search(clause))
