"""What the documentation says of tools is so."""

import os
import re
from pathlib import Path
from typing import Any

import pytest

from navtalk_widget import Session
from navtalk_widget.testing import ScriptedService
from navtalk_widget.tools import Tool, ToolRegistry, ToolRunner
from tests.support.waiting import eventually

PAGE = Path(__file__).parents[2] / "docs" / "tools.md"


@pytest.fixture(scope="module")
def documented() -> dict[str, Any]:
    """What the page's examples define, one after the other as in a notebook whose avatar is there."""
    names: dict[str, Any] = {"__name__": "documented", "avatar": Session(service="local")}
    for example in re.findall(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL):
        exec(compile(example, str(PAGE), "exec"), names)
    return names


@pytest.mark.parametrize(
    ("name", "arguments", "output"),
    [
        ("opening_hours", '{"museum": "Louvre"}', '{"museum":"Louvre","day":"today","open":"9:00"}'),
        ("summarise", '{"pages": ["a", "b"]}', "2 pages, nothing new"),
        ("search", '{"words": "cats"}', '["a book about cats"]'),
    ],
)
async def test_the_examples_run(documented: dict[str, Any], name: str, arguments: str, output: str) -> None:
    tools = [each for each in documented.values() if isinstance(each, Tool)]
    result = await ToolRunner(ToolRegistry(tools)).call("c", name, arguments)
    assert (result.ok, result.output) == (True, output)


async def test_long_results_are_cut_as_it_says(documented: dict[str, Any]) -> None:
    result = await ToolRunner(ToolRegistry([documented["inventory"]])).call("c", "inventory", "")
    assert result.cut
    assert len(result.output) == 2_000


async def test_the_example_decides_as_it_says(
    documented: dict[str, Any], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    async with (
        ScriptedService(ignore=["*"]) as service,
        Session(service=service.url, license="sk_navtalk_canary", tools=[documented["delete"]]) as session,
    ):
        monkeypatch.setitem(documented, "avatar", session)
        session.on("tool_call", documented["decide"])
        call = {"type": "response.function_call_arguments.done", "response_id": "r", "item_id": "i", "name": "delete"}
        for path in ("a.tmp", "a.txt"):
            (tmp_path / path).touch()
            await service.send({**call, "call_id": path, "arguments": f'{{"path": "{path}"}}'})
        await eventually(lambda: [each.state for each in session.tool_calls] == ["done", "denied"])
        assert session.tool_calls[1].result == (
            "delete was not called: the person did not allow it. Only temporary files."
        )
    assert os.listdir(tmp_path) == ["a.txt"]
