"""Where Piper's voices are, and fetching one."""

from __future__ import annotations

import asyncio
from pathlib import Path

import aiohttp

from navtalk_widget.engines.chosen import Progress
from navtalk_widget.errors import ConfigurationError, ServiceUnreachable
from navtalk_widget.local.speech.synthesizers.piper import require_piper
from navtalk_widget.local.speech.synthesizers.voice_folder import voice_folder

CONNECT_S = 10.0
STALL_S = 20.0
"""Seconds without any news after which a download is given up."""

_BLOCK_BYTES = 2**18
_EXAMPLE = "en_US-lessac-medium"


def piper_voice_on_this_machine(model: str) -> Path | None:
    """The file of a voice that need not be downloaded; None if it must be.

    Args:
        model: the ``.onnx`` file of a voice, or the name of one.

    Raises:
        ConfigurationError: if there is no such voice.
        MissingExtraError: if Piper is not installed.
    """
    require_piper()
    from piper.download_voices import VOICE_PATTERN

    given = Path(model).expanduser()
    is_name = VOICE_PATTERN.match(model) is not None and given.name == model and given.suffix != ".onnx"
    file = voice_folder() / f"{model}.onnx" if is_name else given
    config = file.with_name(f"{file.name}.json")
    if file.is_file() and config.is_file():
        return file
    if is_name:
        return None
    if file.is_file():
        raise ConfigurationError(f"{config.name} is not beside {file}.", hint="A voice of Piper has two files.")
    raise ConfigurationError(
        f"There is no voice of Piper {model!r}.", hint=f"Give an .onnx file, or a name such as {_EXAMPLE}."
    )


async def download_piper_voice(name: str, progress: Progress) -> Path:
    """Fetch a voice into the folder of voices, which may take minutes.

    Args:
        name: such as ``"en_US-lessac-medium"``.
        progress: is told how far it is.

    Raises:
        ConfigurationError: if there is no voice of this name.
        ServiceUnreachable: if it cannot be had.
    """
    from piper.download_voices import URL_FORMAT, VOICE_PATTERN

    match = VOICE_PATTERN.match(name)
    if match is None:
        raise ConfigurationError(f"{name!r} is no name of a voice.", hint=f"Give a name such as {_EXAMPLE}.")
    parts = match.groupdict()
    language = f"{parts['lang_family']}_{parts['lang_region']}"
    what = f"Downloading the voice {name}"
    progress(what, None)
    file = voice_folder() / f"{name}.onnx"
    file.parent.mkdir(parents=True, exist_ok=True)
    timeout = aiohttp.ClientTimeout(total=None, connect=CONNECT_S, sock_read=STALL_S)
    try:
        async with aiohttp.ClientSession(timeout=timeout, trust_env=True) as session:
            for extension in (".onnx.json", ".onnx"):  # the small one first: without it the other is worth nothing
                url = URL_FORMAT.format(
                    extension=extension, lang_code=language, voice_quality=parts["voice_quality"], **_family(parts)
                )
                await _fetch(session, url, file.with_name(name + extension), name, what, progress)
    except (aiohttp.ClientError, asyncio.TimeoutError, OSError) as error:
        raise ServiceUnreachable(
            f"The voice {name} cannot be downloaded ({type(error).__name__}: {error}).",
            hint="Check the network, or give the .onnx file of a voice that is on this machine.",
        ) from error
    finally:
        progress(what, 1.0)
    return file


def _family(parts: dict[str, str]) -> dict[str, str]:
    return {"lang_family": parts["lang_family"], "voice_name": parts["voice_name"]}


async def _fetch(
    session: aiohttp.ClientSession, url: str, file: Path, name: str, what: str, progress: Progress
) -> None:
    partial = file.with_name(f"{file.name}.part")
    try:
        async with session.get(url) as response:
            if response.status == 404:
                raise ConfigurationError(f"There is no voice {name!r} of Piper.", hint=f"One is {_EXAMPLE}.")
            response.raise_for_status()
            size = response.content_length or 0
            done = 0
            with partial.open("wb") as out:
                async for block in response.content.iter_chunked(_BLOCK_BYTES):
                    await asyncio.to_thread(out.write, block)
                    done += len(block)
                    if file.suffix == ".onnx" and size:
                        progress(what, min(1.0, done / size))
        partial.replace(file)  # so that nobody takes half a voice for a whole one
    finally:
        partial.unlink(missing_ok=True)
