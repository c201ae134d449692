"""Approval of tools' calls, asked for at the terminal."""

from __future__ import annotations

import asyncio
import contextlib
import sys

from navtalk_widget.daemon_thread import run_in_daemon_thread
from navtalk_widget.errors import ToolError
from navtalk_widget.session.news import ToolCallChanged
from navtalk_widget.session.session import Session


class TerminalApproval:
    """Asks at the terminal for the approval of calls that need it; where there is none, they are refused.

    Args:
        session: whose calls they are.
    """

    def __init__(self, session: Session) -> None:
        self._session = session
        self._questions: set[asyncio.Task[None]] = set()
        self._one_at_a_time = asyncio.Lock()

    def note(self, call: ToolCallChanged) -> None:
        """Take in what is told of a call."""
        if call.state == "awaiting_approval":
            question = asyncio.create_task(self._ask(call), name="navtalk-approval")
            self._questions.add(question)
            question.add_done_callback(self._questions.discard)

    async def _ask(self, call: ToolCallChanged) -> None:
        if not sys.stdin.isatty():
            with contextlib.suppress(ToolError):  # it was called off
                self._session.reject(call.call_id, "Nobody is there to ask.")
            return
        async with self._one_at_a_time:
            given = ", ".join(f"{name}={value!r}" for name, value in call.arguments.items())
            sys.stderr.write(f"Allow {call.name}({given})? [y]es, [n]o, [a]lways: ")
            sys.stderr.flush()
            # In a thread that nobody waits for at the end: a line that is never typed must not keep the command alive.
            answer = await asyncio.wrap_future(run_in_daemon_thread(sys.stdin.readline, "navtalk-approval"))
            word = (answer.value or "").strip().lower()[:1]
            with contextlib.suppress(ToolError):  # it came too late
                if word in ("y", "a"):
                    self._session.approve(call.call_id, always=word == "a")
                else:
                    self._session.reject(call.call_id)
