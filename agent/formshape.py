"""Tells by its shape what a blank form asks: labels beside or above empty cells, "Label:" lines,
table headings, headings, printed sentences. Pure; knows no layout and no field.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from agent import answers
from agent.labels import MAX_LABEL, label_key
from agent.model.document import Block, Cell, Table

# A longer text that no room follows is printed for the reader; so is a sentence.
_MAX_HEADING = 120
# A longer line may end in a colon and only announce a list.
_MAX_LINE_LABEL = 70

_BOXES = re.compile(r"[☐☑☒]")
_CHOICES = re.compile(
    r"(?:[\s/|,]*\b(?:yes|no|not known|don't know|unknown|n/?k|n/?a|male|female|m|f)\b)+[\s/|,.]*",
    re.IGNORECASE,
)
_YES_NO = re.compile(r"\byes\b.*\bno\b", re.IGNORECASE | re.DOTALL)
_PROMPT = re.compile(r"\([^()]{1,120}\)|\[[^\[\]]{1,120}\]|<[^<>]{1,120}>")
_ASKS_IN_LINE = re.compile(r"(?P<label>[^:\n]*[^\W_][^:\n]*?)\s*:(?P<room>[\s._…-]*)(?=[^\W_]|$)")


@dataclass(frozen=True, slots=True)
class Asked:
    """A label with room for an answer. `is_long` where the room is a box or the lines below,
    `is_choice` where yes and no are printed; `prompt` is what is printed in the room, and `typed`
    what looks like somebody's answer there."""

    label: str
    place: str
    is_long: bool = False
    is_choice: bool = False
    prompt: str = ""
    typed: str = ""


@dataclass(frozen=True, slots=True)
class Headed:
    """A table with a header row; `before` are the words printed in front of it, or "". `rows`
    counts the empty rows below the header."""

    labels: tuple[str, ...]
    place: str
    before: str = ""
    rows: int = 1


@dataclass(frozen=True, slots=True)
class Heading:
    """Short words that stand alone."""

    text: str
    place: str


@dataclass(frozen=True, slots=True)
class Printed:
    """Words for the reader, which nobody is asked to answer."""

    text: str
    place: str


Item = Asked | Headed | Heading | Printed


def find_shape(blocks: Sequence[Block], is_label: Callable[[str], bool]) -> list[Item]:
    """Return what a blank form holds, in reading order; page headers are left out.

    `is_label` says of a text whether it is known for a label, and for no heading: such a one asks
    even where no room for an answer can be seen.
    """
    shown = [block for block in blocks if not block.place.startswith("header ")]
    items = list(_Shape(is_label).of_blocks(shown))
    return [_announced(item, before) for before, item in zip([None, *items], items, strict=False)]


def _announced(item: Item, before: Item | None) -> Item:
    """Return a table with the words right before it."""
    if isinstance(item, Headed) and isinstance(before, Heading | Printed):
        return replace(item, before=before.text) if label_key(before.text) else item
    return item


def is_room(text: str) -> bool:
    """Return whether a cell is left for an answer: empty, a prompt, or boxes or choices to mark."""
    left = answers.without_blanks(text)
    return not left or bool(_BOXES.search(text) or _CHOICES.fullmatch(left) or _is_prompt(left))


def _is_prompt(text: str) -> bool:
    return _PROMPT.fullmatch(text.strip()) is not None


