"""A conversation without a connection: what it sends and tells is kept."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from navtalk_widget.audio.pcm import SAMPLE_RATE
from navtalk_widget.errors import NavTalkError
from navtalk_widget.protocol import events
from navtalk_widget.protocol.events import Event
from navtalk_widget.protocol.items import Response
from navtalk_widget.session.news import News, TurnChanged
from navtalk_widget.session.talk.conversation import Conversation
from navtalk_widget.session.utterance import spoken_text
from navtalk_widget.tools.registry import ToolRegistry
from navtalk_widget.transcript.transcript import Transcript
from navtalk_widget.transcript.turn import Turn


def created(answer: str = "r") -> Event:
    return events.ResponseCreated(response=Response(id=answer))


def done(answer: str = "r", status: str = "completed") -> Event:
    return events.ResponseDone(response=Response(id=answer, status=status))


def words(text: str, answer: str = "r", item: str = "") -> Event:
    return events.AudioTranscriptDelta(delta=text, response_id=answer, item_id=item or f"item_of_{answer}")


def voice(seconds: float, answer: str = "r", item: str = "") -> Event:
    pcm = bytes(2 * round(seconds * SAMPLE_RATE))
    return events.AudioDelta(delta=pcm, response_id=answer, item_id=item or f"item_of_{answer}")


def voice_done(answer: str = "r", item: str = "") -> Event:
    return events.AudioDone(response_id=answer, item_id=item or f"item_of_{answer}")


def call(call_id: str, name: str, arguments: str = "{}", answer: str = "r") -> Event:
    return events.FunctionCallArgumentsDone(call_id=call_id, name=name, arguments=arguments, response_id=answer)


def answered(text: str, seconds: float = 0.0, answer: str = "r") -> list[Event]:
    """A whole answer."""
    sound = [voice(seconds, answer)] if seconds else []
    return [created(answer), words(text, answer), *sound, done(answer)]


def said(text: str, item: str = "u") -> list[Event]:
    """What the service tells of a spoken turn."""
    return [
        events.SpeechStarted(item_id=item),
        events.SpeechStopped(item_id=item),
        events.InputTranscriptionCompleted(item_id=item, transcript=text),
    ]


class Talk:
    """Keeps what a conversation sends, tells and makes of the turns."""

    def __init__(
        self,
        *tools: Callable[..., Any],
        truncates: bool = True,
        interruptible: bool = True,
        answers_speech: bool = True,
    ) -> None:
        self.sent: list[Event] = []
        self.news: list[News] = []
        self.errors: list[NavTalkError] = []
        self.transcript = Transcript.empty()
        self.conversation = Conversation(
            ToolRegistry(tools),
            send=self.sent.append,
            publish=self._tell,
            changed=self._changed,
            answers_speech=lambda: answers_speech,
            spoken=functools.partial(spoken_text, local=True),
            interruptible=lambda: interruptible,
            truncates=lambda: truncates,
        )

    def hear(self, *heard: Event) -> list[bool]:
        """Let the service say something. Returns what of it counts."""
        return [self.conversation.receive(event) for event in heard]

    @property
    def kinds(self) -> list[str]:
        """What was sent, by its names."""
        return [event.type for event in self.sent]

    def of(self, kind: type[Event]) -> list[Any]:
        """What was sent of one kind."""
        return [event for event in self.sent if isinstance(event, kind)]

    @property
    def items(self) -> list[tuple[str, str]]:
        """Items of function calls that were sent: their types and calls."""
        items = [event.item for event in self.of(events.ConversationItemCreate)]
        return [(item.type, item.call_id) for item in items if item.call_id]

    @property
    def answer(self) -> Turn:
        """The avatar's last turn."""
        turn = self.transcript.last("avatar")
        assert turn is not None
        return turn

    @property
    def status(self) -> str:
        return self.conversation.facts.status

    def _tell(self, news: News) -> None:
        self.news.append(news)
        if isinstance(news, TurnChanged):
            self.transcript = self.transcript.with_turn(news.turn)

    def _changed(self, error: NavTalkError | None) -> None:
        if error is not None:
            self.errors.append(error)
