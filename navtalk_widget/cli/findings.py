"""What the doctor looks at, besides the local service: each check gives findings, and changes nothing."""

from __future__ import annotations

import importlib.util
import os
import platform
import re
import socket
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Literal

from navtalk_widget.client.endpoint import LICENSE_VARIABLE

PACKAGE = "navtalk-widget"

EXTRAS = {
    "local": "the local service",
    "whisper": "better ears",
    "piper": "better voices",
    "kokoro": "better voices",
    "portrait": "photos as faces",
    "hub": "JupyterHub, kernels on other machines",
    "parquet": "transcripts as Parquet",
    "plots": "plots of conversations",
}
"""Extras and what they are for."""

FRONT_ENDS = ("anywidget", "@jupyter-widgets/jupyterlab-manager", "jupyter-webrtc")
"""Extensions of JupyterLab that show the widget, and those it works with."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found of one thing."""

    state: Literal["good", "bad", "absent"]
    """``"absent"`` is what one may do without."""
    what: str
    found: str
    advice: str = ""
    """What to do next."""
    vital: bool = False
    """Whether nobody can talk where this is bad."""


def installation() -> Iterator[Finding]:
    """Python and this package, with its page."""
    yield Finding("good", "Python", f"{platform.python_version()}, {sys.executable}")
    yield Finding("good", PACKAGE, f"{metadata.version(PACKAGE)}, {Path(__file__).parents[1]}")
    yield _built_page()


def extras() -> Iterator[Finding]:
    """The extras, and which of their packages are missing."""
    declared = metadata.metadata(PACKAGE).get_all("Provides-Extra") or ()  # a checkout may be newer than that
    for extra in (extra for extra in EXTRAS if extra in declared):
        use, missing = EXTRAS[extra], missing_packages(extra)
        if missing:
            found = f"{use}: no {', '.join(missing)}"
            yield Finding("absent", f"[{extra}]", found, f"pip install '{PACKAGE}[{extra}]'")
        else:
            yield Finding("good", f"[{extra}]", use)


def missing_packages(extra: str) -> list[str]:
    """Packages of an extra that are not installed."""
    names = []
    for requirement in metadata.requires(PACKAGE) or ():
        name, of_extra = re.match(r"[\w.-]+", requirement), re.search(r"extra\s*==\s*['\"]([\w-]+)['\"]", requirement)
        if name is not None and of_extra is not None and of_extra[1] == extra:
            names.append(name[0])
    return [name for name in names if _version(name) is None]


def jupyter() -> Iterator[Finding]:
    """Jupyter's parts in this environment."""
    for name in ("anywidget", "ipywidgets"):
        yield _installed(name, "bad", f"pip install {name}")
    kernel = _version("ipykernel")
    if kernel == "7.0.0":
        advice = "It fails where widgets talk from threads: pip install --upgrade ipykernel"
        yield Finding("bad", "ipykernel", kernel, advice)
    else:
        yield _installed("ipykernel", "absent", "For notebooks: pip install ipykernel")
    yield _installed("jupyterlab", "absent", "Unless it runs from another environment: pip install jupyterlab")
    yield from _front_ends()


def network() -> Iterator[Finding]:
    """Whether page and kernel can meet."""
    try:
        with socket.create_server(("127.0.0.1", 0)) as server:
            port = server.getsockname()[1]
            with socket.create_connection(("127.0.0.1", port), timeout=5.0):
                pass
        yield Finding("good", "loopback", f"ports can be opened and reached, such as {port}")
    except OSError as error:
        advice = "Page and kernel meet at 127.0.0.1; allow that in the firewall or sandbox."
        yield Finding("bad", "loopback", f"127.0.0.1: {error}", advice, vital=True)
    yield _page()


def license_key() -> Finding:
    """Whether there is a licence; never which."""
    if os.environ.get(LICENSE_VARIABLE):
        return Finding("good", "licence", f"{LICENSE_VARIABLE} is set: service='auto' talks with NavTalk's cloud")
    return Finding("absent", "licence", f"no {LICENSE_VARIABLE}: service='auto' takes the local service")


def _built_page() -> Finding:
    advice = "In a checkout: make build. Else: pip install --force-reinstall navtalk-widget"
    try:
        from navtalk_widget.widget import bundle
    except ImportError as error:
        return Finding("bad", "the widget's page", str(error), advice, vital=True)
    parts = (bundle.SCRIPT, bundle.EXTRAS, bundle.START, bundle.STYLE)
    missing = [part.name for part in parts if not part.is_file()]
    if missing:
        return Finding("bad", "the widget's page", f"no {', '.join(missing)} in {bundle.STATIC}", advice, vital=True)
    return Finding("good", "the widget's page", f"{sum(part.stat().st_size for part in parts) / 1000:.0f} kB")


def _page() -> Finding:
    if "JUPYTERHUB_SERVICE_PREFIX" in os.environ or "SSH_CONNECTION" in os.environ:
        found = "the browser is on another machine"
        if importlib.util.find_spec("jupyter_server_proxy") is None:
            return Finding(
                "absent", "the way to the page", found, f"pip install '{PACKAGE}[hub]', then restart Jupyter"
            )
        return Finding("good", "the way to the page", f"{found}; jupyter-server-proxy is here. Microphones need https")
    return Finding("good", "the way to the page", "on this machine: Chrome, Edge, Firefox or Safari, at localhost")


def _front_ends() -> Iterator[Finding]:
    if importlib.util.find_spec("jupyter_core") is None:
        return
    from jupyter_core.paths import jupyter_path

    folders = [Path(folder) for folder in jupyter_path("labextensions")]
    missing = [name for name in FRONT_ENDS if not any((folder / name / "package.json").is_file() for folder in folders)]
    if missing:
        advice = "Beside JupyterLab, if that is elsewhere, too: pip install anywidget ipywidgets ipywebrtc"
        yield Finding("absent", "JupyterLab's extensions", f"no {', '.join(missing)}", advice)
    else:
        yield Finding("good", "JupyterLab's extensions", ", ".join(FRONT_ENDS))


def _installed(name: str, otherwise: Literal["bad", "absent"], advice: str) -> Finding:
    version = _version(name)
    if version is None:
        return Finding(otherwise, name, "is not installed", advice, vital=otherwise == "bad")
    return Finding("good", name, version)


def _version(name: str) -> str | None:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return None
