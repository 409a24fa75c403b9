"""Prose to sentences, with their places; Markdown, HTML and Chinese punctuation included.

Every step is linear in the text, and no sentence is longer than `MAX_SENTENCE` characters, so
that whatever reads sentences next has bounded work on any input.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

MAX_SENTENCE = 4000
OVERLAP = 400  # pieces of an overlong sentence share this much, so that no phrase is cut in two

_LINE = re.compile(r"[^\n]*\n|[^\n]+")
_PREFIX = re.compile(r"[ \t>]{0,40}")
# A line that cannot continue the sentence of the line before it.
_OPENS = re.compile(
    r"(?:[-*+•·●▪✅❌⚠🔥🌟]\s|\d{1,3}[.)]\s|\d{1,3}、|[（(]\w{1,3}[)）]|[一二三四五六七八九十]{1,3}、"
    r"|#{1,6}|\||[A-Za-z_][\w ./-]{0,40}:(?:\s|$)|<(?:p|div|li|td|tr|h\d|br)\b)",
    re.IGNORECASE,
)
_BREAK = re.compile(r"(?:```|~~~|-{3,}\s*$|={3,}\s*$|\*{3,}\s*$|_{3,}\s*$)")
_ALONE = re.compile(r"(?:#{1,6}(?!\w)|\|)")
_END = re.compile(
    r"[.!?…][\"'”’)\]*_`]{0,6}(?=\s|<|$|[\u4e00-\u9fff])|[。！？；]+[\"'”’」』）)*]{0,4}"
    r"|</?(?:p|br|li|ul|ol|tr|div|h[1-6]|table|summary|details)\b[^<>]{0,300}>",
    re.IGNORECASE,
)
_ABBREVIATED = re.compile(
    r"(?:^|[\s(\[\"'])(?:e\.g|i\.e|eg|ie|etc|vs|cf|al|fig|no|nos|inc|ltd|co|corp|dr|mr|mrs|ms|prof|st"
    r"|approx|resp|ver|vol|pp|eq|sec|art|univ|dept|ca|u\.s|u\.k|u\.s\.a|e\.u|[a-z])$",
    re.IGNORECASE,
)
_NUMBERED = re.compile(r"^[\s>*_-]*\d{1,3}$")
_MARKER = re.compile(r"[\s>]*(?:(?:[-*+•·●▪]|#{1,6}|\d{1,3}[.)])\s+)?")
_WRAP = re.compile(r"\n[ \t]{0,40}(?:>[ \t]?){0,10}")

# The text of a license badge. What else an image says, a permission above all, is not taken.
_ALT = re.compile(
    r"<img\b[^<>]{0,400}?(?<![\w-])alt=[\"']"
    r"(?![^\"'<>]{0,120}(?:commercial use|可商用|允许|allow|permit))"
    r"((?:[\w -]{0,16}licen[sc]e|许可|协议|CC[ -]BY)[^\"'<>]{0,100})[\"']",
    re.IGNORECASE,
)
_TAG = re.compile(r"<[^<>]{1,500}>")
# A box nobody ticked: empty brackets would vanish, and what it stands before would seem said.
_BOX = re.compile(r"\[[ \u3000]{1,2}\](?![(\[])|[□◻⬜]")
_TARGET = re.compile(
    r"\]\([^()\s]{0,1000}(?:\([^()\s]{0,200}\)[^()\s]{0,500})?(?: \"[^\"]{0,200}\")?\)"
)
_URL = re.compile(r"(?:https?://|www\.)[^\s<>()\[\]\"'\u3000-\u9fff\uff00-\uffef]+")
_ESCAPED = re.compile(r"\\(?=[-_.#()+!~>|])")  # "BY\-NC" as Markdown's writers save it
_EMPHASIS = re.compile(r"[*`]+|~~|(?<![A-Za-z0-9])_+|_+(?![A-Za-z0-9])")
_HALF = re.compile(r"(?<=[\u4e00-\u9fff])[,;]|[,;](?=[\u4e00-\u9fff])")
_CJK_GAP = re.compile(r"(?<=[\u3000-\u9fff\uff00-\uffef]) (?=[\u3000-\u9fff\uff00-\uffef])")
# Traditional characters that statements about use are made of, each with its simplified form.
_TRADITIONAL = (
    "業許權學術僅於來與請聯繫係應須為論獲書註標轉載傳開發個訓練協議條規範違責後這將進數據庫語"
    "圖鏈問題員單營賣購買費區國歐韓無體對產從時實驗並併給經過嚴譯當該屬務軟網類檔檢審簽證報寫"
    "錄歸聲擁總錢賺們麼讓則項參閱閲爭戶嗎導專號達價選擇輸戰資訊機構館點圍慮說讀課師團隊華灣義"
    "觀視頻際關邊動創習負險償適質記冊領決擴傭僱獎勵組織辦針測鍵線遠處壓縮畫詞彙閉環銷額獨佔佈"
    "謝絕純製衛劃擬罰貝評詢銀餵備異態變稱響識斷顯連間陸陣難頁頂順預頒顆顧飾驅鬆齊齡歲殘殺淺淨"
    "減溫滿漢潔濟濾牆瑪畢療盡監碼礎禮種積穩窮競筆節簡籤糾紀約紅納紙級細終統絲綁綜維緊緣編緩繳"
    "繼續職聽肅腦膽興舉舊艦藝藥蘭補裝裡覽覺觸計討訪設訴診試詩話詳認誌誤誰調諾謂講謀賀賬賴趕跡"
    "軌輔輛輪輯轄農遊運遞遲遺釋鈕鋪錯鎖鏡鐘長門閃閒陽雖雙離電靜韻頭顏願風飛飯馬騙髮鬥魚鳥麗黃"
    "龍換會內昇準結見確別現爲曆啟場餘戲萬復兩臺層執複沒乾強獅証採聖帶優徑樣獻擊東歡訂廣護還較"
    "説狀鑰歷敗辭帳況貢幾階慣蓋氣尋隨張樂幫貼欄醫損幹雲腳薩亞閏夾薦憶驟財塊極啓輕圓築宮週臨養"
    "煙茲聞億迴匯倉衝眾車傷側録掛爾裊掃賢隱儲夠刪賓園熱瀏儘愛徵憑寬緒託卽産貳紹兒蟲偵濛洩擔飲"
    "贊親査傾驚貴慶棄蒐倫夢恥捲憂僕歎鍊鉅賽粵勢樹卻鬱絶樑麵葉懶談囉蘇捨彈遷靈裏虛暫瓊雜蝦醜疊"
    "惡菸勞綴剋蘋豐湧薹"
)
_SIMPLIFIED = (
    "业许权学术仅于来与请联系系应须为论获书注标转载传开发个训练协议条规范违责后这将进数据库语"
    "图链问题员单营卖购买费区国欧韩无体对产从时实验并并给经过严译当该属务软网类档检审签证报写"
    "录归声拥总钱赚们么让则项参阅阅争户吗导专号达价选择输战资讯机构馆点围虑说读课师团队华湾义"
    "观视频际关边动创习负险偿适质记册领决扩佣雇奖励组织办针测键线远处压缩画词汇闭环销额独占布"
    "谢绝纯制卫划拟罚贝评询银喂备异态变称响识断显连间陆阵难页顶顺预颁颗顾饰驱松齐龄岁残杀浅净"
    "减温满汉洁济滤墙玛毕疗尽监码础礼种积稳穷竞笔节简签纠纪约红纳纸级细终统丝绑综维紧缘编缓缴"
    "继续职听肃脑胆兴举旧舰艺药兰补装里览觉触计讨访设诉诊试诗话详认志误谁调诺谓讲谋贺账赖赶迹"
    "轨辅辆轮辑辖农游运递迟遗释钮铺错锁镜钟长门闪闲阳虽双离电静韵头颜愿风飞饭马骗发斗鱼鸟丽黄"
    "龙换会内升准结见确别现为历启场余戏万复两台层执复没干强狮证采圣带优径样献击东欢订广护还较"
    "说状钥历败辞帐况贡几阶惯盖气寻随张乐帮贴栏医损干云脚萨亚闰夹荐忆骤财块极启轻圆筑宫周临养"
    "烟兹闻亿回汇仓冲众车伤侧录挂尔袅扫贤隐储够删宾园热浏尽爱征凭宽绪托即产贰绍儿虫侦蒙泄担饮"
    "赞亲查倾惊贵庆弃搜伦梦耻卷忧仆叹炼巨赛粤势树却郁绝梁面叶懒谈啰苏舍弹迁灵里虚暂琼杂虾丑叠"
    "恶烟劳缀克苹丰涌苔"
)
_SIMPLE = str.maketrans(_TRADITIONAL, _SIMPLIFIED)
_SAME = str.maketrans(
    {"‐": "-", "‑": "-", "‒": "-", "–": "-", "—": "-", "−": "-", "“": '"', "”": '"', "‘": "'",
     "’": "'", "\u00a0": " ", "\u200b": "", "\u00ad": ""}
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence: whitespace-collapsed text, and its span and first line in the original."""

    text: str
    start: int
    end: int
    line: int


