"""Runs scenario files as tests: ``pytest weather.scenario.yaml``.

Every file whose name ends in ``.scenario.yaml``, ``.scenario.yml`` or ``.scenario.json`` is collected, a test for each
scenario in each configuration. Configurations stand in the file itself under ``configs``, or in the file that the
option ``--navtalk-configs`` or the setting ``navtalk_configs`` names, from pytest's root folder; without any there is
one, of which only the service is given.

pytest loads this module wherever the package is installed, so it imports nothing that costs time.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from navtalk_widget.visible import visible

if TYPE_CHECKING:
    from navtalk_widget.evaluation.checks import Check
    from navtalk_widget.evaluation.conversation import Outcome, Unit

ENDINGS = (".scenario.yaml", ".scenario.yml", ".scenario.json")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options, and the settings of the same name."""
    group = parser.getgroup("navtalk", "scripted conversations with avatars")
    settings = {
        "service": "service of configurations that name none: auto, local, v1, v2, ws://… (default: local)",
        "configs": "file of configurations for scenario files that have none of their own",
        "timeout": "seconds to wait for each answer (default: 60)",
    }
    for name, words in settings.items():
        group.addoption(f"--navtalk-{name}", dest=f"navtalk_{name}", default=None, help=words)
        parser.addini(f"navtalk_{name}", words, type="string")


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """Take scenario files."""
    if file_path.name.endswith(ENDINGS):
        file: ScenarioFile = ScenarioFile.from_parent(parent, path=file_path)
        return file
    return None


class ScenarioFile(pytest.File):
    """A file of scenarios."""

    def collect(self) -> Iterator[ScenarioItem]:
        """A test for each scenario in each configuration."""
        from navtalk_widget.errors import ConfigurationError
        from navtalk_widget.evaluation.batch import planned
        from navtalk_widget.evaluation.files import entries
        from navtalk_widget.evaluation.scenario import Scenario

        try:
            with pytest.MonkeyPatch.context() as patch:
                patch.syspath_prepend(self.path.parent)  # for functions that the file names, as for tests' modules
                configs = entries(self.path, "configs", headed=True) or self._common_configs()
                service = _setting(self.config, "service") or "local"
                units = planned(Scenario.read(self.path), configs, service=service)
        except ConfigurationError as error:
            raise self.CollectError(str(error)) from None
        timeout = float(_setting(self.config, "timeout") or 60)
        for unit in units:
            name = f"{unit.scenario.name}[{unit.config.name}]"
            yield ScenarioItem.from_parent(self, name=name, unit=unit, timeout=timeout)

    def _common_configs(self) -> list[dict[str, Any]] | None:
        from navtalk_widget.evaluation.configs import read_configs

        named = _setting(self.config, "configs")
        return read_configs(self.config.rootpath / named) if named else None


class ScenarioItem(pytest.Item):
    """A scenario in one configuration.

    Args:
        unit: which.
        timeout: seconds to wait for each answer.
        **options: of pytest.
    """

    def __init__(self, *, unit: Unit, timeout: float, **options: Any) -> None:
        super().__init__(**options)
        self._unit = unit
        self._timeout = timeout

    def runtest(self) -> None:
        """Hold the conversation."""
        from navtalk_widget.evaluation.workers import held_here

        for _, outcome in held_here([self._unit], concurrency=1, timeout=self._timeout):
            if not outcome.passed:
                raise UnmetExpectations(outcome)

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """What was said, and what was expected of it."""
        if isinstance(excinfo.value, UnmetExpectations):
            return in_words(excinfo.value.outcome)
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, None, str]:
        """Where the scenario stands, and its name."""
        return self.path, None, self.name


class UnmetExpectations(AssertionError):
    """A conversation did not go as expected."""

    def __init__(self, outcome: Outcome) -> None:
        super().__init__(in_words(outcome))
        self.outcome = outcome


def in_words(outcome: Outcome) -> str:
    """The conversation up to the last step that did not go as expected, with what was wrong."""
    lines = [f"Scenario {outcome.scenario!r}, configuration {outcome.config!r}:"]
    for number, step in enumerate(outcome.steps, 1):
        lines.append(f"  step {number}, said:    {step.said}")
        lines.append(f"          answered: {step.reply or step.error}")
        if step.tool_calls:
            lines.append(f"          calls:    {step.tool_calls}")
        lines.extend(f"          NOT AS EXPECTED: {sentence(check)}" for check in step.checks if not check.passed)
        if step.error:
            break
    return visible("\n".join(lines))  # what models say is seen in a terminal


def sentence(check: Check) -> str:
    """What was expected, and what there was in its place."""
    match check.kind:
        case "answered":
            return "there was no answer"
        case "words":
            return f"{check.expected!r} is not in the answer"
        case "any_of":
            return f"none of {check.expected} is in the answer"
        case "not_words":
            return f"{check.expected!r} is in the answer"
        case "matches":
            return f"nothing in the answer matches {check.expected!r}"
        case "exactly":
            return f"the answer is not {check.expected!r}"
        case "tools":
            return f"{check.expected} was not called"
        case "no_tools":
            return "no tool was to be called"
        case "interrupted":
            return f"the answer was {'not ' if check.expected == 'True' else ''}cut short"
        case "check":
            return f"{check.expected}() says: {check.actual}"
    part = {"begins_ms": "the beginning", "words_ms": "the first words", "audio_ms": "the first sound"}
    came = f"came after {check.actual} ms" if check.actual else "did not come"
    return f"{part.get(check.kind, 'the whole answer')} {came}, and was expected within {check.expected} ms"


def _setting(config: pytest.Config, name: str) -> str:
    return str(config.getoption(f"navtalk_{name}") or config.getini(f"navtalk_{name}") or "")
