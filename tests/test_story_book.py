"""Every story of the book comes out as its writer worked it out by hand (see storybook.py)."""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.stories import Row
from tests.storybook import EXAMPLE, find_forbidden, find_missing, find_stories, fits, tell

STORIES = find_stories()


@pytest.mark.parametrize("folder", STORIES, ids=[folder.name for folder in STORIES])
def test_a_story_goes_as_its_writer_worked_it_out(folder: Path) -> None:
    rows, _ = tell(folder)

    assert find_missing(rows, folder) == []
    assert find_forbidden(rows, folder) == []
    assert find_twice(rows) == []


def test_every_area_has_stories() -> None:
    areas = {folder.name.partition("-")[0] for folder in STORIES if folder != EXAMPLE}

    assert areas == {"kscp", "lambeth", "lancashire", "leeds", "lewisham"}


@pytest.mark.parametrize(
    ("pattern", "value", "is_it"),
    [
        ("*", "anything", True),
        ("*", None, False),
        ("*due*", "it is due on Friday", True),
        ({"state": "late"}, {"state": "late", "at": "noon"}, True),
        ({"state": "late"}, {"state": "met"}, False),
        ([{"template": "b"}], [{"template": "a"}, {"template": "b"}], True),
        ([{"template": "b"}, {"template": "a"}], [{"template": "a"}, {"template": "b"}], False),
        (["police"], ["police", "icb"], False),
        ([], ["police"], False),
    ],
)
def test_a_pattern_fits_what_it_says(pattern: object, value: object, is_it: bool) -> None:
    assert fits(pattern, value) is is_it


def find_twice(rows: Sequence[Row]) -> list[tuple[str, ...]]:
    """Return what left for one person twice at one moment: never is a letter written twice."""
    left = Counter(
        (row["at"], row["template"], row["in_reply_to"] or "", *row["to"])
        for row in rows
        if row["type"] in ("sent", "held")
    )
    return [told for told, times in left.items() if times > 1]
