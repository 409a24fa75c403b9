"""Platforms that a card says its data was collected from."""

from __future__ import annotations

import pytest

from licaudit.collectors.prose_platforms import found
from licaudit.facts import Location

HERE = Location("README.md", 1)


@pytest.mark.parametrize(
    ("sentence", "keys"),
    [
        ("The questions were crawled from Zhihu and Weibo.", ["zhihu", "weibo"]),
        ("Scraped from Reddit and Stack Overflow.", ["reddit", "stack-exchange"]),
        ("We collected the videos from YouTube.", ["youtube"]),
        ("Images were downloaded from [Flickr](https://flickr.example).", ["flickr"]),
        ("Text scraped from public websites like Reddit.", ["reddit"]),
        ("本数据集从小红书上爬取评论。", ["xiaohongshu"]),
        ("数据来自知乎、豆瓣和微博。", ["zhihu", "douban", "weibo"]),
        ("语料采集自百度百科。", ["baidu-baike"]),
    ],
)  # fmt: skip
def test_a_place_of_collection_is_an_artifact(sentence: str, keys: list[str]) -> None:
    artifacts = list(found(sentence, HERE))
    assert [a.id for a in artifacts] == [f"service:{key}" for key in keys]
    assert all(a.kind == "service" and a.location == HERE for a in artifacts)


@pytest.mark.parametrize(
    "sentence",
    [
        "A classifier for Reddit posts.",
        "Follow us on Twitter and LinkedIn.",
        "The data was not collected from Reddit.",
        "Collected from volunteers, then posted to Reddit.",
        "我们在知乎上介绍了该模型。",
        "See our YouTube channel.",
    ],
)
def test_other_mentions_are_none(sentence: str) -> None:
    assert list(found(sentence, HERE)) == []
