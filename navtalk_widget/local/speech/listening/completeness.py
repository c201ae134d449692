"""Whether somebody has said all that they wanted to, by their last words and their first."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal, TypeAlias

Completeness: TypeAlias = Literal["complete", "open", "hanging"]

_ENOUGH = 3
"""Words of a question besides those that open it, or the verb and what follows it, are enough to answer it."""


@dataclass(frozen=True, slots=True)
class _Language:
    """Lists of one language.

    Attributes:
        hanging: what nobody ends a sentence with: the last word, or the last few.
        complete: what ends what is to be said: the last word, or the last few.
        answers: what is complete when it is all that was said.
        questions: how questions begin.
        stranded: of what hangs, what may end a question all the same: "where are you from".
        enough: words that a question has at least.
        spaced: whether white space is between words.
    """

    hanging: frozenset[str]
    complete: frozenset[str]
    answers: frozenset[str]
    questions: frozenset[str]
    stranded: frozenset[str] = frozenset()
    enough: int = _ENOUGH
    spaced: bool = True


def _list(text: str) -> frozenset[str]:
    return frozenset(phrase.strip() for phrase in text.split(",") if phrase.strip())


_LANGUAGES = {
    "en": _Language(
        hanging=_list(
            "and, or, but, so, because, cause, although, though, unless, until, if, whether, while, whereas, "
            "since, which, who, whom, whose, than, as, like, a, an, the, my, your, his, her, its, our, their, "
            "some, any, every, each, no, not, of, in, on, at, to, for, from, with, without, by, about, into, "
            "onto, over, under, between, among, through, during, before, after, against, near, behind, beside, "
            "per, via, is, are, was, were, am, be, been, being, have, has, had, do, does, did, will, would, "
            "shall, should, can, could, may, might, must, i'm, i'll, i've, i'd, you're, we're, they're, it's, "
            "that's, there's, he's, she's, let's, don't, doesn't, didn't, won't, can't, couldn't, wouldn't, "
            "isn't, aren't, um, uh, er, erm, hmm, well, you know, i mean, i think, i guess, kind of, sort of, "
            "such as, i, we, they, he, very, really, quite, too, more, most, much, many, i would like, i would "
            "like to, i'd like, i'd like to, i want, i want to, i need, i need to, would you, could you, can you, "
            "please tell, what i, the thing is, the most, a lot of, one of, do you, did you, will you"
        ),
        complete=_list(
            "please, thanks, thank you, thank you very much, goodbye, bye, good night, that's all, that is all, "
            "go ahead, over, today, tomorrow, again, too much, right now, for me, to me, about it, with me, of "
            "it, it is, i am, i do, i can, i did, i have, i will, you are, you do, you can, like it, like that, "
            "like this, want to, what for, not really, i think so, i don't know, of course, i am not, why not"
        ),
        answers=_list(
            "yes, no, yeah, yep, nope, okay, ok, sure, right, correct, exactly, maybe, perhaps, hello, hi, hey, "
            "stop, wait, continue, go on, never mind, good morning, good evening, good afternoon, good day, not "
            "yet, fine, great, both, neither, nothing, help, yes please, no thanks, no thank you, how are you, i "
            "am, i do, i did, so do i, me too, what, why, who, where, when, how, really, who are you, what else, "
            "one more"
        ),
        questions=_list(
            "what, what's, when, where, where's, who, who's, whose, why, which, how, how's, is, are, was, were, "
            "am, do, does, did, can, could, will, would, shall, should, may, have, has, isn't, aren't, don't, "
            "doesn't, didn't, can't, couldn't, won't, wouldn't, tell me, show me, give me, please"
        ),
        stranded=_list(
            "of, in, on, at, to, for, from, with, about, like, over, by, do, have, is, are, was, were, i, we, they, "
            "he, more, can, will, should"
        ),
    ),
    "de": _Language(
        hanging=_list(
            "und, oder, aber, weil, denn, dass, wenn, ob, als, wie, während, obwohl, damit, sondern, der, die, "
            "das, dem, den, des, ein, eine, einen, einem, einer, eines, mein, meine, meinen, dein, deine, sein, "
            "seine, ihr, ihre, unser, kein, keine, keinen, in, im, an, am, auf, aus, bei, beim, mit, nach, von, "
            "vom, zu, zum, zur, für, gegen, ohne, um, über, unter, vor, hinter, neben, zwischen, durch, bis, "
            "seit, ich, wir, er, ist, sind, war, waren, bin, bist, habe, hat, haben, hatte, werde, wird, würde, "
            "kann, könnte, muss, soll, will, möchte, ich möchte, ich möchte gerne, ich würde gerne, äh, ähm, hm, "
            "also, sehr, so, nicht nur, zum beispiel"
        ),
        complete=_list(
            "bitte, danke, danke schön, vielen dank, tschüss, auf wiedersehen, das ist alles, heute, morgen"
        ),
        answers=_list(
            "ja, nein, doch, okay, gut, genau, richtig, klar, vielleicht, hallo, stopp, halt, warte, weiter, "
            "guten morgen, guten tag, guten abend, ja bitte, nein danke, ich auch, nichts, warum, was, wer, wo"
        ),
        questions=_list(
            "was, wann, wo, wer, wen, wem, wessen, warum, wieso, weshalb, welche, welcher, welches, wie, wohin, "
            "woher, ist, sind, war, hast, hat, haben, kannst, können, könntest, darf, soll, willst, wirst, gibt, "
            "magst, erzähl"
        ),
    ),
    "fr": _Language(
        hanging=_list(
            "et, ou, mais, donc, car, parce que, que, qui, quand, si, comme, lorsque, puisque, le, la, les, l, "
            "un, une, des, du, de, d, au, aux, à, en, dans, sur, sous, avec, sans, pour, par, chez, vers, entre, "
            "avant, après, mon, ma, mes, ton, ta, tes, son, sa, ses, notre, nos, votre, vos, leur, leurs, ce, "
            "cet, cette, ces, je, tu, il, elle, nous, on, ils, elles, est, sont, était, ai, as, a, avons, avez, "
            "ont, suis, es, vais, va, peux, peut, veux, voudrais, je voudrais, j'aimerais, j'ai, c'est, euh, ben, "
            "alors, très, plus, trop, par exemple"
        ),
        complete=_list(
            "s'il vous plaît, s'il te plaît, merci, merci beaucoup, au revoir, c'est tout, d'accord, aujourd'hui"
        ),
        answers=_list(
            "oui, non, si, d'accord, bien, bonjour, bonsoir, salut, stop, attends, attendez, exactement, "
            "peut-être, moi aussi, pourquoi, quoi, comment, non merci, oui merci, rien"
        ),
        questions=_list(
            "qu'est-ce, est-ce, que, quoi, quand, où, qui, pourquoi, comment, combien, quel, quelle, quels, "
            "quelles, peux-tu, pouvez-vous, pourriez-vous, as-tu, avez-vous, es-tu, êtes-vous, c'est quoi, "
            "dis-moi, dites-moi"
        ),
    ),
    "es": _Language(
        hanging=_list(
            "y, e, o, u, pero, porque, que, cuando, si, como, aunque, mientras, el, la, los, las, un, una, unos, "
            "unas, de, del, a, al, en, con, sin, por, para, sobre, entre, hasta, desde, hacia, mi, mis, tu, tus, "
            "su, sus, nuestro, nuestra, este, esta, estos, estas, ese, esa, yo, nosotros, es, son, era, está, "
            "están, soy, estoy, he, ha, han, tengo, tiene, puedo, puede, quiero, quisiera, me gustaría, quiero "
            "que, eh, pues, bueno, muy, más"
        ),
        complete=_list("por favor, gracias, muchas gracias, adiós, hasta luego, eso es todo, hoy, mañana"),
        answers=_list(
            "sí, no, vale, claro, bien, exacto, hola, buenos días, buenas tardes, buenas noches, para, espera, "
            "sigue, quizás, yo también, nada, por qué, qué, no gracias, sí por favor"
        ),
        questions=_list(
            "qué, cuándo, dónde, quién, por qué, cómo, cuánto, cuánta, cuántos, cuántas, cuál, cuáles, puedes, "
            "puede, podrías, tienes, es, está, hay, dime, cuéntame"
        ),
    ),
    "it": _Language(
        hanging=_list(
            "e, ed, o, oppure, ma, però, perché, che, quando, se, come, mentre, il, lo, la, i, gli, le, l, un, "
            "uno, una, di, del, della, dei, a, al, alla, in, nel, nella, con, senza, per, su, sul, tra, fra, da, "
            "dal, mio, mia, tuo, tua, suo, sua, questo, questa, io, noi, è, sono, era, ho, ha, abbiamo, hanno, "
            "posso, può, voglio, vorrei, mi piacerebbe, ehm, allora, cioè, molto, più, troppo"
        ),
        complete=_list("per favore, per piacere, grazie, grazie mille, arrivederci, ciao, è tutto, oggi, domani"),
        answers=_list(
            "sì, no, va bene, certo, esatto, bene, ciao, buongiorno, buonasera, ferma, aspetta, continua, forse, "
            "anch'io, niente, perché, cosa, no grazie, sì grazie"
        ),
        questions=_list(
            "cosa, che, quando, dove, dov'è, chi, perché, come, com'è, quanto, quanta, quanti, quante, quale, "
            "quali, puoi, può, potresti, hai, sei, c'è, dimmi, raccontami"
        ),
    ),
    "zh": _Language(
        hanging=_list(
            "和, 跟, 与, 或者, 还是, 但是, 可是, 因为, 所以, 如果, 虽然, 的话, 的, 在, 把, 被, 对, 从, 给, 很, "
            "我, 我想, 我要, 我觉得, 那个, 这个, 然后, 就是, 嗯, 呃, 一个, 是, 有, 会, 能, 可以帮"
        ),
        complete=_list(
            "吗, 呢, 吧, 了, 谢谢, 谢谢你, 再见, 拜拜, 好的, 可以, 什么, 哪里, 哪儿, 多少, 怎么样, 为什么, 几点, 今天"
        ),
        answers=_list(
            "是, 对, 不, 不是, 好, 好的, 行, 没有, 有, 嗨, 你好, 停, 等等, 继续, 早上好, 晚上好, 为什么, 什么"
        ),
        questions=_list("什么, 为什么, 怎么, 谁, 哪, 几, 多少, 请问, 告诉我"),
        enough=4,
        spaced=False,
    ),
}
_WORD = re.compile(r"[\w'’-]+")
_LONGEST_PHRASE = 4


def completeness(words: str, language: str = "") -> Completeness:
    """Judge what somebody has said before they paused.

    Args:
        words: without punctuation, or with it where the recogniser writes any: a last mark of a sentence counts.
        language: such as ``"de"`` or ``"de-AT"``; English where it is not known here.

    Returns:
        ``"complete"`` where an answer can be given, ``"hanging"`` where more must come, ``"open"`` where either may be.
    """
    lists = _LANGUAGES.get(language.partition("-")[0].lower(), _LANGUAGES["en"])
    text = words.strip().lower().replace("’", "'")
    if text.endswith(("?", "？")):
        return "complete"
    parts = _WORD.findall(text) if lists.spaced else list("".join(_WORD.findall(text)))
    if not parts:
        return "open"
    joint = " " if lists.spaced else ""
    said = joint.join(parts)
    if said in lists.answers:
        return "complete"
    if _ends_with(parts, lists.complete, joint):
        return "complete"
    is_question = len(parts) >= lists.enough and _begins_with(parts, lists.questions, joint)
    if text.endswith((",", "，", "…", "-", "—")) or _ends_with(parts, lists.hanging, joint):
        return "open" if is_question and parts[-1] in lists.stranded else "hanging"
    return "complete" if is_question or text.endswith((".", "!", "。", "！")) else "open"


def _begins_with(parts: list[str], phrases: frozenset[str], joint: str) -> bool:
    return any(joint.join(parts[:size]) in phrases for size in range(1, _LONGEST_PHRASE + 1))


def _ends_with(parts: list[str], phrases: frozenset[str], joint: str) -> bool:
    return any(joint.join(parts[-size:]) in phrases for size in range(1, min(len(parts), _LONGEST_PHRASE) + 1))
