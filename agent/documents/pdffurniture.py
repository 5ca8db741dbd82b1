"""What is printed at the head and foot of the pages of a PDF, and is nobody's answer."""

import re
from collections import defaultdict
from collections.abc import Sequence

from agent.documents.pdfpage import Page
from agent.documents.pdftext import Line
from agent.model.document import Paragraph

# Headers and footers stand in these parts of the page's height, and are a few lines at most.
_EDGE_SHARE = 0.13
_EDGE_LINES = 4
# On every page at the same height, but for the rounding of the program.
_SAME_HEIGHT = 4.0
_COUNTED = re.compile(r"\bpage\s*\d+(?:\s*(?:of|/)\s*\d+)?", re.IGNORECASE)
_PAGE_NUMBER = re.compile(r"\W*#\W*")
# What browsers print below a page.
_PRINTED_ADDRESS = re.compile(r"(?:https?://\S+|about:blank)(?: #)?", re.IGNORECASE)


def take_furniture(pages: Sequence[tuple[Page, list[Line]]]) -> tuple[Paragraph, ...]:
    """Take repeated headers and footers, and page numbers, out of the lines of each page; return
    the headers as paragraphs of the place "header 1", as a Word file has them."""
    seen: dict[tuple[bool, str], list[tuple[int, float]]] = defaultdict(list)
    edges: list[tuple[int, bool, list[tuple[Line, str]]]] = []
    for index, (page, lines) in enumerate(pages):
        for is_head in (True, False):
            found = [
                (line, _key(line, page.number, len(pages)))
                for line in _edge_lines(page, lines, is_head)
            ]
            edges.append((index, is_head, found))
            for line, words in found:
                seen[is_head, words].append((index, line[0].top))
    headers: list[str] = []
    for index, is_head, found in edges:
        for line, words in found:
            places = seen[is_head, words]
            if not (_is_repeated(places, len(pages)) or _is_printed(words, is_head)):
                # What stands further in is text, though it may be the same on several pages.
                break
            if is_head and places[0][0] == index and not _is_printed(words, is_head):
                headers.append(" ".join(segment.text for segment in line))
            pages[index][1][:] = [one for one in pages[index][1] if one is not line]
    return tuple(Paragraph(text, f"header {index}") for index, text in enumerate(headers, start=1))


def _edge_lines(page: Page, lines: Sequence[Line], is_head: bool) -> list[Line]:
    """Return the lines at the head or foot of a page, the outermost first."""
    edge = _EDGE_SHARE * page.height
    if is_head:
        return [line for line in lines[:_EDGE_LINES] if line[0].bottom <= edge]
    foot = [line for line in lines[-_EDGE_LINES:] if line[0].top >= page.height - edge]
    return foot[::-1]


def _is_printed(words: str, is_head: bool) -> bool:
    """Return whether a line only counts the page, or says where a browser found it."""
    if _PAGE_NUMBER.fullmatch(words):
        return True
    return not is_head and _PRINTED_ADDRESS.fullmatch(words) is not None


def _key(line: Line, page: int, pages: int) -> str:
    """Return the words of a line, without the numbers that count pages."""
    if any(segment.field for segment in line):
        return ""
    alone = re.compile(rf"\W*{page}(?:\s*(?:of|/)\s*{pages})?\W*", re.IGNORECASE)
    words = ("#" if alone.fullmatch(segment.text) else segment.text for segment in line)
    return _COUNTED.sub("#", " ".join(words))


def _is_repeated(places: Sequence[tuple[int, float]], count: int) -> bool:
    """Return whether words stand at one height on half of the pages, and at least on two."""
    pages = {index for index, _ in places}
    tops = [top for _, top in places]
    return len(pages) >= max(2, count / 2) and max(tops) - min(tops) <= _SAME_HEIGHT
