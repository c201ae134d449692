"""What the built-in responder says."""

from __future__ import annotations

import pytest

from navtalk_widget.engines.responder import Message, ResponseRequest, ToolCall
from navtalk_widget.local.responders.rules.builtin import BuiltinResponder
from tests.local.responders.conftest import TOOLS, WEATHER, conversation, reply


@pytest.mark.parametrize(
    ("instructions", "character", "greeting"),
    [
        ("", "navtalk.Leo", "Hello, I'm Leo. How can I help you?"),
        ("", "", "Hello! How can I help you?"),
        ("", "8f3c2d", "Hello! How can I help you?"),
        ("You are a museum guide.", "navtalk.Leo", "Hello, I'm Leo, your museum guide. How can I help you?"),
        ("Answer in French.", "navtalk.Lily", "Bonjour, je suis Lily. Comment puis-je vous aider ?"),
        ("You are a guide. Be brief.", "navtalk.Leo", "Hello, I'm Leo, your guide."),
        ('Greet visitors with "Welcome to the zoo!" Be kind.', "navtalk.Leo", "Welcome to the zoo!"),
    ],
)
async def test_it_greets_as_the_instructions_say(instructions: str, character: str, greeting: str) -> None:
    assert await reply(instructions=instructions, character=character) == greeting


@pytest.mark.parametrize(
    ("said", "answer"),
    [
        ("hello", "Hello! What can I do for you?"),
        ("hello, who are you?", "Hello! I'm Leo."),
        ("hi Leo, what is seven times eight", "Hello! That makes 56."),
        ("good morning how are you", "Hello! I'm very well, thank you. How can I help you?"),
        ("Hello there, Leo!", "Hello! What can I do for you?"),
        ("how are you today", "I'm very well, thank you. How can I help you?"),
        ("what's your name", "I'm Leo."),
        ("who are you", "I'm Leo."),
        ("thank you very much", "You're welcome!"),
        ("what is seven times eight", "That makes 56."),
        ("what is 7 divided by 0", "Nobody can divide by zero, not even I."),
        ("what time is it", "It is 4:40 PM."),
        ("can you tell me what time it is", None),
        ("what's the date today", "Today is Thursday, March 5, 2026."),
        ("count to five", "1, 2, 3, 4, 5."),
        ("please count from ten to seven", "10, 9, 8, 7."),
        ("", "I'm sorry, I didn't catch that. Could you say it again?"),
        ("...", "I'm sorry, I didn't catch that. Could you say it again?"),
    ],
)
async def test_it_answers_simple_things(said: str, answer: str | None) -> None:
    answered = await reply(said)
    assert isinstance(answered, str)
    assert answer is None or answered == answer


PICTURE = Message("user", "", images=("data:image/png;base64,AA==",))


@pytest.mark.parametrize(
    ("messages", "answer"),
    [
        ((PICTURE,), "I'm sorry, I cannot see pictures. Tell me what is on it."),
        ((Message("user", "hello"), Message("assistant", "Hello!"), PICTURE, PICTURE), "I'm sorry, I cannot see"),
        ((Message("user", "what is 7 times 8"), PICTURE), "That makes 56."),
        ((PICTURE, Message("user", "what is 7 times 8")), "That makes 56."),
        ((PICTURE, Message("assistant", "Hello!"), Message("user", "")), "I'm sorry, I didn't catch that."),
    ],
)
async def test_it_says_that_it_cannot_see_when_it_is_only_shown_a_picture(
    messages: tuple[Message, ...], answer: str
) -> None:
    request = ResponseRequest(messages)
    said = "".join([str(piece) async for piece in BuiltinResponder().respond(request)])
    assert said.startswith(answer)


async def test_it_says_goodbye_when_no_tool_ends_the_conversation() -> None:
    assert await reply("goodbye", tools=()) == "Goodbye! It was nice talking to you."
    assert await reply("goodbye") == ToolCall("end_conversation", {"reason": "goodbye"})


async def test_it_tells_what_it_can_do_by_the_tools_descriptions() -> None:
    assert "Current weather for a city" in str(await reply("what can you do"))
    assert "weather" not in str(await reply("what can you do", tools=()))


