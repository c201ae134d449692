"""The demo: its notebook, its folder, and JupyterLab on it."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from navtalk_widget.cli.demo import NOTEBOOK, originals, put_into
from tests.cli.in_process import Commands
from tests.support.server import free_port, running_server
from tests.support.waiting import eventually

COMMAND = [sys.executable, "-m", "navtalk_widget.cli", "demo"]


def test_the_notebook_is_the_quickstart_of_this_version() -> None:
    cells = json.loads((originals() / NOTEBOOK).read_text(encoding="utf-8"))["cells"]
    assert any("Avatar(" in "".join(cell["source"]) for cell in cells)


def test_what_the_notebooks_lead_to_is_put_beside_them_and_what_is_there_stays(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "museum.py").write_text("my own work")
    put_into(tmp_path)
    for notebook in [f"{place:02}" for place in range(1, 9)]:
        (copy,) = tmp_path.glob(f"{notebook}_*.ipynb")
        for link in re.findall(r"\]\(([\w/]+\.[a-z]+)\)|\"(data/[\w.]+)", copy.read_text(encoding="utf-8")):
            assert (tmp_path / "".join(link)).is_file(), f"{copy.name} leads to {link}"
    assert (tmp_path / "data" / "museum.py").read_text() == "my own work"


def test_it_becomes_jupyterlab_which_gets_the_other_options_and_no_licence(tmp_path: Path) -> None:
    """The demo is of the local service, whatever licence there is."""
    (tmp_path / "sitecustomize.py").write_text(
        "import os, sys\nprint('licence' if 'NAVTALK_LICENSE' in os.environ else 'none', file=sys.stderr)\n"
    )
    variables = {**os.environ, "PYTHONPATH": str(tmp_path), "NAVTALK_LICENSE": "sk_navtalk_canary"}
    command = [*COMMAND, "--folder", str(tmp_path / "demo"), "--version"]
    done = subprocess.run(command, env=variables, capture_output=True, text=True, timeout=180, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("4.")
    assert (tmp_path / "demo" / NOTEBOOK).read_bytes() == (originals() / NOTEBOOK).read_bytes()
    told = [line for line in done.stderr.splitlines() if line in ("licence", "none")]
    assert told == ["licence", "none"], "first the command, then JupyterLab in its place"


def test_without_jupyterlab_it_says_what_to_install(
    tmp_path: Path, run: Commands, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "jupyterlab", None)
    done = run("demo", "--folder", str(tmp_path / "demo"))
    assert done.code == 1
    assert "pip install jupyterlab 'navtalk-widget[local]'" in done.stderr
    assert not (tmp_path / "demo").exists()


def test_a_folder_that_cannot_be_made_is_told_in_words(tmp_path: Path, run: Commands) -> None:
    (tmp_path / "file").write_text("")
    done = run("demo", "--folder", str(tmp_path / "file" / "demo"))
    assert done.code == 1
    assert "cannot be written" in done.stderr
    assert "--folder" in done.stderr


async def test_jupyterlab_opens_on_the_notebook_in_which_somebody_has_worked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    notebook = tmp_path / "demo" / NOTEBOOK
    notebook.parent.mkdir()
    worked = (originals() / NOTEBOOK).read_text(encoding="utf-8").replace("Avatar(", "MyOwnWork(")
    notebook.write_text(worked, encoding="utf-8")
    browser, opened = tmp_path / "browser.py", tmp_path / "opened"
    browser.write_text(
        f"import sys, urllib.request as u\nopen({str(opened)!r}, 'wb').write(u.urlopen(sys.argv[1]).read())\n"
    )
    monkeypatch.setenv("BROWSER", f"{sys.executable} {browser} %s")
    port = free_port()
    options = [f"--port={port}", "--ServerApp.port_retries=0", "--IdentityProvider.token=t"]
    command, address = [*COMMAND, "--folder", str(tmp_path / "demo"), *options], f"http://127.0.0.1:{port}/api"
    log = tmp_path / "log"
    with running_server(command, address, log):
        await eventually(lambda: opened.exists() and f"/lab/tree/{NOTEBOOK}" in opened.read_text(), 120)
    assert notebook.read_text(encoding="utf-8") == worked
    assert f"Serving notebooks from local directory: {tmp_path / 'demo'}" in log.read_text()


@pytest.mark.parametrize("command", ["demo", "doctor"])
def test_each_command_has_help(run: Commands, command: str) -> None:
    done = run(command, "--help")
    assert done.code == 0
    assert f"usage: navtalk-widget {command}" in done.stdout
