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
    found: list[tuple[int, Line, tuple[bool, str]]] = []
    for index, (page, lines) in enumerate(pages):
        for is_head, line in _edge_lines(page, lines):
            key = (is_head, _key(line, page.number, len(pages)))
            seen[key].append((index, line[0].top))
            found.append((index, line, key))
    headers: list[str] = []
    for index, line, key in found:
        is_head, words = key
        if _is_repeated(seen[key]):
            text = " ".join(segment.text for segment in line)
            if is_head and seen[key][0][0] == index:
                headers.append(text)
        elif not _PAGE_NUMBER.fullmatch(words) and (
            is_head or not _PRINTED_ADDRESS.fullmatch(words)
        ):
            continue
        lines = pages[index][1]
        lines[:] = [one for one in lines if one is not line]
    return tuple(Paragraph(text, f"header {index}") for index, text in enumerate(headers, start=1))


def _edge_lines(page: Page, lines: Sequence[Line]) -> list[tuple[bool, Line]]:
    edge = _EDGE_SHARE * page.height
    head = [line for line in lines[:_EDGE_LINES] if line[0].bottom <= edge]
    foot = [line for line in lines[-_EDGE_LINES:] if line[0].top >= page.height - edge]
    return [*((True, line) for line in head), *((False, line) for line in foot)]


def _key(line: Line, page: int, pages: int) -> str:
    """Return the words of a line, without the numbers that count pages."""
    if any(segment.field for segment in line):
        return ""
    alone = re.compile(rf"\W*{page}(?:\s*(?:of|/)\s*{pages})?\W*", re.IGNORECASE)
    words = ("#" if alone.fullmatch(segment.text) else segment.text for segment in line)
    return _COUNTED.sub("#", " ".join(words))


def _is_repeated(places: Sequence[tuple[int, float]]) -> bool:
    pages = {index for index, _ in places}
    tops = [top for _, top in places]
    return len(pages) > 1 and max(tops) - min(tops) <= _SAME_HEIGHT
