"""What goes on in a running conversation: events in, state, turns and answers out."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from navtalk_widget.errors import NavTalkError, NotConnectedError, ResponseTimeout
from navtalk_widget.protocol import events
from navtalk_widget.protocol.events import Event
from navtalk_widget.protocol.items import new_id, user_text
from navtalk_widget.session.faults import failure
from navtalk_widget.session.news import News, TurnChanged, VoiceFlushed
from navtalk_widget.session.talk.answer_times import AnswerTimes
from navtalk_widget.session.talk.asking import Asking
from navtalk_widget.session.talk.avatar_voice import AvatarVoice, answer_of
from navtalk_widget.session.talk.pending_speech import PendingSpeech
from navtalk_widget.session.talk.reply import ReplyCollector
from navtalk_widget.session.talk.responses import ResponseGate
from navtalk_widget.session.talk.status import Facts
from navtalk_widget.session.talk.thinking_limit import THINKING_LIMIT, ThinkingLimit
from navtalk_widget.session.talk.tool_work import ToolWork
from navtalk_widget.session.talk.turns import TurnTracker
from navtalk_widget.tools.approval import Approvals
from navtalk_widget.tools.registry import ToolRegistry
from navtalk_widget.transcript.turn import Turn


class Conversation:
    """What is said over one connection, or over several, one after another.

    Between `suspend` and `resume` there is no connection: nothing is sent, nothing can be said, tools run on.

    Args:
        tools: what the avatar may call.
        send: sends an event to the service.
        publish: tells news to the subscribers.
        changed: called after anything that may change `facts`, with an error if something went wrong.
        answers_speech: whether the service answers by itself what it hears.
        spoken: makes of a sentence the `response` of a `response.create` that has it said as it is.
        interruptible: whether the service cuts the avatar short when it hears the person.
        truncates: whether the service can be told how much of an answer was heard.
        voice_placed: called with each piece of the avatar's voice, see `AvatarVoice`.
        said_before: turns whose identifiers are taken.
    """

    def __init__(
        self,
        tools: ToolRegistry,
        *,
        send: Callable[[Event], None],
        publish: Callable[[News], None],
        changed: Callable[[NavTalkError | None], None],
        answers_speech: Callable[[], bool],
        spoken: Callable[[str], dict[str, Any]],
        interruptible: Callable[[], bool] = lambda: True,
        truncates: Callable[[], bool] = lambda: False,
        voice_placed: Callable[[bytes, int, str], None] = lambda pcm, start, answer: None,
        said_before: Iterable[Turn] = (),
    ) -> None:
        self.facts = Facts()
        self._send = send
        self._publish = publish
        self._changed = changed
        self._answers_speech = answers_speech
        self._interruptible = interruptible
        self._gate = ResponseGate(send, self._note_change)
        self._asking = Asking(self._gate, busy=self._busy, changed=self._note_change)
        self._turns = TurnTracker(self._turn_changed, (turn.id for turn in said_before))
        self._voice = AvatarVoice(
            self._turns,
            send=send,
            truncates=truncates,
            flushed=self._voice_flushed,
            ended=self._voice_ended,
            placed=voice_placed,
        )
        self._times = AnswerTimes(publish)
        self._tool_work = ToolWork(
            tools,
            self._gate,
            self._turns,
            self._times,
            send=send,
            spoken=spoken,
            interruptible=interruptible,
            publish=publish,
            changed=self._note_change,
            answer_due=self._asking.note_due,
        )
        self._speech = PendingSpeech()
        self._speech_lost: NavTalkError | None = None
        self._thinking_limit = ThinkingLimit(self._give_up_thinking)
        self._suspended = False
        self._ended = False

    @property
    def approvals(self) -> Approvals:
        """The calls of tools that wait for the person's word."""
        return self._tool_work.approvals

    def receive(self, event: Event) -> bool:
        """Take in what the service says. Returns whether it counts: what an answer says after its end does not."""
        if self._gate.drops(event):
            return False
        cancelled, uttered = self._gate.cancelled(event), self._gate.uttered(event)
        self._gate.note(event)
        self.facts.note(event)
        if not uttered:  # which makes use of no result, calls nothing, and is not what the person waits for
            if self._tool_work.note(event):
                self._asking.nothing_follows()
            self._times.note(event)
        self._voice.note(event)
        self._speech.note(event)
        self._asking.note(event, uttered=uttered)
        error = None
        match event:
            case events.SpeechStarted():
                self._tool_work.hush()
                if self._interruptible():
                    self._voice.cut(self._gate.cut())
                    self.facts.voice_playing = False
            case events.SpeechStopped() if self._answers_speech():
                self.facts.awaiting_response = True  # and its answer will have the tools' results in it
            case events.SpeechStopped() | events.InputTranscriptionCompleted() | events.InputTranscriptionFailed():
                self._ask_if_due()
            case events.AudioDelta():
                self.facts.voice_playing = True
            case events.AudioTranscriptDone():
                self.facts.voice_playing = self._voice.playing
            case events.ErrorEvent():
                error = None if self._voice.refused(event) else self._gate.refused(event)
            case events.ResponseDone():
                self.facts.voice_playing = self._voice.playing
                error = failure(event.response)
        answer = answer_of(event)
        plays = isinstance(event, events.ResponseDone) and self._voice.plays(answer)
        voice = self._voice.of(answer)
        self._turns.note(event, voice=voice, voice_playing=plays, cancelled=cancelled, uttered=uttered)
        if isinstance(event, events.ResponseDone):
            self._ask_if_due()
        self._note_change(error)
        return True

    def note_playback(self, delay_ms: float | None) -> None:
        """Take in how the avatar's voice is heard.

        Args:
            delay_ms: milliseconds from the arrival of sound to its hearing; None if nothing is audible, so that
                nothing counts as heard from now on.
        """
        self._voice.note_delay(None if delay_ms is None else delay_ms / 1000)
        self._times.note_delay(delay_ms)

    def note_heard(self, ago: float, offset_ms: float | None) -> None:
        """Take in when the voice began to be heard; see `AnswerTimes.note_heard`."""
        self._times.note_heard(ago, offset_ms)

    def note_silent(self, ago: float) -> None:
        """Take in how many seconds ago the voice fell silent, as it was to."""
        self._times.note_silent(ago)

    def say(self, text: str, collector: ReplyCollector | None = None, *, reply: bool = True) -> None:
        """Take in a typed message; what the avatar is saying ends, and it answers.

        Args:
            text: what the person typed.
            collector: of whoever waits for the answer. They have had the whole answer before, so that its voice,
                if that still goes on, counts as heard.
            reply: whether there is to be an answer; without one, the avatar goes on with what it is saying.

        Raises:
            NotConnectedError: there is no connection.
        """
        self._demand_connection()
        if reply:
            before = self._asking.expect(collector)
            self._stop(before if collector is not None else None)
            self._tool_work.call_off()
        item = user_text(text).model_copy(update={"id": new_id("item")})
        self._turns.note_typed(text, str(item.id))
        self._send(events.ConversationItemCreate(item=item))
        if reply:
            self._times.begin(spoken=False)
            self.create_response()
        else:
            self._asking.decline()

    def utter(self, response: dict[str, Any], collector: ReplyCollector) -> None:
        """Let the avatar say something that is no answer, after what it is saying now.

        Args:
            response: what it is, as `response.create` has it.
            collector: of whoever waits for it.

        Raises:
            NotConnectedError: there is no connection.
        """
        self._demand_connection()
        self._times.forget()
        self._asking.utter(response, collector)

    def commit(self, *, reply: bool = True) -> None:
        """The person's turn has ended, as they say themselves.

        Args:
            reply: whether the avatar is to answer.

        Raises:
            NotConnectedError: there is no connection.
        """
        self._demand_connection()
        self._send(events.InputAudioBufferCommit())
        if reply:
            self._times.begin(spoken=True)
            self.create_response()
        else:
            self._times.forget()

    def create_response(self) -> None:
        """Let the avatar speak.

        Raises:
            NotConnectedError: there is no connection.
        """
        self._demand_connection()
        self._asking.now()

    def interrupt(self) -> None:
        """Cut the avatar short, if it is speaking or about to; what it asks to be allowed is not done.

        Nor do tools go on that say ``on_interruption="cancel"``.

        Raises:
            NotConnectedError: there is no connection.
        """
        self._demand_connection()
        self._asking.decline()
        self._times.forget()
        self._stop()
        if self._tool_work.call_off_all():
            self._asking.nothing_follows()
        self._note_change()

    def suspend(self) -> None:
        """The connection is lost, or is about to be replaced: what was said so far is final, the tools run on."""
        if self._suspended or self._ended:
            return
        self._asking.suspend(self._voice.heard_anything)
        self._speech_lost = self._speech.lose(self._voice.heard_anything)
        self._end_turns(interrupted=True)
        self._suspended = True
        self._gate.forget()
        self._voice.forget()
        self._tool_work.disconnect(heard=self._asking.last_answer_heard)
        self._thinking_limit.stop()
        self._times.disconnect()
        self.facts = Facts(tools_running=self._tool_work.running)

    def resume(self) -> None:
        """A new connection is configured, and its service knows the turns: go on where the conversation was.

        The service is told the results of tools that it needs, and asked for an answer if one is owed: somebody waits
        for it, or the person's last turn has none of which anything was heard. The person learns if what they said last
        is lost.
        """
        if not self._suspended or self._ended:
            return
        self._suspended = False
        self._tool_work.reconnect()
        self._asking.resume(to_speech=self._answers_speech())
        self._note_change(self._speech_lost)

    async def end(self) -> None:
        """Stop everything that goes on; turns that were open are final as they are."""
        self._end_turns(interrupted=False)
        self._ended = True
        self._gate.close()
        self._thinking_limit.stop()
        await self._tool_work.close()

    def _demand_connection(self) -> None:
        if self._suspended:
            raise NotConnectedError("There is no connection at the moment.")

    def _note_change(self, error: NavTalkError | None = None) -> None:
        if self._ended:
            return
        self.facts.tools_running = self._tool_work.running
        if self._suspended:
            if error is not None:
                self._changed(error)
            return
        self.facts.response_requested = self._gate.expecting
        self.facts.response_active = self._gate.active
        voice_ran_dry = self.facts.voice_playing and not self._voice.playing
        waits = (self.facts.status == "thinking" or voice_ran_dry) and not self.facts.tools_running
        self._thinking_limit.restart(waits=waits)
        self._tool_work.note_quiet(self.facts.only_tools and not self._asking.person_speaks)
        self._changed(error)

    def _stop(self, before: ReplyCollector | None = None) -> None:
        stopped = self._gate.cancel(voice_playing=self.facts.voice_playing)
        self.facts.awaiting_response = False
        self._asking.drop_due()
        self._voice.cut(stopped, had=lambda answer: before is not None and before.had(answer))
        self.facts.voice_playing = False

    def _end_turns(self, *, interrupted: bool) -> None:
        """The voice ends with the connection: for who listens here; who asked has had the whole answer before."""
        self._voice.cut(self._gate.answer, had=self._asking.had, interrupted=interrupted, truncate=False)
        self._turns.abandon()

    def _give_up_thinking(self) -> None:
        error = ResponseTimeout(f"The service has not answered for {THINKING_LIMIT:.0f} s.", hint="Say it again.")
        self._gate.give_up()
        self._asking.give_up(error)
        self.facts.awaiting_response = False
        self.facts.voice_playing = self._voice.playing
        self._note_change(error)

    def _turn_changed(self, turn: Turn) -> None:
        is_answer = not self._gate.is_utterance(turn.response_id)
        if is_answer:
            self._asking.note_turn(turn)
        self._publish(TurnChanged(turn))
        if is_answer:
            self._times.note_turn(turn)

    def _voice_flushed(self) -> None:
        self._times.note_cut()
        self._publish(VoiceFlushed())

    def _voice_ended(self, answer: str) -> None:
        if self._gate.under_way(answer):
            self._note_change()  # more of it is late
            return
        self.facts.voice_playing = self._voice.playing
        self._voice.play_out(answer)
        self._note_change()

    def _ask_if_due(self) -> None:
        if not self.facts.awaiting_response:
            self._asking.when_quiet()

    def _busy(self) -> bool:
        return self._ended or self._suspended or self._tool_work.running > 0
