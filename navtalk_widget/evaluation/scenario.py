"""Scripted conversations: what the person says, and what is expected of the answers."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from navtalk_widget.errors import ConfigurationError
from navtalk_widget.evaluation.expectations import Expectations
from navtalk_widget.evaluation.files import entries


class Step(BaseModel):
    """One thing that the person says, and what is expected of the answer.

    Attributes:
        say: what they type.
        audio: what they say: the path of a sound file.
        image: what they show while they say it: the path of a picture.
        cut_in_ms: for how many milliseconds the answer before can be heard when they cut it short by saying this;
            None to let it end.
        expect: see `Expectations`.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    say: Annotated[str, Field(pattern=r"\S")] | None = None
    audio: Path | None = None
    image: Path | None = None
    cut_in_ms: Annotated[float, Field(ge=0)] | None = None
    expect: Expectations = Expectations()

    @model_validator(mode="after")
    def _check_is_said(self) -> Step:
        if (self.say is None) == (self.audio is None):
            raise ValueError("a step has either say or audio")
        if self.image is not None and self.say is None:
            raise ValueError("an image needs say, the question about it")
        return self

    @property
    def label(self) -> str:
        """What is said, in short."""
        return self.say if self.say is not None else f"[{self.audio.name if self.audio else ''}]"

    def relative_to(self, folder: Path) -> Step:
        """The step with its files found from a folder."""
        files = {"audio": self.audio, "image": self.image}
        return self.model_copy(update={name: folder / path for name, path in files.items() if path is not None})


class Scenario(BaseModel):
    """A scripted conversation.

    Attributes:
        name: names it in tables.
        steps: what is said, one after the other.

    Raises:
        ConfigurationError: it is not valid; the message names the step.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: Annotated[str, Field(min_length=1)]
    steps: Annotated[tuple[Step, ...], Field(min_length=1)]

    def __init__(self, **fields: Any) -> None:
        try:
            super().__init__(**fields)
        except ValidationError as error:
            raise _invalid(error, fields.get("name")) from None

    @model_validator(mode="after")
    def _check_beginning(self) -> Scenario:
        if self.steps[0].cut_in_ms is not None:
            raise ValueError("before the first step there is nothing to cut short: cut_in_ms is for later ones")
        return self

    @property
    def is_spoken(self) -> bool:
        """Whether any of it is to be heard rather than read."""
        return any(step.audio is not None for step in self.steps)

    @classmethod
    def read(cls, path: str | Path) -> tuple[Scenario, ...]:
        """Read the scenarios of a YAML or JSON file: one, a list of them, or a list under ``scenarios``.

        Paths of sounds and pictures are relative to the file.

        Raises:
            ConfigurationError: it cannot be read, or a scenario is not valid; the message names file, scenario, step.
        """
        path = Path(path)
        found = entries(path, "scenarios")
        if not found:
            raise ConfigurationError(f"{path}: there are no scenarios in it.", hint="Write them under 'scenarios:'.")
        return tuple(cls._entry(entry, path, place) for place, entry in enumerate(found, 1))

    @classmethod
    def _entry(cls, entry: dict[str, Any], path: Path, place: int) -> Scenario:
        if not entry.get("name"):
            raise ConfigurationError(f"{path}: scenario {place} has no name.", hint="Give it one under 'name:'.")
        try:
            scenario = cls(**entry)
        except ConfigurationError as error:
            raise ConfigurationError(f"{path}: {error.message}", hint=error.hint) from None
        steps = tuple(step.relative_to(path.parent) for step in scenario.steps)
        return scenario.model_copy(update={"steps": steps})


def _invalid(error: ValidationError, name: object) -> ConfigurationError:
    first = error.errors(include_url=False)[0]
    place = [*first["loc"]]
    words = f"scenario {name!r}" if name else "a scenario"
    if len(place) > 1 and place[0] == "steps":
        words += f", step {int(place[1]) + 1}"
        place = place[2:]
    if place:
        words += f", {'.'.join(str(part) for part in place)}"
    said = first["msg"].removeprefix("Value error, ")
    return ConfigurationError(f"{words}: {said[:1].lower()}{said[1:]}.", hint="Correct it there.")
