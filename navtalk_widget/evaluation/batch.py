"""`evaluate`: many scripted conversations, and a table of what came of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from concurrent.futures import Executor
from os import PathLike
from typing import TYPE_CHECKING, Any

from navtalk_widget.errors import ConfigurationError
from navtalk_widget.evaluation.configs import as_configs
from navtalk_widget.evaluation.conversation import Outcome, Unit
from navtalk_widget.evaluation.progress import told
from navtalk_widget.evaluation.scenario import Scenario
from navtalk_widget.evaluation.table import to_pandas
from navtalk_widget.evaluation.workers import held_by, held_here

if TYPE_CHECKING:
    import pandas


def evaluate(
    scenarios: Scenario | Iterable[Scenario],
    configs: Iterable[Mapping[str, Any]] | None = None,
    *,
    service: str | None = "local",
    repeats: int = 1,
    concurrency: int = 8,
    executor: Executor | Any = None,
    progress: bool = True,
    timeout: float = 60.0,
) -> pandas.DataFrame:
    """Hold scripted conversations in every configuration, several at the same time, and check the answers.

    ::

        scenario = Scenario(
            name="weather",
            steps=[{"say": "What is the weather in Paris?", "expect": {"words": ["sunny"], "within_ms": 800}}],
        )
        table = evaluate([scenario], grid(voice=["sage", "cedar"], tools=[[weather]]), repeats=5)
        table.pivot_table("passed", "scenario", "config")

    A conversation that fails fills its rows with ``error``; the others go on. Works in notebooks and scripts alike;
    Ctrl-C, or interrupting the cell, ends all conversations; those in the workers of an `executor` go on to their end.

    Args:
        scenarios: what is said; see `Scenario.read` for files.
        configs: keyword arguments of `Session`, and a ``name``, of each configuration; see `grid`. None for one
            configuration with nothing but `service`.
        service: of the configurations that name none.
        repeats: how often each conversation is held.
        concurrency: conversations at the same time; with an `executor`, in each of its workers.
        executor: a `concurrent.futures` executor, or a Dask ``Client``, in whose workers the conversations are held.
            Each process starts an embedded service of its own. None for a thread here.
        progress: whether to show a bar, in terminals and notebooks.
        timeout: seconds to wait for each answer.

    Returns:
        A row for each check, in the order of scenarios, configurations and repeats:

        - ``scenario``, ``config``, ``repeat`` and ``step`` (both from 1), ``conversation_id``
        - ``check``: ``answered``, which every step has, or what was expected, such as ``words``, ``tools``,
          ``begins_ms``; ``expected``, ``actual`` and ``passed``; ``value_ms``, the milliseconds of a check of time
        - ``said``, of a recording as it was understood; ``reply``; ``tool_calls``
        - ``recognized_ms``, ``words_ms``, ``audio_ms``, ``answer_ms``: from the end of what was said until it was
          recognised, if it was spoken, and to the first words, the first sound and the end of the answer
        - ``error``: why there was no answer; ``started_at`` and ``duration_s`` of the conversation

    Raises:
        ConfigurationError: a scenario or a configuration is not valid.
    """
    for name, value in {"repeats": repeats, "concurrency": concurrency, "timeout": timeout}.items():
        if value <= 0:
            raise ConfigurationError(f"{name} = {value} is not valid: it should be positive.")
    units = planned(scenarios, configs, service=service, repeats=repeats)
    if hasattr(executor, "get_executor"):  # a Dask client
        executor = executor.get_executor()
    if executor is None:
        ended = held_here(units, concurrency=concurrency, timeout=timeout)
    else:
        ended = held_by(executor, units, concurrency=concurrency, timeout=timeout)
    outcomes: dict[int, Outcome] = {}
    with told(len(units), shown=progress) as tell:
        for place, outcome in ended:
            outcomes[place] = outcome
            tell(outcome)
    return to_pandas(outcomes[place] for place in range(len(units)))


def planned(
    scenarios: Scenario | Iterable[Scenario],
    configs: Iterable[Mapping[str, Any]] | None,
    *,
    service: str | None,
    repeats: int = 1,
) -> list[Unit]:
    """The conversations that are to be held; see `evaluate`.

    Raises:
        ConfigurationError: a scenario or a configuration is not valid.
    """
    given: list[Any] = [scenarios] if isinstance(scenarios, (Scenario, str, PathLike)) else list(scenarios)
    for each in given:
        if not isinstance(each, Scenario):
            raise ConfigurationError(
                f"{each!r:.40} is no scenario, but of type {type(each).__name__}.",
                hint="Pass Scenario(...), or what Scenario.read(path) reads from a file.",
            )
    names = [scenario.name for scenario in given]
    if len(set(names)) < len(names):
        twice = next(name for name in names if names.count(name) > 1)
        raise ConfigurationError(f"Two scenarios are called {twice!r}.", hint="Give each a name of its own.")
    checked = as_configs(configs, service)
    return [
        Unit(scenario, config, repeat) for scenario in given for config in checked for repeat in range(1, repeats + 1)
    ]
