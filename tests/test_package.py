import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

import navtalk_widget

ROOT = Path(__file__).parents[1]

NEEDED = {
    "navtalk_widget/py.typed",
    "navtalk_widget/static/widget.js",
    "navtalk_widget/static/extras.js",
    "navtalk_widget/static/start.js",
    "navtalk_widget/static/en.json",
    "navtalk_widget/static/zh.json",
    "navtalk_widget/static/widget.css",
    "navtalk_widget/local/avatar/characters/leo/character.json",
    "navtalk_widget/local/avatar/characters/leo/head.svg",
    "navtalk_widget/local/avatar/characters/lily/character.json",
    "navtalk_widget/local/avatar/life/tones.json",
}


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("dist")
    command = [sys.executable, "-m", "build", "--no-isolation", "--outdir", str(folder), str(ROOT)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=240, check=False)
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    return folder


def test_the_wheel_holds_the_page_and_the_characters(built: Path) -> None:
    (wheel,) = built.glob("*.whl")
    names = set(zipfile.ZipFile(wheel).namelist())
    assert names >= NEEDED
    assert any(name.endswith(".data/data/share/jupyter/nbconvert/templates/base/conf.json") for name in names)
    notebooks = {str(file.relative_to(ROOT)) for file in (ROOT / "notebooks").glob("*.ipynb")}
    data = {f"notebooks/data/{name}" for name in ("museum.jsonl", "museum.py", "museum.scenario.yaml")}
    assert names >= {f"navtalk_widget/cli/{name}" for name in notebooks | data}
    assert not [name for name in names if name.startswith(("tests", "js", "notebooks"))]


def test_the_source_archive_holds_what_the_wheel_is_built_from(built: Path) -> None:
    (archive,) = built.glob("*.tar.gz")
    with tarfile.open(archive) as file:
        names = {name.split("/", 1)[1] for name in file.getnames() if "/" in name}
    assert names >= NEEDED | {"js/package.json", "js/src/index.ts", "README.md", "LICENSE"}
    assert not [name for name in names if "node_modules" in name]


def test_every_public_name_can_be_had() -> None:
    assert [name for name in navtalk_widget.__all__ if getattr(navtalk_widget, name, None) is None] == []


def test_python_in_the_browser_is_told_what_to_use_instead(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "emscripten")
    with pytest.raises(ImportError, match=r"JupyterLite.*Run this notebook in JupyterLab"):
        from navtalk_widget import Avatar  # noqa: F401
    assert navtalk_widget.Transcript.__name__ == "Transcript"  # what was said elsewhere can still be read
