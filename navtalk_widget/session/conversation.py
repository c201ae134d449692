"""What goes on in a running conversation: events in, state, turns and answers out."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from navtalk_widget.errors import NavTalkError, ResponseTimeout
from navtalk_widget.protocol import events
from navtalk_widget.protocol.events import Event
from navtalk_widget.protocol.items import new_id, user_text
from navtalk_widget.session.news import Measured, News, ToolCallChanged, TurnChanged, VoiceFlushed
from navtalk_widget.session.responses import ResponseGate
from navtalk_widget.session.status import Facts
from navtalk_widget.session.tool_calls import ToolCalls
from navtalk_widget.session.turns import TurnTracker
from navtalk_widget.session.voice_clock import VoiceClock
from navtalk_widget.tools.execution import ToolResult, ToolRunner
from navtalk_widget.tools.registry import ToolRegistry
from navtalk_widget.transcript.turn import ToolUse, Turn

THINKING_LIMIT = 30.0
"""Seconds after which a service that begins no answer is no longer waited for."""


class Conversation:
    """One connection's worth of talk.

    Args:
        tools: what the avatar may call.
        send: sends an event to the service.
        publish: tells news to the subscribers.
        changed: called after anything that may change `facts`, with an error if something went wrong.
    """

    def __init__(
        self,
        tools: ToolRegistry,
        *,
        send: Callable[[Event], None],
        publish: Callable[[News], None],
        changed: Callable[[NavTalkError | None], None],
    ) -> None:
        self.facts = Facts()
        self._send = send
        self._publish = publish
        self._changed = changed
        self._gate = ResponseGate(send)
        self._turns = TurnTracker(self._turn_changed)
        self._voice = VoiceClock(self._voice_ended)
        self._tool_calls = ToolCalls(
            ToolRunner(tools),
            send=send,
            changed=self._tool_began,
            finished=self._tool_finished,
            all_finished=self._tools_finished,
        )
        self._thinking_limit: asyncio.TimerHandle | None = None
        self._speech_ended_at: float | None = None
        self._ended = False

    def receive(self, event: Event) -> None:
        """Take in what the service says."""
        self.facts.note(event)
        self._gate.note(event)
        error = None
        match event:
            case events.SpeechStarted():
                self._flush_voice()
                self._speech_ended_at = None
            case events.SpeechStopped():
                self._speech_ended_at = asyncio.get_running_loop().time()
            case events.AudioDelta():
                self._measure_response()
                self._voice.add(event.delta)
                self.facts.voice_playing = True
            case events.FunctionCallArgumentsDone():
                self._tool_calls.start(event)
            case events.ErrorEvent() if event.error.get("code") != "response_cancel_not_active":
                error = _as_error(event)
        self._turns.note(event, voice_playing=self._voice.playing)
        self._note_change(error)

    def say(self, text: str) -> None:
        """Take in a typed message; what the avatar is saying ends, and it answers."""
        self.interrupt()
        item = user_text(text).model_copy(update={"id": new_id("item")})
        self._turns.note_typed(text, str(item.id))
        self._send(events.ConversationItemCreate(item=item))
        self.create_response()

    def create_response(self) -> None:
        """Let the avatar speak."""
        self.facts.awaiting_response = True
        self._gate.request()
        self._note_change()

    def interrupt(self) -> None:
        """Cut the avatar short, if it is speaking or about to."""
        if self.facts.voice_playing or self.facts.response_active:
            self._gate.cancel()
        self.facts.awaiting_response = False
        self._flush_voice()
        self._note_change()

    async def end(self) -> None:
        """Stop everything that goes on; turns that were open are final as they are."""
        self._ended = True
        if self._voice.flush():
            self._publish(VoiceFlushed())
        self._turns.abandon()
        if self._thinking_limit is not None:
            self._thinking_limit.cancel()
        await self._tool_calls.close()

    def _note_change(self, error: NavTalkError | None = None) -> None:
        if self._ended:
            return
        if self._thinking_limit is not None:
            self._thinking_limit.cancel()
            self._thinking_limit = None
        if self.facts.awaiting_response:
            self._thinking_limit = asyncio.get_running_loop().call_later(THINKING_LIMIT, self._give_up_thinking)
        self._changed(error)

    def _measure_response(self) -> None:
        if self._speech_ended_at is not None:
            elapsed = asyncio.get_running_loop().time() - self._speech_ended_at
            self._speech_ended_at = None
            self._publish(Measured("response_ms", 1000 * elapsed))

    def _give_up_thinking(self) -> None:
        self.facts.awaiting_response = False
        message = f"The service began no answer within {THINKING_LIMIT:.0f} s."
        self._note_change(ResponseTimeout(message, hint="Say it again."))

    def _turn_changed(self, turn: Turn) -> None:
        self._publish(TurnChanged(turn))

    def _flush_voice(self) -> None:
        if self._voice.flush():
            self._turns.voice_ended(interrupted=True)
            self._publish(VoiceFlushed())
        self.facts.voice_playing = False

    def _voice_ended(self) -> None:
        self.facts.voice_playing = False
        self._turns.voice_ended(interrupted=False)
        self._note_change()

    def _tool_began(self, news: ToolCallChanged) -> None:
        self.facts.tools_running = self._tool_calls.running
        self._publish(news)
        self._note_change()

    def _tool_finished(self, result: ToolResult) -> None:
        self._turns.note_tool(
            ToolUse(
                call_id=result.call_id,
                name=result.name,
                arguments=result.arguments,
                result=result.output if result.ok else None,
                error=None if result.error is None else result.error.message,
                duration_s=result.duration_s,
            )
        )
        self._publish(
            ToolCallChanged(
                call_id=result.call_id,
                name=result.name,
                arguments=result.arguments,
                state="done" if result.ok else "failed",
                started_at=result.started_at.timestamp(),
                result=result.output,
            )
        )
        if result.error is not None:
            self._note_change(result.error)

    def _tools_finished(self) -> None:
        self.facts.tools_running = 0
        if not self._ended:
            self.create_response()


def _as_error(event: events.ErrorEvent) -> NavTalkError:
    message = str(event.error.get("message") or "The service reports an error.")
    return NavTalkError(message, hint="", code=str(event.error.get("code") or "service"))
