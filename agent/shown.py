"""Text, mails and documents from outside, made ready to be shown: everything escaped or cleaned,
nothing fetched, nothing run, evidence marked. Pure."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import nh3
from markupsafe import Markup

from agent.model.document import Block, Cell, Document, Paragraph, Table
from agent.model.message import Message, Part

_MOST_CHARS = 200_000
_MOST_BLOCKS = 3_000
_CUT = Markup("<p><strong>The rest is too long to show here: download it.</strong></p>")
_TAGS = {
    *("p", "br", "div", "span", "blockquote", "pre", "hr", "b", "strong", "i", "em", "u", "s"),
    *("ul", "ol", "li", "dl", "dt", "dd", "table", "thead", "tbody", "tr", "td", "th"),
}
# What is thrown away with everything in it.
_EMPTIED = {"script", "style", "title", "template", "svg", "math", "noscript", "head"}
_RISKY = {
    "program": ("exe", "com", "scr", "bat", "cmd", "ps1", "vbs", "js", "jar", "msi", "lnk", "iso"),
    "macros may run": ("docm", "xlsm", "dotm", "pptm", "xlsb"),
    "a web page": ("htm", "html", "mht", "svg"),
    "an archive": ("zip", "rar", "7z", "gz"),
}


@dataclass(frozen=True, slots=True)
class ShownFile:
    """An attached file; `number` is its place in the mail, from 1. `risk` says in words why it is
    not to be opened lightly, or ""."""

    number: int
    filename: str
    size_bytes: int
    risk: str


@dataclass(frozen=True, slots=True)
class ShownDocument:
    """A document's text with anchors at the places that answers came from."""

    filename: str
    markup: Markup
    problem: str | None
    warnings: tuple[str, ...]


def harmless(text: str) -> str:
    """Return the text without characters that change how what follows is read or shown."""
    return "".join(
        character
        if character in "\n\t" or unicodedata.category(character) not in ("Cc", "Cf")
        else ("" if character in "\r\u00ad\u200b\ufeff" else "\N{REPLACEMENT CHARACTER}")
        for character in text
    )


def mark_evidence(text: str, snippets: Iterable[str]) -> Markup:
    """Return the text in paragraphs, with every place that a snippet stands at marked."""
    text = harmless(text)
    cut = len(text) > _MOST_CHARS
    text = text[:_MOST_CHARS]
    spans = _merged(_found(text, snippets))
    pieces, at = [], 0
    for start, end in spans:
        pieces += [Markup.escape(text[at:start]), _marked(text[start:end])]
        at = end
    pieces.append(Markup.escape(text[at:]))
    whole = Markup("").join(pieces)
    paragraphs = re.split(r"\n[ \t]*(?:\n[ \t]*)+", str(whole).strip())
    # Only marks and breaks of ours are markup here: the text itself is escaped already.
    shown = Markup("").join(
        Markup("<p>{}</p>").format(Markup(one.replace("\n", "<br>"))) for one in paragraphs if one
    )
    return shown + _CUT if cut else shown


def clean_html(html: str) -> Markup:
    """Return a mail's HTML with nothing left but words, paragraphs, lists and tables."""
    cut = len(html) > _MOST_CHARS
    cleaned = nh3.clean(
        harmless(html[:_MOST_CHARS]),
        tags=_TAGS,
        clean_content_tags=_EMPTIED,
        attributes={"td": {"colspan", "rowspan"}, "th": {"colspan", "rowspan"}},
        url_schemes=set(),
        link_rel=None,
        strip_comments=True,
    )
    return Markup(cleaned) + (_CUT if cut else Markup(""))


def files_of(message: Message) -> tuple[ShownFile, ...]:
    """Return the files of a mail in their order."""
    return tuple(_file(number, part) for number, part in enumerate(message.attachments, start=1))


def anchor_of(place: str) -> str:
    """Return the anchor of a place in a document, as it stands in `field_sources`."""
    return "place-" + re.sub(r"[^a-z0-9]+", "-", place.lower()).strip("-")[:120]


def show_document(document: Document, sources: Mapping[str, str]) -> ShownDocument:
    """Return a document's text; each place in `sources` that is in it gets its anchor."""
    places = {
        place.removeprefix(f"{document.filename}, "): place
        for place in sources.values()
        if place.startswith(f"{document.filename}, ")
    }
    blocks = document.blocks[:_MOST_BLOCKS]
    markup = Markup("\n").join(_blocks(blocks, places, set()))
    if len(document.blocks) > _MOST_BLOCKS:
        markup += _CUT
    return ShownDocument(document.filename, markup, document.problem, document.warnings)


def _blocks(blocks: Sequence[Block], places: Mapping[str, str], used: set[str]) -> Iterator[Markup]:
    for block in blocks:
        if isinstance(block, Paragraph):
            yield Markup("<p{}>{}</p>").format(_anchor(block.place, places, used), _text(block))
        else:
            yield _table(block, places, used)


def _table(table: Table, places: Mapping[str, str], used: set[str]) -> Markup:
    rows = Markup("").join(
        Markup("<tr>{}</tr>").format(Markup("").join(_cell(cell, places, used) for cell in row))
        for row in table.rows[:_MOST_BLOCKS]
    )
    return Markup(
        '<div class="app-scroll" tabindex="0"><table><tbody>{}</tbody></table></div>'
    ).format(rows)


def _cell(cell: Cell, places: Mapping[str, str], used: set[str]) -> Markup:
    nested = Markup("").join(_table(one, places, used) for one in cell.nested)
    return Markup("<td{}>{}{}</td>").format(_anchor(cell.place, places, used), _text(cell), nested)


def _text(block: Paragraph | Cell) -> Markup:
    return Markup("<br>").join(harmless(block.text)[:_MOST_CHARS].splitlines())


def _anchor(place: str, places: Mapping[str, str], used: set[str]) -> Markup:
    whole = places.get(place)
    if whole is None or whole in used:
        return Markup("")
    used.add(whole)
    return Markup(' id="{}" class="app-answer"').format(anchor_of(whole))


def _file(number: int, part: Part) -> ShownFile:
    name = harmless(part.filename).replace("\n", " ").strip() or "unnamed"
    ending = name.rpartition(".")[2].lower()
    risk = next((words for words, endings in _RISKY.items() if ending in endings), "")
    return ShownFile(number, name, len(part.content), risk)


def _found(text: str, snippets: Iterable[str]) -> Iterator[tuple[int, int]]:
    for snippet in snippets:
        words = harmless(snippet).split()
        if not words or len(snippet) > 500:
            continue
        pattern = r"\s+".join(map(re.escape, words))
        for found in re.finditer(pattern, text, re.IGNORECASE):
            yield found.span()


def _merged(spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    merged: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def _marked(text: str) -> Markup:
    """Return the words marked; a mark ends with its paragraph."""
    parts = re.split(r"(\n[ \t]*(?:\n[ \t]*)+)", text)
    return Markup("").join(
        Markup("<mark>{}</mark>").format(part) if part.strip() else part for part in parts
    )
