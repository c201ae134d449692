"""Who may import whom, read from the source, and what importing loads."""

from __future__ import annotations

import ast
import graphlib
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

PACKAGE = "navtalk_widget"
ROOT = Path(__file__).parents[1] / PACKAGE

ANYTHING = None
ALLOWED: dict[str, set[str] | None] = {
    "errors": set(),
    "private_file": set(),
    "loop_thread": {"errors"},
    "daemon_thread": {"errors"},
    "visible": set(),
    "audio": {"errors"},
    "protocol": {"errors"},
    "engines": {"errors", "audio"},
    "client": {"errors", "loop_thread", "daemon_thread", "protocol", "engines"},
    "tools": {"errors", "daemon_thread", "protocol"},
    "transcript": {"errors", "audio", "protocol", "visible"},
    "recording": {"errors", "private_file", "audio", "protocol", "transcript"},
    "history": {"errors", "daemon_thread", "private_file", "transcript"},
    "session": {
        "errors",
        "loop_thread",
        "daemon_thread",
        "audio",
        "protocol",
        "engines",
        "client",
        "tools",
        "transcript",
        "recording",
        "history",
    },
    "gateway": {"errors", "loop_thread", "audio", "protocol", "client", "transcript", "session", "recording"},
    "evaluation": {"errors", "loop_thread", "audio", "protocol", "engines", "transcript", "session", "visible"},
    "plots": {"errors", "audio", "transcript"},
    "export": {"errors"},
    "interop": {"errors"},
    "widget": {
        "errors",
        "loop_thread",
        "protocol",
        "engines",
        "tools",
        "transcript",
        "history",
        "session",
        "recording",
        "gateway",
        "interop",
    },
    "local": {"errors", "loop_thread", "daemon_thread", "audio", "protocol", "engines"},
    "testing": ANYTHING,
    "cli": ANYTHING,
    "__init__": ANYTHING,  # lazily: what it loads is tested below
}
"""Part of the package → the parts it may import, for the type checker too."""

HOMES = {
    "anywidget": ("widget", "interop"),
    "ipywidgets": ("widget", "interop"),
    "ipywebrtc": ("interop",),
    "aiortc": ("local.rtc",),
    "av": ("local.rtc", "local.film", "session.recording", "recording", "audio.stereo_files"),
    "aiohttp": ("local", "testing.scripted_chat", "testing.scripted_speech"),
    "nbconvert": ("export",),
    "pytest": ("testing.fixtures", "evaluation.pytest_plugin"),
    "yaml": ("evaluation.files",),
    "psutil": ("testing.leftovers",),
}
"""Library → the only parts that may import it."""

ONLY_IN_FUNCTIONS = {"matplotlib", "pandas", "rich", "yaml"}


@dataclass(frozen=True)
class Import:
    """One name imported by one module."""

    module: str
    """The importing module, from the package's root; the root itself is ``__init__``."""
    target: str
    """Our module likewise, or the name of another distribution's top package."""
    ours: bool
    line: int
    in_function: bool
    for_type_checker: bool


def modules_of(root: Path) -> dict[str, Path]:
    """Every module below `root` by its dotted name; a package is named like its folder."""
    found = {}
    for path in sorted(root.rglob("*.py")):
        parts = path.relative_to(root).with_suffix("").parts
        if parts[-1] == "__init__" and len(parts) > 1:
            parts = parts[:-1]
        found[".".join(parts)] = path
    return found


def imports_of(root: Path) -> list[Import]:
    """Every import statement below `root`, one entry for each module it names."""
    modules = modules_of(root)
    return [found for module, path in modules.items() for found in _imports_in(module, path, root, modules)]


def _imports_in(module: str, path: Path, root: Path, modules: dict[str, Path]) -> Iterator[Import]:
    parents = path.relative_to(root).parts[:-1]

    def visit(node: ast.AST, in_function: bool, for_type_checker: bool) -> Iterator[Import]:
        for name in _imported_names(node, root.name, parents):
            top, _, rest = name.partition(".")
            ours = top == root.name
            target = _existing(rest, modules) if ours else top
            yield Import(module, target, ours, getattr(node, "lineno", 0), in_function, for_type_checker)
        in_function = in_function or isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        guarded = node.body if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test) else []
        for child in ast.iter_child_nodes(node):
            yield from visit(child, in_function, for_type_checker or child in guarded)

    yield from visit(ast.parse(path.read_text(encoding="utf-8")), False, False)


