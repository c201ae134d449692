import asyncio
import os
import signal
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from navtalk_widget import Scenario, Session, evaluate, read_transcripts
from navtalk_widget.errors import ConfigurationError
from navtalk_widget.evaluation import grid
from navtalk_widget.testing import FaultProxy, ScriptedService
from tests.evaluation import townhall
from tests.evaluation.unmet import unmet

SUM = Scenario(name="sum", steps=[{"say": "What is two plus three?", "expect": {"words": 5}}])
HELLO = Scenario(name="hello", steps=[{"say": "hello", "expect": {"not_words": "5"}}, {"say": "Thanks."}])
NOBODY = "ws://127.0.0.1:9"


def test_the_table_has_a_row_for_each_check_of_each_conversation() -> None:
    configs: list[dict[str, Any]] = [
        {"name": "rules", "responder": "builtin"},
        {"name": "echo", "responder": townhall.echo},
    ]
    table = evaluate([SUM, HELLO], configs, repeats=2, progress=False)
    expected = [
        (scenario, config, repeat, step, check)
        for scenario, checks in (
            ("sum", [(1, "answered"), (1, "words")]),
            ("hello", [(1, "answered"), (1, "not_words"), (2, "answered")]),
        )
        for config in ("rules", "echo")
        for repeat in (1, 2)
        for step, check in checks
    ]
    keys = ["scenario", "config", "repeat", "step", "check"]
    assert list(table[keys].itertuples(index=False, name=None)) == expected
    assert table.attrs == {"schema": "navtalk.evaluation", "schema_version": 1}
    assert table["conversation_id"].nunique() == 8
    assert str(table["started_at"].dtype) == "datetime64[us, UTC]"
    rates = table.pivot_table("passed", "scenario", "config")
    assert rates.loc["sum", "rules"] == 1
    assert rates.loc["sum", "echo"] == 0.5  # it answers, but cannot add


def test_the_table_survives_parquet(tmp_path: Path) -> None:
    table = evaluate(SUM, progress=False)
    path = tmp_path / "table.parquet"
    table.to_parquet(path)
    pd.testing.assert_frame_equal(pd.read_parquet(path), table)


def test_the_conversations_can_be_kept_and_read_beside_the_table(tmp_path: Path) -> None:
    table = evaluate([SUM, HELLO], [{"history_dir": tmp_path}], progress=False)
    kept = {id: set(turns["text"]) for id, turns in read_transcripts(tmp_path).groupby("conversation_id")}
    assert set(kept) == set(table["conversation_id"])
    for id, said, reply in zip(table["conversation_id"], table["said"], table["reply"], strict=True):
        assert {said, reply} <= kept[id]


def test_configurations_reach_their_sessions() -> None:
    scenario = Scenario(name="a", steps=[{"say": "hello", "expect": {"check": lambda reply, _: not reply.audio.size}}])
    table = evaluate(scenario, grid(modalities=[("text",), ("text", "audio")]), progress=False)
    written, spoken = (part for _, part in table.groupby("config", sort=False))
    assert written["passed"].all()
    assert written["audio_ms"].isna().all()
    assert list(spoken["passed"]) == [True, False]


def test_a_conversation_that_cannot_be_held_fails_and_the_others_go_on() -> None:
    table = evaluate(HELLO, [{"name": "dead", "service": NOBODY}, {"name": "alive"}], progress=False)
    dead, alive = table[table["config"] == "dead"], table[table["config"] == "alive"]
    assert not dead["passed"].any()
    assert dead["error"].str.contains("cannot be reached").all()
    assert dead["conversation_id"].isna().all()
    assert alive["passed"].all()


def test_a_fault_in_one_conversation_leaves_the_others() -> None:
    cities = {"name": "weather", "arguments": {"city": np.array(["Paris", "Rome"])}}  # no truth in comparing it
    faulty = Scenario(name="faulty", steps=[{"say": "What is the weather in Paris?", "expect": {"tools": cities}}])
    table = evaluate([faulty, SUM], [{"tools": [townhall.weather]}], progress=False)
    failed, held = table[table["scenario"] == "faulty"], table[table["scenario"] == "sum"]
    assert failed["error"].str.startswith("The conversation failed: ValueError: The truth value").all()
    assert unmet(held) == []


async def test_a_conversation_that_breaks_off_fails_and_tells_why() -> None:
    async with ScriptedService(ignore=["*"]) as service, FaultProxy(service.url) as proxy:

        async def break_off() -> None:
            await service.expect("response.create")
            proxy.refuse()
            await service.close()

        breaking = asyncio.create_task(break_off())
        config = {"service": proxy.url}
        table = await asyncio.to_thread(evaluate, HELLO, [config], progress=False, timeout=2)
        await breaking
    assert not table["passed"].any()
    assert "was not complete within 2 s" in table["error"][0]


def test_more_than_the_service_has_room_for_wait_for_it() -> None:
    table = evaluate(SUM, repeats=30, concurrency=30, progress=False)
    assert unmet(table) == []


async def test_a_cell_whose_loop_is_running_may_evaluate() -> None:
    assert asyncio.get_running_loop().is_running()
    assert unmet(evaluate(SUM, progress=False)) == []


@pytest.fixture
def interruptible() -> Iterator[None]:
    """Python takes notice of Ctrl-C, even where whoever started the tests told it not to."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("interruptible")
def test_interrupting_ends_all_conversations(monkeypatch: pytest.MonkeyPatch) -> None:
    begun = threading.Event()

    def answer_slowly(messages: object, tools: object) -> str:
        if not begun.is_set():
            begun.set()
            os.kill(os.getpid(), signal.SIGINT)
        threading.Event().wait(2)
        return "done"

    closed: list[str] = []
    real = Session.close

    async def close(session: Session) -> None:
        await real(session)
        closed.append(session.status)

    monkeypatch.setattr(Session, "close", close)
    with pytest.raises(KeyboardInterrupt):
        evaluate(SUM, [{"responder": answer_slowly}], repeats=20, concurrency=4, progress=False)
    assert closed == ["closed"] * 4
    assert not [thread for thread in threading.enumerate() if thread.name == "navtalk-evaluate"]


@pytest.mark.parametrize(
    ("scenarios", "options", "words"),
    [
        ([SUM, SUM], {}, "Two scenarios are called 'sum'"),
        (SUM, {"repeats": 0}, "repeats = 0 is not valid"),
        (SUM, {"concurrency": 0}, "concurrency = 0"),
        (SUM, {"timeout": -1}, "timeout = -1"),
        (SUM, {"configs": [{"voices": "sage"}]}, "unexpected keyword argument 'voices'"),
        ("town.scenario.yaml", {}, r"'town.scenario.yaml' is no scenario, but of type str.*Scenario.read\(path\)"),
        (Path("town.scenario.yaml"), {}, "is no scenario"),
        ([{"name": "sum"}], {}, "is no scenario, but of type dict"),
    ],
)
def test_what_is_not_valid_is_told_at_once(scenarios: Any, options: dict[str, Any], words: str) -> None:
    with pytest.raises(ConfigurationError, match=words):
        evaluate(scenarios, progress=False, **options)
