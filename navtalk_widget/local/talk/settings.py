"""How a conversation is set up: by `session.update`, or in the second generation's own words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Literal

from navtalk_widget.errors import ConfigurationError
from navtalk_widget.protocol.config import SessionConfig

MAX_NESTING = 64
"""What is nested more deeply cannot be sent back without trouble."""


class Settings:
    """The settings in force; a change that is not valid changes nothing.

    The second generation declares functions in two events. Each of them names all that it declares, so that its newest
    list counts; a function in both is the one that came last.

    Args:
        config: to begin with.
    """

    def __init__(self, config: SessionConfig) -> None:
        self.config = config
        self._declared: dict[str, tuple[dict[str, Any], ...]] = {}

    def update(self, changes: Mapping[str, Any]) -> None:
        """Apply the `session` of `session.update`.

        Raises:
            ConfigurationError: a value is not valid; the message names the setting.
        """
        check_nesting(changes)
        self.config = self.config.updated(changes)
        if "tools" in changes:
            self._declared.clear()

    def apply(self, *, voice: str | None, prompt: str | None, tools: Iterable[dict[str, Any]] | None) -> None:
        """Apply `realtime.input_config`; what is empty stays as it is.

        Raises:
            ConfigurationError: a value is not valid; the message names the setting.
        """
        changes = {"voice": voice, "instructions": prompt}
        self._declare("config", tuple(tools or ()), {name: value for name, value in changes.items() if value})

    def declare(self, tools: Iterable[dict[str, Any]]) -> None:
        """Apply `realtime.input_function_call`; an empty list changes nothing.

        Raises:
            ConfigurationError: a function is not valid.
        """
        self._declare("functions", tuple(tools), {})

    def _declare(
        self, source: Literal["config", "functions"], tools: tuple[dict[str, Any], ...], changes: dict[str, Any]
    ) -> None:
        check_nesting(tools)
        declared = self._declared
        if tools:
            others = {name: each for name, each in declared.items() if name != source}
            declared = {**others, source: tools}
            by_name = {str(tool.get("name")): tool for each in declared.values() for tool in each}
            changes["tools"] = list(by_name.values())
        self.config = self.config.updated(changes)
        self._declared = declared


def check_nesting(value: object) -> None:
    """Refuse what is nested too deeply.

    Raises:
        ConfigurationError: it is.
    """
    level = [value]
    for _ in range(MAX_NESTING):
        level = [
            inner
            for outer in level
            if isinstance(outer, Mapping | list | tuple)
            for inner in (outer.values() if isinstance(outer, Mapping) else outer)
        ]
        if not level:
            return
    raise ConfigurationError(f"a setting is nested more than {MAX_NESTING} levels deep.")
