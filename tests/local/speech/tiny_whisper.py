"""A Whisper model of seven megabytes that really loads and decodes, and always hears the same words.

Its layers pass on what they get. The word at each place is written in the encoding of that place, so that every sound
is `WORDS`; told that German is spoken, it hears `GERMAN_WORDS`.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
from ctranslate2.specs.whisper_spec import WhisperSpec
from faster_whisper.tokenizer import _LANGUAGE_CODES
from tokenizers import Tokenizer
from tokenizers.decoders import ByteLevel as ByteLevelDecoder
from tokenizers.models import BPE
from tokenizers.pre_tokenizers import ByteLevel

WORDS = "hello there my friend"
GERMAN_WORDS = "hallo mein guter Freund"
DETECTED_LANGUAGE = "fr"

_SIZE = 32
_TEXT_TOKENS = 50_257
_PROMPT = 4  # start of transcript, language, task, no timestamps
_END_PLACE, _GERMAN = 20, 21


def make_tiny_whisper(folder: Path, *, doubts: bool = False, loops: bool = False) -> Path:
    """Write the model.

    Args:
        folder: is made.
        doubts: whether it doubts that anybody spoke, and its words.
        loops: whether it says its first word again and again.
    """
    words, german = ([f"Ġ{word}" for word in text.split()] for text in (WORDS, GERMAN_WORDS))
    tokens = [*sorted(ByteLevel.alphabet()), *dict.fromkeys([*words, *german])]
    tokens += [f"<|filler{n}|>" for n in range(_TEXT_TOKENS - 1 - len(tokens))]
    tokens.append("")  # by which CTranslate2 tells models of many languages from those of English alone
    languages = [f"<|{code}|>" for code in _LANGUAGE_CODES]
    tokens += ["<|endoftext|>", "<|startoftranscript|>", *languages, "<|translate|>", "<|transcribe|>"]
    tokens += ["<|startoflm|>", "<|startofprev|>", "<|nospeech|>", "<|notimestamps|>"]
    tokens += [f"<|{0.02 * n:.2f}|>" for n in range(1501)]
    ids = {token: id for id, token in enumerate(tokens)}

    projection = np.zeros((len(tokens), _SIZE), np.float32)
    for place, (word, german_word) in enumerate(zip(words, german, strict=True), start=_PROMPT - 1):
        projection[ids[words[0] if loops else word], place] = 1.6 if doubts else 4.0
        projection[ids[german_word], [place, _GERMAN]] = 3.5, 8.0
    projection[ids["<|endoftext|>"], _END_PLACE] = 40.0
    projection[ids[f"<|{DETECTED_LANGUAGE}|>"], 0] = 2.0
    projection[ids["<|nospeech|>"], 0] = 40.0 if doubts else 0.0
    places = np.zeros((448, _SIZE), np.float32)
    for place in range(448):
        last = _PROMPT - 1 + len(words)
        places[place, (_PROMPT - 1 if loops and place >= _PROMPT else min(place, _END_PLACE))] = 4.0
        if place >= last and not loops:
            places[place] = np.eye(_SIZE)[_END_PLACE] * 4.0
    embeddings = np.zeros((len(tokens), _SIZE), np.float32)
    embeddings[ids["<|de|>"], _GERMAN] = 40.0

    spec = WhisperSpec(1, 1, 1, 1)
    _pass_everything_on(spec)
    encoder, decoder = spec.encoder, spec.decoder
    encoder.conv1.weight = np.zeros((_SIZE, 80, 3), np.float32)
    encoder.conv2.weight = np.zeros((_SIZE, _SIZE, 3), np.float32)
    for conv in (encoder.conv1, encoder.conv2):
        conv.bias = np.zeros(_SIZE, np.float32)
    encoder.position_encodings.encodings = np.zeros((1500, _SIZE), np.float32)
    decoder.embeddings.weight = embeddings
    decoder.position_encodings.encodings = places
    decoder.projection.weight = projection
    # Every place looks at all that came before it for the mark of the German language.
    attention = decoder.layer[0].self_attention
    attention.linear[0].weight[2 * _SIZE + _GERMAN, _GERMAN] = 8.0
    attention.linear[1].weight[_GERMAN, _GERMAN] = 1.0

    spec.config.suppress_ids, spec.config.suppress_ids_begin = [], []
    spec.config.lang_ids = [ids[language] for language in languages]
    spec.config.alignment_heads = [(0, 0)]
    spec.register_vocabulary(tokens)
    spec.validate()
    folder.mkdir(parents=True, exist_ok=True)
    spec.save(str(folder))

    tokenizer = Tokenizer(BPE(ids, []))
    tokenizer.pre_tokenizer, tokenizer.decoder = ByteLevel(add_prefix_space=False), ByteLevelDecoder()
    tokenizer.save(str(folder / "tokenizer.json"))
    (folder / "preprocessor_config.json").write_text(json.dumps({"feature_size": 80}))
    return folder


def _pass_everything_on(spec: WhisperSpec) -> None:
    """Make every norm neutral and every layer silent."""
    size = _SIZE

    def norm(layer: Any) -> None:
        layer.gamma, layer.beta = np.ones(size, np.float32), np.zeros(size, np.float32)

    def linear(layer: Any, out: int, into: int = size) -> None:
        layer.weight, layer.bias = np.zeros((out, into), np.float32), np.zeros(out, np.float32)

    for part in (spec.encoder, spec.decoder):
        norm(part.layer_norm)
        for layer in part.layer:
            norm(layer.self_attention.layer_norm)
            linear(layer.self_attention.linear[0], 3 * size)
            linear(layer.self_attention.linear[1], size)
            norm(layer.ffn.layer_norm)
            linear(layer.ffn.linear_0, 2 * size)
            linear(layer.ffn.linear_1, size, 2 * size)
    for layer in spec.decoder.layer:
        norm(layer.attention.layer_norm)
        linear(layer.attention.linear[0], size)
        linear(layer.attention.linear[1], 2 * size)
        linear(layer.attention.linear[2], size)
