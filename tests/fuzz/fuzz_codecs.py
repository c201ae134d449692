"""Feeds the codecs with messages that are wrong in every way, guided by what they execute.

Run it with ``python -m tests.fuzz.fuzz_codecs -max_total_time=120``; all options are libFuzzer's. It starts from the
recorded messages and ends at the first message that is neither read nor refused with a `ProtocolError`, or that is not
read again as it was written. Such a message is kept in `build/fuzz`, and a path given as an argument is run again.
"""

from __future__ import annotations

import json
import sys
import tempfile
from copy import deepcopy
from pathlib import Path
from random import Random
from typing import Any

import atheris

with atheris.instrument_imports(include=["navtalk_widget.protocol"]):
    from navtalk_widget.errors import ProtocolError
    from navtalk_widget.protocol import signalling, v1, v2
from tests.protocol.wire_samples import plain
from tests.support.wire import samples

FOUND = Path("build/fuzz")

_RECORDED = [
    sample["message"]
    for file, kinds in {"v1": ("client", "server"), "v2": ("client", "server"), "signalling": ("both",)}.items()
    for kind in kinds
    for sample in samples(file, kind)
]
_NAMES = sorted({message["type"] for message in _RECORDED})
_ODD: list[Any] = [None, True, 0, -1, 1e999, 2**70, "", "\ud800", "{}", "[]", "AAA=", [], {}, [{}], {"type": "x"}]


def test_one_input(data: bytes) -> None:
    """Read a message in every way there is."""
    text = data.decode(errors="replace")
    for message in (text, data):
        for codec in (v1, v2):
            for decode, encode in (
                (codec.decode_client, codec.encode_client),
                (codec.decode_server, codec.encode_server),
            ):
                try:
                    event = decode(message)
                except ProtocolError:
                    continue
                written = encode(event)
                written.encode()
                try:
                    again = decode(written)
                except ProtocolError as error:
                    # The second generation's wrapping is two objects deep.
                    if "inside one another" not in str(error):
                        raise
                else:
                    assert plain(again) == plain(event), (event, again)
        try:
            signal = signalling.decode(message)
        except ProtocolError:
            continue
        if signal is not None:
            signalling.encode(signal).encode()


def mutate(data: bytes, max_size: int, seed: int) -> bytes:
    """Change the meaning of a message rather than its characters, which would seldom leave it JSON."""
    random = Random(seed)
    try:
        message = json.loads(data)
    except (ValueError, RecursionError):
        message = None
    if not isinstance(message, dict) or random.random() < 0.2:
        mutated: bytes = atheris.Mutate(data, max_size)
        return mutated
    for _ in range(random.randint(1, 3)):
        _change(message, random)
    return json.dumps(message).encode()[:max_size]


def _change(message: dict[str, Any], random: Random) -> None:
    place = random.choice(_objects(message))
    match random.randrange(5):
        case 0:
            message["type"] = random.choice(["", "realtime."]) + random.choice(_NAMES)
        case 1:
            message["data"] = deepcopy(random.choice(_RECORDED).get("data", place))
        case 2 if place:
            place.pop(random.choice(list(place)))
        case 3 if place:
            place[random.choice(list(place))] = deepcopy(random.choice(_ODD))
        case _:
            # A field of another message, or of another object in it.
            borrowed = random.choice(_objects(random.choice(_RECORDED)))
            if borrowed:
                name = random.choice(list(borrowed))
                place[name] = deepcopy(borrowed[name])


def _objects(value: Any) -> list[dict[str, Any]]:
    """The objects in a message, itself first."""
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    own = [value] if isinstance(value, dict) else []
    return own + [found for part in inner for found in _objects(part)]


def main() -> None:
    """Run until a message is found or libFuzzer's options say that it is enough."""
    FOUND.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as corpus:
        for number, message in enumerate(_RECORDED):
            Path(corpus, str(number)).write_text(json.dumps(message))
        program, *options = sys.argv
        given = [] if any(not option.startswith("-") for option in options) else [corpus]
        atheris.Setup(
            [program, f"-artifact_prefix={FOUND}/", "-max_len=8192", *options, *given],
            test_one_input,
            custom_mutator=mutate,
        )
        atheris.Fuzz()


if __name__ == "__main__":
    main()
