"""How words on a page look: hidden, struck through, highlighted, in a font of symbols.

Reads one tag and its attributes; the page itself is read in `html`.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

BLOCK = re.compile(
    r"p|div|[uod]l|li|d[td]|h[1-6r]|blockquote|pre|section|article|header|footer|main|address"
    r"|center|form|fieldset|legend|body|textarea|t[dhr]|table|caption"
)
_SKIPPED = re.compile(
    r"script|style|head|title|template|noscript|svg|object|iframe|button|datalist"
)
_STRUCK = frozenset({"s", "strike", "del"})
_INLINE = re.compile(r"span|font|b|strong|i|em|u|a|small|big|label|su[bp]|ins")

_HIDDEN = re.compile(
    r"display:none|visibility:hidden|mso-hide:all|font-size:0(?:px|pt|em|%)?(?:;|!|$)"
)
_FONT = re.compile(r"font-family:([^;]*)")
_BACKGROUND = re.compile(r"(?:background(?:-color)?|mso-highlight):([^;]*)")
# What nobody sees on a white page, near-white greys among them.
_NO_COLOUR = re.compile(
    r"(?:white\w*|transparent|inherit|initial|unset|none|auto|#f{3}|#(?:[ef][0-9a-f]){3}"
    r"|rgba?\(2[3-5]\d,2[3-5]\d,2[3-5]\d\b.*|rgba\(.*,0(?:\.0*)?\)|)(?:!.*)?"
)


@dataclass(slots=True)
class Look:
    """The look of the words in an element. `hidden` is "" for words that are seen, `skipped` for
    what is never text, `hidden` for text that somebody hid; `opens` is set for a table or a cell
    that was begun."""

    hidden: str = ""
    struck: bool = False
    lit: bool = False
    symbols: bool = False
    preformatted: bool = False
    opens: bool = False


def look_of(tag: str, attributes: Mapping[str, str], around: Look) -> Look:
    """Return the look of what stands in an element that stands in `around`."""
    if around.hidden:
        return Look(hidden=around.hidden)
    style = attributes.get("style", "")
    style = "".join(style.lower().split()) if style else ""
    is_hidden = "hidden" in attributes or (style and _HIDDEN.search(style))
    is_other_choice = tag == "option" and "selected" not in attributes
    if _SKIPPED.fullmatch(tag) or is_other_choice:
        return Look(hidden="skipped")
    if is_hidden:
        return Look(hidden="hidden")
    font = _FONT.search(style) if style else None
    face = font[1] if font else attributes.get("face", "").lower()
    return Look(
        struck=around.struck or tag in _STRUCK or "line-through" in style,
        lit=around.lit
        or tag == "mark"
        or bool(style and _INLINE.fullmatch(tag) and _is_coloured(style)),
        symbols="wingdings" in face if face else around.symbols,
        preformatted=around.preformatted or tag in ("pre", "textarea"),
    )


def _is_coloured(style: str) -> bool:
    return any(not _NO_COLOUR.fullmatch(colour) for colour in _BACKGROUND.findall(style))