@dataclass(frozen=True, slots=True)
class _Shape:
    is_label: Callable[[str], bool]

    def of_blocks(self, blocks: Sequence[Block]) -> Iterator[Item]:
        for index, block in enumerate(blocks):
            if isinstance(block, Table):
                yield from self._of_table(block)
                continue
            below = blocks[index + 1] if index + 1 < len(blocks) else None
            is_above = isinstance(below, Table)
            if isinstance(below, Table) and below.rows and _is_box(below.rows[0]):
                yield from self._of_words(block.text, block.place, is_boxed=True)
            elif is_above and block.text.endswith(":") and not self.is_label(block.text):
                # "Referrer:" over a table of labels.
                yield Heading(_folded(block.text), block.place)
            else:
                yield from self._of_words(block.text, block.place, is_last=below is None)

    def _of_table(self, table: Table) -> Iterator[Item]:
        index = 0
        while index < len(table.rows):
            row, below = table.rows[index], table.rows[index + 1 :]
            index += 1
            rows = _rows_under(row, below)
            if rows:
                labels = tuple(_folded(cell.text) for cell in row if cell.text)
                yield Headed(labels, row[0].place, rows=rows)
                index += rows
            elif len(row) == 1:
                is_boxed = bool(below) and _is_box(below[0])
                yield from self._of_words(row[0].text, row[0].place, is_boxed, not below)
            else:
                yield from self._of_row(row)
            for cell in row:
                yield from self.of_blocks(cell.nested)

    def _of_row(self, row: Sequence[Cell]) -> Iterator[Item]:
        """Yield the labels of a row, each with room in the cells after it."""
        for index, cell in enumerate(row):
            if is_room(cell.text):
                continue
            after = row[index + 1] if index + 1 < len(row) else None
            if after is not None and is_room(after.text):
                yield self._asked(cell, after.text)
            elif self.is_label(cell.text) or _ends_asking(cell.text):
                typed = after is not None and not self._asks(after.text)
                yield Asked(
                    _label(cell.text), cell.place, typed=after.text if after and typed else ""
                )
            elif index == 0 or not self._asks(row[index - 1].text):
                yield from self._of_words(cell.text, cell.place)

    def _asked(self, cell: Cell, room: str) -> Asked:
        prompt = answers.without_blanks(room)
        return Asked(
            label=_label(cell.text),
            place=cell.place,
            is_choice=_YES_NO.search(room) is not None,
            prompt=prompt if _is_prompt(prompt) else "",
        )

    def _of_words(
        self, text: str, place: str, is_boxed: bool = False, is_last: bool = False
    ) -> Iterator[Item]:
        """Yield what words that stand alone are; `is_boxed` where an empty box is below them."""
        if is_room(text):
            return
        folded = _folded(text)
        if is_boxed and label_key(folded):
            yield Asked(_label(folded), place, is_long=True)
        elif len(lines := text.split("\n")) > 1 and any(map(self._asks, lines)):
            for line in lines:
                yield from self._of_words(line, place, is_last=is_last)
        elif labels := _labels_in_line(folded):
            for label in labels:
                yield Asked(label, place)
        elif self.is_label(folded):
            yield Asked(_label(folded), place)
        elif folded.endswith("?") and label_key(folded) and not is_last:
            yield Asked(folded, place, is_long=True)
        elif len(folded) <= _MAX_HEADING and folded[-1] not in ".;," and label_key(folded):
            yield Heading(folded, place)
        else:
            yield Printed(folded, place)

    def _asks(self, text: str) -> bool:
        return self.is_label(text) or bool(_labels_in_line(_folded(text)))


def _rows_under(row: Sequence[Cell], below: Sequence[Sequence[Cell]]) -> int:
    """Return how many empty rows stand under a header row, 0 for a row that is none.

    The rows below may begin with printed words, as "Mother" and "Father" do.
    """
    titled = [cell for cell in row if not is_room(cell.text)]
    if len(row) < 2 or len(titled) < max(2, len(row) - 1):
        return 0
    count = 0
    for other in below:
        rooms = [is_room(cell.text) and not cell.nested for cell in other]
        is_named = len(row) > 2 and all(rooms[1:])
        if len(other) != len(row) or not (all(rooms) or is_named):
            break
        count += 1
    return count


def _is_box(row: Sequence[Cell]) -> bool:
    return len(row) == 1 and not row[0].nested and is_room(row[0].text)


def _labels_in_line(text: str) -> list[str]:
    """Return the labels of a line that is nothing but labels with room behind each: "Tel: ____
    Email:". Empty for any other line."""
    found = list(_ASKS_IN_LINE.finditer(text))
    if not found or found[-1].end() != len(text) or found[0].start() != 0:
        return []
    labels = [one["label"].strip(" ._…-") for one in found]
    return labels if all(0 < len(label) <= _MAX_LINE_LABEL for label in labels) else []


def _ends_asking(text: str) -> bool:
    return text.rstrip().endswith((":", "?")) and len(text) <= MAX_LABEL


def _label(text: str) -> str:
    return _folded(text).rstrip(" :._…")


def _folded(text: str) -> str:
    return " ".join(text.split())
