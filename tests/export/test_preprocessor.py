"""Notebooks come from anywhere: what is not as we save it must not keep them from being converted."""

from typing import Any

import nbformat
import pytest

from navtalk_widget.export.preprocessor import AVATAR, STATE, VIEW, StaticTranscript


def converted(metadata: dict[str, Any], view: Any) -> Any:
    output = nbformat.v4.new_output("display_data", data={VIEW: view, "text/plain": "<Avatar>"})
    cell = nbformat.v4.new_code_cell("avatar", outputs=[output])
    preprocessor: Any = StaticTranscript  # nbconvert has no types
    notebook, _ = preprocessor().preprocess(nbformat.v4.new_notebook(cells=[cell], metadata=metadata), {})
    return notebook.cells[0].outputs[0].data


@pytest.mark.parametrize(
    "widgets", [None, [], {STATE: None}, {STATE: {"state": None}}, {STATE: {"state": {"m": None, "n": {"state": 1}}}}]
)
def test_widgets_that_are_none_are_left_alone(widgets: Any) -> None:
    assert "text/plain" in converted({"widgets": widgets}, {"model_id": "m"})


@pytest.mark.parametrize("view", [None, "m", [], {"model_id": []}, {"model_id": {}}])
def test_a_view_of_nothing_is_left_alone(view: Any) -> None:
    assert converted({}, view)["text/plain"] == "<Avatar>"


@pytest.mark.parametrize("tail", [None, 3, "words", {"text": "x"}, [None, 3, "words"]])
def test_a_transcript_that_is_none_is_empty(tail: Any) -> None:
    saved = {"state": {"_anywidget_id": AVATAR, "character": "navtalk.Leo", "transcript_tail": tail}}
    shown = converted({"widgets": {STATE: {"state": {"m": saved}}}}, {"model_id": "m"})
    assert "Nothing was said yet." in shown["text/html"]
    assert VIEW not in shown
