"""Closing the ways between a page and its kernel, in a real browser and a real notebook server."""

from __future__ import annotations

import json
from pathlib import Path

LOOPBACK_CLOSED = "--host-resolver-rules=MAP 127.0.0.1 ~NOTFOUND"
"""For Chromium: the gateway's own address leads nowhere, while that of the notebook server (localhost) does."""


def close_proxy(root: Path) -> None:
    """Have the JupyterLab that is to be started with this root come without jupyter-server-proxy."""
    config = root.parent / "config" / "jupyter_server_config.d" / "without-proxy.json"
    config.parent.mkdir(parents=True)
    config.write_text(json.dumps({"ServerApp": {"jpserver_extensions": {"jupyter_server_proxy": False}}}))
