"""What the cells of a spreadsheet show: shared texts, number formats, dates.

Everything here looks at one cell and the tables that all sheets share; the walk is in `xlsx`.
"""

import re
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from agent.documents.wordml import tidy_lines

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

NAMESPACE = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
# "Strict Open XML" says the same under another name.
STRICT_NAMESPACE = "http://purl.oclc.org/ooxml/spreadsheetml/main"
S = f"{{{NAMESPACE}}}"

# Formats that have a number instead of a code (ECMA-376, part 1, 18.8.30).
_BUILT_IN = {
    **dict.fromkeys((9, 10), "0%"),
    **dict.fromkeys((14, 15, 16, *range(27, 32), *range(34, 37), *range(50, 59)), "dd/mm/yyyy"),
    17: "mmm-yy",
    **dict.fromkeys((18, 19, 20, 21, 32, 33, 45, 47), "hh:mm"),
    22: "dd/mm/yyyy hh:mm",
    46: "[h]:mm",
}
# What a format prints as it stands: quoted words, single escaped letters, padding, colours.
_LITERAL = re.compile(r'"[^"]*"|\\.|[_*].|\[(?!h+\]|m+\]|s+\])[^\]]*\]', re.IGNORECASE)
_ZEROS = re.compile(r"0+")
_ISO = re.compile(r"(\d{4})-(\d\d)-(\d\d)(?:T(\d\d):(\d\d))?")
_LAST_DAY = 2_958_466  # 1 January 10000


class Values:
    """Tells what cells show; built once for a file from the parts its sheets share.

    `has_struck` is set once words struck through were left out.
    """

    def __init__(self, strings: "Element | None", styles: "Element | None", is_1904: bool) -> None:
        self._strings = [] if strings is None else list(strings.iterfind(S + "si"))
        self._start = datetime(1904, 1, 1) if is_1904 else datetime(1899, 12, 30)  # noqa: DTZ001
        self.has_struck = False
        self._formats: list[str] = []
        self._struck: list[bool] = []
        if styles is not None:
            self._take(styles)

    def _take(self, styles: "Element") -> None:
        codes = {
            one.get("numFmtId", ""): one.get("formatCode", "")
            for one in styles.iterfind(f"{S}numFmts/{S}numFmt")
        }
        fonts = [_is_on(one.find(S + "strike")) for one in styles.iterfind(f"{S}fonts/{S}font")]
        for style in styles.iterfind(f"{S}cellXfs/{S}xf"):
            number = style.get("numFmtId", "0")
            code = codes.get(number) or _BUILT_IN.get(_index(number), "")
            # Formats for negative numbers and zero follow the first one.
            self._formats.append(_LITERAL.sub("", code).split(";")[0].lower())
            font = _index(style.get("fontId", "0"))
            self._struck.append(0 <= font < len(fonts) and fonts[font])

    def text(self, cell: "Element") -> str:
        """Return what a cell shows, "" for an empty one; line breaks in it are kept."""
        text = self._shown(cell)
        style = _index(cell.get("s", "0"))
        if text and 0 <= style < len(self._struck) and self._struck[style]:
            self.has_struck = True
            return ""
        return text

    def _shown(self, cell: "Element") -> str:
        kind = cell.get("t", "n")
        if kind == "inlineStr":
            return _lines(self._rich(cell.find(S + "is")))
        value = cell.findtext(S + "v") or ""
        if kind == "s":
            index = _index(value)
            found = self._strings[index] if 0 <= index < len(self._strings) else None
            return _lines(self._rich(found))
        if kind == "b":
            return {"1": "TRUE", "0": "FALSE"}.get(value.strip(), value)
        if kind == "d" and (day := _ISO.match(value)):
            clock = f" {day[4]}:{day[5]}" if day[4] else ""
            return f"{day[3]}/{day[2]}/{day[1]}{clock}"
        return self._number(value, cell) if kind == "n" else _lines(value)

    def _number(self, value: str, cell: "Element") -> str:
        style = _index(cell.get("s", "0"))
        code = self._formats[style] if 0 <= style < len(self._formats) else ""
        try:
            number = float(value)
        except ValueError:
            return _lines(value)
        if re.search("[dmyh]", code) and "general" not in code and 0 <= number < _LAST_DAY:
            return self._moment(number, code)
        if code.endswith("%"):
            return f"{number * 100:.10g}%"
        text = f"{number:.15g}"
        return text.zfill(len(code)) if _ZEROS.fullmatch(code) and text.isdecimal() else text

    def _moment(self, number: float, code: str) -> str:
        """Return a day or time as it is shown, and no more precise than that."""
        if "[h" in code:
            minutes = round(number * 24 * 60)
            return f"{minutes // 60:02}:{minutes % 60:02}"
        moment = self._start + timedelta(minutes=round(number * 24 * 60))
        if "y" in code and "d" not in code and "h" not in code:
            return f"{moment:%B %Y}" if "m" in code else f"{moment:%Y}"
        day = f"{moment:%d/%m/%Y}" if "d" in code or "y" in code else ""
        clock = f"{moment:%H:%M}" if "h" in code else ""
        return " ".join(part for part in (day, clock) if part)

    def _rich(self, element: "Element | None") -> str:
        """Return a text in one piece or in runs, without runs that are struck through."""
        if element is None:
            return ""
        pieces = [element.findtext(S + "t") or ""]
        for run in element.iterfind(S + "r"):
            text = run.findtext(S + "t") or ""
            if _is_on(run.find(f"{S}rPr/{S}strike")):
                self.has_struck = self.has_struck or bool(text.strip())
            else:
                pieces.append(text)
        return "".join(pieces)


def _lines(text: str) -> str:
    return "\n".join(tidy_lines(text.replace("\r\n", "\n").replace("_x000D_", "")))


def _is_on(element: "Element | None") -> bool:
    return element is not None and element.get("val", "1") not in ("0", "false")


def _index(text: str) -> int:
    text = text.strip()
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 9 else -1
