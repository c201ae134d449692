"""What may be assigned to an avatar: a widget takes any attribute without a word, also one that is meant otherwise."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

import traitlets
from traitlets.utils.sentinel import Sentinel

from navtalk_widget.errors import ConfigurationError
from navtalk_widget.session.local_engines import LOCAL_SETTINGS
from navtalk_widget.session.slips import refuse_slip, refuse_unheard
from navtalk_widget.widget.traits import AvatarTraits

DECIDED = (
    "character",
    "avatar_id",
    "model",
    "service",
    "protocol",
    "license",
    "greet",
    "history",
    "history_dir",
    "redact",
)
"""What is decided when an avatar is made."""

_ASSIGNABLE = (*AvatarTraits.class_own_traits(), *LOCAL_SETTINGS)


class CheckedAssignments(AvatarTraits):
    """Refuses, in words, what would otherwise do nothing."""

    def __setattr__(self, name: str, value: Any) -> None:
        if name == "tools":
            raise ConfigurationError("tools are added one by one.", hint="avatar.tool(function) adds one.")
        if name in DECIDED:
            chosen = "" if name == "history" else f"{name}=…, "
            raise ConfigurationError(
                f"{name} is decided when an avatar is made.",
                hint=f"Avatar({chosen}history=avatar.transcript) makes one that goes on with the conversation.",
            )
        public = not name.startswith("_")
        if public and not callable(value) and inspect.isfunction(getattr(type(self), name, None)):
            raise AttributeError(f"{name} is a verb: avatar.{name}(…) calls it.", name=name, obj=self)
        refuse_slip(self, name, _ASSIGNABLE)
        super().__setattr__(name, value)

    def observe(self, handler: Callable[..., Any], names: Any = traitlets.All, type: Sentinel | str = "change") -> None:
        """Call a function when one of these traits changes, as with every widget.

        Raises:
            ConfigurationError: a name is almost that of a trait: a slip of the pen.
        """
        known = self.trait_names()
        for name in [names] if isinstance(names, str) else names if isinstance(names, list | tuple) else ():
            refuse_unheard("trait", name, known)
        super().observe(handler, names, type)
