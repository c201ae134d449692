import asyncio
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from navtalk_widget.engines.chosen import Chosen, Progress
from navtalk_widget.errors import ConfigurationError, ServiceFault
from navtalk_widget.local.engines.engine_shelf import KEPT, Shelf
from tests.support.waiting import eventually

Told = list[tuple[str, float | None]]


class Workshop:
    """Makes "engines", which are the names they are asked for by, when it is allowed to."""

    def __init__(self) -> None:
        self.made: list[str] = []
        self.ended: list[str] = []
        self.allowed = asyncio.Event()
        self.allowed.set()
        self.shelf: Shelf[str, str] = Shelf(
            self._make, self._end, lambda choice, made: not made.name.startswith("mine")
        )

    async def _make(self, choice: str, progress: Progress) -> Chosen[str]:
        self.made.append(choice)
        await asyncio.to_thread(progress, f"Loading {choice}", 0.5)
        await self.allowed.wait()
        if choice == "surprise":
            raise KeyError("inside a library")
        if choice == "broken":
            raise ConfigurationError("It is broken.")
        return Chosen(choice, choice)

    async def _end(self, engine: str) -> None:
        self.ended.append(engine)


@pytest_asyncio.fixture
async def workshop(no_leftovers: None) -> AsyncIterator[Workshop]:
    workshop = Workshop()
    yield workshop
    await workshop.shelf.close()


def nowhere(what: str, share: float | None) -> None:
    """Follow no progress."""


async def test_an_engine_is_made_once_for_all_who_want_it_and_all_see_its_progress(workshop: Workshop) -> None:
    workshop.allowed.clear()
    told: tuple[Told, Told] = ([], [])
    takes = [asyncio.create_task(workshop.shelf.take("a", lambda *news, t=t: t.append(news))) for t in told]
    await eventually(lambda: all(told))
    workshop.allowed.set()
    one, other = await asyncio.gather(*takes)
    assert one is other
    assert workshop.made == ["a"]
    assert told == ([("Loading a", 0.5)], [("Loading a", 0.5)])


async def test_what_nobody_uses_is_kept_within_bounds_and_the_oldest_goes_first(workshop: Workshop) -> None:
    names = [f"engine {number}" for number in range(KEPT + 1)]
    for name in names:
        await workshop.shelf.take(name, nowhere)
    for name in names:
        workshop.shelf.give_back(name)
    await workshop.shelf.take(names[-1], nowhere)
    assert workshop.made == names
    await eventually(lambda: workshop.ended == names[:1])


async def test_what_is_in_use_is_never_ended_for_another(workshop: Workshop) -> None:
    names = [f"engine {number}" for number in range(2 * KEPT + 2)]
    for name in names:
        await workshop.shelf.take(name, nowhere)
    await asyncio.sleep(0)
    assert workshop.ended == []


async def test_what_is_not_to_be_kept_is_ended_with_its_last_user(workshop: Workshop) -> None:
    for _ in range(2):
        await workshop.shelf.take("mine", nowhere)
    workshop.shelf.give_back("mine")
    await asyncio.sleep(0)
    assert workshop.ended == []
    workshop.shelf.give_back("mine")
    await workshop.shelf.close()
    assert workshop.ended == ["mine"]


async def test_what_failed_is_tried_again(workshop: Workshop) -> None:
    for _ in range(2):
        with pytest.raises(ConfigurationError, match="broken"):
            await workshop.shelf.take("broken", nowhere)
    assert workshop.made == ["broken", "broken"]


async def test_a_library_that_fails_is_told_in_words(workshop: Workshop) -> None:
    with pytest.raises(ServiceFault, match="failed to load: KeyError: 'inside a library'"):
        await workshop.shelf.take("surprise", nowhere)


async def test_what_nobody_waits_for_any_more_is_not_made(workshop: Workshop) -> None:
    workshop.allowed.clear()
    taking = asyncio.create_task(workshop.shelf.take("a", nowhere))
    await eventually(lambda: workshop.made)
    taking.cancel()
    await asyncio.wait([taking])
    workshop.allowed.set()
    await workshop.shelf.take("a", nowhere)
    assert workshop.made == ["a", "a"]


async def test_at_the_end_all_are_ended(workshop: Workshop) -> None:
    await workshop.shelf.take("a", nowhere)
    await workshop.shelf.take("b", nowhere)
    await workshop.shelf.close()
    assert workshop.ended == ["a", "b"]
