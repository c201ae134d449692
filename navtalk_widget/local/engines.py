"""What all conversations of a service share: voice, ears, wits and faces."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass, field

from navtalk_widget.engines.recognizer import Recognizer
from navtalk_widget.engines.responder import Responder
from navtalk_widget.errors import NavTalkError
from navtalk_widget.local.avatar.character import character_names
from navtalk_widget.local.avatar.faces import Faces
from navtalk_widget.local.speech.espeak import EspeakSynthesizer
from navtalk_widget.local.speech.sphinx import SphinxRecognizer
from navtalk_widget.local.talk.speaker import Speaker
from navtalk_widget.protocol.config import SessionConfig

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Engines:
    """The engines of one service, made in its event loop; whoever makes them closes them."""

    responder: Responder
    speaker: Speaker = field(default_factory=lambda: Speaker(EspeakSynthesizer()))
    recognizer: Recognizer = field(default_factory=SphinxRecognizer)
    faces: Faces = field(default_factory=Faces)

    async def warm_up(self) -> None:
        """Let the engines load what they need, so that nobody's first turn waits for it.

        An engine that fails is only logged: the conversation that needs it will tell its client.
        """
        # The faces first: they are what a client waits for when it begins.
        for character_name in character_names():
            await self.faces.face(character_name)
        try:
            recognition = await asyncio.to_thread(self.recognizer.start)
            await asyncio.to_thread(recognition.abandon)
            async for _ in self.speaker.speak("Hello.", voice=SessionConfig().voice, language="en"):
                pass
        except NavTalkError as error:
            logger.warning("an engine is not ready: %s", error)

    async def close(self) -> None:
        """End threads and tasks."""
        self.speaker.close()
        await self.faces.close()
