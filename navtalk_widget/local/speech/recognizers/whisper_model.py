"""Where Whisper's models are, and fetching one from the Hugging Face Hub."""

from __future__ import annotations

import asyncio
import importlib.util
import re
import threading
import time
from collections.abc import Callable
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

from navtalk_widget.daemon_thread import run_in_daemon_thread
from navtalk_widget.engines.chosen import Progress
from navtalk_widget.errors import ConfigurationError, MissingExtraError, ServiceUnreachable

STALL_S = 20.0
"""Seconds without any news after which a download is given up."""

RETRY_S = 600.0
"""Seconds in which a download that failed is not tried again for those who did not ask for the model."""

_ANSWER_S = 5.0
_FILES = ["config.json", "preprocessor_config.json", "model.bin", "tokenizer.json", "vocabulary.*"]
_OF_SYSTRAN = re.compile(r"(tiny|base|small|medium)(\.en)?|large-v[123]")


def whisper_is_installed() -> bool:
    """Whether faster-whisper can be imported."""
    return importlib.util.find_spec("faster_whisper") is not None


def require_whisper() -> None:
    """Do nothing if faster-whisper can be imported.

    Raises:
        MissingExtraError: if it cannot.
    """
    if not whisper_is_installed():
        raise MissingExtraError(
            "faster-whisper is not installed.", hint="Install it with: pip install 'navtalk-widget[whisper]'"
        )


def model_on_this_machine(model: str) -> Path | None:
    """The folder of a model that need not be downloaded; None if it must be.

    Args:
        model: one of faster-whisper's names, the name of a repository such as ``"Systran/faster-whisper-base"``, or a
            folder.

    Raises:
        ConfigurationError: if there is no such model.
    """
    from faster_whisper import available_models, download_model

    if model not in available_models():
        if (Path(model).expanduser() / "model.bin").is_file():
            return Path(model).expanduser()
        if Path(model).is_dir() or model.startswith((".", "/", "~")):
            raise ConfigurationError(
                f"There is no Whisper model in {model}.",
                hint="Give the folder that has the file model.bin of CTranslate2.",
            )
    try:
        folder = Path(download_model(model, local_files_only=True))
    except FileNotFoundError:  # LocalEntryNotFoundError is one
        return None
    except ValueError as error:
        hint = f"Give a folder, or one of {', '.join(available_models())}."
        raise ConfigurationError(f"There is no Whisper model {model!r}.", hint=hint) from error
    return folder if (folder / "model.bin").is_file() else None


async def download_whisper(model: str, progress: Progress, *, stall_s: float = STALL_S) -> Path:
    """Fetch a model into the Hub's cache, which may take minutes.

    Args:
        model: as in `model_on_this_machine`, but no folder.
        progress: is told how far it is.
        stall_s: seconds without news after which it is given up.

    Raises:
        ServiceUnreachable: if it cannot be had; nothing is left waiting for it.
    """
    download = _Download(f"Downloading the Whisper model {model}", progress)
    progress(download.what, None)
    # A daemon thread, for the Hub's own retries go on for a while after it is given up.
    fetching = asyncio.wrap_future(run_in_daemon_thread(lambda: download.run(model), f"download {model}"))
    try:
        while not fetching.done():
            left = download.news_at + stall_s - time.monotonic()
            if left <= 0:
                raise ServiceUnreachable(f"The Whisper model {model} does not come.", hint="Check the network.")
            await asyncio.wait({fetching}, timeout=left)
        outcome = fetching.result()
        if outcome.value is not None:
            return outcome.value
        raise ServiceUnreachable(
            f"The Whisper model {model} cannot be downloaded.",
            hint=f"Check the network ({_in_short(outcome.error)}), or give the folder of a model on this machine.",
        ) from outcome.error
    finally:
        download.given_up.set()
        progress(download.what, 1.0)


class WhisperDownloads:
    """Fetches models for those to whom another recogniser is better than none, and remembers what could not be had.

    Without a network each conversation would otherwise begin with waiting for one.
    """

    def __init__(self) -> None:
        self._failed_at: dict[str, float] = {}

    async def fetch(self, model: str, progress: Progress) -> Path:
        """Do as `download_whisper` does, unless that failed within the last `RETRY_S` seconds.

        Raises:
            ServiceUnreachable: the model cannot be had, or could not be.
        """
        left = self._failed_at.get(model, float("-inf")) + RETRY_S - _now()
        if left > 0:
            minutes = max(1, round(left / 60))
            raise ServiceUnreachable(
                f"The Whisper model {model} could not be downloaded; it is tried again in {minutes} min.",
                hint="recognizer='faster-whisper' tries it at once.",
            )
        try:
            return await download_whisper(model, progress)
        except ServiceUnreachable:
            self._failed_at[model] = _now()
            raise


class _Download:
    """One download, in a thread that ends soon after it is given up."""

    def __init__(self, what: str, progress: Progress) -> None:
        self.what = what
        self.news_at = time.monotonic()
        self.given_up = threading.Event()
        self._progress = progress
        self._total = 0
        self._share = 0.0

    def run(self, model: str) -> Path:
        if "/" not in model and not _OF_SYSTRAN.fullmatch(model):  # names whose repository only the library knows
            from faster_whisper import download_model

            return Path(download_model(model))
        from huggingface_hub import HfApi, snapshot_download

        repository = model if "/" in model else f"Systran/faster-whisper-{model}"
        files = HfApi().model_info(repository, files_metadata=True, timeout=_ANSWER_S).siblings or []
        wanted = (file for file in files if any(fnmatch(file.rfilename, pattern) for pattern in _FILES))
        self._total = sum(file.size or 0 for file in wanted)
        bar: Any = _bar(self._news, self._check)
        return Path(snapshot_download(repository, allow_patterns=_FILES, tqdm_class=bar, etag_timeout=_ANSWER_S))

    def _check(self) -> None:
        if self.given_up.is_set():
            raise RuntimeError("the download was given up")

    def _news(self, done: float) -> None:
        self._check()
        self.news_at = time.monotonic()
        share = min(0.99, done / self._total) if self._total else 0.0
        if share > self._share:
            self._share = share
            self._progress(self.what, share)


def _bar(news: Callable[[float], None], check: Callable[[], None]) -> type:
    """A class of progress bars that show nothing, but tell how many bytes there are.

    Args:
        news: takes the bytes.
        check: is called before each try, and whenever something comes; what it raises ends the download.
    """
    from tqdm import tqdm

    class Bar(tqdm):  # type: ignore[misc]
        def __init__(self, *arguments: Any, **options: Any) -> None:
            self._in_bytes = options.get("unit") == "B"  # others count files
            options.pop("name", None)
            super().__init__(*arguments, **{**options, "disable": True})

        def update(self, n: float | None = 1) -> None:
            self.n += n or 0
            news(self.n if self._in_bytes else 0.0)

        def refresh(self, *arguments: Any, **options: Any) -> None:
            check()

    return Bar


def _in_short(error: BaseException | None) -> str:
    lines = str(error).strip().splitlines()
    return f"{type(error).__name__}: {lines[0][:160]}" if lines else type(error).__name__


def _now() -> float:
    return time.monotonic()
