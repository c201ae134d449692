"""Running the parts of one conversation's sockets together."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine


async def until_one_ends(*work: Coroutine[None, None, None]) -> list[Exception]:
    """Run all at once until the first ends, stop the others, and return what went wrong, in the order of the work."""
    tasks = [asyncio.create_task(part) for part in work]
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
        results = await asyncio.gather(*tasks, return_exceptions=True)
    return [result for result in results if isinstance(result, Exception)]
