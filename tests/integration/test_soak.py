"""Nothing is left behind by much talking; see `tests.benchmarks.soak` for the same at full size."""

from __future__ import annotations

from tests.benchmarks.soak import Holdings, barge_in, converse_at_once, take_turns

MOST_MEGABYTES = 100.0
"""The allocator keeps what threads once had, 60 MB more or less from one round to the next; a leak of sound is more."""


def nothing_is_left(left: Holdings) -> bool:
    # An answer that was just begun has its task; a thread pool may not have had all its threads before.
    return left.tasks <= 2 and left.threads <= 4 and left.files <= 2 and left.megabytes < MOST_MEGABYTES


async def test_many_interruptions_in_a_row_leave_nothing_behind() -> None:
    left = await barge_in(12)
    assert nothing_is_left(left), left


async def test_many_turns_leave_nothing_behind() -> None:
    left = await take_turns(150)
    assert nothing_is_left(left), left


async def test_many_conversations_at_once_leave_nothing_behind() -> None:
    left = await converse_at_once(20, 1)
    assert nothing_is_left(left), left
