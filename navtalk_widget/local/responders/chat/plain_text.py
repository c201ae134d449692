"""Markdown as plain text, while it streams: what is read aloud has no stars, hashes and addresses in it."""

from __future__ import annotations

import re

MAX_HELD = 400
"""Characters that are held back at most until it is known what they are; longer ones are what they look like."""

_INDENT = r"[ \t]*"
_FENCE = re.compile(rf"{_INDENT}(?:```+|~~~+)[^\n]*(?:\n|\Z)")
_LINE = re.compile(
    rf"{_INDENT}(?:(?:(?:[-*_][ \t]*){{3,}}(?:\n|\Z)|\|?[ \t]*:?-[-:| \t]*\|[-:| \t]*(?:\n|\Z))"
    rf"|(?:>[ \t]?|(?:[-*+•‣◦][ \t]+|#{{1,6}}[ \t]+))+|\|[ \t]*)"
)
"""What a line may begin with: a rule, the line below a table's head; quotes, bullets and headings; a table's edge."""

_UNDECIDED_LINE = re.compile(rf"{_INDENT}(?:[-*_:|>#+•‣◦ \t]*|`{{1,}}[^\n]*|~{{1,}}[^\n]*)")
_WORDS = re.compile(r"[^\\`*_~\[\]!<|\n]+")
_LINK = re.compile(r"!?\[(?P<text>[^\[\]\n]*)\]\([^()\n]*(?:\([^()\n]*\)[^()\n]*)*\)")
_UNDECIDED_LINK = re.compile(r"!?\[[^\[\]\n]*(?:\](?:\((?:[^()\n]|\([^()\n]*\)?)*)?)?")
_MARKS = re.compile(r"\*+|_+|~+|`+")
_TAG = re.compile(r"<(?P<inside>/?[a-zA-Z][^<>\n]*)>")
_UNDECIDED_TAG = re.compile(r"</?(?:[a-zA-Z][^<>\n]*)?")
_ESCAPED = re.compile(r"\\([\\`*_{}\[\]()#+\-.!~|<>])")
_BREAK = re.compile(r"br\s*/?", re.IGNORECASE)


class PlainText:
    """Takes Markdown in pieces of any size and gives out its words as soon as they are known to be some.

    Code stays as it is, for whoever reads the captions may want it; an address stays where it is all there is.
    """

    def __init__(self) -> None:
        self._held = ""
        self._before = "\n"
        self._in_code = False

    def add(self, piece: str) -> str:
        """Add a piece; return what is ready to be spoken."""
        self._held += piece
        return self._take(final=False)

    def rest(self) -> str:
        """Return what is left when nothing more will come."""
        return self._take(final=True)

    def _take(self, *, final: bool) -> str:
        said = ""
        while self._held:
            step = self._step(final=final or len(self._held) > MAX_HELD)
            if step is None:
                break
            text, length = step
            self._before = self._held[length - 1]
            self._held = self._held[length:]
            said += text
        return said

    def _step(self, *, final: bool) -> tuple[str, int] | None:
        """What comes next, and of how many characters it is made; None if that is not yet known."""
        if self._before == "\n" and (begun := self._line(final=final)) is not _NO_MARK:
            return begun
        text = self._held
        if self._in_code:
            end = text.find("\n") + 1 or len(text)
            return text[:end], end
        if match := _WORDS.match(text):
            return match[0], match.end()
        match text[0]:
            case "[" | "!":
                return self._link(final=final)
            case "<":
                return self._tag(final=final)
            case "\\":
                if len(text) < 2 and not final:
                    return None
                escaped = _ESCAPED.match(text)
                return (escaped[1], 2) if escaped else ("\\", 1)
            case "*" | "_" | "~" | "`":
                return self._mark(final=final)
            case "|":
                return self._bar(final=final)
        return text[0], 1

    def _line(self, *, final: bool) -> tuple[str, int] | None:
        text = self._held
        if not final and _UNDECIDED_LINE.fullmatch(text):
            return None
        if match := _FENCE.match(text):
            self._in_code = not self._in_code
            return "", match.end()
        if not self._in_code and (match := _LINE.match(text)) and match.end():
            return "", match.end()
        return _NO_MARK

    def _link(self, *, final: bool) -> tuple[str, int] | None:
        text = self._held
        if match := _LINK.match(text):
            return match["text"], match.end()
        if not final and (text == "!" or _UNDECIDED_LINK.fullmatch(text)):
            return None
        return text[0], 1

    def _tag(self, *, final: bool) -> tuple[str, int] | None:
        text = self._held
        if match := _TAG.match(text):
            inside = match["inside"]
            if "://" in inside or "@" in inside:
                return inside, match.end()
            return ("\n" if _BREAK.fullmatch(inside) else ""), match.end()
        if not final and _UNDECIDED_TAG.fullmatch(text):
            return None
        return "<", 1

    def _mark(self, *, final: bool) -> tuple[str, int] | None:
        """Emphasis goes; a sign between spaces, or between two parts of a word or a sum, is none."""
        text = self._held
        marks = _MARKS.match(text)
        assert marks is not None
        if marks.end() == len(text) and not final:
            return None
        before, after = self._before, text[marks.end() : marks.end() + 1]
        alone = before.isspace() and (not after or after.isspace())
        within = before.isalnum() and after.isalnum()
        single = marks.end() == 1
        stays = {"*": alone or (single and within and before.isdigit()), "_": alone or within, "~": single}
        return (marks[0] if stays.get(text[0], False) else ""), marks.end()

    def _bar(self, *, final: bool) -> tuple[str, int] | None:
        """The edges of a table's cells become pauses."""
        match = re.match(r"\|[ \t]*", self._held)
        assert match is not None
        if match.end() == len(self._held) and not final:
            return None
        ends = match.end() == len(self._held) or self._held[match.end()] == "\n"
        return ("" if ends else ", "), match.end()


_NO_MARK: tuple[str, int] = ("", 0)
