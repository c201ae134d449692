"""JupyterLab 4 with either generation of ipykernel: a conversation that goes on while a cell computes."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.e2e.front_ends.conversation import AVATAR, expect_answer, start
from tests.support.lab import Lab, Notebook, running_lab
from tests.support.question import ANSWER

pytestmark = pytest.mark.e2e

SHOW = """
import ipykernel
print(ipykernel.__version__)
avatar
"""

COMPUTE = f"""
import time
before, limit = len(avatar.transcript), time.monotonic() + 150
while not any({ANSWER!r} in turn.text for turn in avatar.transcript[before:]) and time.monotonic() < limit:
    sum(range(1000))      # pure Python: holds the interpreter's lock as much as code can
print("computed until", "answered" if time.monotonic() < limit else "nobody answered")
"""

IPYKERNEL_6 = ["ipykernel==6.31.0", "nest-asyncio==1.6.0"]


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    with running_lab(tmp_path_factory.mktemp("lab") / "notebooks") as lab:
        yield lab


def kernel_of_generation_6(lab: Lab) -> str:
    """Install an ipykernel 6 beside ours, and name the kernel that runs with it."""
    packages, name = lab.root.parent / "ipykernel6", "python3-ipykernel6"
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--target", str(packages), *IPYKERNEL_6]
    subprocess.run(command, check=True, timeout=240)
    spec = {
        "argv": [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"],
        "display_name": name,
        "language": "python",
        "env": {"PYTHONPATH": f"{packages}:${{PYTHONPATH}}"},
    }
    folder: Path = lab.root.parent / "data" / "kernels" / name
    folder.mkdir(parents=True)
    (folder / "kernel.json").write_text(json.dumps(spec))
    return name


@pytest.mark.parametrize("generation", [6, 7])
def test_a_question_is_answered_while_a_cell_computes(lab: Lab, page: Page, generation: int) -> None:
    kernel = kernel_of_generation_6(lab) if generation == 6 else "python3"
    path = lab.write(f"ipykernel{generation}.ipynb", [AVATAR, SHOW, COMPUTE], kernel=kernel)
    notebook = Notebook(lab, page, path)
    notebook.run(0)
    assert notebook.run(1).startswith(f"{generation}.")
    widget = start(page)
    notebook.begin(2)
    expect_answer(widget)
    assert notebook.wait(2).strip() == "computed until answered"
