"""Shows the notebooks, as they are kept, among the pages of the documentation. MkDocs calls the functions."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import nbformat
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page
from nbconvert import MarkdownExporter
from traitlets.config import Config

NOTEBOOKS = Path(__file__).parents[1] / "notebooks"
FOLDER = "notebooks"
_NOTEBOOK = re.compile(r"(\]\([\w./-]+)\.ipynb(?=[)#])")
WIDGET = "application/vnd.jupyter.widget-view+json"


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add a page for each notebook, and its pictures; and all of them to the navigation."""
    titles: list[dict[str, str]] = []
    for path in sorted(NOTEBOOKS.glob("*.ipynb")):
        notebook = nbformat.read(path, as_version=4)
        text, pictures = _as_markdown(notebook, path.stem)
        page = f"{FOLDER}/{path.stem}.md"
        files.append(File.generated(config, page, content=text))
        for name, content in pictures.items():
            files.append(File.generated(config, f"{FOLDER}/{name}", content=content))
        titles.append({_title(notebook): page})
    for path in sorted((NOTEBOOKS / "data").rglob("*")):  # what notebooks read, and lead to
        if path.is_file() and "__pycache__" not in path.parts:
            name = f"{FOLDER}/{path.relative_to(NOTEBOOKS).as_posix()}"
            files.append(File.generated(config, name, content=path.read_bytes()))
    assert config.nav is not None
    config.nav.insert(-1, {"Notebooks": titles})
    return files


def on_page_markdown(markdown: str, page: Page, **_: Any) -> str:
    """Let links between pages and notebooks, which lead to the files in the source tree, lead to pages."""
    markdown = _NOTEBOOK.sub(r"\1.md", markdown)
    if page.file.src_uri.startswith(f"{FOLDER}/"):
        return markdown.replace("](../docs/", "](../")
    return markdown.replace("](../notebooks/", f"]({FOLDER}/")


def _as_markdown(notebook: nbformat.NotebookNode, name: str) -> tuple[str, dict[str, bytes]]:
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            if WIDGET in output.get("data", {}):  # it needs its kernel; the words remain
                del output.data[WIDGET]
    settings = Config()
    settings.NbConvertBase.display_data_priority = ["image/svg+xml", "image/png", "text/html", "text/plain"]
    settings.ExtractOutputPreprocessor.output_filename_template = f"{name}_{{cell_index}}_{{index}}{{extension}}"
    text, resources = MarkdownExporter(config=settings).from_notebook_node(notebook)
    return text, resources.get("outputs") or {}


def _title(notebook: nbformat.NotebookNode) -> str:
    """Its first heading."""
    lines = (line for cell in notebook.cells if cell.cell_type == "markdown" for line in cell.source.splitlines())
    return next(line.lstrip("# ") for line in lines if line.startswith("# "))
