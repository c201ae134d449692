"""Says the steps of a scenario in one conversation, and takes the answers."""

from __future__ import annotations

import asyncio

from navtalk_widget.audio.pcm import SAMPLE_RATE
from navtalk_widget.errors import NavTalkError, ResponseTimeout
from navtalk_widget.evaluation.answer import Answer, AnswerWatch
from navtalk_widget.evaluation.scenario import Scenario, Step
from navtalk_widget.session.session import Session
from navtalk_widget.session.talk.reply import Reply
from navtalk_widget.transcript.transcript import Transcript

VOICE_MARGIN = 5.0
"""Seconds by which the avatar's voice may end later than its sound is long."""


async def run_script(session: Session, scenario: Scenario, timeout: float) -> tuple[Answer, ...]:
    """Hold the conversation; it ends with the first step that gets no answer.

    Args:
        session: connected.
        scenario: what is said.
        timeout: seconds to wait for each answer.

    Returns:
        An answer for each step.
    """
    said: list[_Said] = []
    failure = ""
    try:
        for step in scenario.steps:
            if said:
                await said[-1].give_way(step)
            said.append(_Said(session, step, timeout))
        await said[-1].reply
    except NavTalkError as error:
        failure = str(error)
    finally:
        await asyncio.gather(*(each.end() for each in said))
    answers = [each.answer(session.transcript) for each in said]
    if failure and not answers[-1].error:  # in between two steps
        answers.append(Answer(scenario.steps[len(answers)].label, error=failure))
    last = f"The conversation ended in step {len(answers)}."
    return (*answers, *(Answer(step.label, error=last) for step in scenario.steps[len(answers) :]))


class _Said:
    """A step that is being said, or has been, and the answer to it.

    Args:
        session: the conversation.
        step: what is said.
        timeout: seconds to wait for the answer.
    """

    def __init__(self, session: Session, step: Step, timeout: float) -> None:
        self._session = session
        self._step = step
        self._timeout = timeout
        self._transcript = Transcript.empty()
        self._watch = AnswerWatch(session, spoken=step.audio is not None)
        self.reply = asyncio.create_task(self._say(), name="navtalk-step")
        self.reply.add_done_callback(lambda _: self._watch.begun.set())

    async def give_way(self, following: Step) -> None:
        """Wait until the following step may be said.

        Raises:
            NavTalkError: there was no answer to this one.
        """
        if following.cut_in_ms is not None:
            await self._watch.begun.wait()
            if self.reply.done():
                self.reply.result()
            await asyncio.sleep(following.cut_in_ms / 1000)
            if following.say is not None:  # who speaks cuts it short by that
                self._session.interrupt()
                await self.reply
            return
        reply = await self.reply
        if following.audio is not None:
            await self._session.wait_until_heard(timeout=reply.audio.size / SAMPLE_RATE + VOICE_MARGIN)

    async def end(self) -> None:
        """Wait no more."""
        self.reply.cancel()
        await asyncio.wait({self.reply})
        self._watch.stop()

    def answer(self, transcript: Transcript) -> Answer:
        """What came of it, as it is seen from the end of the conversation."""
        words = self._step.say or self._watch.understood(self._transcript or transcript)
        said = words or self._step.label
        if self.reply.cancelled():
            return Answer(said, error="The conversation ended before the answer.")
        if (error := self.reply.exception()) is not None:
            return Answer(said, error=str(error))
        reply = self.reply.result()
        interrupted = reply.interrupted or self._watch.was_interrupted(transcript)
        return Answer(said, reply, self._watch.latency, self._watch.answer_ms, interrupted, self._transcript)

    async def _say(self) -> Reply:
        try:
            if self._step.audio is None:
                return await self._ask(self._step.say or "")
            return await self._speak()
        finally:
            self._transcript = self._session.transcript

    async def _ask(self, text: str) -> Reply:
        if self._step.image is not None:
            await self._session.send_image(self._step.image, reply=False)
        self._watch.all_said()
        return await self._session.ask(text, timeout=self._timeout)

    async def _speak(self) -> Reply:
        answering = asyncio.create_task(self._watch.spoken_reply(), name="navtalk-spoken-reply")
        try:
            await self._session.send_audio(str(self._step.audio))
            self._watch.all_said()
            await asyncio.wait({answering}, timeout=self._timeout)
            if answering.done():
                return answering.result()
            raise ResponseTimeout(
                f"There was no whole answer to {self._step.label} within {self._timeout:g} s."
                if self._watch.heard_speech
                else f"Nothing was heard in {self._step.label}.",
                hint="Raise timeout=." if self._watch.heard_speech else "Listen whether there is speech in it.",
            )
        finally:
            answering.cancel()
            await asyncio.wait({answering})
            if not answering.cancelled():
                answering.exception()  # told already, by what was sent in vain
