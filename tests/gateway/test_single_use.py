import pytest

from navtalk_widget.gateway.single_use import SingleUseTokens


def test_a_token_is_good_once() -> None:
    tokens = SingleUseTokens(life=60.0, limit=2)
    token = tokens.make()
    assert tokens.accepts(token)
    assert not tokens.accepts(token)
    assert not tokens.accepts("guessed")


def test_a_token_ages(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 1000.0
    monkeypatch.setattr("navtalk_widget.gateway.single_use.time.monotonic", lambda: now)
    tokens = SingleUseTokens(life=60.0, limit=2)
    early, late = tokens.make(), tokens.make()
    now += 59.9
    assert tokens.accepts(early)
    now += 0.1
    assert not tokens.accepts(late)


def test_the_oldest_gives_place() -> None:
    tokens = SingleUseTokens(life=60.0, limit=2)
    first, second, third = (tokens.make() for _ in range(3))
    assert [tokens.accepts(token) for token in (first, second, third)] == [False, True, True]


def test_what_is_no_ascii_is_refused_and_nothing_else() -> None:
    tokens = SingleUseTokens(life=60.0, limit=2)
    token = tokens.make()
    assert not tokens.accepts("ключ")
    assert tokens.accepts(token)
