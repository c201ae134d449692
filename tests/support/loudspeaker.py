"""A loudspeaker that nobody hears. Without any, Firefox lets no AudioContext run."""

from __future__ import annotations

import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

START_LIMIT = 60.0


@contextmanager
def loudspeaker(folder: Path) -> Iterator[dict[str, str]]:
    """Run a PulseAudio of our own; yields the environment of programs that are to use it.

    Where PulseAudio is not installed, as on macOS, the machine's own loudspeaker serves.
    """
    if shutil.which("pulseaudio") is None:
        yield {}
        return
    socket = folder / "pulse.socket"
    command = [
        *("pulseaudio", "-n", "--daemonize=no", "--exit-idle-time=-1", "--use-pid-file=no", "--disable-shm=yes"),
        *("-L", "module-null-sink", "-L", f"module-native-protocol-unix auth-anonymous=1 socket={socket}"),
    ]
    own = {"HOME": str(folder), "PULSE_RUNTIME_PATH": str(folder), "PATH": "/usr/bin:/bin"}
    with (folder / "pulse.log").open("w") as log, subprocess.Popen(command, stdout=log, stderr=log, env=own) as process:
        try:
            deadline = time.monotonic() + START_LIMIT
            while not socket.exists():
                assert process.poll() is None and time.monotonic() < deadline, (folder / "pulse.log").read_text()
                time.sleep(0.05)
            yield {"PULSE_SERVER": f"unix:{socket}"}
        finally:
            process.terminate()
