"""Voices of Piper and Kokoro that really load and speak: a tone, each phoneme for the same time."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from onnx import TensorProto, helper

PIPER_RATE = 22_050
HOP = 256
FRAMES_PER_PHONEME = 8
KOKORO_SAMPLES_PER_PHONEME = 2_400

_OPSET = [helper.make_opsetid("", 17)]


def make_tiny_piper(file: Path, *, espeak_voice: str = "en-us") -> Path:
    """Write a voice of Piper: the ``.onnx`` file and its ``.onnx.json``."""
    inputs = [
        helper.make_tensor_value_info("input", TensorProto.INT64, [1, "phonemes"]),
        helper.make_tensor_value_info("input_lengths", TensorProto.INT64, [1]),
        helper.make_tensor_value_info("scales", TensorProto.FLOAT, [3]),
    ]
    nodes = [
        # As in VITS, the frames of each phoneme are rounded up, which is where Piper looks for their times.
        helper.make_node("Cast", ["input"], ["ids"], to=TensorProto.FLOAT),
        helper.make_node("Mul", ["ids", "zero"], ["nothing"]),
        helper.make_node("Add", ["nothing", "frames"], ["widths"]),
        helper.make_node("Ceil", ["widths"], ["w_ceil"]),
        helper.make_node("ReduceSum", ["w_ceil"], ["all_frames"], keepdims=0),
        helper.make_node("Mul", ["all_frames", "hop"], ["samples"]),
        *_tone("samples", "wave"),
        helper.make_node("Unsqueeze", ["wave", "axes"], ["output"]),
    ]
    constants = {
        "zero": np.float32(0),
        "frames": np.float32(FRAMES_PER_PHONEME),
        "hop": np.float32(HOP),
        "axes": np.array([0, 1, 2], np.int64),
    }
    output = helper.make_tensor_value_info("output", TensorProto.FLOAT, [1, 1, 1, "samples"])
    _save(file, nodes, constants, inputs, [output])
    symbols = "_^$ !',-.:;?abcdefhijklmnopqrstuvwxyzæçðŋøœɐɑɒɔəɚɛɜɡɪɹɾʃʊʌʒʔʲˈˌːθ"
    config = {
        "audio": {"sample_rate": PIPER_RATE},
        "espeak": {"voice": espeak_voice},
        "num_symbols": len(symbols),
        "num_speakers": 1,
        "phoneme_id_map": {symbol: [id] for id, symbol in enumerate(symbols)},
        "phoneme_type": "espeak",
        "hop_length": HOP,
    }
    file.with_name(f"{file.name}.json").write_text(json.dumps(config))
    return file


def make_tiny_kokoro(folder: Path, voices: tuple[str, ...]) -> tuple[Path, Path]:
    """Write a model of Kokoro that tells durations, and a file of voices."""
    inputs = [
        helper.make_tensor_value_info("tokens", TensorProto.INT64, [1, "tokens"]),
        helper.make_tensor_value_info("style", TensorProto.FLOAT, [1, 256]),
        helper.make_tensor_value_info("speed", TensorProto.FLOAT, [1]),
    ]
    nodes = [
        helper.make_node("Mul", ["tokens", "nought"], ["noughts"]),
        helper.make_node("Add", ["noughts", "one"], ["widths"]),
        helper.make_node("Squeeze", ["widths"], ["duration"]),
        helper.make_node("Size", ["tokens"], ["count"]),
        helper.make_node("Cast", ["count"], ["many"], to=TensorProto.FLOAT),
        helper.make_node("Mul", ["many", "each"], ["samples"]),
        *_tone("samples", "audio"),
    ]
    constants = {"nought": np.int64(0), "one": np.int64(1), "each": np.float32(KOKORO_SAMPLES_PER_PHONEME)}
    outputs = [
        helper.make_tensor_value_info("audio", TensorProto.FLOAT, ["samples"]),
        helper.make_tensor_value_info("duration", TensorProto.INT64, ["tokens"]),
    ]
    folder.mkdir(parents=True, exist_ok=True)
    _save(folder / "kokoro-v1.0.onnx", nodes, constants, inputs, outputs)
    styles = {name: np.zeros((510, 1, 256), np.float32) for name in voices}
    with (folder / "voices-v1.0.bin").open("wb") as file:
        np.savez(file, **styles)  # type: ignore[arg-type]
    return folder / "kokoro-v1.0.onnx", folder / "voices-v1.0.bin"


def _tone(samples: str, wave: str) -> list[onnx.NodeProto]:
    """A tone of as many samples as a scalar says."""
    return [
        helper.make_node("Range", ["start", samples, "step"], ["time"]),
        helper.make_node("Mul", ["time", "pitch"], ["angle"]),
        helper.make_node("Sin", ["angle"], ["loud"]),
        helper.make_node("Mul", ["loud", "level"], [wave]),
    ]


def _save(
    file: Path,
    nodes: list[onnx.NodeProto],
    constants: Mapping[str, Any],
    inputs: list[onnx.ValueInfoProto],
    outputs: list[onnx.ValueInfoProto],
) -> None:
    tone = {"start": np.float32(0), "step": np.float32(1), "pitch": np.float32(0.05), "level": np.float32(0.4)}
    values = [onnx.numpy_helper.from_array(np.asarray(value), name) for name, value in {**constants, **tone}.items()]
    graph = helper.make_graph(nodes, "voice", inputs, outputs, values)
    # Piper's scales and Kokoro's style and speed are taken but mean nothing here.
    model = helper.make_model(graph, opset_imports=_OPSET, ir_version=9)
    onnx.checker.check_model(model)
    file.parent.mkdir(parents=True, exist_ok=True)
    onnx.save(model, str(file))
