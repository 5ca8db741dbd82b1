"""A page of a PDF as it is seen: glyphs, lines, boxes and marks, with the top left at 0, 0.

Data only.
"""

from dataclasses import dataclass, field

from pdfminer.utils import Matrix, Rect, apply_matrix_rect


@dataclass(slots=True)
class Box:
    """A rectangle on a page, in points from its top left corner."""

    x0: float
    top: float
    x1: float
    bottom: float

    @property
    def width(self) -> float:
        return self.x1 - self.x0

    @property
    def height(self) -> float:
        return self.bottom - self.top

    def edges(self) -> "tuple[Box, ...]":
        """Return the four sides."""
        return (
            Box(self.x0, self.top, self.x1, self.top),
            Box(self.x0, self.bottom, self.x1, self.bottom),
            Box(self.x0, self.top, self.x0, self.bottom),
            Box(self.x1, self.top, self.x1, self.bottom),
        )

    def holds(self, other: "Box") -> bool:
        """Return whether the middle of the other box lies inside this one."""
        x, y = (other.x0 + other.x1) / 2, (other.top + other.bottom) / 2
        return self.x0 <= x <= self.x1 and self.top <= y <= self.bottom


@dataclass(slots=True)
class Glyph(Box):
    """A character, or what a form field holds as one piece; then `field` is its place.

    `mark` is `struck` or `highlighted`, else "".
    """

    text: str
    mark: str = ""
    field: str = ""


@dataclass(slots=True)
class Page:
    """One page as it is seen.

    `lines` are thin boxes, `frames` larger ones; `squares` may be boxes to tick, `strokes` what is
    drawn across them; `fills` are coloured areas. `image_share` is the part under pictures,
    `unmapped` counts glyphs that do not say which letter they are, `has_struck` is about words
    struck out that are no printed option.
    """

    number: int
    width: float
    height: float
    matrix: Matrix
    turn: int = 0
    glyphs: list[Glyph] = field(default_factory=list)
    lines: list[Box] = field(default_factory=list)
    frames: list[Box] = field(default_factory=list)
    squares: list[Box] = field(default_factory=list)
    strokes: list[Box] = field(default_factory=list)
    fills: list[Box] = field(default_factory=list)
    image_share: float = 0.0
    unmapped: int = 0
    has_hidden: bool = False
    has_machine_text: bool = False
    has_struck: bool = False

    def box(self, rect: Rect) -> Box:
        """Return a rectangle of the file's own coordinates as it is seen."""
        return self.turned(apply_matrix_rect(self.matrix, rect))

    def turned(self, rect: Rect) -> Box:
        """Return a rectangle of pdfminer's coordinates as it is seen."""
        x0, y0, x1, y1 = rect
        # `width` and `height` are those of the page as read, thus swapped after a quarter turn.
        if self.turn == 1:
            return Box(y0, x0, y1, x1)
        if self.turn == 2:
            return Box(self.width - x1, y0, self.width - x0, y1)
        if self.turn == 3:
            return Box(self.width - y1, self.height - x1, self.width - y0, self.height - x0)
        return Box(x0, self.height - y1, x1, self.height - y0)
