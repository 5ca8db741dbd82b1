"""Strict loading of form layouts (rules/forms/)."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from agent.declared import read_toml, validate
from agent.errors import RuleError
from agent.layouts.layout import Layout
from agent.layouts.titles import TitleFound

__all__ = ["Layout", "TitleFound", "load_layouts"]

# What a form takes over from the one it is `like`.
_TAKEN = ("headings", "instructions", "question", "table", "section")


def load_layouts(places: Sequence[Path]) -> tuple[Layout, ...]:
    """Return the layouts in files, or in folders of them, in order.

    A file with `like = "other"` also asks what `other.toml` beside it asks.

    Raises:
        RuleError: a file is wrong, or two of them declare the same id; the text names the file.
    """
    layouts: dict[str, Layout] = {}
    for place in places:
        for path in sorted(place.glob("*.toml")) if place.is_dir() else [place]:
            layout = validate(_read(path), Layout, str(path))
            if layout.id in layouts:
                raise RuleError(f"{path}: a layout with the id `{layout.id}` is already declared.")
            layouts[layout.id] = layout
    return tuple(layouts.values())


def _read(path: Path) -> dict[str, Any]:
    own = read_toml(path)
    if "like" not in own:
        return own
    other = read_toml(path.with_name(f"{own.pop('like')}.toml"))
    # What that form must say this one need not ask.
    other["question"] = [{**one, "required": False} for one in other.get("question", ())]
    taken = {name: [*own.get(name, ()), *other.get(name, ())] for name in _TAKEN}
    return {**own, **taken}
