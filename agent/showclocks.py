"""What `deadline CASE` prints: each clock of a case in words, then its count day by day."""

from datetime import datetime

from rich.console import Console
from rich.text import Text

from agent.caseclocks import calendar_of, clocks_of, rules_for
from agent.countwords import explain_clock
from agent.model.case import CaseFile
from agent.profile import Office
from agent.show import print_table


def print_clocks(file: CaseFile, office: Office, now: datetime, out: Console) -> None:
    """Print every clock of the case as it stands at `now`."""
    rules, calendar = rules_for(office, file.case.type), calendar_of(office)
    out.print(Text(f"{file.case.ref}, counted as {office.profile.name} does"))
    for state in clocks_of(file, office, now):
        out.print()
        out.print(Text(f"{state.name}: {state.state.replace('_', ' ')}", style="bold"))
        told = explain_clock(state, rules, calendar)
        for sentence in told.sentences:
            out.print(Text(f"  {sentence}"))
        rows = [
            (f"{line.on:%a} {line.on.day} {line.on:%B %Y}", _number(line.number), line.why)
            for line in told.days
        ]
        if rows:
            print_table(out, ("day", "count", "why not"), rows, "")


def _number(number: int | None) -> str:
    return "-" if number is None else str(number)