def _imported_names(node: ast.AST, package: str, parents: tuple[str, ...]) -> list[str]:
    """Absolute dotted names that an import statement names; `parents` are the importer's packages below the root."""
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if not isinstance(node, ast.ImportFrom):
        return []
    base = [node.module] if node.module else []
    if node.level:
        base = [package, *parents[: len(parents) - node.level + 1], *base]
    return [".".join([*base, alias.name]) for alias in node.names]


def _existing(name: str, modules: dict[str, Path]) -> str:
    """The module that a dotted name is, or is defined in."""
    while name and name not in modules:
        name = name.rpartition(".")[0]
    return name or "__init__"


def violations(imports: list[Import]) -> list[str]:
    """What breaks the tables above, one sentence each."""
    found = []
    for each in imports:
        part, target = each.module.split(".")[0], each.target.split(".")[0]
        where = f"{each.module}:{each.line}"
        if part not in ALLOWED:
            found.append(f"{where}: {part} is not in the table")
        elif each.ours:
            allowed = ALLOWED[part]
            if allowed is not ANYTHING and target != part and target not in allowed:
                found.append(f"{where}: {part} may not import {target}")
        elif each.target in HOMES:
            if not any(f"{each.module}.".startswith(f"{home}.") for home in HOMES[each.target]):
                found.append(f"{where}: {each.target} may not be imported here")
        elif each.target in ONLY_IN_FUNCTIONS and not (each.in_function or each.for_type_checker):
            found.append(f"{where}: {each.target} may be imported inside functions only")
    return found


def cycle(imports: list[Import]) -> list[str]:
    """Modules that import each other while they are being imported; empty if there are none."""
    graph: dict[str, set[str]] = {}
    for each in imports:
        if not each.ours or each.in_function or each.for_type_checker:
            continue
        # Importing a.b runs a/__init__.py first, unless the importer is itself inside a, which is then under way.
        parts = each.target.split(".")
        for length in range(1, len(parts) + 1):
            loaded = ".".join(parts[:length])
            if loaded == each.target or not f"{each.module}.".startswith(f"{loaded}."):
                graph.setdefault(each.module, set()).add(loaded)
    try:
        graphlib.TopologicalSorter(graph).prepare()
    except graphlib.CycleError as error:
        return list(error.args[1])
    return []


# ── the package ──────────────────────────────────────────────────────────────────────────────────────────


def test_every_module_imports_only_what_its_part_may() -> None:
    assert violations(imports_of(ROOT)) == []


def test_no_modules_import_each_other() -> None:
    assert cycle(imports_of(ROOT)) == []


def loaded_by(module: str, *libraries: str) -> list[str]:
    """Which of the libraries a fresh interpreter has loaded after importing the module."""
    program = f"import sys, {module}; print(*(name for name in {libraries!r} if name in sys.modules))"
    done = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True, cwd=ROOT.parent)
    return done.stdout.split()


@pytest.mark.parametrize("module", [PACKAGE, f"{PACKAGE}.protocol.v2", f"{PACKAGE}.tools", f"{PACKAGE}.transcript"])
def test_importing_loads_nothing_heavy(module: str) -> None:
    assert loaded_by(module, "aiortc", "pandas", "anywidget", "ipywidgets", "av") == []


def test_the_check_of_what_is_loaded_sees_what_is_loaded() -> None:
    assert loaded_by("pandas", "pandas", "aiortc") == ["pandas"]


# ── the scanner, on packages that break the rules ────────────────────────────────────────────────────────


def written(folder: Path, sources: dict[str, str]) -> list[Import]:
    """Imports of a package made of these files."""
    for name, source in {"__init__.py": "", **sources}.items():
        path = folder / PACKAGE / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(source)
    return imports_of(folder / PACKAGE)


