"""Where Ollama is, as people and ``OLLAMA_HOST`` say it."""

from __future__ import annotations

from urllib.parse import urlsplit

OLLAMA_PORT = 11434


def ollama_url(host: str) -> str | None:
    """Where Ollama is, as ``OLLAMA_HOST`` says it: ``0.0.0.0``, ``box:11434``, ``https://box``; None if unreadable."""
    host = host.strip().rstrip("/").removesuffix("/v1")
    try:
        parts = urlsplit(host if "://" in host else f"http://{host}")
        usual = {"http": 80, "https": 443} if "://" in host else {}
        port = parts.port or usual.get(parts.scheme, OLLAMA_PORT)
    except ValueError:
        return None
    name = parts.hostname or "127.0.0.1"
    if name in ("0.0.0.0", "::"):  # which it listens on; one cannot connect to them everywhere
        name = "127.0.0.1"
    return f"{parts.scheme}://{f'[{name}]' if ':' in name else name}:{port}{parts.path}"
