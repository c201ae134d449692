"""A report in a notebook."""

from __future__ import annotations

from html import escape

from navtalk_widget.transcript.report.colours import AVATAR, PERSON
from navtalk_widget.transcript.report.page import Page, Section, share_in_words

# Styles stand in the elements: notebooks that are not trusted, and GitHub, drop style sheets. Text has the colour of
# what is around it, light or dark.
_QUIET = "opacity:.72"
_CELL = "text-align:right;padding:.15em 0 .15em 1.6em;font-variant-numeric:tabular-nums"
_LABEL = "text-align:left;padding:.15em 0;font-weight:normal"


def to_html(page: Page) -> str:
    """The report as HTML that needs no style sheet. All its words are escaped: some come from the model."""
    parts = [
        f'<p style="margin:0 0 .2em"><strong>{escape(page.title)}</strong></p>',
        f'<p style="margin:0 0 .8em;{_QUIET}">{escape(page.subtitle)}</p>',
    ]
    if page.person_share is not None:
        parts.append(_bar(page.person_share))
    parts += map(_table, page.sections)
    return f'<div style="max-width:42em">{"".join(parts)}</div>'


def _bar(person_share: float) -> str:
    person, avatar = share_in_words(person_share), share_in_words(1 - person_share)
    return (
        f'<div role="img" aria-label="Talk time: person {person}, avatar {avatar}" style="margin:0 0 .8em">'
        '<div style="display:flex;gap:2px;height:.6em">'
        f'<div style="flex:{person_share:.4f} 0 0;background:{PERSON};border-radius:2px"></div>'
        f'<div style="flex:{1 - person_share:.4f} 0 0;background:{AVATAR};border-radius:2px"></div></div>'
        '<div style="display:flex;justify-content:space-between;font-size:.9em">'
        f"<span>person {person}</span><span>{avatar} avatar</span></div></div>"
    )


def _table(section: Section) -> str:
    head = "".join(
        f'<th scope="col" style="{_CELL};font-weight:600">{escape(column)}</th>' for column in section.columns
    )
    rows = "".join(
        f'<tr><th scope="row" style="{_LABEL}">{escape(label)}</th>'
        + "".join(f'<td style="{_CELL}">{escape(cell)}</td>' for cell in cells)
        + "</tr>"
        for label, *cells in section.rows
    )
    note = f'<p style="margin:.2em 0 0;font-size:.9em;{_QUIET}">{escape(section.note)}</p>' if section.note else ""
    return (
        '<table style="color:inherit;font-size:inherit;width:100%;border-collapse:collapse;margin:0 0 .3em"><thead><tr>'
        f'<th scope="col" style="{_LABEL};font-weight:600">{escape(section.title)}</th>{head}</tr></thead>'
        f'<tbody>{rows}</tbody></table>{note}<div style="height:.8em"></div>'
    )
