"""What was put onto a PDF page after it was made: form fields, typed notes, highlighter.

Each becomes a glyph or mark of the page where it is seen, so that it is read with the words
beside it. Knows nothing of which label it answers.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from pypdf import PageObject
from pypdf.generic import ArrayObject, DictionaryObject, StreamObject

from agent.documents.pdfpage import Box, Glyph, Page
from agent.documents.wordml import EMPTY_BOX, TICKED

# A form's page has up to 300 fields.
_MAX_ANNOTATIONS = 5_000
_MAX_PARENTS = 20
# Annotation flags (PDF 32000-1, table 165) and field flags (tables 226 and 228).
_UNSEEN = 0x02 | 0x20
_PASSWORD = 1 << 13
_PUSH_BUTTON = 1 << 16

_LINE = 11.0
# A field so high takes several lines; what is written begins at its top.
_MAX_ONE_LINE = 30.0
# A label stands so far above its field at most, and so far to its left.
_ABOVE = 24.0
_BESIDE = 300.0
# A field's border is drawn so close around it.
_BORDER = 4.0
# What is printed where something is to be typed or ticked.
_BLANKS = frozenset("_.…☐❏")


@dataclass(slots=True)
class Added:
    """What was found on a page beside its own drawing."""

    has_fields: bool = False
    warnings: set[str] = field(default_factory=set)
    labels: list[tuple[Box, str]] = field(default_factory=list)
    notes: int = 0


def take_annotations(source: PageObject, page: Page) -> Added:
    """Add the fields and notes of a page to its glyphs and marks, and return what they were."""
    added = Added()
    for one in as_list(source.get("/Annots"))[:_MAX_ANNOTATIONS]:
        annotation = as_dictionary(one)
        rect = [float(number) for number in as_list(annotation.get("/Rect"))]
        if len(rect) != 4:
            continue
        x0, x1 = sorted(rect[::2])
        y0, y1 = sorted(rect[1::2])
        box = page.box((x0, y0, x1, y1))
        if annotation.get("/Subtype") == "/Widget":
            _take_field(annotation, box, page, added)
        else:
            _take_note(annotation, box, page, added)
    for box, label in added.labels:
        if not _has_label(box, page):
            page.glyphs.append(Glyph(box.x0 - 60, box.top, box.x0 - 2, box.bottom, label))
    return added


def as_dictionary(value: Any) -> DictionaryObject:
    """Return what a reference points to if it is a dictionary, else an empty one."""
    found = value.get_object() if hasattr(value, "get_object") else value
    return found if isinstance(found, DictionaryObject) else DictionaryObject()


def as_list(value: Any) -> list[Any]:
    """Return what a reference points to if it is an array, else an empty list."""
    found = value.get_object() if hasattr(value, "get_object") else value
    return [one.get_object() for one in found] if isinstance(found, ArrayObject) else []


def _take_field(widget: DictionaryObject, box: Box, page: Page, added: Added) -> None:
    kind, flags = _inherited(widget, "/FT"), _inherited(widget, "/Ff")
    flags = flags if isinstance(flags, int) else 0
    is_button = kind == "/Btn"
    if kind not in ("/Tx", "/Ch", "/Btn") or (is_button and flags & _PUSH_BUTTON):
        return
    added.has_fields = True
    text = "" if is_button or flags & _PASSWORD else _value(widget, kind == "/Ch")
    if _is_unseen(widget):
        if text.strip():
            added.warnings.add("hidden_text")
        return
    page.glyphs = [
        glyph for glyph in page.glyphs if glyph.text not in _BLANKS or not box.holds(glyph)
    ]
    page.squares = [square for square in page.squares if not box.holds(square)]
    page.frames = [frame for frame in page.frames if not _is_border(frame, box)]
    if is_button:
        page.glyphs.append(
            Glyph(box.x0, box.top, box.x1, box.bottom, TICKED if _is_on(widget) else EMPTY_BOX)
        )
        return
    names = list(_names(widget))
    name = ".".join(reversed(names))
    line = _line_of(box, text)
    line.text, line.field = text, f"page {page.number} field {name}"
    page.glyphs.append(line)
    if text:
        tooltip = _inherited(widget, "/TU")
        added.labels.append((line, _text(tooltip) or (names[0] if names else "")))


def _take_note(note: DictionaryObject, box: Box, page: Page, added: Added) -> None:
    kind = note.get("/Subtype")
    if kind == "/Link":
        action = as_dictionary(note.get("/A"))
        target = _text(action.get("/URI")).lower()
        # Office programs turn every e-mail address into a link.
        is_web = action.get("/S") == "/URI" and not target.startswith("mailto:")
        if is_web or action.get("/S") in ("/Launch", "/GoToR"):
            added.warnings.add("links")
    elif kind == "/FileAttachment":
        added.warnings.add("embedded_files")
    elif _is_unseen(note):
        return
    elif kind == "/FreeText" and (text := _text(note.get("/Contents")).strip()):
        added.notes += 1
        line = _line_of(box, text)
        line.text, line.field = text, f"page {page.number} note {added.notes}"
        page.glyphs.append(line)
    elif kind == "/Text" and _text(note.get("/Contents")).strip():
        added.warnings.add("comments")
    elif kind in ("/Highlight", "/StrikeOut"):
        _take_marker(note, kind, box, page)


def _take_marker(note: DictionaryObject, kind: Any, box: Box, page: Page) -> None:
    points = [float(number) for number in as_list(note.get("/QuadPoints"))]
    quads = [points[at : at + 8] for at in range(0, len(points) - 7, 8)]
    boxes = [page.box((min(q[::2]), min(q[1::2]), max(q[::2]), max(q[1::2]))) for q in quads]
    for one in boxes or [box]:
        if kind == "/Highlight":
            page.fills.append(one)
        else:
            middle = (one.top + one.bottom) / 2
            page.lines.append(Box(one.x0, middle, one.x1, middle))


def _line_of(box: Box, text: str) -> Glyph:
    """Return where the first line in a field stands."""
    is_high = box.height > _MAX_ONE_LINE or "\n" in text
    top = box.top + 1 if is_high else (box.top + box.bottom - _LINE) / 2
    return Glyph(box.x0, top, box.x1, top + _LINE, text)


def _is_border(frame: Box, box: Box) -> bool:
    """Return whether a frame is only drawn around a field."""
    sides = (frame.x0 - box.x0, frame.top - box.top, frame.x1 - box.x1, frame.bottom - box.bottom)
    return all(abs(side) <= _BORDER for side in sides)


def _has_label(line: Box, page: Page) -> bool:
    """Return whether anything is printed, or another field stands, to the left or above."""
    middle = (line.top + line.bottom) / 2
    return any(
        (glyph.top <= middle <= glyph.bottom and line.x0 - _BESIDE < glyph.x1 <= line.x0 + 2)
        or (
            line.top - _ABOVE < glyph.bottom <= line.top + 2
            and glyph.x0 < line.x1
            and glyph.x1 > line.x0
        )
        for glyph in page.glyphs
        if glyph is not line and (glyph.text.strip() or glyph.field)
    )


def _is_unseen(annotation: DictionaryObject) -> bool:
    flags = annotation.get("/F", 0)
    return isinstance(flags, int) and bool(flags & _UNSEEN)


def _parents(widget: DictionaryObject) -> Iterator[DictionaryObject]:
    for _ in range(_MAX_PARENTS):
        if not widget:
            return
        yield widget
        widget = as_dictionary(widget.get("/Parent"))


def _inherited(widget: DictionaryObject, key: str) -> Any:
    for one in _parents(widget):
        if key in one:
            return one[key].get_object()
    return None


def _names(widget: DictionaryObject) -> Iterator[str]:
    for one in _parents(widget):
        if name := _text(one.get("/T")):
            yield name


def _value(widget: DictionaryObject, is_choice: bool) -> str:
    value = _inherited(widget, "/V")
    if not is_choice:
        return _text(value)
    shown = {}
    for option in as_list(_inherited(widget, "/Opt")):
        pair = as_list(option)
        if len(pair) == 2:
            shown[_text(pair[0])] = _text(pair[1])
    chosen = as_list(value) or [value]
    return ", ".join(shown.get(text, text) for one in chosen if (text := _text(one)))


def _is_on(widget: DictionaryObject) -> bool:
    """Return whether a check box or radio button is chosen."""
    state = widget.get("/AS", None)
    if state is None:
        value = _inherited(widget, "/V")
        looks = as_dictionary(as_dictionary(widget.get("/AP")).get("/N"))
        return value not in (None, "/Off") and value in looks
    return bool(state != "/Off")


def _text(value: Any) -> str:
    """Return a string of the file with plain line breaks, "" for anything else."""
    value = value.get_object() if hasattr(value, "get_object") else value
    if isinstance(value, StreamObject):
        value = value.get_data()
    if isinstance(value, bytes):
        value = value.decode("latin-1")
    if not isinstance(value, str):
        return ""
    return value.replace("\r\n", "\n").replace("\r", "\n").lstrip("\ufeff")
