"""The documentation can be built, its links lead somewhere, and its examples do what they say."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

import navtalk_widget
from navtalk_widget.gateway.page_problem import PROBLEMS
from navtalk_widget.session.settings import LOCAL_VOICES, VOICES
from tests.support.error_codes import given_codes

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
PAGES = [*sorted(DOCS.rglob("*.md")), ROOT / "README.md", ROOT / "CONTRIBUTING.md"]

BUILD_LIMIT = 300
EXAMPLE_LIMIT = 120

pytestmark = pytest.mark.timeout(400)

_FENCED = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)
_EXAMPLE = re.compile(r"(?P<run><!-- run -->\n)?^```python\n(?P<code>.*?)^```$", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"\]\((?P<path>[^)#\s]*)(?:#(?P<anchor>[^)\s]*))?\)")
_HEADING = re.compile(r"^#+ (.*)$", re.MULTILINE)
_FETCHED = re.compile(r"""<(?:script|link|img|source|iframe)\b[^>]*?\b(?:src|href)=["']?((?:https?:)?//[^\s"'>]+)""")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("site")
    done = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "--site-dir", str(folder)],
        cwd=ROOT,
        env={**os.environ, "NO_MKDOCS_2_WARNING": "1"},
        capture_output=True,
        text=True,
        timeout=BUILD_LIMIT,
        check=False,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    return folder


def test_every_page_and_link_and_anchor_is_there(site: Path) -> None:
    """MkDocs looks at them, and at pages that the navigation leaves out; it has nothing to say."""
    assert (site / "index.html").is_file()


def test_every_notebook_has_a_page(site: Path) -> None:
    notebooks = {path.stem for path in (ROOT / "notebooks").glob("*.ipynb")}
    assert {path.stem for path in (site / "notebooks").glob("*.html")} == notebooks


def test_no_page_fetches_anything_from_elsewhere(site: Path) -> None:
    pages = {path.relative_to(site).as_posix(): path.read_text("utf-8") for path in site.rglob("*.html")}
    assert {name: found for name, text in pages.items() if (found := _FETCHED.findall(text))} == {}
    styles = "".join(path.read_text("utf-8") for path in site.rglob("*.css"))
    assert re.findall(r"(?:@import|url\()\s*[\"']?https?:[^)]*", styles) == []


def test_every_public_name_is_in_the_reference(site: Path) -> None:
    text = "".join(path.read_text("utf-8") for path in (site / "reference").glob("*.html"))
    described = {name.rpartition(".")[2] for name in re.findall(r'id="?(navtalk_widget\.[\w.]+)', text)}
    assert set(navtalk_widget.__all__) - described == set()


def test_the_reference_has_what_is_ours_of_the_widget_only(site: Path) -> None:
    text = (site / "reference" / "avatar.html").read_text("utf-8")
    members = set(re.findall(r'id="?navtalk_widget\.widget\.avatar\.Avatar\.(\w+)', text))
    assert members >= {"ask", "disconnect", "instructions", "start_recording", "status", "tool", "url"}
    assert members.isdisjoint({"add_traits", "comm", "keys", "layout", "observe", "send_state"})


@pytest.mark.parametrize("page", [path for path in PAGES if path.parent == ROOT], ids=lambda path: path.name)
def test_links_from_outside_the_documentation_lead_somewhere(page: Path) -> None:
    lost = []
    for link in _LINK.finditer(_FENCED.sub("", page.read_text("utf-8"))):
        if link["path"].startswith(("http://", "https://", "mailto:")):
            continue
        target = page.parent / link["path"] if link["path"] else page
        anchored = not link["anchor"] or link["anchor"] in _anchors(target)
        if not (target.exists() and anchored):
            lost.append(link.group())
    assert lost == []


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_every_notebook_that_is_named_exists(page: Path) -> None:
    named = set(re.findall(r"\b(\d\d_\w+)\.ipynb", page.read_text("utf-8")))
    assert named - {path.stem for path in (ROOT / "notebooks").glob("*.ipynb")} == set()


def examples(*, run: bool) -> Sequence[object]:
    """Those of the pages, or of these those that are marked to be run, as parameters named for their places."""
    found = []
    for page in PAGES:
        text = page.read_text("utf-8")
        for example in _EXAMPLE.finditer(text):
            line = text[: example.start("code")].count("\n")
            if example["run"] or not run:
                found.append(pytest.param(example["code"], id=f"{page.relative_to(ROOT).as_posix()}:{line}"))
    return found


@pytest.mark.parametrize("code", examples(run=False))
def test_examples_are_python(code: str) -> None:
    compile(code, "example", "exec", flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT | ast.PyCF_ONLY_AST)


@pytest.mark.parametrize("code", examples(run=True))
def test_examples_print_what_they_say(code: str, tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-"],
        input=code,
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=EXAMPLE_LIMIT,
        check=False,
    )
    said = re.findall(r"print\(.*\)  # (.*)$", code, re.MULTILINE)
    assert said, "a marked example shows what it prints"
    assert (done.stdout.splitlines(), done.returncode) == (said, 0), done.stderr


def test_every_error_is_explained_by_its_code() -> None:
    explained = set(re.findall(r"`(\w+)`", (DOCS / "troubleshooting.md").read_text("utf-8")))
    assert given_codes() | set(PROBLEMS) <= explained


def _anchors(page: Path) -> set[str]:
    """Of a page's headings, as forges make them."""
    headings = _HEADING.findall(_FENCED.sub("", page.read_text("utf-8")))
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def test_the_voices_are_those_there_are() -> None:
    row = next(line for line in (DOCS / "settings.md").read_text("utf-8").splitlines() if line.startswith("| `voice`"))
    assert ", ".join(VOICES) + ";" in row
    assert set(LOCAL_VOICES) <= set(re.findall(r"\w+", row))
