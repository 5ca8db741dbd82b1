"""Horizontal bars as SVG, with their figures as text. Pure; without inline style or any colour that
says something alone.

Bars have their length in per cent and letters their size in pixels, so that a telephone shows words
as large as a wide screen does.
"""

from collections.abc import Sequence
from textwrap import wrap

from markupsafe import Markup

_LINE, _BAR, _GAP = 19, 16, 12
# So much of the width has the longest bar; its figure stands behind it.
_LONGEST = 55
# So many letters fit beside each other on the narrowest screen.
_MOST_LETTERS = 36
_PER_CENT = "%"


def draw_bars(title: str, rows: Sequence[tuple[str, float]], unit: str, name: str) -> Markup:
    """Return the bars of these labelled figures, or nothing where there is none.

    `name` begins every id. Bars of "%" are measured against 100, others against the longest. What
    a label has beyond two lines is cut: the table beside the picture has it whole.
    """
    if not rows:
        return Markup("")
    most = max(value for _, value in rows)
    most = max(most, 100) if unit == _PER_CENT else most
    bars, y = [], 0
    for label, value in rows:
        drawn, y = _bar(y, label, _figure(value, unit), value / most if most > 0 else 0.0)
        bars.append(drawn)
    told = ". ".join(f"{label}: {_figure(value, unit)}" for label, value in rows)
    return Markup(
        '<svg xmlns="http://www.w3.org/2000/svg" role="img" width="100%" height="{0}" '
        'aria-labelledby="{1}-title {1}-desc" font-family="arial, sans-serif" font-size="15" '
        'fill="#0b0c0c"><title id="{1}-title">{2}</title><desc id="{1}-desc">{3}.</desc>{4}</svg>'
    ).format(y, name, title, told, Markup("").join(bars))


def _figure(value: float, unit: str) -> str:
    number = f"{round(value, 1):,.12g}"
    if unit == _PER_CENT:
        return f"{number}%"
    return f"{number} {unit if value != 1 else unit.removesuffix('s')}"


def _bar(y: int, label: str, figure: str, share: float) -> tuple[Markup, int]:
    """Return one bar under its label, and where the next one begins."""
    lines = wrap(label, _MOST_LETTERS, max_lines=2, placeholder="\N{HORIZONTAL ELLIPSIS}")
    words = Markup("").join(
        Markup('<text x="0" y="{0}">{1}</text>').format(y + 14 + number * _LINE, line)
        for number, line in enumerate(lines)
    )
    top, width = y + len(lines) * _LINE + 1, round(_LONGEST * share, 2)
    # The edge at the left shows where even a bar of nothing stands.
    drawn = Markup(
        '{0}<rect x="0" y="{1}" width="{2}%" height="{3}" fill="#1d3b4f"/>'
        '<rect x="0" y="{1}" width="2" height="{3}" fill="#0b0c0c"/>'
        '<text x="{2}%" dx="8" y="{4}" font-weight="bold">{5}</text>'
    ).format(words, top, width, _BAR, top + 13, figure)
    return drawn, top + _BAR + _GAP
