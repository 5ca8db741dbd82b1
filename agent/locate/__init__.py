"""Finds which words of a document answer which label of a layout, and where they stand.

Pure; knows nothing of what answers mean.
"""

from collections.abc import Sequence

from agent.findings import Findings
from agent.layouts import Layout
from agent.locate.arrange import arrange
from agent.locate.search import Search
from agent.model.document import Block

__all__ = ["find_answers"]


def find_answers(blocks: Sequence[Block], layout: Layout) -> Findings:
    """Return what a document says under the labels of a layout."""
    search = Search(layout)
    for block, below in arrange(blocks, layout):
        search.block(block, below)
    return search.found
