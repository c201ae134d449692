"""A process that is killed in the middle of a conversation loses at most the turn in progress."""

import asyncio
import random
import subprocess
import sys
from pathlib import Path

import pytest

from navtalk_widget.history import read_transcripts
from tests.history.stores import files, store, turn
from tests.support.waiting import eventually

TALKS = """
import asyncio, sys
from pathlib import Path
from navtalk_widget.session.session import Session
from navtalk_widget.testing import ScriptedService

async def stored(folder, text):  # for the next turn takes longer to say
    while not any(f'"text":"{text}"'.encode() in file.read_bytes() for file in folder.glob("journals/*.jsonl")):
        await asyncio.sleep(0.002)

def tell(news):
    if news.turn.final:
        print(news.turn.text, flush=True)

async def main(folder):
    async with ScriptedService(ignore=["*"]) as service:
        async with Session(service=service.url, license="sk", history_dir=folder) as session:
            session.on("turn", tell)
            for number in range(100_000):
                asked = asyncio.create_task(session.ask(f"question {number}"))
                await service.expect("response.create")
                await stored(folder, f"question {number}")
                await service.answer(f"answer {number}", response_id=f"r{number}")
                await asked
                await stored(folder, f"answer {number}")

asyncio.run(main(Path(sys.argv[1])))
"""


def killed_after(folder: Path, lines: int, more_s: float) -> list[str]:
    """Let a process talk, and kill it with SIGKILL after so many lines and seconds.

    Returns:
        The texts of the turns that were final before.
    """
    process = subprocess.Popen([sys.executable, "-c", TALKS, str(folder)], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    try:
        told = [process.stdout.readline() for _ in range(lines)]
        with pytest.raises(subprocess.TimeoutExpired):
            process.wait(more_s)
    finally:
        process.kill()
    told += process.stdout.readlines()
    process.stdout.close()
    assert process.wait() == -9
    return list(dict.fromkeys(line.rstrip("\n") for line in told if line.endswith("\n")))


@pytest.mark.parametrize("seed", range(3))
async def test_at_most_the_turn_in_progress_is_lost(tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    said = await asyncio.to_thread(killed_after, tmp_path, chance.randrange(1, 50), chance.random() / 50)
    assert len(said) >= 1
    assert all(file.startswith("journals/") for file in files(tmp_path))
    stored = list(read_transcripts(tmp_path)["text"])
    assert len(stored) >= len(said) - 1
    in_order = [text for number in range(len(stored)) for text in (f"question {number}", f"answer {number}")]
    assert stored == in_order[: len(stored)]
    # The next session makes a table of it, of the same turns.
    await store(tmp_path, turn(1, conversation="conv_next"))
    await eventually(lambda: all(file.startswith("date=") for file in files(tmp_path)))
    table = read_transcripts(tmp_path)
    assert list(table[table["conversation_id"] != "conv_next"]["text"]) == stored
