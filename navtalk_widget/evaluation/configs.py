"""Configurations: what differs between the conversations in which the same is said."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import ImportString, TypeAdapter, ValidationError

from navtalk_widget.engines.choices import ImportedFunction
from navtalk_widget.engines.names import recognizer_choice, responder_choice, synthesizer_choice
from navtalk_widget.errors import ConfigurationError
from navtalk_widget.evaluation.files import entries
from navtalk_widget.session.session import Session

LONGEST_LABEL = 30
"""Characters of a value that a configuration is named by; longer ones are numbered."""

_CHOICES: dict[str, Callable[..., object]] = {
    "responder": responder_choice,
    "recognizer": recognizer_choice,
    "synthesizer": synthesizer_choice,
}

_IMPORTED: TypeAdapter[Any] = TypeAdapter(ImportString)


@dataclass(frozen=True, slots=True)
class Config:
    """Keyword arguments of `Session`, under a name."""

    name: str
    settings: Mapping[str, Any]

    def session(self, *, spoken: bool = True) -> Session:
        """Make a session of it.

        Args:
            spoken: whether there will be anything to hear; else no recogniser is loaded, or fetched, to hear it.

        Raises:
            ConfigurationError: a setting is not valid; the message names the configuration.
        """
        try:
            session = Session(**self.settings)
        except (ConfigurationError, TypeError) as error:
            raise ConfigurationError(f"Configuration {self.name!r}: {error}", hint="") from error
        if not spoken and session.service.kind == "local" and session.recognizer is None:
            session.recognizer = "pocketsphinx"
        return session


def grid(**settings: Any) -> list[dict[str, Any]]:
    """Every combination of settings.

    ::

        grid(instructions=["Be brief.", "Be kind."], voice=["sage", "cedar"], temperature=0.7)  # four

    Args:
        **settings: keyword arguments of `Session`. A list holds alternatives, so that a list of tools stands in a list;
            anything else is for all.

    Returns:
        Configurations for `evaluate`, named by what differs between them.
    """
    alternatives = {name: value for name, value in settings.items() if isinstance(value, list)}
    labels = {name: _labels(values) for name, values in alternatives.items() if len(values) > 1}
    found = []
    for places in itertools.product(*(range(len(values)) for values in alternatives.values())):
        chosen = dict(zip(alternatives, places, strict=True))
        name = ", ".join(f"{setting}={named[chosen[setting]]}" for setting, named in labels.items())
        values = {setting: alternatives[setting][place] for setting, place in chosen.items()}
        found.append({"name": name or "default", **settings, **values})
    return found


def as_configs(configs: Iterable[Mapping[str, Any]] | None, service: str | None) -> tuple[Config, ...]:
    """Check configurations, and name those that have no name.

    Args:
        configs: keyword arguments of `Session`, and a ``name``; None for one without any.
        service: of those that name none.

    Raises:
        ConfigurationError: a setting is not valid, or two have the same name.
    """
    given = [{"name": "default"}] if configs is None else [dict(config) for config in configs]
    found = []
    for number, settings in enumerate(given, 1):
        name = str(settings.pop("name", None) or f"config {number}")
        if service is not None:
            settings.setdefault("service", service)
        settings["tools"] = tuple(_function(tool, name) for tool in _tools(settings.get("tools")))
        settings.update(_imported_engines(settings, name))
        config = Config(name, settings)
        config.session()  # what is not valid is told before anything is said
        found.append(config)
    names = [config.name for config in found]
    if len(set(names)) < len(names):
        twice = next(name for name in names if names.count(name) > 1)
        raise ConfigurationError(f"Two configurations are called {twice!r}.", hint="Give each a name of its own.")
    return tuple(found)


def read_configs(path: str | Path) -> list[dict[str, Any]]:
    """Read the configurations of a YAML or JSON file: one, a list of them, or a list under ``configs``.

    Functions are named as ``module:function``.

    Raises:
        ConfigurationError: it cannot be read.
    """
    return entries(Path(path), "configs")


def _labels(values: Sequence[object]) -> list[str]:
    """What alternatives are called: by their value where that is short and no other's, else by their number."""
    shown = [_short(value) for value in values]
    return [label if label and shown.count(label) == 1 else f"#{number}" for number, label in enumerate(shown, 1)]


def _short(value: object) -> str:
    """A value in a few letters; empty where it takes more."""
    if callable(value) and hasattr(value, "__name__"):
        return str(value.__name__)
    is_plain = value is None or isinstance(value, str | int | float)
    return str(value) if is_plain and len(str(value)) <= LONGEST_LABEL else ""


def _tools(given: Any) -> Iterable[Any]:
    """Tools, of which a single one need not stand in a list."""
    if given is None:
        return ()
    return given if isinstance(given, Iterable) and not isinstance(given, str) else (given,)


def _imported_engines(settings: Mapping[str, Any], config: str) -> dict[str, Any]:
    """The engines that are named as functions, which are then this process's, not the service's."""
    found = {}
    for part, choose in _CHOICES.items():
        named = settings.get(part)
        choice = choose(named, imports=True) if isinstance(named, str) else None
        if isinstance(choice, ImportedFunction):
            found[part] = _function(choice.path, config)
    return found


def _function(tool: Any, config: str) -> Any:
    try:
        return _IMPORTED.validate_python(tool)
    except ValidationError as error:
        said = error.errors(include_url=False)[0]["msg"]
        raise ConfigurationError(
            f"Configuration {config!r}: {tool!r} cannot be imported: {said}.",
            hint="Name it as module:function, with the module on the Python path.",
        ) from None
