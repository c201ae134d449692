from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import ipywebrtc
import pytest

from navtalk_widget import Avatar


@pytest.fixture
def avatar() -> Iterator[Avatar]:
    avatar = Avatar(service="ws://127.0.0.1:9/", protocol="v1", license="sk_navtalk_canary")
    yield avatar
    avatar.close()


def stream_sent_by(recorder: Any) -> str:
    """The stream that a recorder's front end is told to take."""
    reference: str = recorder.get_state()["stream"]
    return reference.removeprefix("IPY_MODEL_")


def test_the_avatar_is_one_stream_of_ipywebrtc(avatar: Avatar) -> None:
    assert isinstance(avatar.stream, ipywebrtc.WidgetStream)
    assert avatar.stream is avatar.stream
    assert avatar.stream.widget is avatar


@pytest.mark.parametrize("recorder", [ipywebrtc.VideoRecorder, ipywebrtc.ImageRecorder])
def test_pictures_are_recorded_from_the_whole_stream(avatar: Avatar, recorder: Any) -> None:
    assert stream_sent_by(recorder(stream=avatar.stream)) == avatar.stream.model_id


def test_sound_alone_is_recorded_from_the_voice_alone(avatar: Avatar) -> None:
    recorder = ipywebrtc.AudioRecorder(stream=avatar.stream)
    assert recorder.stream is avatar.stream
    assert stream_sent_by(recorder) == avatar.stream.voice.model_id
    assert avatar.stream.voice.widget is avatar
    assert avatar.stream.voice.max_fps == 0


def test_other_streams_are_recorded_as_they_are(avatar: Avatar) -> None:
    assert avatar.stream
    other = ipywebrtc.CameraStream()
    assert stream_sent_by(ipywebrtc.AudioRecorder(stream=other)) == other.model_id
    assert ipywebrtc.AudioRecorder().get_state()["stream"] is None
    other.close()


def test_the_streams_end_with_the_avatar(avatar: Avatar) -> None:
    stream, voice = avatar.stream, avatar.stream.voice
    avatar.close()
    assert (stream.comm, voice.comm) == (None, None)


def test_without_streams_ipywebrtc_is_not_loaded() -> None:
    program = "import sys, navtalk_widget; navtalk_widget.Avatar(microphone='USB'); print('ipywebrtc' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True)
    assert done.stdout.strip() == "False"
