"""Reads HTML files and the HTML of mails: lines, tables, ticks and marks, as a person sees them.

The page is read as it is parsed and no tree is built, so that none can grow too deep. Nothing is
followed, fetched or run.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, cast

from lxml.html import HTMLParser

from agent.documents import marked
from agent.documents import wordml as w
from agent.documents.htmlgrid import Grid
from agent.documents.htmllook import BLOCK, Look, look_of
from agent.documents.package import Unreadable
from agent.mailtext import decode_bytes
from agent.model.document import Block, Paragraph, Table

# Word's own HTML of a long form is about 1 MB; pictures stand in a page as text at times.
MAX_HTML_BYTES = 10 * 1024 * 1024
MAX_TAGS = 300_000
MAX_BLOCKS = 20_000
MAX_NESTING = 20

_MARKS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_META_CHARSET = re.compile(rb"<meta\b[^<>]{0,200}charset\s*=\s*[\"']?\s*([\w.:-]{1,40})", re.I)
_HEAD_BYTES = 4_096
_CELLS = frozenset({"td", "th", "caption"})
_SILENT_INPUTS = frozenset({"hidden", "submit", "button", "reset", "image", "file", "password"})
# Symbol fonts lie at F020 to F0FF; what `tidy_lines` left of them is an arrow or a bullet.
_OTHER_SYMBOLS = re.compile("[\uf020-\uf0ff]")


def read_html(
    content: bytes, charset: str | None = None
) -> tuple[tuple[Block, ...], tuple[str, ...]]:
    """Return a page's blocks in reading order, and its warnings, sorted.

    Each line is a paragraph. A table around tables, which only arranges the page, is none itself.

    Args:
        charset: What the mail says of it; a mark at the beginning goes before, the page's own
            word after.

    Raises:
        Unreadable: the page is longer or more deeply nested than anybody writes.
    """
    if len(content) > MAX_HTML_BYTES or content.count(b"<") > MAX_TAGS:
        raise Unreadable("too_complex")
    page = _Page()
    parser = cast(Any, HTMLParser)(target=page, encoding="utf-8")
    parser.feed(_decoded(content, charset).encode("utf-8", "replace"))
    parser.close()
    return tuple(page.body.blocks), tuple(sorted(page.warnings))


def marked_charset(content: bytes) -> str:
    """Return the character set that a file says by a mark at its beginning, or ""."""
    return next((name for mark, name in _MARKS if content.startswith(mark)), "")


def _decoded(content: bytes, charset: str | None) -> str:
    said = _META_CHARSET.search(content[:_HEAD_BYTES])
    own = said[1].decode("ascii", "replace") if said else ""
    return decode_bytes(content, marked_charset(content) or charset or own)


@dataclass(slots=True)
class _Flow:
    """Lines and tables as they follow one another in the body or in a cell."""

    where: str
    blocks: list[Block] = field(default_factory=list)
    pieces: list[str] = field(default_factory=list)
    paragraphs: int = 0
    tables: int = 0


class _Page:
    """Takes in a page tag by tag. `flows` are the body and the open cells, `grids` the open tables:
    between a table and its next cell there are as many of the one as of the other."""

    def __init__(self) -> None:
        self.body = _Flow("")
        self.flows = [self.body]
        self.grids: list[Grid] = []
        self.looks = [Look()]
        self.warnings: set[str] = set()
        self.blocks = 0

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        """Take in a start tag; a void element has its end tag at once."""
        look = look_of(tag, attributes, self.looks[-1])
        self.looks.append(look)
        if look.hidden:
            return
        if tag == "table":
            look.opens = self._open_table()
        elif tag == "tr" and self._is_between_cells():
            self.grids[-1].end_row()
        elif tag in _CELLS and self._is_between_cells():
            look.opens = True
            self._open_cell(tag, attributes)
        elif tag == "br" or BLOCK.fullmatch(tag):
            self._end_line()
        elif tag == "input":
            self._input(attributes)

    def end(self, tag: str) -> None:
        """Take in an end tag; the parser sends one for each start tag, in order."""
        look = self.looks.pop()
        if look.hidden:
            return
        if tag == "table" and look.opens:
            self._close_table()
        elif tag == "tr" and self._is_between_cells():
            self.grids[-1].end_row()
        elif tag in _CELLS and look.opens:
            self._close_cell()
        elif BLOCK.fullmatch(tag):
            self._end_line()

    def data(self, text: str) -> None:
        """Take in words."""
        look = self.looks[-1]
        if look.hidden:
            if look.hidden == "hidden" and text.strip():
                self.warnings.add("hidden_text")
            return
        if look.symbols:
            text = text.translate(_TO_SYMBOLS)
        for index, line in enumerate(text.split("\n") if look.preformatted else [text]):
            if index:
                self._end_line()
            self._words(line, look)

    def close(self) -> None:
        """Take in the end of the page."""
        self._end_line()

    def _words(self, text: str, look: Look) -> None:
        pieces = self.flows[-1].pieces
        if not text.strip():
            pieces.append(" ")
        elif look.struck:
            is_option = marked.is_option(text)
            pieces.append(marked.STRUCK_OPTION if is_option else marked.STRUCK)
            if not is_option:
                self.warnings.add("struck_through")
        else:
            pieces += (marked.OPEN, text, marked.CLOSE) if look.lit else (text,)

    def _end_line(self) -> None:
        flow = self.flows[-1]
        if not flow.pieces:
            return
        text = " ".join("".join(flow.pieces).split())
        flow.pieces.clear()
        for line in w.tidy_lines(text):
            # A cell settles its marks as a whole.
            words = line if len(self.flows) > 1 else marked.settle(line)
            words = _OTHER_SYMBOLS.sub("", words).strip()
            if words:
                flow.paragraphs += 1
                self._append(Paragraph(words, f"{flow.where}paragraph {flow.paragraphs}"))

    def _append(self, block: Block) -> None:
        self.blocks += 1
        if self.blocks > MAX_BLOCKS:
            raise Unreadable("too_complex")
        self.flows[-1].blocks.append(block)

    def _is_between_cells(self) -> bool:
        return len(self.grids) == len(self.flows)

    def _open_table(self) -> bool:
        """Begin a table; returns False for one that stands in a table but in none of its cells."""
        if self._is_between_cells():
            return False
        if len(self.grids) >= MAX_NESTING:
            raise Unreadable("too_complex")
        self._end_line()
        flow = self.flows[-1]
        flow.tables += 1
        self.grids.append(Grid(f"{flow.where}table {flow.tables}"))
        return True

    def _close_table(self) -> None:
        # Words between the cells, which no browser shows there, come before the table.
        self._end_line()
        grid = self.grids.pop()
        grid.end_row()
        if grid.is_frame():
            for block in grid.contents():
                is_line = isinstance(block, Paragraph) and len(self.flows) == 1
                self._append(_settled(block) if is_line else block)
        elif grid.rows:
            self._append(Table(tuple(grid.rows), grid.place))

    def _open_cell(self, tag: str, attributes: Mapping[str, str]) -> None:
        self._end_line()
        grid = self.grids[-1]
        if tag == "caption":
            grid.end_row()
        self.flows.append(_Flow(f"{grid.begin_cell(attributes)} "))

    def _close_cell(self) -> None:
        self._end_line()
        grid = self.grids[-1]
        grid.end_cell(self.flows.pop().blocks)
        self.blocks += 1
        if self.blocks > MAX_BLOCKS:
            raise Unreadable("too_complex")

    def _input(self, attributes: Mapping[str, str]) -> None:
        kind = attributes.get("type", "text").lower()
        if kind in ("checkbox", "radio"):
            word = w.TICKED if "checked" in attributes else w.EMPTY_BOX
        else:
            word = "" if kind in _SILENT_INPUTS else attributes.get("value", "")
        self.flows[-1].pieces.append(word)


_TO_SYMBOLS = {code: 0xF000 + code for code in range(0x21, 0x100)}


def _settled(block: Block) -> Block:
    return (
        Paragraph(marked.settle(block.text), block.place) if isinstance(block, Paragraph) else block
    )