def split_sentences(text: str) -> list[Sentence]:
    """All sentences of a text, in order. Overlong ones come in overlapping pieces."""
    return list(sentences_of(text, blocks(text)))


def sentences_of(text: str, spans: Iterator[tuple[int, int]]) -> Iterator[Sentence]:
    """The sentences inside some blocks, which must come in order and not overlap."""
    seen, line = 0, 1
    for block_start, block_end in spans:
        for start, end in _cut(text, block_start, block_end):
            collapsed = " ".join(_WRAP.sub(" ", text[start:end]).split())
            if not collapsed:
                continue
            line += text.count("\n", seen, start)
            seen = start
            yield Sentence(collapsed, start, end, line)


def blocks(text: str) -> Iterator[tuple[int, int]]:
    """Stretches of lines that may share a sentence: paragraphs, bullets, headings, table rows."""
    start: int | None = None
    end = 0
    for match in _LINE.finditer(text):
        prefix = _PREFIX.match(text, match.start(), match.end())
        at = prefix.end() if prefix else match.start()
        bare = not text[at : min(match.end(), at + 200)].strip()
        empty = (bare and not text[at : match.end()].strip()) or _BREAK.match(text, at, match.end())
        if start is not None and (empty or _OPENS.match(text, at, match.end())):
            yield start, end
            start = None
        if empty:
            continue
        if start is None:
            start = match.start()
        end = match.end()
        if _ALONE.match(text, at, match.end()):
            yield start, end
            start = None
    if start is not None:
        yield start, end


