"""Has nbconvert show saved conversations, in place of widgets that would need a kernel and scripts from the network.

Found by nbconvert through ``share/jupyter/nbconvert/templates/base/conf.json``; by name, for other tools, it is
``navtalk_widget.export.preprocessor.StaticTranscript``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from nbconvert.preprocessors import Preprocessor

from navtalk_widget.export.static_transcript import as_html, as_text

STATE = "application/vnd.jupyter.widget-state+json"
VIEW = "application/vnd.jupyter.widget-view+json"
AVATAR = "navtalk_widget.widget.avatar.Avatar"

_UNSAVED = re.compile(r"<Avatar .*: [a-z]+, \d+ turns>")
_HINT = (
    "The conversation was not saved with this notebook; JupyterLab does it with "
    "“Save Widget State Automatically” in the Settings menu."
)


class StaticTranscript(Preprocessor):
    """Puts the saved transcript where an avatar was shown, and takes the avatar out of the saved widgets."""

    def preprocess(self, nb: Any, resources: Any) -> tuple[Any, Any]:
        """Change a notebook that is about to be converted, which is a copy."""
        widgets = _inside(nb.metadata, "widgets", STATE, "state")
        avatars = {id: model["state"] for id, model in widgets.items() if _is_avatar(model)}
        for_browsers = str(resources.get("output_extension", ".html")).endswith("html")
        for cell in nb.cells:
            for output in cell.get("outputs", []):
                if VIEW in output.get("data", {}):
                    _replace(output, avatars, for_browsers)
        for id, state in avatars.items():
            widgets.pop(str(state.get("layout")).removeprefix("IPY_MODEL_"), None)
            del widgets[id]
        if avatars and not widgets:  # or nbconvert would load the widgets' manager, for nothing
            del nb.metadata["widgets"]
        return nb, resources


def _inside(value: Any, *names: str) -> Any:
    """What mappings have under these names, one in the other; a file that is not ours may have anything there."""
    for name in names:
        value = value.get(name) if isinstance(value, Mapping) else None
    return value if isinstance(value, Mapping) else {}


def _is_avatar(model: Any) -> bool:
    state = model.get("state") if isinstance(model, Mapping) else None
    return isinstance(state, Mapping) and state.get("_anywidget_id") == AVATAR


def _replace(output: Any, avatars: Mapping[str, Any], for_browsers: bool) -> None:
    data = output["data"]
    view = data[VIEW]
    state = avatars.get(str(view.get("model_id"))) if isinstance(view, Mapping) else None
    if state is not None:
        tail = state.get("transcript_tail")
        turns = [turn for turn in tail if isinstance(turn, Mapping)] if isinstance(tail, list) else []
        about = {"character": str(state.get("character", "")), "locale": str(state.get("locale", "en"))}
        output["data"] = {"text/plain": as_text(turns, **about)}
        if for_browsers:
            output["data"]["text/html"] = as_html(turns, **about, service=str(state.get("service_label", "")))
    elif _UNSAVED.fullmatch(str(data.get("text/plain", ""))):
        output["data"] = {"text/plain": _HINT}
