import pytest

from navtalk_widget.local.avatar.life.tone import Tone, sentences, tone_of


@pytest.mark.parametrize(
    "text", ["How are you?", "¿Qué tal?", "今天怎么样？", "كيف حالك؟", '"Really?"', "Why (really?)", "What?! "]
)
def test_questions_ask(text: str) -> None:
    assert tone_of(text).asks


@pytest.mark.parametrize("text", ["Look at that!", "¡Mira!", "看！", "What?!", "Stop! “"])
def test_exclamations_exclaim(text: str) -> None:
    assert tone_of(text).exclaims


@pytest.mark.parametrize(
    "text",
    ["Hello there.", "THANK YOU for that", "Guten Morgen.", "Schön, dich zu sehen.", "Merci beaucoup.", "Enchantée.",
     "Hola.", "Me alegro mucho.", "Buongiorno.", "你好。", "非常感谢谢谢你。", "It is done. 😊", "You’re welcome."],
)  # fmt: skip
def test_friendly_words_are_friendly_in_six_languages(text: str) -> None:
    assert any(tone.friendly for _, _, tone in sentences(text))


@pytest.mark.parametrize(
    "text",
    ["I'm sorry.", "Unfortunately it broke.", "Leider nicht.", "Das tut mir leid.", "Je suis désolée.", "Lo siento.",
     "Purtroppo no.", "对不起。", "很遗憾，没有。", "That was all 😢"],
)  # fmt: skip
def test_regret_is_heard_in_six_languages(text: str) -> None:
    assert tone_of(text).regrets


@pytest.mark.parametrize(
    "text", ["The chip has a shiny side.", "It costs 3 euros.", "Machine learning", "", "...", "他说。"]
)
def test_plain_words_have_no_tone(text: str) -> None:
    assert all(tone == Tone() for _, _, tone in sentences(text))


def test_regret_is_not_friendly_at_the_same_time() -> None:
    assert tone_of("Thanks, but unfortunately not.") == Tone(regrets=True)


def test_each_sentence_has_its_own_place_and_tone() -> None:
    (start, middle, first), (again, end, second) = sentences("Hello! How are you today?")
    assert (start, end) == (0.0, 1.0)
    assert middle == again == pytest.approx(0.28)
    assert first == Tone(exclaims=True, friendly=True)
    assert second == Tone(asks=True)


def test_an_emoji_belongs_to_the_sentence_before_it() -> None:
    assert [tone.friendly for _, _, tone in sentences("It works. 😊 It is blue.")] == [True, False]


def test_chinese_sentences_need_no_space_between_them() -> None:
    assert [tone.asks for _, _, tone in sentences("你好！今天怎么样？很好。")] == [False, True, False]


def test_a_dot_within_a_number_or_name_ends_no_sentence() -> None:
    assert len(sentences("It is 3.5 percent at example.com.")) == 1