def _cut(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """The spans of the sentences of one block, none longer than MAX_SENTENCE."""
    begin = start
    for match in _END.finditer(text, start, end):
        if text[match.start()] == "." and _not_an_end(text, begin, match.start()):
            continue
        yield from _bounded(text, begin, match.end())
        begin = match.end()
    yield from _bounded(text, begin, end)


def _not_an_end(text: str, begin: int, dot: int) -> bool:
    before = text[max(begin, dot - 12) : dot]
    if _ABBREVIATED.search(before):
        return True
    return dot - begin < 12 and bool(_NUMBERED.match(before))


def begin_of(text: str, start: int, end: int) -> int:
    """Where the words of a block begin: behind its quote marks, bullet, number or hashes."""
    marker = _MARKER.match(text, start, end)
    return marker.end() if marker else start


def _bounded(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    start = begin_of(text, start, end)
    while end > start and text[end - 1].isspace():
        end -= 1
    while end - start > MAX_SENTENCE:
        cut = text.rfind(" ", start + MAX_SENTENCE - OVERLAP, start + MAX_SENTENCE)
        cut = cut if cut > 0 else start + MAX_SENTENCE
        yield start, cut
        start = cut - OVERLAP
    if end > start:
        yield start, end


def simplified(text: str) -> str:
    """A text with the Chinese characters that statements are made of simplified, place by place."""
    return text if text.isascii() else text.translate(_SIMPLE)


def plain(sentence: str) -> str:
    """The words of a sentence without markup, link targets and URLs: what patterns read."""
    text = simplified(sentence).translate(_SAME)
    text = _ESCAPED.sub("", text.replace("&nbsp;", " ").replace("&amp;", "&"))
    text = _TARGET.sub("]", _BOX.sub("☐", text))
    bare = _TAG.sub(" ", text)
    # Badges alone say what they show; beside words their text would part or deny them.
    text = bare if bare.strip() else " ; ".join(_ALT.findall(text))
    text = _URL.sub(" ", text)
    text = _EMPHASIS.sub("", text).replace("[", "").replace("]", "")
    text = _HALF.sub(lambda mark: "，" if mark[0] == "," else "；", text)
    return _CJK_GAP.sub("", " ".join(text.split()))
