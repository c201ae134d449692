"""On what a run was measured."""

from __future__ import annotations

import os
import platform
import subprocess
from datetime import datetime, timezone
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import psutil

from tests.support.browser import chromium_path

PACKAGES = ("navtalk-widget", "anywidget", "websockets", "numpy", "pandas", "aiortc", "av", "pocketsphinx")


def describe() -> dict[str, str]:
    """The machine, its system and the versions of what takes part; nothing by which one would know whose it is."""
    packages = [(name, _version(name)) for name in PACKAGES]
    return {
        "machine": f"{os.cpu_count()} cores, {_processor()}, {psutil.virtual_memory().total / 2**30:.1f} GiB of memory",
        "system": f"{_system()}, {platform.system()} {platform.release()}, {platform.machine()}",
        "Python": f"{platform.python_implementation()} {platform.python_version()}",
        "browser": _chromium(),
        "Jupyter": f"JupyterLab {_version('jupyterlab')}, ipykernel {_version('ipykernel')}",
        "packages": ", ".join(f"{name} {number}" for name, number in packages),
        "load at the start": ", ".join(f"{load:.1f}" for load in os.getloadavg()) + " (1, 5, 15 minutes)",
        "when": f"{datetime.now(timezone.utc):%Y-%m-%d %H:%M} UTC",
    }


def _processor() -> str:
    told = Path("/proc/cpuinfo")
    if told.exists():
        for line in told.read_text().splitlines():
            if line.startswith("model name"):
                return line.split(":", 1)[1].strip()
    elif platform.system() == "Darwin":
        return subprocess.check_output(["sysctl", "-n", "machdep.cpu.brand_string"], text=True, timeout=10).strip()
    return platform.processor() or platform.machine()


def _system() -> str:
    if platform.system() == "Darwin":
        return f"macOS {platform.mac_ver()[0]}"
    try:
        return platform.freedesktop_os_release()["PRETTY_NAME"]
    except OSError:
        return "unnamed distribution"


def _chromium() -> str:
    path = chromium_path()
    if path is None:
        return "Playwright's Chromium"
    told = subprocess.run([path, "--version"], capture_output=True, text=True, timeout=30)
    return told.stdout.strip() or path


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "not installed"
