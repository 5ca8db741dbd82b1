"""What `case show` prints for whoever decides: what the area takes for a serious incident.

It lays out what the document says, each sentence with its source; it judges nothing.
"""

from rich.console import Console
from rich.text import Text

from agent.profile import Office


def print_criteria(office: Office, out: Console) -> None:
    """Print the area's criteria, and what it leaves to another process."""
    out.print()
    out.print(Text("For whoever decides whether the criteria are met:", style="bold"))
    for one in office.criteria.met_when:
        out.print(Text(f"- {one.says} ({one.source})"))
    if office.criteria.excluded:
        out.print(Text("Left to another process:", style="bold"))
    for left in office.criteria.excluded:
        out.print(Text(f"- {left.says} ({left.source})"))
