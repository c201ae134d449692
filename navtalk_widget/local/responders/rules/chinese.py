"""Chinese numbers, sums and names, as they are written."""

from __future__ import annotations

import re

_DIGITS = {digit: value for value, digit in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_SCALES = {"十": 10, "百": 100, "千": 1000}
_NUMBER = rf"负?(?:\d+(?:\.\d+)?|[{''.join(_DIGITS)}{''.join(_SCALES)}万]+(?:点[{''.join(_DIGITS)}]+)?)"
_FOUND_NUMBER = re.compile(_NUMBER)
_SIGNS = {"加上": "+", "加": "+", "减去": "-", "减": "-", "乘以": "*", "乘": "*", "除以": "/"}
_SIGN = rf"(?:{'|'.join(_SIGNS)}|[+\-*/×÷])"
_SUM = re.compile(
    r"(?:请问|请|你知道|告诉我|帮我|计算|算|一下|[\s，,])*"
    rf"(?P<sum>{_NUMBER}(?:\s*{_SIGN}\s*{_NUMBER})+)"
    r"\s*(?:等于|得|是|=)?\s*(?:多少|几)?(?:呢|啊|呀)?[\s？?。.！!=]*"
)
_SIGN_OR_NUMBER = re.compile(rf"(?P<sign>{_SIGN})|(?P<number>{_NUMBER})")

_LATIN_OR_CHINESE = r"(?P<name>[A-Z][A-Za-z]{0,20}|[\u4e00-\u9fff]{1,4})"
_END = r"(?=[”\"」』]?(?:[\s，。,.！!；;、：:]|$))"
_CALLED = re.compile(
    rf"(?:[你您](?:的?名字)?(?:叫做|叫作|叫|是叫)|[你您]的?名字(?:是|为)|名叫|名为)[“\"「『]?{_LATIN_OR_CHINESE}{_END}"
)
_IS = re.compile(rf"[你您]是[“\"「『]?(?P<name>[\u4e00-\u9fff]{{2,3}}){_END}")
_SURNAMES = frozenset(
    "小阿王李张刘陈杨黄赵吴周徐孙马朱胡郭何林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董潘袁蔡蒋余于杜叶程魏苏吕丁任卢姚沈钟"
    "姜崔谭陆汪范廖石金韦贾夏付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵钱严莫孔汤"
)
_ROLE_ENDINGS = frozenset("师员手家人者游理长问务译生友授士工伴服教板的")


def in_signs(text: str) -> str | None:
    """A sum in Chinese, such as "三加五等于多少？", in digits and signs: "3 + 5"; ``None`` if the text is none."""
    found = _SUM.fullmatch(text.strip())
    if found is None:
        return None
    parts: list[str] = []
    position = 0
    while position < len(found["sum"]):
        # A sign stands behind each number: "-" there is no part of the next one.
        match = _SIGN_OR_NUMBER.match(found["sum"], position)
        if match is None:
            position += 1
            continue
        if match["sign"]:
            parts.append(_SIGNS.get(match["sign"], match["sign"]))
        else:
            value = _value(match["number"])
            if value is None:
                return None
            parts.append(value)
        position = match.end()
    return " ".join(parts)


def whole_numbers(text: str) -> list[int]:
    """The whole numbers in a text, written in Chinese or in digits."""
    values = [_value(number) for number in _FOUND_NUMBER.findall(text)]
    return [int(value) for value in values if value is not None and "." not in value]


def read_name(instructions: str) -> str:
    """The name that Chinese instructions give the avatar, as in "你是小莲"; ``""`` if they give none."""
    for match in _CALLED.finditer(instructions):
        if not match["name"].startswith(("什么", "我")):
            return match["name"]
    for match in _IS.finditer(instructions):
        if match["name"][0] in _SURNAMES and match["name"][-1] not in _ROLE_ENDINGS:
            return match["name"]
    return ""


def _value(written: str) -> str | None:
    """A number in digits; ``None`` if the signs make no number."""
    sign, written = ("-", written[1:]) if written.startswith("负") else ("", written)
    if written[0].isascii():
        return sign + written
    whole, _, decimals = written.partition("点")
    thousands, has_more, units = whole.partition("万")
    if has_more and not thousands:
        return None
    high, low = _below_ten_thousand(thousands if has_more else "零"), _below_ten_thousand(units if has_more else whole)
    if high is None or low is None:
        return None
    # "一万二" is 12,000.
    if has_more and len(units) == 1 and units in _DIGITS:
        low *= 1000
    digits = "".join(str(_DIGITS[digit]) for digit in decimals)
    return f"{sign}{high * 10_000 + low}" + (f".{digits}" if digits else "")


def _below_ten_thousand(written: str) -> int | None:
    if not written:
        return 0
    if len(written) > 1 and all(sign in _DIGITS for sign in written):
        return int("".join(str(_DIGITS[sign]) for sign in written))  # "二零二六", digit by digit
    total, digit, last_scale = 0, None, 10_000
    for sign in written:
        if sign in _SCALES:
            scale = _SCALES[sign]
            if scale >= last_scale or (digit is None and scale != 10):
                return None
            total, digit, last_scale = total + (1 if digit is None else digit) * scale, None, scale
        elif sign not in _DIGITS or digit:
            return None
        elif _DIGITS[sign] or written == sign:
            digit = _DIGITS[sign]
    if digit is None:
        return total
    # "三百二" is 320, "三百零二" is 302.
    short = last_scale in (100, 1000) and "零" not in written
    return total + digit * (last_scale // 10 if short else 1)
