import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from aiortc import RTCConfiguration, RTCPeerConnection, RTCSessionDescription
from aiortc.mediastreams import MediaStreamError, MediaStreamTrack
from aiortc.sdp import candidate_to_sdp
from av import AudioFrame, VideoFrame
from numpy.typing import NDArray

from navtalk_widget.audio.pcm import SAMPLE_RATE
from navtalk_widget.engines.spoken import Phoneme, SpokenPiece
from navtalk_widget.local.avatar.cast import character_named
from navtalk_widget.local.avatar.character import HEIGHT, WIDTH
from navtalk_widget.local.avatar.drawn.drawn_face import DrawnFace
from navtalk_widget.local.avatar.life.live import LiveFace
from navtalk_widget.local.playout import Playout
from navtalk_widget.local.rtc.ice import close_entirely
from navtalk_widget.local.rtc.peer import AvatarPeer, PeerState, SignallingError
from navtalk_widget.local.rtc.picture_encoder import PictureEncoder

PATIENCE_S = 60


class Grey:
    """A face without one: these tests are about the way, not the picture."""

    def frame_at(self, position: int) -> NDArray[np.uint8]:
        return np.full((HEIGHT * 3 // 2, WIDTH), 128, dtype=np.uint8)


class Viewer:
    """What a browser is to the avatar: it answers and receives."""

    def __init__(self) -> None:
        self.connection = RTCPeerConnection(RTCConfiguration(iceServers=[]))
        self.audio: list[AudioFrame] = []
        self.video: list[VideoFrame] = []
        self._arrived = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []
        self.connection.on("track", lambda track: self._tasks.append(asyncio.create_task(self._receive(track))))

    async def answer(self, offer: dict[str, str]) -> dict[str, str]:
        await self.connection.setRemoteDescription(RTCSessionDescription(**offer))
        await self.connection.setLocalDescription(await self.connection.createAnswer())
        description = self.connection.localDescription
        return {"type": description.type, "sdp": description.sdp}

    async def offer(self) -> dict[str, str]:
        """Offer anew on the same connection."""
        await self.connection.setLocalDescription(await self.connection.createOffer())
        return self.offer_from({"sdp": self.connection.localDescription.sdp})

    def offer_from(self, description: dict[str, str]) -> dict[str, str]:
        # A browser leaves the role open; aiortc names the one it has.
        return {"type": "offer", "sdp": re.sub(r"a=setup:\w+", "a=setup:actpass", description["sdp"])}

    async def has(self, *, audio: int = 0, video: int = 0) -> None:
        """Wait until so many more frames have come."""
        audio, video = audio + len(self.audio), video + len(self.video)
        while len(self.audio) < audio or len(self.video) < video:
            self._arrived.clear()
            await asyncio.wait_for(self._arrived.wait(), PATIENCE_S)

    async def _receive(self, track: MediaStreamTrack) -> None:
        while True:
            try:
                frame = await track.recv()
            except MediaStreamError:
                return
            if isinstance(frame, AudioFrame):
                self.audio.append(frame)
            elif isinstance(frame, VideoFrame):
                self.video.append(frame)
            self._arrived.set()

    async def close(self) -> None:
        await close_entirely(self.connection)
        for task in self._tasks:  # a track that never began does not end by itself
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)


@asynccontextmanager
async def watched(playout: Playout, face: Any = None, **options: Any) -> AsyncIterator[tuple[AvatarPeer, Viewer]]:
    peer, viewer = AvatarPeer(playout, face or Grey(), **options), Viewer()
    try:
        await peer.answer(await viewer.answer(await peer.offer()))
        yield peer, viewer
    finally:
        await viewer.close()
        await peer.close()


def tone(seconds: float) -> SpokenPiece:
    t = np.arange(round(seconds * SAMPLE_RATE)) / SAMPLE_RATE
    sound = np.asarray(10_000 * np.sin(2 * np.pi * 440 * t), dtype=np.int16)
    return SpokenPiece("tone", sound, (Phoneme("ɑː", 0.0, seconds),), ())


def mono(frame: AudioFrame) -> NDArray[np.float64]:
    return np.asarray(frame.to_ndarray().ravel()[::2], dtype=np.float64)


def level(frame: AudioFrame) -> float:
    return float(np.sqrt(np.mean(np.square(mono(frame)))))


def placed(frames: list[AudioFrame]) -> NDArray[np.float64]:
    """The sound with every frame at its time: frames may have been left out on a busy machine."""
    ends = [frame.pts + frame.samples for frame in frames if frame.pts is not None]
    sound = np.zeros(max(ends))
    for frame, end in zip(frames, ends, strict=True):
        sound[end - frame.samples : end] = mono(frame)
    return sound


async def eventually(condition: Any) -> None:
    for _ in range(PATIENCE_S * 100):
        if condition():
            return
        await asyncio.sleep(0.01)
    raise AssertionError("it did not happen")


async def test_the_offer_has_video_first_then_audio_in_one_stream_and_all_candidates() -> None:
    peer = AvatarPeer(Playout(), Grey())
    offer = await peer.offer()
    await peer.close()
    assert offer["type"] == "offer"
    sdp = offer["sdp"]
    assert re.findall(r"^m=(\w+)", sdp, re.MULTILINE) == ["video", "audio"]
    assert re.findall(r"^a=mid:(\S+)", sdp, re.MULTILINE) == ["0", "1"]
    streams = re.findall(r"^a=msid:(\S+) \S+", sdp, re.MULTILINE)
    assert len(streams) == 2
    assert len(set(streams)) == 1
    assert re.findall(r"^a=(sendonly|sendrecv|recvonly)", sdp, re.MULTILINE) == ["sendonly"] * 2
    assert "typ host" in sdp
    codecs = re.findall(r"^a=rtpmap:\d+ (\S+?)/", sdp.split("m=audio")[0], re.MULTILINE)
    assert codecs[0] == "VP8"
    assert "H264" in codecs
    assert "\r\n" in sdp


@pytest.mark.parametrize(("first", "other"), [("vp8", "h264"), ("h264", "vp8")])
async def test_the_codec_that_was_asked_for_is_offered_first_and_the_other_one_too(first: Any, other: str) -> None:
    peer = AvatarPeer(Playout(), Grey(), video_codec=first)
    sdp = (await peer.offer())["sdp"].split("m=audio")[0]
    await peer.close()
    line = re.search(r"^m=video \d+ \S+ (.*)$", sdp, re.MULTILINE)
    assert line is not None
    names = dict(re.findall(r"^a=rtpmap:(\d+) (\S+?)/", sdp, re.MULTILINE))
    codecs = [names[number].lower() for number in line[1].split() if names[number] != "rtx"]
    assert codecs[0] == first
    assert other in codecs


class Large:
    """A white picture of another size."""

    def frame_at(self, position: int) -> NDArray[np.uint8]:
        picture = np.full((900 * 3 // 2, 720), 128, dtype=np.uint8)
        picture[:900] = 235
        return picture


@pytest.mark.parametrize("codec", ["vp8", "h264"])
async def test_pictures_of_any_size_arrive_by_either_codec(codec: str) -> None:
    async with watched(Playout(), Large(), video_codec=codec) as (_, viewer):
        await viewer.has(video=5)
        names = [each._codecs[0].mimeType.lower() for each in viewer.connection.getTransceivers()]
        picture = viewer.video[-1].to_ndarray(format="yuv420p")
    assert names[0] == f"video/{codec}"
    assert picture.shape == (900 * 3 // 2, 720)
    assert picture[:900].mean() == pytest.approx(235, abs=2)


@pytest.mark.parametrize("codec", ["vp8", "h264"])
async def test_a_viewer_who_asks_for_a_key_frame_gets_one(codec: str) -> None:
    async with watched(Playout(), Grey(), video_codec=codec) as (_, viewer):
        await viewer.has(video=5)
        wanted = asyncio.Event()
        encode = PictureEncoder.encode

        def noted(self: PictureEncoder, *args: Any, key_frame: bool = False) -> Any:
            packet = encode(self, *args, key_frame=key_frame)
            if packet.is_keyframe:
                loop.call_soon_threadsafe(wanted.set)
            return packet

        loop = asyncio.get_running_loop()
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(PictureEncoder, "encode", noted)
            receiver = viewer.connection.getTransceivers()[0].receiver
            (source,) = {each.source for each in receiver.getSynchronizationSources()}
            await receiver._send_rtcp_pli(source)
            await asyncio.wait_for(wanted.wait(), PATIENCE_S)


async def test_frames_flow_while_nothing_is_said() -> None:
    async with watched(Playout()) as (_, viewer):
        await viewer.has(audio=20, video=10)
        frame = viewer.video[-1]
        assert (frame.width, frame.height) == (WIDTH, HEIGHT)
        assert max(level(frame) for frame in viewer.audio) < 5


async def test_the_voice_is_heard_while_something_is_said_and_silence_after_it() -> None:
    playout = Playout()
    async with watched(playout) as (_, viewer):
        await viewer.has(audio=5)
        playout.say(tone(2.0))
        await eventually(lambda: viewer.audio and level(viewer.audio[-1]) > 3_000)
        await eventually(lambda: level(viewer.audio[-1]) < 5)
        (voiced,) = np.nonzero([level(frame) > 3_000 for frame in viewer.audio])
        first, last = viewer.audio[voiced[0]].pts, viewer.audio[voiced[-1]].pts
        assert first is not None and last is not None
        seconds = (last - first) / 48_000 + 0.02
        assert 1.4 < seconds < 2.06, "a busy machine may lose its beginning or its end"
        sound = placed(viewer.audio[voiced[0] + 2 : voiced[-1] - 1])[first + 3 * 960 :]
        spectrum = np.abs(np.fft.rfft(sound * np.hanning(sound.size)))
        assert np.fft.rfftfreq(sound.size, 1 / 48_000)[spectrum.argmax()] == pytest.approx(440, abs=5)


async def test_a_flush_silences_the_voice() -> None:
    playout = Playout()
    async with watched(playout) as (_, viewer):
        await viewer.has(audio=5)
        playout.say(tone(60.0))
        await eventually(lambda: level(viewer.audio[-1]) > 3_000)
        playout.flush()
        await eventually(lambda: level(viewer.audio[-1]) < 5)


TONES = 5


async def test_mouth_and_voice_arrive_aligned() -> None:
    """Voice and face are compared as received, on the clock they were stamped with."""
    first: dict[str, int] = {}

    class Noted(Playout):
        def read(self, start: int, count: int) -> NDArray[np.int16]:
            first.setdefault("audio", start)
            return super().read(start, count)

    class NotedFace(LiveFace):
        def frame_at(self, position: int) -> NDArray[np.uint8]:
            first.setdefault("video", position)
            return super().frame_at(position)

    playout = Noted()
    face = DrawnFace(character_named("navtalk.Leo"))
    x, y, width, height = face.character.mouth_box
    rows = slice(int(y * HEIGHT), int((y + height) * HEIGHT))
    columns = slice(int(x * WIDTH), int((x + width) * WIDTH))
    async with watched(playout, NotedFace(face, playout)) as (_, viewer):
        await viewer.has(audio=30, video=15)
        for _ in range(TONES):
            playout.say(tone(0.3))
            playout.say(SpokenPiece("", np.zeros(SAMPLE_RATE // 2, dtype=np.int16), (), ()))
        await playout.reach(playout.ends_at)
        await viewer.has(audio=5, video=5)
    sound = placed(viewer.audio)
    loud = np.sqrt(np.convolve(np.square(sound), np.ones(96) / 96, mode="same")) > 2_000
    voice_at = first["audio"] / SAMPLE_RATE + np.flatnonzero(np.diff(loud.astype(int))) / 48_000
    pictures = np.stack([frame.to_ndarray()[:HEIGHT][rows, columns].astype(float) for frame in viewer.video])
    opening = np.abs(pictures - pictures[5]).mean(axis=(1, 2))
    stamps = np.array([frame.time for frame in viewer.video])
    wide = opening > opening.max() / 2
    mouth_at = first["video"] / SAMPLE_RATE + stamps[1:][np.diff(wide.astype(int)) != 0]
    assert min(voice_at.size, mouth_at.size) >= TONES, "twice as many, but for what was held up"
    apart = mouth_at - voice_at[np.abs(voice_at - mouth_at[:, None]).argmin(axis=1)]
    assert np.percentile(np.abs(apart), 75) <= 0.06
    assert abs(float(np.median(apart))) <= 0.04


async def test_two_viewers_of_one_playout_both_hear_it() -> None:
    playout = Playout()
    async with watched(playout) as (_, one), watched(playout) as (_, other):
        await one.has(audio=5)
        await other.has(audio=5)
        playout.say(tone(0.5))
        await eventually(lambda: level(one.audio[-1]) > 3_000)
        await eventually(lambda: max(map(level, other.audio)) > 3_000)


async def test_the_states_are_told_in_order() -> None:
    states: list[PeerState] = []
    peer, viewer = AvatarPeer(Playout(), Grey(), on_state=states.append), Viewer()
    await peer.answer(await viewer.answer(await peer.offer()))
    await viewer.has(video=1)
    await viewer.close()
    await peer.close()
    assert states[:2] == ["connecting", "connected"]
    assert states[-1] == peer.state == "closed"


async def test_candidates_may_come_after_an_answer_without_any() -> None:
    peer, viewer = AvatarPeer(Playout(), Grey()), Viewer()
    answer = await viewer.answer(await peer.offer())
    lines = answer["sdp"].split("\r\n")
    candidates = [line.removeprefix("a=") for line in lines if line.startswith("a=candidate")]
    bare = "\r\n".join(line for line in lines if not line.startswith(("a=candidate", "a=end-of")))
    await peer.answer({"type": "answer", "sdp": bare})
    for candidate in candidates[: len(candidates) // 2]:
        await peer.add_candidate({"candidate": candidate, "sdpMid": "", "sdpMLineIndex": 0})
    await peer.add_candidate({"candidate": "", "sdpMid": "0", "sdpMLineIndex": 0})
    await peer.add_candidate(None)
    await viewer.has(audio=3, video=2)
    await viewer.close()
    await peer.close()


async def test_a_viewer_that_hides_its_addresses_is_found_by_its_checks() -> None:
    """Browsers without microphone permission offer mDNS names; nothing but their own checks then leads to them."""
    peer, viewer = AvatarPeer(Playout(), Grey()), Viewer()
    answer = await viewer.answer(await peer.offer())
    lines = [line for line in answer["sdp"].split("\r\n") if not line.startswith(("a=candidate", "a=end-of"))]
    await peer.add_candidate({"candidate": "candidate:1 1 udp 2113937151 0f1e.local 50000 typ host", "sdpMid": "0"})
    await peer.answer({"type": "answer", "sdp": "\r\n".join(lines)})
    await peer.add_candidate({"candidate": "candidate:1 1 udp 2113937151 0f1e.local 50001 typ host", "sdpMid": "0"})
    await peer.add_candidate(None)
    await viewer.has(video=2)
    await viewer.close()
    await peer.close()


async def test_candidates_may_come_before_the_answer() -> None:
    peer, viewer = AvatarPeer(Playout(), Grey()), Viewer()
    answer = await viewer.answer(await peer.offer())
    gatherer = viewer.connection.getTransceivers()[0].receiver.transport.transport.iceGatherer
    for candidate in gatherer.getLocalCandidates():
        await peer.add_candidate({"candidate": f"candidate:{candidate_to_sdp(candidate)}", "sdpMid": "0"})
    await peer.answer(answer)
    await viewer.has(video=2)
    await viewer.close()
    await peer.close()


@pytest.mark.parametrize(
    "answer",
    [
        {},
        {"type": "answer"},
        {"type": "answer", "sdp": ""},
        {"type": "answer", "sdp": 7},
        {"type": "offer", "sdp": "v=0\r\n"},
        {"type": "answer", "sdp": "nonsense"},
        {"type": "answer", "sdp": "v=0\r\no=- 1 1 IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\nm=audio\r\n"},
        {"type": "answer", "sdp": "v=0\r\no=- 1 1 IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\n"},
    ],
)
async def test_a_malformed_answer_is_refused_and_a_good_one_still_taken(answer: dict[str, Any]) -> None:
    peer, viewer = AvatarPeer(Playout(), Grey()), Viewer()
    good = await viewer.answer(await peer.offer())
    with pytest.raises(SignallingError):
        await peer.answer(answer)
    await peer.answer(good)
    await viewer.has(video=1)
    await viewer.close()
    await peer.close()


@pytest.mark.parametrize("text", ["nonsense", "candidate:1 1 udp x y z typ host", "candidate:", 5, "a b c d e f g h"])
async def test_a_malformed_candidate_is_refused_and_the_connection_goes_on(text: Any) -> None:
    async with watched(Playout()) as (peer, viewer):
        with pytest.raises(SignallingError, match="candidate"):
            await peer.add_candidate({"candidate": text, "sdpMid": "0"})
        await viewer.has(video=2)
        assert peer.state == "connected"


async def test_a_second_answer_is_refused() -> None:
    peer, viewer = AvatarPeer(Playout(), Grey()), Viewer()
    answer = await viewer.answer(await peer.offer())
    await peer.answer(answer)
    with pytest.raises(SignallingError):
        await peer.answer(answer)
    await viewer.close()
    await peer.close()


async def test_a_viewer_that_never_connects_has_failed_after_a_while() -> None:
    states: list[PeerState] = []
    peer = AvatarPeer(Playout(), Grey(), on_state=states.append, connect_timeout_s=0.05)
    viewer = Viewer()
    answer = await viewer.answer(await peer.offer())
    await viewer.close()
    lines = [line for line in answer["sdp"].split("\r\n") if not line.startswith(("a=candidate", "a=end-of"))]
    await peer.answer({"type": "answer", "sdp": "\r\n".join(lines)})
    await eventually(lambda: peer.state == "failed")
    await peer.close()
    assert states[-2:] == ["failed", "closed"]


class Camera(MediaStreamTrack):
    """Grey pictures, quickly."""

    kind = "video"

    def __init__(self) -> None:
        super().__init__()
        self.sent = 0

    async def recv(self) -> VideoFrame:
        await asyncio.sleep(0.02)
        frame = VideoFrame.from_ndarray(np.full((96, 64), 100, np.uint8), format="yuv420p")
        frame.pts, frame.time_base = self.sent * 1800, Fraction(1, 90_000)
        self.sent += 1
        return frame


async def test_a_camera_added_on_the_way_is_received_without_a_picture_being_decoded(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with watched(Playout()) as (peer, viewer):
        await viewer.has(video=2)
        received: list[object] = []
        receivers = [transceiver.receiver for transceiver in peer._connection.getTransceivers()]
        handle = type(receivers[0])._handle_rtp_packet

        async def noted(receiver: Any, packet: Any, arrival_time_ms: int) -> None:
            if receiver in [transceiver.receiver for transceiver in peer._connection.getTransceivers()]:
                received.append(packet)
            await handle(receiver, packet, arrival_time_ms)

        monkeypatch.setattr(type(receivers[0]), "_handle_rtp_packet", noted)
        camera = Camera()
        viewer.connection.addTrack(camera)
        answer = await peer.reoffer(await viewer.offer())
        assert answer["type"] == "answer"
        assert re.findall(r"^a=(sendonly|sendrecv|recvonly)", answer["sdp"], re.MULTILINE) == ["sendrecv", "sendonly"]
        assert len(set(re.findall(r"^a=msid:(\S+)", answer["sdp"], re.MULTILINE))) == 1
        await viewer.connection.setRemoteDescription(RTCSessionDescription(**answer))
        await eventually(lambda: len(received) > 10)
        await viewer.has(video=3, audio=5)
        track: Any = peer._connection.getTransceivers()[0].receiver.track
        assert track._queue.empty(), "nothing is decoded"
        assert peer.state == "connected"


async def test_a_camera_may_come_in_a_section_of_its_own_and_go_again() -> None:
    async with watched(Playout()) as (peer, viewer):
        camera = viewer.connection.addTransceiver(Camera(), direction="sendonly")
        answer = await peer.reoffer(await viewer.offer())
        assert re.findall(r"^m=(\w+)", answer["sdp"], re.MULTILINE) == ["video", "audio", "video"]
        directions = re.findall(r"^a=(sendonly|sendrecv|recvonly|inactive)", answer["sdp"], re.MULTILINE)
        assert directions == ["sendonly", "sendonly", "recvonly"]
        await viewer.connection.setRemoteDescription(RTCSessionDescription(**answer))
        camera.direction = "inactive"
        answer = await peer.reoffer(await viewer.offer())
        assert re.findall(r"^a=(recvonly|inactive)", answer["sdp"], re.MULTILINE) == ["inactive"]
        await viewer.connection.setRemoteDescription(RTCSessionDescription(**answer))
        await viewer.has(video=3, audio=5)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda sdp: re.sub(r"a=ice-ufrag:\S+", "a=ice-ufrag:else", sdp),
        lambda sdp: re.sub(r"a=ice-pwd:\S+", "a=ice-pwd:another0password0of0enough", sdp),
        lambda sdp: re.sub(r"(a=fingerprint:\S+) ..", r"\1 00", sdp),
        lambda sdp: re.sub(r"a=mid:0", "a=mid:7", sdp),
        lambda sdp: re.sub(r"a=mid:1", "a=mid:0", sdp),
        lambda sdp: sdp.replace("VP8", "VP7"),
        lambda sdp: sdp.replace("m=audio", "m=image"),
        lambda sdp: sdp[: sdp.index("m=audio")],
        lambda sdp: sdp[: sdp.index("m=video")],
        lambda sdp: "nonsense",
        lambda sdp: "",
    ],
)
async def test_an_offer_that_does_not_fit_is_refused_and_the_connection_goes_on(spoil: Any) -> None:
    async with watched(Playout()) as (peer, viewer):
        await viewer.has(video=1)
        offer = await viewer.offer()
        with pytest.raises(SignallingError):
            await peer.reoffer({**offer, "sdp": spoil(offer["sdp"])})
        await viewer.has(video=3, audio=5)
        answer = await peer.reoffer(offer)
        await viewer.connection.setRemoteDescription(RTCSessionDescription(**answer))
        await viewer.has(video=3, audio=5)


async def test_an_offer_before_the_answer_or_after_the_end_is_refused() -> None:
    peer, viewer = AvatarPeer(Playout(), Grey()), Viewer()
    answer = await viewer.answer(await peer.offer())
    offer = viewer.offer_from(answer)
    with pytest.raises(SignallingError):
        await peer.reoffer(offer)
    await peer.answer(answer)
    await viewer.has(video=1)
    await peer.close()
    with pytest.raises(SignallingError):
        await peer.reoffer(offer)
    await viewer.close()


@pytest.mark.parametrize("stage", ["made", "offered", "answered", "checking", "connected", "renegotiated"])
async def test_closing_leaves_nothing_running(stage: str) -> None:
    loop = asyncio.get_running_loop()
    complaints: list[dict[str, Any]] = []
    loop.set_exception_handler(lambda _, context: complaints.append(context))
    before = asyncio.all_tasks()
    peer, viewer = AvatarPeer(Playout(), Grey()), Viewer()
    if stage != "made":
        offer = await peer.offer()
        if stage != "offered":
            await peer.answer(await viewer.answer(offer))
            if stage == "checking":
                await eventually(lambda: peer.state in ("connecting", "connected"))  # it may be quick
            if stage in ("connected", "renegotiated"):
                await viewer.has(video=2)
            if stage == "renegotiated":
                viewer.connection.addTrack(Camera())
                answer = await peer.reoffer(await viewer.offer())
                await viewer.connection.setRemoteDescription(RTCSessionDescription(**answer))
                await viewer.has(video=2)
    await asyncio.gather(peer.close(), peer.close())
    await peer.close()
    await viewer.close()
    await eventually(lambda: asyncio.all_tasks() == before)
    assert complaints == []
    await peer.add_candidate({"candidate": "candidate:1 1 udp 1 127.0.0.1 5 typ host", "sdpMid": "0"})
