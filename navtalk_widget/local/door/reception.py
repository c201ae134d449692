"""Takes in the clients that come to talk, and keeps each conversation going until somebody ends it."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from navtalk_widget.engines.choices import LocalOptions
from navtalk_widget.errors import NavTalkError, ProtocolError
from navtalk_widget.local.avatars import Avatars, Choice
from navtalk_widget.local.door import endings
from navtalk_widget.local.door.admission import Licences, Visit
from navtalk_widget.local.door.endings import NORMAL, Ending
from navtalk_widget.local.door.generations import Generation, ProtocolName
from navtalk_widget.local.door.line import Line
from navtalk_widget.local.door.media_sockets import MediaSockets
from navtalk_widget.local.door.pairing import Pairing
from navtalk_widget.local.door.places import Places
from navtalk_widget.local.door.simulation import WARNING, Simulation
from navtalk_widget.local.door.until_one_ends import until_one_ends
from navtalk_widget.local.door.viewer import Viewer
from navtalk_widget.local.door.websocket import WebSocket
from navtalk_widget.local.engines.engine_room import EngineRoom
from navtalk_widget.local.engines.engines import Engines
from navtalk_widget.local.engines.own_characters import OwnCharacter, OwnCharacters, described
from navtalk_widget.local.records import Records
from navtalk_widget.local.talk.conversation import Conversation
from navtalk_widget.local.talk.upstream.backend import Backend, BackendError
from navtalk_widget.protocol.events import ConnectionWarning, Event
from navtalk_widget.protocol.signalling import Create

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Terms:
    """What holds for every conversation.

    Attributes:
        session_s: how long it may last, in seconds; None for as long as the client wants.
        simulations: the troubles it is to have.
        ice_servers: `RTCIceServer` dictionaries whose `urls` are lists.
        backend: that hears and answers in the place of our own engines; None for these.
    """

    session_s: float | None = None
    simulations: tuple[Simulation, ...] = ()
    ice_servers: tuple[Mapping[str, Any], ...] = ()
    backend: Backend | None = None


class Reception:
    """Serves the main sockets of one service.

    Args:
        room: has the engines of all conversations.
        options_of: the options that a client may name in its URL, None for a name that is not known; the service's own
            for ``""``.
        own: characters of the user's own, which clients ask for by name.
        licences: where one is required, it is asked for.
        places: how many conversations there may be.
        pairing: brings first-generation viewers to their conversations.
        media: brings sockets for voice and picture to their conversations.
        avatars: whom one can talk with.
        records: keep what is said.
        terms: see `Terms`.
    """

    def __init__(
        self,
        *,
        room: EngineRoom,
        options_of: Callable[[str], LocalOptions | None],
        own: OwnCharacters,
        licences: Licences,
        places: Places,
        pairing: Pairing,
        media: MediaSockets,
        avatars: Avatars,
        records: Records,
        terms: Terms,
    ) -> None:
        self._room = room
        self._options_of = options_of
        self._own = own
        self._licences = licences
        self._places = places
        self._pairing = pairing
        self._media = media
        self._avatars = avatars
        self._records = records
        self._terms = terms
        self._lines: set[Line] = set()

    async def serve(self, socket: WebSocket, visit: Visit, generation: Generation) -> None:
        """Talk with one client until it or the service has had enough."""
        line = Line(socket, generation)
        refusal = self._refusal(visit, generation.name)
        if refusal is not None:
            await line.end(refusal)
            return
        self._lines.add(line)
        try:
            with self._places.take(visit.license):
                await self._equip(line, visit)
        finally:
            self._lines.discard(line)

    async def close(self) -> None:
        """End all conversations, saying why."""
        await asyncio.gather(*(line.end(endings.service_ends(line.generation.name)) for line in self._lines))

    def _refusal(self, visit: Visit, protocol: ProtocolName) -> Ending | None:
        if not self._licences.admit(visit.license):
            return endings.invalid_licence(protocol)
        for simulation in self._terms.simulations:
            if simulation.after_s is None and (ending := simulation.ending(protocol)) is not None:
                return ending
        return self._places.refusal(visit.license)

    async def _equip(self, line: Line, visit: Visit) -> None:
        """Talk with the engines that the client chose, once they are there."""
        options = self._options_of(visit.options)
        if options is None:
            await line.end(endings.service_failed("The options are not known, or not any more."))
            return
        choice = self._avatars.choose(visit.avatar_id, visit.character, self._licences.owner(visit.license))
        try:
            own = (
                self._own.named(choice.avatar.name) if options.character is None else described(Path(options.character))
            )
            engines = await self._room.engines(options)
        except NavTalkError as error:
            logger.error("a conversation has no engines: %s", error)
            await line.end(endings.service_failed(f"The service is not ready: {error.message}"))
            return
        try:
            await self._converse(line, visit, choice, own, engines)
        finally:
            self._room.release(options)

    async def _converse(
        self, line: Line, visit: Visit, choice: Choice, own: OwnCharacter | None, engines: Engines
    ) -> None:
        config = choice.avatar.config
        if own is not None:
            looks = engines.options.model_copy(update={"character": str(own.path)})
            engines = replace(engines, options=looks)
            config = config.model_copy(update={"voice": own.voice or config.voice})

        def note(event: Event) -> None:
            self._records.note(conversation.session_id, event)

        def send(event: Event) -> None:
            note(event)
            line.send(event)

        expires_at = None if self._terms.session_s is None else round(time.time() + self._terms.session_s)
        conversation = Conversation(
            license=visit.license,
            character=choice.avatar.name,
            engines=engines,
            send=send,
            on_configured=self._pairing.match,
            protocol=line.generation.name,
            mode=visit.mode,
            ice_servers=self._terms.ice_servers,
            expires_at=expires_at,
            config=config,
            greeting=choice.avatar.greeting if own is None else own.greeting,
            warning=self._warning(choice),
            avatar_id=choice.avatar.id,
            backend=self._terms.backend,
        )
        self._records.begin(conversation.session_id, self._licences.owner(visit.license))
        logger.info("conversation %s began", conversation.session_id)
        fault: Exception | None = None
        viewer = Viewer(line, ice_servers=self._terms.ice_servers)
        try:
            conversation.begin()
            self._media.add(conversation)
            if line.generation.name == "v1":
                self._pairing.add_conversation(conversation)
            else:
                viewer.show(conversation)
            faults = await until_one_ends(
                _listen(line, conversation, viewer, note), conversation.run(), self._follow_the_terms(line)
            )
            fault = next(iter(faults), None)
            if isinstance(fault, BackendError):
                logger.warning("conversation %s ended: %s", conversation.session_id, fault)
                await line.end(endings.service_failed(str(fault)))
            elif fault is not None:  # ours; the other conversations go on
                logger.error("conversation %s failed", conversation.session_id, exc_info=fault)
                await line.end(endings.service_failed())
        finally:
            left_over = self._pairing.remove_conversation(conversation)
            await asyncio.gather(
                conversation.close(),
                viewer.close(),
                self._media.remove(conversation),
                line.end(Ending(None, NORMAL, "")),
                *(other.close(NORMAL, "the conversation ended") for other in left_over),
            )
            self._records.end(conversation.session_id, failed=fault is not None)
            logger.info("conversation %s ended", conversation.session_id)

    def _warning(self, choice: Choice) -> str | None:
        if choice.ambiguous or any(each.kind == WARNING and each.after_s is None for each in self._terms.simulations):
            return f"Several avatars are called {choice.avatar.name!r}; the one that was updated last is used."
        return None

    async def _follow_the_terms(self, line: Line) -> None:
        """Let happen in time what is to happen in the midst of the conversation; return when it is over by that."""
        protocol = line.generation.name
        agenda: list[tuple[float, Event | Ending]] = [
            (each.after_s, each.ending(protocol) or ConnectionWarning(message="This is a simulated warning."))
            for each in self._terms.simulations
            if each.after_s is not None
        ]
        if self._terms.session_s is not None:
            agenda.append((self._terms.session_s, endings.session_expired(protocol)))
        loop = asyncio.get_running_loop()
        began = loop.time()
        for after_s, entry in sorted(agenda, key=lambda entry: entry[0]):
            await asyncio.sleep(began + after_s - loop.time())
            if isinstance(entry, Ending):
                await line.end(entry)
                return
            line.send(entry)
        await asyncio.Event().wait()


async def _listen(line: Line, conversation: Conversation, viewer: Viewer, note: Callable[[Event], None]) -> None:
    async for message in line.socket:
        try:
            said = line.generation.decode(message)
        except ProtocolError as error:
            conversation.refuse("invalid_event", error.message)
            continue
        if isinstance(said, Event):
            note(said)
            await conversation.handle(said)
        elif not isinstance(said, Create):  # which the second generation cannot say
            await viewer.take(said)
