"""The licence stays in the kernel: it is in no file, no state, no log and nothing the page gets."""

import json
from typing import Any

import pytest

from tests.e2e.conftest import Opener
from tests.support.flite import silence
from tests.support.lab import Lab
from tests.support.local_service import local_service
from tests.support.widget import Widget

pytestmark = pytest.mark.e2e

CANARY = "sk_navtalk_canary_7f3a"

SHOW = """
import io, json, logging, pathlib
logged = io.StringIO()
logging.getLogger().addHandler(logging.StreamHandler(logged))
logging.getLogger().setLevel(logging.DEBUG)
from navtalk_widget import Avatar
avatar = Avatar(**json.loads(pathlib.Path("service.json").read_text()))
avatar
"""

FAIL = """
%xmode Verbose
print(repr(avatar), avatar)
await avatar.disconnect()
avatar._session.service                      # as a cell shows it
"""

LOGGED = """
text = logged.getvalue()
print(json.dumps({"request": "GET /api/realtime-api" in text, "hidden": "license=***" in text,
                  "turns": len(avatar.transcript)}))
print(json.dumps({key: value for key, value in avatar.get_state().items() if not key.startswith("_")}, default=str))
print(text)
"""


def test_the_licence_is_nowhere_but_in_the_kernel(lab: Lab, open_notebook: Opener) -> None:
    with local_service(CANARY) as address:
        (lab.root / "service.json").write_text(json.dumps({"service": address, "license": CANARY}))
        notebook = open_notebook([SHOW, FAIL, LOGGED], silence(5))
        traffic: list[str] = []

        def watch(socket: Any) -> None:
            traffic.append(socket.url)
            for event in ("framesent", "framereceived"):
                socket.on(event, lambda frame: traffic.append(frame if isinstance(frame, str) else repr(frame)))

        notebook.page.on("websocket", watch)
        notebook.page.on("response", lambda response: traffic.append(response.url))
        notebook.page.on("console", lambda message: traffic.append(message.text))
        notebook.run(0)
        widget = Widget(notebook.page)
        widget.start()
        widget.expect_turn("avatar", "Hello")
        shown = notebook.run(1)
        logged = notebook.run(2)
        facts = json.loads(logged.splitlines()[0])
        assert facts["request"], "the request line was logged"
        assert facts["hidden"], "with the licence masked"
        assert facts["turns"] >= 1, "the licence was accepted"
        page = notebook.page.content()
        saved = notebook.save()
    assert "application/vnd.jupyter.widget" in saved, "the widget is in the file"
    for where, text in {
        "the cells' output": shown + logged,
        "the page's traffic": "\n".join(traffic),
        "the page": page,
        "the notebook file": saved,
        "the server's log": lab.log.read_text(),
    }.items():
        assert text, where
        assert CANARY not in text, f"the licence is in {where}"
