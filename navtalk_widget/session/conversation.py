"""What goes on in a running conversation: events in, state, turns and answers out."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from navtalk_widget.errors import NavTalkError, ResponseTimeout
from navtalk_widget.protocol import events
from navtalk_widget.protocol.events import Event
from navtalk_widget.protocol.items import new_id, user_text
from navtalk_widget.session.faults import failure
from navtalk_widget.session.news import Measured, News, ToolCallChanged, TurnChanged, VoiceFlushed
from navtalk_widget.session.reply import ReplyCollector
from navtalk_widget.session.responses import ResponseGate
from navtalk_widget.session.status import Facts
from navtalk_widget.session.tool_calls import ToolCalls
from navtalk_widget.session.turns import TurnTracker
from navtalk_widget.session.voice_clock import VoiceClock
from navtalk_widget.tools.execution import ToolResult, ToolRunner
from navtalk_widget.tools.registry import ToolRegistry
from navtalk_widget.transcript.turn import ToolUse, Turn

THINKING_LIMIT = 30.0
"""Seconds of silence after which an answer, begun or not, is no longer waited for."""


class Conversation:
    """One connection's worth of talk.

    Args:
        tools: what the avatar may call.
        send: sends an event to the service.
        publish: tells news to the subscribers.
        changed: called after anything that may change `facts`, with an error if something went wrong.
        answers_speech: whether the service answers by itself what it hears.
    """

    def __init__(
        self,
        tools: ToolRegistry,
        *,
        send: Callable[[Event], None],
        publish: Callable[[News], None],
        changed: Callable[[NavTalkError | None], None],
        answers_speech: Callable[[], bool],
    ) -> None:
        self.facts = Facts()
        self._send = send
        self._publish = publish
        self._changed = changed
        self._answers_speech = answers_speech
        self._gate = ResponseGate(send, self._note_change)
        self._turns = TurnTracker(self._turn_changed)
        self._voice = VoiceClock(self._voice_ended)
        self._tool_calls = ToolCalls(
            ToolRunner(tools),
            send=send,
            changed=self._tool_changed,
            finished=self._tool_finished,
            all_finished=self._tools_finished,
        )
        self._thinking_limit: asyncio.TimerHandle | None = None
        self._speech_ended_at: float | None = None
        self._person_speaks = False
        self._tools_unanswered = False
        self._asked: ReplyCollector | None = None
        self._ended = False

    def receive(self, event: Event) -> bool:
        """Take in what the service says. Returns whether it counts: what an answer says after its end does not."""
        if self._gate.drops(event):
            return False
        self._gate.note(event)
        self.facts.note(event)
        self._tool_calls.note(event)
        error = None
        match event:
            case events.SpeechStarted():
                self._person_speaks = True
                for answer in self._flush_voice():
                    self._turns.voice_ended(answer, interrupted=True)
                self._speech_ended_at = None
            case events.SpeechStopped():
                self._speech_stopped()
            case events.InputTranscriptionCompleted() | events.InputTranscriptionFailed():
                if not self.facts.awaiting_response:
                    self._answer_tools()
            case events.ResponseCreated() if self._tools_unanswered:
                self._tools_unanswered = False  # the service answers what was said, and the tools' results with it
                if self._asked is not None:
                    self._asked.begin(event.response.id)
            case events.AudioDelta():
                self._measure_response()
                self._voice.add(event.delta, event.response_id or event.item_id)
                self.facts.voice_playing = True
            case events.ErrorEvent():
                error = self._gate.refused(event)
            case events.ResponseDone():
                self.facts.voice_playing = self._voice.playing
                error = failure(event.response)
        heard = isinstance(event, events.ResponseDone) and self._voice.plays(event.response.id)
        self._turns.note(event, voice_playing=heard)
        self._note_change(error)
        return True

    def say(self, text: str, collector: ReplyCollector | None = None) -> None:
        """Take in a typed message; what the avatar is saying ends, and it answers.

        Args:
            text: what the person typed.
            collector: of whoever waits for the answer. They have had the whole answer before, so that its voice,
                if that still goes on, counts as heard.
        """
        if self._asked is not None:
            self._asked.interrupt()
        self._asked = collector
        self._stop(heard=collector is not None)
        item = user_text(text).model_copy(update={"id": new_id("item")})
        self._turns.note_typed(text, str(item.id))
        self._send(events.ConversationItemCreate(item=item))
        self.create_response()

    def create_response(self) -> None:
        """Let the avatar speak."""
        self._gate.request(self._asked)
        self._note_change()

    def interrupt(self) -> None:
        """Cut the avatar short, if it is speaking or about to."""
        self._stop(heard=False)
        self._note_change()

    async def end(self) -> None:
        """Stop everything that goes on; turns that were open are final as they are."""
        self._ended = True
        # Who waits for whole answers has had this one; for who listens it ends here.
        for answer, seconds in self._flush_voice().items():
            if self._asked is not None:
                self._turns.voice_ended(answer, interrupted=False, rest_s=seconds)
        self._turns.abandon()
        self._gate.close()
        if self._thinking_limit is not None:
            self._thinking_limit.cancel()
        await self._tool_calls.close()

    def _note_change(self, error: NavTalkError | None = None) -> None:
        if self._ended:
            return
        if self._thinking_limit is not None:
            self._thinking_limit.cancel()
            self._thinking_limit = None
        self.facts.response_requested = self._gate.expecting
        self.facts.response_active = self._gate.active
        voice_ran_dry = self.facts.voice_playing and not self._voice.playing
        if (self.facts.status == "thinking" or voice_ran_dry) and not self.facts.tools_running:
            self._thinking_limit = asyncio.get_running_loop().call_later(THINKING_LIMIT, self._give_up_thinking)
        self._changed(error)

    def _stop(self, *, heard: bool) -> None:
        stopped = self._gate.cancel(voice_playing=self.facts.voice_playing)
        self.facts.awaiting_response = False
        self._tools_unanswered = False
        for answer, seconds in self._flush_voice().items():
            self._turns.voice_ended(answer, interrupted=not heard, rest_s=seconds if heard else 0.0)
        if stopped:
            self._turns.voice_ended(stopped, interrupted=True)

    def _speech_stopped(self) -> None:
        self._person_speaks = False
        self._speech_ended_at = asyncio.get_running_loop().time()
        if self._answers_speech():
            self.facts.awaiting_response = True  # and its answer will have the tools' results in it
        else:
            self._answer_tools()

    def _measure_response(self) -> None:
        if self._speech_ended_at is not None:
            elapsed = asyncio.get_running_loop().time() - self._speech_ended_at
            self._speech_ended_at = None
            self._publish(Measured("response_ms", 1000 * elapsed))

    def _give_up_thinking(self) -> None:
        error = ResponseTimeout(f"The service has not answered for {THINKING_LIMIT:.0f} s.", hint="Say it again.")
        self._gate.give_up()
        self.facts.awaiting_response = False
        self.facts.voice_playing = self._voice.playing
        if self._asked is not None:
            self._asked.fail(error)
        self._note_change(error)

    def _turn_changed(self, turn: Turn) -> None:
        self._publish(TurnChanged(turn))

    def _flush_voice(self) -> dict[str, float]:
        """Silence the voice. Returns how many seconds of which answers have not been heard."""
        rest = self._voice.flush()
        if rest:
            self._publish(VoiceFlushed())
        self.facts.voice_playing = False
        return rest

    def _voice_ended(self, answer: str) -> None:
        if self._gate.under_way(answer):
            self._note_change()  # more of it is late
            return
        self.facts.voice_playing = self._voice.playing
        self._turns.voice_ended(answer, interrupted=False)
        self._note_change()

    def _tool_changed(self, news: ToolCallChanged) -> None:
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
            self._tools_unanswered = True
            self._answer_tools()
            self._note_change()

    def _answer_tools(self) -> None:
        if self._tools_unanswered and not self._person_speaks:
            self._tools_unanswered = False
            self.create_response()
