from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from navtalk_widget.errors import ConfigurationError
from navtalk_widget.local.door.simulation import KINDS, Simulation
from navtalk_widget.local.options import ice_server, licences, parser, tls_context


@pytest.mark.parametrize(
    ("text", "server"),
    [
        ("stun:stun.example.org:3478", {"urls": ["stun:stun.example.org:3478"]}),
        ("turns:turn.example.org?transport=tcp", {"urls": ["turns:turn.example.org?transport=tcp"]}),
        (
            "turn:me:s3:cr:et@turn.example.org",
            {"urls": ["turn:turn.example.org"], "username": "me", "credential": "s3:cr:et"},
        ),
    ],
)
def test_an_ice_server_is_read(text: str, server: dict[str, Any]) -> None:
    assert ice_server(text) == server


@pytest.mark.parametrize("text", ["", "example.org", "http://example.org", "turn:", "stun:a b"])
def test_what_is_no_ice_server_is_refused(text: str) -> None:
    with pytest.raises(ConfigurationError):
        ice_server(text)


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_trouble_can_be_had_at_once_or_later(kind: str) -> None:
    assert Simulation.parse(kind) == Simulation(kind)
    assert Simulation.parse(f"{kind}@2.5") == Simulation(kind, 2.5)
    assert kind in parser("serve").format_help()


@pytest.mark.parametrize(
    "text", ["", "flood", "gpu_full@", "gpu_full@soon", "gpu_full@-1", "gpu_full@inf", "gpu_full@nan"]
)
def test_what_is_no_trouble_is_refused(text: str) -> None:
    with pytest.raises(ConfigurationError):
        Simulation.parse(text)


def test_a_certificate_that_cannot_be_loaded_is_named(tmp_path: Path) -> None:
    (tmp_path / "cert.pem").write_text("no certificate")
    with pytest.raises(ConfigurationError, match=r"cert\.pem"):
        tls_context(str(tmp_path / "cert.pem"), None)
    with pytest.raises(ConfigurationError, match=r"absent\.pem"):
        tls_context(str(tmp_path / "absent.pem"), None)
    with pytest.raises(ConfigurationError, match="certificate"):
        tls_context(None, "key.pem")
    assert tls_context(None, None) is None


def test_licences_come_from_the_command_line_and_from_a_file(tmp_path: Path) -> None:
    file = tmp_path / "keys"
    file.write_text("two\n\n  three \n")
    options = parser("serve").parse_args(["--license", "one", "--license-file", str(file)])
    assert licences(options) == ["one", "two", "three"]
    assert licences(parser("serve").parse_args([])) == []


@pytest.mark.parametrize("content", [None, b"", b" \n", b"\xff\xfe"])
def test_a_file_without_licences_does_not_let_everybody_in(tmp_path: Path, content: bytes | None) -> None:
    file = tmp_path / "keys"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(ConfigurationError, match="keys"):
        licences(parser("serve").parse_args(["--license-file", str(file)]))