@pytest.mark.parametrize(
    ("file", "source", "fault"),
    [
        ("client/a.py", "import navtalk_widget.local.server", "client may not import local"),
        ("client/a.py", "from navtalk_widget.local.server import Server", "client may not import local"),
        ("client/a.py", "from navtalk_widget import local", "client may not import local"),
        ("client/a.py", "from ..local import server", "client may not import local"),
        ("client/__init__.py", "from ..local.server import Server", "client may not import local"),
        ("client/a.py", "def f():\n    from navtalk_widget import local", "client may not import local"),
        (
            "client/a.py",
            "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from navtalk_widget.local import server",
            "client may not import local",
        ),
        ("client/a.py", "try:\n    from navtalk_widget.local import server\nexcept ImportError: ...", "import local"),
        ("protocol/a.py", "from navtalk_widget import Avatar", "protocol may not import __init__"),
        ("protocol/a.py", "from .. import Avatar", "protocol may not import __init__"),
        ("audio/a.py", "import navtalk_widget", "audio may not import __init__"),
        ("errors.py", "from navtalk_widget.audio import pcm", "errors may not import audio"),
        ("surprise/a.py", "import os", "surprise is not in the table"),
        ("session/a.py", "import anywidget.experimental", "anywidget may not be imported here"),
        ("local/server.py", "from aiortc import RTCPeerConnection", "aiortc may not be imported here"),
        ("local/rtcx.py", "import aiortc", "aiortc may not be imported here"),
        ("transcript/a.py", "import pandas as pd", "pandas may be imported inside functions only"),
        ("transcript/a.py", "class A:\n    import pandas", "pandas may be imported inside functions only"),
    ],
)
def test_a_forbidden_import_is_found(tmp_path: Path, file: str, source: str, fault: str) -> None:
    places = {"local/__init__.py": "", "local/server.py": "", "audio/__init__.py": "", "audio/pcm.py": ""}
    found = violations(written(tmp_path, {**places, file: source}))
    assert len(found) >= 1
    assert all(fault in sentence for sentence in found)


def test_what_is_allowed_is_not_reported(tmp_path: Path) -> None:
    imports = written(
        tmp_path,
        {
            "errors.py": "",
            "audio/__init__.py": "from navtalk_widget.audio.pcm import f",
            "audio/pcm.py": "import numpy\nfrom ..errors import E",
            "local/rtc/__init__.py": "",
            "local/rtc/peer.py": "import aiortc\nfrom navtalk_widget.audio import pcm\nfrom . import tracks",
            "local/rtc/tracks.py": "from aiortc.mediastreams import T",
            "widget/__init__.py": "import anywidget",
            "transcript/frame.py": "def f():\n    import pandas",
            "cli.py": "from navtalk_widget.local import rtc",
        },
    )
    assert violations(imports) == []
    assert cycle(imports) == []
    assert len(imports) == 10


@pytest.mark.parametrize(
    "sources",
    [
        {"audio/a.py": "from navtalk_widget.audio import b", "audio/b.py": "from .a import x"},
        {
            "audio/__init__.py": "from navtalk_widget.audio.a import x",
            "audio/a.py": "from navtalk_widget.audio import y",
        },
        {
            "audio/__init__.py": "from . import a",
            "audio/a.py": "import navtalk_widget.protocol.b",
            "protocol/__init__.py": "from navtalk_widget.audio import a",
            "protocol/b.py": "",
        },
    ],
    ids=["two modules", "a module and its package", "through another package"],
)
def test_a_cycle_is_found(tmp_path: Path, sources: dict[str, str]) -> None:
    places = {"audio/__init__.py": "", "protocol/__init__.py": ""}
    assert len(cycle(written(tmp_path, {**places, **sources}))) >= 3


def test_imports_that_wait_for_a_call_or_the_type_checker_make_no_cycle(tmp_path: Path) -> None:
    sources = {
        "audio/__init__.py": "",
        "audio/a.py": "from navtalk_widget.audio import b",
        "audio/b.py": "import typing\nif typing.TYPE_CHECKING:\n    from .a import x\ndef f():\n    from .a import x",
    }
    assert cycle(written(tmp_path, sources)) == []
