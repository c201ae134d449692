"""Files of scenarios and configurations: YAML or JSON."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from navtalk_widget.errors import ConfigurationError

SUFFIXES = (".yaml", ".yml", ".json")


def entries(path: Path, key: str, *, headed: bool = False) -> list[dict[str, Any]]:
    """What a file lists: under a key, or where it has neither ``scenarios`` nor ``configs``, as a whole.

    Args:
        path: a ``.yaml``, ``.yml`` or ``.json`` file.
        key: ``"scenarios"`` or ``"configs"``.
        headed: whether only what stands under the key counts.

    Raises:
        ConfigurationError: it cannot be read, or is something else.
    """
    content = _content(path)
    if isinstance(content, dict) and ("scenarios" in content or "configs" in content):
        surplus = sorted(str(name) for name in content if name not in ("scenarios", "configs"))
        if surplus:
            raise ConfigurationError(
                f"{path}: there is {surplus[0]!r} beside 'scenarios' and 'configs'.", hint="Only these two are known."
            )
        content = content.get(key) or []
    elif headed:
        content = []
    listed = [content] if isinstance(content, dict) else content
    if not isinstance(listed, list) or not all(map(_is_entry, listed)):
        raise ConfigurationError(
            f"{path}: {key} are mappings such as 'name: …', or a list of them.", hint="Correct it there."
        )
    return listed


def _is_entry(value: object) -> bool:
    return isinstance(value, dict) and all(isinstance(name, str) for name in value)


def _content(path: Path) -> Any:
    if path.suffix not in SUFFIXES:
        raise ConfigurationError(
            f"{path} is no file of scenarios or configurations by its name.", hint=f"Name it {', '.join(SUFFIXES)}."
        )
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"{path} cannot be read: {error}.", hint="Check the path.") from error
    return _json(path, text) if path.suffix == ".json" else _yaml(path, text)


def _json(path: Path, text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError as error:
        raise ConfigurationError(f"{path} is no JSON: {error}.", hint="Correct it there.") from error


def _yaml(path: Path, text: str) -> Any:
    try:
        import yaml
    except ImportError:
        raise ConfigurationError(
            f"{path} is YAML, and PyYAML is not installed.",
            hint="Install it with: pip install 'navtalk-widget[testing]'; or write the file as JSON.",
        ) from None
    try:
        return yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise ConfigurationError(f"{path} is no YAML: {error}.", hint="Correct it there.") from error
