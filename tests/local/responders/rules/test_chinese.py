"""What the built-in responder understands of Chinese."""

from __future__ import annotations

import pytest

from navtalk_widget.local.responders.rules.chinese import in_signs, read_name, whole_numbers
from tests.local.responders.conftest import reply


@pytest.mark.parametrize(
    ("said", "answer"),
    [
        ("三加五等于多少", "等于8。"),
        ("3加5等于几？", "等于8。"),
        ("请问十二乘以三是多少？", "等于36。"),
        ("一百减二十五", "等于75。"),
        ("二十除以四等于几", "等于5。"),
        ("一万零五加三", "等于10008。"),
        ("两千零二十减五", "等于2015。"),
        ("三百二加一加一", "等于322。"),
        ("三点五加一", "等于4.5。"),
        ("负三加五", "等于2。"),
        ("十除以零", "不能除以零。"),
        ("你好，三加五等于多少？", "你好！ 等于8。"),
        ("现在几点？", "现在是16点40分。"),
        ("几点了", "现在是16点40分。"),
        ("今天星期几？", "今天是2026年3月5日，星期四。"),
        ("今天几号", "今天是2026年3月5日，星期四。"),
        ("今天是几月几号？", "今天是2026年3月5日，星期四。"),
        ("数到五", "1, 2, 3, 4, 5."),
        ("你好", "你好！我能为您做什么？"),
    ],
)
async def test_simple_questions_are_answered(said: str, answer: str) -> None:
    assert await reply(said, tools=()) == answer


@pytest.mark.parametrize("said", ["我今天有很多时间", "商店几点开门", "三个人加入了五个队", "除以三"])
async def test_what_only_sounds_like_one_is_none(said: str) -> None:
    assert said in str(await reply(said, tools=()))


@pytest.mark.parametrize(
    ("instructions", "name"),
    [
        ("你是小莲。", "小莲"),
        ("你是小莲，一位博物馆导游。", "小莲"),
        ("你是一位老师，名叫小明。", "小明"),
        ("你叫阿里。", "阿里"),
        ("你的名字是王芳。请用中文回答。", "王芳"),
        ("你叫Leo。", "Leo"),
        ("你是一个友好的助手。", ""),
        ("你是数学老师。", ""),
        ("你是导游。", ""),
        ("如果有人问你叫什么，就说秘密。", ""),
    ],
)
def test_instructions_give_a_name(instructions: str, name: str) -> None:
    assert read_name(instructions) == name


@pytest.mark.parametrize("question", ["你叫什么名字？", "请问你叫什么名字？", "你的名字是什么", "您是谁"])
async def test_it_tells_the_name(question: str) -> None:
    assert await reply(question, instructions="你是小莲。") == "我是小莲。"


def test_numbers_are_read_to_ten_thousands() -> None:
    written = "零 十 十五 二十 一百零五 一百一十 三百二 一千零一 两千三百四十五 一万二 九千九百九十九万 二零二六 42"
    assert whole_numbers(written) == [0, 10, 15, 20, 105, 110, 320, 1001, 2345, 12_000, 99_990_000, 2026, 42]


@pytest.mark.parametrize("said", ["百加一", "万加三", "十百加二", "加三", "", "三加"])
def test_signs_that_make_no_number_make_no_sum(said: str) -> None:
    assert in_signs(said) is None
