"""The story book: dated stories written from the areas' documents by somebody who had not seen the
program. Each folder holds a script, its mails, the office's files and the rows that must appear.

`expected.jsonl` holds rows in the order they must come, among others; `forbidden.jsonl` rows that
must never come. `*` stands for anything, `*text*` for what contains it; a key left out is not
fixed.
"""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from agent.adopted import load_cases
from agent.area import load_area
from agent.profile import load_site
from agent.register import load_register
from agent.rehearse import on_stage
from agent.script import load_script
from agent.story import tell_story

BOOK = Path(__file__).parent / "story_book"
EXAMPLE = Path(__file__).parent / "example"
Row = dict[str, Any]


def find_stories() -> list[Path]:
    """Return the folders of every story."""
    return [EXAMPLE, *sorted(path.parent for path in BOOK.glob("*/story.toml"))]


def tell(folder: Path) -> tuple[list[Row], list[str]]:
    """Return the rows of a story as the rehearsal prints them, and what it warned of."""
    script = load_script(folder / "story.toml")
    site = load_site(folder / "site.toml").with_stand_ins()
    register = load_register(folder / "register.csv")
    office, templates = load_area(script.partnership, site, register=register)
    warnings: list[str] = []
    with on_stage(office, templates, None) as stage:
        adopted = load_cases(folder / "open.json")
        rows = list(tell_story(stage, script, (), adopted, warnings.append))
    return json.loads(json.dumps(rows)), warnings


def find_missing(rows: Sequence[Row], folder: Path) -> list[Row]:
    """Return the expected rows that do not come in their order."""
    missing, place = [], 0
    for expected in _read(folder / "expected.jsonl"):
        found = next((at for at in range(place, len(rows)) if fits(expected, rows[at])), None)
        if found is None:
            missing.append(expected)
        else:
            place = found + 1
    return missing


def find_forbidden(rows: Sequence[Row], folder: Path) -> list[Row]:
    """Return the rows that must not have come."""
    patterns = list(_read(folder / "forbidden.jsonl"))
    return [row for row in rows if any(fits(pattern, row) for pattern in patterns)]


def fits(pattern: Any, value: Any) -> bool:
    """Return whether a value is as the pattern says."""
    if pattern == "*":
        return value is not None
    if isinstance(pattern, dict):
        return isinstance(value, dict) and all(
            key in value and fits(part, value[key]) for key, part in pattern.items()
        )
    if isinstance(pattern, list):
        return isinstance(value, list) and _lists_fit(pattern, value)
    if isinstance(pattern, str) and isinstance(value, str) and pattern.startswith("*"):
        return pattern.strip("*") in value
    return pattern == value  # type: ignore[no-any-return]


def _lists_fit(patterns: list[Any], values: list[Any]) -> bool:
    """Return whether every pattern has its value, in order; of plain values there are no more."""
    if patterns == ["*"]:
        return bool(values)
    remaining = iter(values)
    if not all(any(fits(pattern, value) for value in remaining) for pattern in patterns):
        return False
    return len(patterns) == len(values) or (bool(patterns) and isinstance(patterns[0], dict))


def _read(path: Path) -> Iterator[Row]:
    if path.exists():
        lines = path.read_text(encoding="utf-8").splitlines()
        yield from (json.loads(line) for line in lines if line.strip())
