import pytest

from navtalk_widget.evaluation.phrases import has_phrase


@pytest.mark.parametrize(
    ("text", "phrase"),
    [
        ("It is sunny in Paris.", "paris"),
        ("It is 18 degrees.", "18"),
        ("It’s sunny\nin  Paris", "it's sunny in paris"),
        ("Straße und ÖL", "STRASSE UND öl"),
        ("It is (sunny).", "sunny"),
        ("I saw a sunflower in the sun", "sun"),
        ("今天巴黎天气晴朗。", "天气"),
        ("用Python写", "python"),
        ("서울은 맑음", "서울"),
        ("Ｔｏｋｙｏ", "tokyo"),
    ],
)
def test_words_are_found(text: str, phrase: str) -> None:
    assert has_phrase(text, phrase)


@pytest.mark.parametrize(
    ("text", "phrase"),
    [("It is sunny.", "sun"), ("It costs 150.", "15"), ("It costs 150.", "50"), ("in Paris", "paris today"), ("", "a")],
)
def test_parts_of_words_are_not_found(text: str, phrase: str) -> None:
    assert not has_phrase(text, phrase)
