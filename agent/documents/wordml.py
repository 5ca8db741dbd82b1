"""The words of Word's XML: names of elements, and what single elements say by themselves.

Everything here looks at one element; the walk over a document is in `docx`.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

NAMESPACE = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
# "Strict Open XML" says the same under another name.
STRICT_NAMESPACE = "http://purl.oclc.org/ooxml/wordprocessingml/main"

W = f"{{{NAMESPACE}}}"
_W14 = "{http://schemas.microsoft.com/office/word/2010/wordml}"
_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"

P, R, T, TBL, TR, TC = (W + name for name in ("p", "r", "t", "tbl", "tr", "tc"))
SDT, SDT_CONTENT, FLD_CHAR, SYM = (W + name for name in ("sdt", "sdtContent", "fldChar", "sym"))
RPR, TRPR, TCPR = (W + name for name in ("rPr", "trPr", "tcPr"))
COMMENT = W + "commentReference"
INS, MOVE_TO, DEL, MOVE_FROM = (W + name for name in ("ins", "moveTo", "del", "moveFrom"))
ALTERNATE = _MC + "AlternateContent"
VAL = W + "val"

# Elements that only wrap what is read, and those that may hold text boxes.
WRAPPERS = frozenset(
    W + name for name in ("hyperlink", "smartTag", "customXml", "fldSimple", "dir", "bdo")
)
GRAPHICS = frozenset(W + name for name in ("drawing", "pict", "object"))
MARKS = {
    W + "tab": " ",
    W + "ptab": " ",
    W + "br": "\n",
    W + "cr": "\n",
    W + "noBreakHyphen": "-",
}
TICKED, EMPTY_BOX = "☒", "☐"

# Glyphs that people pick by "Insert symbol"; by font, because the same code is a letter elsewhere.
_WINGDINGS = {0xFC: "☑", 0xFE: "☑", 0xFB: "☒", 0xFD: "☒", 0x6F: "☐", 0xA8: "☐", 0x71: "☐"}
_SYMBOLS = {
    "wingdings": _WINGDINGS,
    "wingdings 2": {
        **{0x50: "☑", 0x52: "☑", 0x4F: "☒", 0x51: "☒", 0x53: "☒", 0x54: "☒", 0xA3: "☐"},
    },
}
# The same glyphs typed as characters lie in the private area; zero-width characters say nothing.
_PLAIN = {0xF000 + code: glyph for code, glyph in _WINGDINGS.items()} | dict.fromkeys(
    (0x200B, 0x200E, 0x200F, 0x2060, 0xFEFF, 0x00AD)
)


def tidy_lines(text: str) -> list[str]:
    """Return the lines that say something, white space folded and symbols made plain."""
    if not text.isascii():
        text = text.translate(_PLAIN)
    return [words for line in text.split("\n") if (words := " ".join(line.split()))]


def is_on(element: "Element | None") -> bool:
    """Return whether an on/off property is present and not switched off."""
    return element is not None and element.get(VAL, "1") not in ("0", "false", "off")


def number(element: "Element | None", default: int) -> int:
    """Return an element's value as a number below 1,000, else `default`."""
    text = "" if element is None else element.get(VAL, "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 4 else default


_LOOKS = {
    W + "vanish": "hidden",
    W + "strike": "struck",
    W + "dstrike": "struck",
    W + "highlight": "highlighted",
}
_SHADING = W + "shd"
_NO_COLOUR = frozenset({"", "auto", "ffffff"})


def look(properties: "Element") -> str:
    """Return how a run looks: `hidden`, `struck`, `highlighted` or ""; hidden before the rest."""
    looks = ""
    for one in properties:
        name = _LOOKS.get(one.tag, "")
        if one.tag == _SHADING and one.get(W + "fill", "").lower() not in _NO_COLOUR:
            looks = looks or "highlighted"
        elif name == "highlighted":
            looks = looks or ("" if one.get(VAL) == "none" else name)
        elif name and is_on(one):
            if name == "hidden":
                return name
            looks = name
    return looks


def is_placeholder(control: "Element") -> bool:
    """Return whether a content control still shows its prompt."""
    return is_on(control.find(f"{W}sdtPr/{W}showingPlcHdr"))


def check_box(control: "Element") -> str | None:
    """Return the glyph of a content control that is a check box, else None."""
    box = control.find(f"{W}sdtPr/{_W14}checkbox")
    if box is None:
        return None
    checked = box.find(_W14 + "checked")
    is_checked = checked is not None and checked.get(_W14 + "val") in ("1", "true", "on")
    return TICKED if is_checked else EMPTY_BOX


def chosen(settings: "Element | None") -> str | None:
    """Return what a legacy check box or drop-down says, None for any other field."""
    if settings is None:
        return None
    box = settings.find(W + "checkBox")
    if box is not None:
        state = box.find(W + "checked")
        return TICKED if is_on(box.find(W + "default") if state is None else state) else EMPTY_BOX
    choices = settings.find(W + "ddList")
    if choices is None:
        return None
    entries = [entry.get(VAL, "") for entry in choices.findall(W + "listEntry")]
    result = choices.find(W + "result")
    index = number(choices.find(W + "default") if result is None else result, 0)
    return entries[index] if index < len(entries) else ""


def symbol(element: "Element") -> str:
    """Return a tick or box of a symbol font as a plain character, "" for any other symbol."""
    try:
        code = int(element.get(W + "char", ""), 16)
    except ValueError:
        return ""
    font = element.get(W + "font", "").lower()
    # Symbol fonts lie at F000 to F0FF, or plainly at 00 to FF.
    return _SYMBOLS.get(font, {}).get(code & 0xFF, "")


def alternative(element: "Element") -> "Element | None":
    """Return the first choice of a markup alternative: the others say the same again."""
    choice = element.find(_MC + "Choice")
    return element.find(_MC + "Fallback") if choice is None else choice


def text_boxes(element: "Element") -> "Iterator[Element]":
    """Yield the contents of the outermost text boxes inside a graphic."""
    if element.tag == W + "txbxContent":
        yield element
        return
    inside = alternative(element) if element.tag == ALTERNATE else element
    for child in () if inside is None else inside:
        yield from text_boxes(child)
