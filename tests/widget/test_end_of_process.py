"""A process that ends with an avatar nobody has closed, as kernels do."""

import subprocess
import sys
from pathlib import Path

import av

from navtalk_widget import read_transcripts

RECORDED = """
import sys, time
from navtalk_widget import Avatar

avatar = Avatar(greet=False, history_dir=sys.argv[2])
avatar.connect().result(60)
avatar.start_recording(sys.argv[1], consent=True).result(10)
print(avatar.ask("What can you do?").result(60).text)
time.sleep(1.5)  # the answer has come, and is being heard
"""


def test_its_recording_and_its_history_are_whole_and_nothing_is_complained_of(tmp_path: Path) -> None:
    film, stored = tmp_path / "talk.mp4", tmp_path / "history"
    command = [sys.executable, "-c", RECORDED, str(film), str(stored)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=110, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    with av.open(str(film)) as container:  # an MP4 without its end cannot be opened
        seconds = float(sum(frame.samples / frame.sample_rate for frame in container.decode(audio=0)))
    assert seconds > 1.0, done.stdout
    assert list(read_transcripts(stored)["role"]) == ["user", "avatar"]
