"""Executors of every kind; each process of theirs has a service of its own."""

import multiprocessing
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any, cast

import numpy as np
import pytest
from distributed import Client, LocalCluster

from navtalk_widget import Scenario, evaluate
from navtalk_widget.errors import ConfigurationError
from navtalk_widget.evaluation.conversation import Outcome
from tests.evaluation import townhall
from tests.evaluation.unmet import unmet

WEATHER = Scenario(
    name="weather",
    steps=[
        {
            "say": "What is the weather in Paris?",
            "expect": {"words": "sunny", "tools": "weather", "check": townhall.knows_both_sides},
        }
    ],
)
CONFIGS = [{"tools": [townhall.weather]}]


def processes(count: int) -> ProcessPoolExecutor:
    return ProcessPoolExecutor(count, mp_context=multiprocessing.get_context("spawn"))


@contextmanager
def dask_client() -> Iterator[Any]:
    """A cluster of one process on this machine."""
    make_cluster, connect = cast(Any, LocalCluster), cast(Any, Client)  # they are typed in part
    with make_cluster(n_workers=1, threads_per_worker=1, dashboard_address=None) as cluster, connect(cluster) as client:
        yield client


def test_threads_share_the_service() -> None:
    with ThreadPoolExecutor(2) as executor:
        table = evaluate(WEATHER, CONFIGS, repeats=6, concurrency=2, executor=executor, progress=False)
    assert unmet(table) == []
    assert list(table["repeat"].unique()) == [1, 2, 3, 4, 5, 6]
    assert table["conversation_id"].nunique() == 6


def test_processes_hold_conversations() -> None:
    with processes(1) as executor:
        table = evaluate(WEATHER, CONFIGS, repeats=3, concurrency=2, executor=executor, progress=False)
    assert unmet(table) == []
    assert table["conversation_id"].nunique() == 3


def test_a_dask_cluster_holds_conversations_with_functions_of_the_notebook() -> None:
    def weather(city: str) -> str:
        "Current weather in a city."
        return f"It is sunny in {city}."

    weather.__module__ = "__main__"  # as in a notebook, whence it is sent as it is
    with dask_client() as client:
        table = evaluate(WEATHER, [{"tools": [weather]}], repeats=3, concurrency=2, executor=client, progress=False)
    assert unmet(table) == []


class DyingExecutor(ThreadPoolExecutor):
    """Loses every second piece of work."""

    sent = 0

    def submit(self, function, /, *arguments, **options):  # type: ignore[no-untyped-def]
        self.sent += 1
        if self.sent % 2:
            return super().submit(function, *arguments, **options)
        return super().submit(self._die)

    @staticmethod
    def _die() -> list[Outcome]:
        raise ConnectionError("the worker is gone")


def test_a_worker_that_is_lost_fails_its_conversations_only() -> None:
    with DyingExecutor(1) as executor:
        table = evaluate(WEATHER, CONFIGS, repeats=2, concurrency=1, executor=executor, progress=False)
    first, second = (part for _, part in table.groupby("repeat"))
    assert first["passed"].all()
    assert not second["passed"].any()
    assert set(second["error"]) == {"The worker failed: ConnectionError: the worker is gone"}


def test_a_fault_in_one_conversation_leaves_the_others_of_its_worker() -> None:
    cities = {"name": "weather", "arguments": {"city": np.array(["Paris", "Rome"])}}  # no truth in comparing it
    faulty = Scenario(name="faulty", steps=[{"say": "What is the weather in Paris?", "expect": {"tools": cities}}])
    with ThreadPoolExecutor(1) as executor:
        table = evaluate([faulty, WEATHER], CONFIGS, concurrency=2, executor=executor, progress=False)
    failed, held = table[table["scenario"] == "faulty"], table[table["scenario"] == "weather"]
    assert failed["error"].str.startswith("The conversation failed: ValueError: The truth value").all()
    assert unmet(held) == []


def test_what_cannot_be_sent_to_processes_is_told_before_anything_is_said() -> None:
    configs = [{"responder": lambda messages, tools: "hello"}]
    with processes(1) as executor, pytest.raises(ConfigurationError, match="cannot be sent to other processes"):
        evaluate(WEATHER, configs, executor=executor, progress=False)


def test_a_licence_is_not_sent_to_processes() -> None:
    configs = [{"service": "v2", "license": "secret-key"}]
    with processes(1) as executor, pytest.raises(ConfigurationError, match="A licence is not sent") as caught:
        evaluate(WEATHER, configs, executor=executor, progress=False)
    assert "secret-key" not in str(caught.value)
