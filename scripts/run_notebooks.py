"""Run the notebooks offline, and keep what they put out in them, small and the same each time. Run: make notebooks.

Of each output stays what can be read without a kernel: a widget's view is kept as its text, sound and whatever else
takes much room is left to who runs the notebook. A cell with the tag ``docs/…png`` gives its picture to that file, too.
"""

from __future__ import annotations

import base64
import io
import sys
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from PIL import Image

ROOT = Path(__file__).parents[1]
NOTEBOOKS = ROOT / "notebooks"

CELL_LIMIT = 60
"""Seconds that a cell may take."""

MAX_OUTPUT = 60_000
"""Characters of one form of an output, such as its HTML; larger ones stay out. Pictures are larger in base64."""

COLOURS = 64
"""Of a picture: plots have few, and are a third of the size for it."""

VIEW = "application/vnd.jupyter.widget-view+json"


def run(path: Path) -> None:
    """Execute a notebook in its folder, and save it with its outputs.

    Raises:
        nbclient.exceptions.CellExecutionError: a cell failed; nothing is saved.
    """
    notebook = nbformat.read(path, as_version=4)
    client = NotebookClient(
        notebook,
        timeout=CELL_LIMIT,
        store_widget_state=False,
        record_timing=False,
        coalesce_streams=True,
        resources={"metadata": {"path": str(path.parent)}},
    )
    client.execute()
    notebook.metadata.pop("widgets", None)
    notebook.metadata.language_info = {"name": "python"}
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs = [kept for output in cell.outputs if (kept := _kept(output)) is not None]
            _give_picture(cell)
    nbformat.validate(notebook)
    nbformat.write(notebook, path)


def _kept(output: nbformat.NotebookNode) -> nbformat.NotebookNode | None:
    """The output without what only a running kernel can show; None if nothing is left."""
    if output.output_type == "stream":
        return output if output.name == "stdout" else None  # bars of progress, and warnings of the machine
    data = output.get("data", {})
    data.pop(VIEW, None)
    if "image/png" in data:
        data["image/png"] = base64.b64encode(_smaller(base64.b64decode(data["image/png"]))).decode()
        data.pop("text/plain", None)
    for form in [form for form, content in data.items() if form != "image/png" and len(content) > MAX_OUTPUT]:
        del data[form]
    output.metadata = {}
    return output if data else None


def _smaller(png: bytes) -> bytes:
    small = io.BytesIO()
    with Image.open(io.BytesIO(png)) as image:
        image.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE).save(small, "png", optimize=True)
    return small.getvalue()


def _give_picture(cell: nbformat.NotebookNode) -> None:
    for tag in cell.metadata.get("tags", []):
        if tag.startswith("docs/"):
            pictures = [output.data["image/png"] for output in cell.outputs if "image/png" in output.get("data", {})]
            (ROOT / tag).parent.mkdir(parents=True, exist_ok=True)
            (ROOT / tag).write_bytes(base64.b64decode(pictures[-1]))


if __name__ == "__main__":
    for path in [Path(name) for name in sys.argv[1:]] or sorted(NOTEBOOKS.glob("*.ipynb")):
        run(path)
        sys.stdout.write(f"{path.name}: {path.stat().st_size // 1024} kB\n")
