"""Small talk and simple knowledge, in the languages there are phrases for."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime

from navtalk_widget.engines.responder import ToolDefinition
from navtalk_widget.local.responders.rules.arithmetic import solve, spoken_result
from navtalk_widget.local.responders.rules.chinese import whole_numbers
from navtalk_widget.local.responders.rules.numbers import find_numbers
from navtalk_widget.local.responders.rules.persona import Persona, introduction
from navtalk_widget.local.responders.rules.phrases import Phrases
from navtalk_widget.local.responders.rules.words import words_of, words_of_name

HIGHEST_COUNT = 100

_FILLERS = r"(?:(?:well|so|oh|ok|okay|hey|and|please|then|now|yes|no)\s+)*"


def _intent(pattern: str) -> re.Pattern[str]:
    return re.compile(rf"{_FILLERS}(?:{pattern})", re.IGNORECASE)


_HELLO_WORDS = (
    r"(?:hello|hi|hey|good (?:morning|afternoon|evening|day)|greetings|bonjour|salut|bonsoir|hallo|guten (?:tag|morgen|"
    r"abend)|hola|buenos días|buenas (?:tardes|noches)|ciao|buongiorno|buonasera|你好|您好)(?: there| again| everyone)?"
)
_HELLO = _intent(rf"{_HELLO_WORDS}(?: (?![\u4e00-\u9fff]{{5}})\w+)?")
_GREETED = re.compile(
    rf"(?:(?:well|oh|ok|okay)[\s,]+)?{_HELLO_WORDS}\b(?:[\s,]+[^\W\d_]+(?=[,.!]))?[\s,.!;:–—，。！、-]*(?P<rest>\w.*)",
    re.IGNORECASE | re.DOTALL,
)
_HOW_ARE_YOU = _intent(
    r"(?:(?:hello|hi|hey)(?: \w+)? )?(?:how are you(?: (?:doing|today|feeling|this \w+))*|how do you do|"
    r"how is it going|how's it going|what's up|ça va|comment (?:ça va|allez vous|vas tu)|"
    r"wie geht(?: es|'s)(?: (?:dir|ihnen))?|cómo (?:está|estás)|qué tal|come (?:sta|stai|va))|你好吗"
)
_WHO = _intent(
    r"(?:what(?: is|'s|s) your name|who are you|what are you called|who am i (?:talking|speaking) (?:to|with)|"
    r"(?:tell me|say) your name|introduce yourself|(?:tell me )?(?:something )?about yourself|"
    r"qui (?:êtes vous|es tu)|(?:comment|quel) .*\b(?:appelez|appelles|nom)\b.*|wer (?:sind sie|bist du)|"
    r"wie hei(?:ßen sie|ßt du)|quién (?:eres|es usted)|cómo (?:te llamas|se llama)|chi (?:sei|è)|come (?:ti chiami|si "
    r"chiama)|(?:请问|告诉我)?[你您](?:是谁|叫什么(?:名字)?|(?:的)?名字(?:是|叫)什么|怎么称呼)(?:呢|啊|呀)?|"
    r"(?:请)?(?:介绍一下[你您]?自己|自我介绍(?:一下)?))"
)
_THANKS = _intent(
    r"(?:(?:many )?thanks?(?: you)?(?: very much| so much| a lot)?|merci(?: beaucoup)?|danke(?: schön)?|vielen dank|"
    r"(?:muchas )?gracias|grazie(?: mille)?|谢谢(?:你|您)?)(?: \w+)?"
)
_BYE = _intent(
    r"(?:(?:thanks?(?: you)?(?: very much| so much)? )?(?:and )?(?:good ?bye|bye(?: bye)?|see you(?: later| soon)?|"
    r"good night|farewell)|au revoir|à bientôt|auf wiedersehen|tschüss|adiós|hasta (?:luego|pronto)|arrivederci|"
    r"addio|再见)(?: \w+)?"
)
_ABILITIES = _intent(
    r"(?:what (?:can|could) you do|what do you (?:do|know)|how can you help|what can i (?:ask|say|do)|help(?: me)?|"
    r"what are you able to|que (?:pouvez vous|peux tu|sais tu) faire|was k(?:önnen sie|annst du)|qué (?:puedes|sabes|"
    r"puede) hacer|(?:che )?cosa (?:puoi|sai|può) fare|你(?:能|会|可以)做什么)\b.*"
)
_TIME = _intent(
    r"(?:.*\b)?(?:what time is it|what(?: is|'s|s) the time|tell me the time|have you got the time|quelle heure est il|"
    r"wie (?:spät|viel uhr) ist es|qué hora es|che (?:ora è|ore sono))\b.*|"
    r"(?:请问|请|告诉我|你知道| )*(?:现在|时间)?(?:的时间)?(?:是)?(?:几点|什么时间)(?:钟)?(?:了)?(?:吗|呢|啊)?"
)
_DATE = _intent(
    r"(?:.*\b)?(?:what(?: is|'s|s) the date|what(?: is|'s)? (?:the )?(?:date|day) (?:is it|today|is today)|"
    r"what day is (?:it|today)|today's date|which day is (?:it|today)|quel jour|quelle (?:est la )?date|welcher tag|"
    r"welches datum|qué (?:día|fecha)|che giorno)\b.*|"
    r"(?:请问|请|告诉我|你知道| )*(?:今天|现在)?(?:的日期)?(?:是)?"
    r"(?:几月|几号|几日|星期几|周几|礼拜几|什么日子| )+(?:了)?(?:吗|呢|啊)?|"
    r"(?:请问|告诉我)?(?:今天的?)?日期(?:是什么|是多少)?"
)
_JOKE = _intent(r".*\b(?:joke|something funny|make me laugh|blague|witz|chiste|barzelletta)\b.*|.*笑话.*")
_COUNT = _intent(r"(?:.*\b)?(?:count|compte|zähle?|cuenta|conta)\b.*|(?:请)?(?:从.{1,8})?数到.{1,8}")


def social_reply(text: str, persona: Persona, phrases: Phrases, tools: Sequence[ToolDefinition]) -> str | None:
    """The answer to what people say to be polite, or to get to know one another; ``None`` for anything else."""
    plain = _plain(text)
    if _HOW_ARE_YOU.fullmatch(plain):
        return phrases.how_are_you
    if _HELLO.fullmatch(plain):
        return phrases.hello
    if _WHO.fullmatch(plain):
        return introduction(persona, phrases)
    if _THANKS.fullmatch(plain):
        return phrases.thanks
    if _ABILITIES.fullmatch(plain):
        return _abilities(phrases, tools)
    return None


def after_greeting(text: str) -> str:
    """What somebody says after "hello", or "hello, Leo,"; ``""`` if they do not greet, or say no more."""
    match = _GREETED.match(text.strip())
    return match["rest"] if match else ""


def farewell(text: str, phrases: Phrases) -> str | None:
    """The answer to a goodbye."""
    return phrases.bye if _BYE.fullmatch(_plain(text)) else None


def simple_knowledge(text: str, phrases: Phrases, language: str, now: datetime) -> str | None:
    """The time, the date, a sum, counting, a joke; ``None`` for anything else."""
    plain = _plain(text)
    try:
        result = solve(text)
    except ZeroDivisionError:
        return phrases.no_division
    if result is not None:
        return phrases.result.format(result=spoken_result(result))
    if _TIME.fullmatch(plain):
        return phrases.time.format(time=_spoken_time(now, language))
    if _DATE.fullmatch(plain):
        return phrases.date.format(date=_spoken_date(now, language))
    if _COUNT.fullmatch(plain):
        return _counting(plain, phrases)
    if _JOKE.fullmatch(plain):
        return phrases.joke
    return None


def _plain(text: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"[^\w'’\s]", " ", text)).strip().replace("’", "'")[:500]


def _abilities(phrases: Phrases, tools: Sequence[ToolDefinition]) -> str:
    if not tools:
        return phrases.abilities
    described = (
        tool.description.strip().split("\n")[0].strip(" .") or " ".join(words_of_name(tool.name)) for tool in tools[:5]
    )
    return phrases.abilities_with_tools.format(tools="; ".join(text[:120] for text in described))


def _counting(plain: str, phrases: Phrases) -> str | None:
    said = find_numbers(words_of(plain))
    numbers = [int(number.value) for number in said] or whole_numbers(plain)
    if not numbers:
        return None
    first, last = (numbers[0], numbers[1]) if len(numbers) > 1 else (1, numbers[0])
    step = 1 if last >= first else -1
    stop = first + step * (HIGHEST_COUNT - 1)
    limited = abs(last - first) >= HIGHEST_COUNT
    counted = ", ".join(str(number) for number in range(first, (stop if limited else last) + step, step)) + "."
    return f"{phrases.count_limit.format(limit=stop)} {counted}" if limited else counted


def _spoken_time(now: datetime, language: str) -> str:
    if language.startswith("en"):
        return f"{now.hour % 12 or 12}:{now:%M} {'AM' if now.hour < 12 else 'PM'}"
    if language.startswith("zh"):
        return f"{now.hour}点{now.minute}分"
    return f"{now.hour}:{now:%M}"


_MONTHS = {
    "en": "January February March April May June July August September October November December",
    "fr": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
    "de": "Januar Februar März April Mai Juni Juli August September Oktober November Dezember",
    "es": "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
    "it": "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre",
}
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def _spoken_date(now: datetime, language: str) -> str:
    """Without the C library's locale, which belongs to the whole process."""
    base = language.partition("-")[0]
    if base == "zh":
        return f"{now.year}年{now.month}月{now.day}日，星期{'一二三四五六日'[now.weekday()]}"
    month = _MONTHS.get(base, _MONTHS["en"]).split()[now.month - 1]
    if base in ("fr", "it"):
        return f"{now.day} {month} {now.year}"
    if base == "de":
        return f"{now.day}. {month} {now.year}"
    if base == "es":
        return f"{now.day} de {month} de {now.year}"
    return f"{_DAYS[now.weekday()]}, {month} {now.day}, {now.year}"
