"""What people mark instead of typing: a printed choice with one option highlighted or struck out.

The walk over a Word file leaves marks in the text of a paragraph or cell; `settle` takes them out
again. Nothing here knows Word's XML.
"""

import re

# Private characters, which no typed text holds; STRUCK stands where words were struck through,
# STRUCK_OPTION where they were one option of a choice.
OPEN, CLOSE, STRUCK, STRUCK_OPTION = "\ue000", "\ue001", "\ue002", "\ue003"
_ANY = re.compile(f"[{OPEN}{CLOSE}{STRUCK}{STRUCK_OPTION}]")
_STRUCK_RUN = re.compile(rf"{STRUCK}(?:[ \t]*{STRUCK})+")
# The stroke between two options goes with the one that was struck out.
_STRUCK_OPTION = re.compile(rf"[ \t]*[/|][ \t]*{STRUCK}|{STRUCK}[ \t]*[/|][ \t]*|{STRUCK}")
_OPTION = (
    "(?:not known|don't know|unknown|n/k|n/a|serious incident|serious harm|death|male|female"
    "|yes|no)"
)
_CHOICE = re.compile(rf"\b{_OPTION}\b(?:\s*[/|,]?\s*\b{_OPTION}\b)+", re.IGNORECASE)
_EACH = re.compile(rf"\b{_OPTION}\b", re.IGNORECASE)
_ONE_OPTION = re.compile(rf"[\s/|]*(?:{_OPTION}[\s/|]*)?", re.IGNORECASE)


_YES_NO = "(?:not known|yes|no)"
_BEHIND = rf"[ \t]*(?=[^\W_]|\()(?!{_YES_NO}\b)"
_NOTE = re.compile(r"[ \t]+(?:\w|\()")
_LEFT_OF_TWO = re.compile(
    rf"\b(?P<one>{_YES_NO})\b[ \t]*[/|]?[ \t]*{STRUCK_OPTION}{_BEHIND}"
    rf"|{STRUCK_OPTION}[ \t]*[/|]?[ \t]*(?P<other>{_YES_NO})\b{_BEHIND}",
    re.IGNORECASE,
)


def is_option(text: str) -> bool:
    """Return whether words are one option of a printed choice, or nothing."""
    return _ONE_OPTION.fullmatch(text) is not None


def settle(text: str) -> str:
    """Return a text without marks: of a printed choice with one option highlighted that option
    alone, and no words that were struck through. What is written behind the option left of yes
    and no comes after a dash. White space is folded, empty lines dropped."""
    if not _ANY.search(text):
        return text
    text = _LEFT_OF_TWO.sub(lambda left: f"{left['one'] or left['other']} - ", text)
    text = text.replace(STRUCK_OPTION, STRUCK)
    text = _STRUCK_OPTION.sub(" ", _STRUCK_RUN.sub(STRUCK, text))
    plain, highlighted = _plain(text)
    pieces, end = [], 0
    for choice in _CHOICE.finditer(plain):
        spans = [one.span() for one in _EACH.finditer(plain, *choice.span())]
        chosen = [span for span in spans if all(highlighted[slice(*span)])]
        is_clear = sum(any(highlighted[slice(*span)]) for span in spans) == 1
        if len(chosen) == 1 and is_clear:
            option = plain[slice(*chosen[0])]
            pieces += [plain[end : choice.start()], option]
            end = choice.end()
            if _NOTE.match(plain, end) and re.fullmatch(_YES_NO, option, re.IGNORECASE):
                pieces.append(" - ")
    lines = "".join([*pieces, plain[end:]]).split("\n")
    return "\n".join(words for line in lines if (words := " ".join(line.split())))


def _plain(text: str) -> tuple[str, list[bool]]:
    """Return a text without marks, and for each character whether it is highlighted."""
    letters: list[str] = []
    highlighted: list[bool] = []
    is_on = False
    for letter in text:
        if letter in (OPEN, CLOSE):
            is_on = letter == OPEN
        else:
            letters.append(letter)
            highlighted.append(is_on)
    return "".join(letters), highlighted