async def test_counting_has_a_limit() -> None:
    answer = str(await reply("count to one million"))
    assert answer.startswith("I'll stop at 100. 1, 2,")
    assert answer.endswith("99, 100.")


async def test_it_repeats_what_it_said_last() -> None:
    assert await reply("hi", "Hello you.", "can you repeat that please") == "Hello you."
    assert await reply("repeat that") == "I haven't said anything yet."


async def test_what_it_does_not_understand_it_reflects_honestly_and_not_always_the_same() -> None:
    first = await reply("bananas are quite strange")
    second = await reply("hello", "Hello!", "bananas are quite strange")
    assert "bananas are quite strange" in str(first)
    assert "bananas are quite strange" in str(second)
    assert first != second
    assert first == await reply("bananas are quite strange")


async def test_a_very_long_utterance_is_not_repeated_whole() -> None:
    assert len(str(await reply("word " * 5000))) < 300


async def test_a_choice_of_tool_becomes_a_call() -> None:
    call = await reply("what is the weather in paris today")
    assert call == ToolCall("get_weather", {"city": "Paris", "date": "today"})
    assert await reply("add seven and eight") == ToolCall("add", {"a": 7, "b": 8})


@pytest.mark.parametrize("answer", ["paris", "Paris, please.", "in paris", "I mean paris"])
async def test_a_missing_argument_is_asked_for_and_the_answer_completes_the_call(answer: str) -> None:
    question = await reply("what is the weather")
    assert question == "Which city do you mean?"
    assert await reply("what is the weather", question, answer) == ToolCall("get_weather", {"city": "Paris"})


async def test_several_missing_arguments_are_asked_for_one_by_one() -> None:
    lines = ["add"]
    for answer in ("seven", "nine"):
        question = await reply(*lines)
        assert isinstance(question, str)
        lines += [question, answer]
    assert await reply(*lines) == ToolCall("add", {"a": 7, "b": 9})


async def test_a_question_can_be_declined() -> None:
    assert await reply("what is the weather", "Which city do you mean?", "never mind") == "All right, never mind."


async def test_one_word_in_common_is_no_request() -> None:
    for said in ("I feel light headed", "at the end of the day I prefer green apples"):
        answer = await reply(said)
        assert isinstance(answer, str)
        assert said in answer


async def test_a_tool_result_is_spoken() -> None:
    messages = (
        Message("user", "what is the weather in paris"),
        Message("assistant", '{"city": "Paris"}', name="get_weather", call_id="c1"),
        Message("tool", '{"temperature": 21, "sky": "clear"}', name="get_weather", call_id="c1"),
    )
    assert await reply(messages=messages) == "The temperature is 21 and the sky is clear."


async def test_being_asked_again_answers_the_last_question_not_the_tool_result() -> None:
    messages = (*conversation("what is two plus two", "That makes 4."), Message("assistant", "Anything else?"))
    assert await reply(messages=messages, tools=()) == "That makes 4."


async def test_live_instructions_change_the_language() -> None:
    assert await reply("hello", instructions="Answer in German.") == "Hallo! Was kann ich für Sie tun?"
    assert await reply("bonjour", instructions="Answer in French.") == "Bonjour ! Que puis-je faire pour vous ?"
    assert await reply("你叫什么名字", instructions="用中文回答") == "我是Leo。"


@pytest.mark.parametrize(
    ("instructions", "language"),
    [("", "en"), ("Answer in French.", "fr"), ("Antworte auf Deutsch.", "de"), ("Answer in Polish.", "en")],
)
def test_the_voice_is_told_the_language(instructions: str, language: str) -> None:
    request = ResponseRequest((), TOOLS, instructions, "navtalk.Leo")
    assert BuiltinResponder().language(request) == language


async def test_long_answers_come_sentence_by_sentence() -> None:
    request = ResponseRequest(conversation("tell me a joke"), (), "", "")
    pieces = [piece async for piece in BuiltinResponder().respond(request)]
    assert len(pieces) == 2


async def test_tools_with_odd_schemas_do_no_harm() -> None:
    odd = type(WEATHER)("weather", "", {"properties": [1], "required": "city"})
    assert await reply("what is the weather", tools=(odd,)) == ToolCall("weather", {})
