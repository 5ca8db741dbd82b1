"""Horizontal bars as SVG, with their figures as text. Pure; without inline style or any colour that
says something alone."""

from collections.abc import Sequence

from markupsafe import Markup

_WIDTH, _LEFT, _ROW = 720, 240, 32
_MOST_LETTERS = 30


def draw_bars(title: str, rows: Sequence[tuple[str, float]], unit: str, name: str) -> Markup:
    """Return the bars of these labelled figures, or nothing where there is none.

    `name` begins every id. A long label is cut: the table beside the picture has it whole.
    """
    if not rows:
        return Markup("")
    most = max(max(value for _, value in rows), 1)
    height = _ROW * len(rows) + 8
    told = ". ".join(f"{label}: {value:g} {unit}" for label, value in rows)
    bars = Markup("").join(
        _bar(place, label, value, most, unit) for place, (label, value) in enumerate(rows)
    )
    return Markup(
        '<svg xmlns="http://www.w3.org/2000/svg" role="img" viewBox="0 0 {0} {1}" '
        'aria-labelledby="{2}-title {2}-desc" font-family="arial, sans-serif" font-size="14" '
        'fill="#0b0c0c"><title id="{2}-title">{3}</title><desc id="{2}-desc">{4}</desc>{5}</svg>'
    ).format(_WIDTH, height, name, title, told, bars)


def _bar(place: int, label: str, value: float, most: float, unit: str) -> Markup:
    y = place * _ROW + 6
    width = round((_WIDTH - _LEFT - 110) * value / most, 1)
    short = label if len(label) <= _MOST_LETTERS else f"{label[: _MOST_LETTERS - 1]}…"
    return Markup(
        '<text x="0" y="{0}">{1}</text><rect x="{2}" y="{3}" width="{4}" height="18" '
        'fill="#1d3b4f"/><text x="{5}" y="{0}">{6:g} {7}</text>'
    ).format(
        y + 14,
        short,
        _LEFT,
        y,
        width,
        _LEFT + width + 8,
        value,
        unit if value != 1 else unit.removesuffix("s"),
    )
