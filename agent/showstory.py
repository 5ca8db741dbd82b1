"""What a scripted rehearsal prints: its rows as JSON, or one readable table of what happened when.

Text from a mail is printed as text, never as markup of the terminal.
"""

import json
from collections.abc import Iterable

from agent.rows import Row
from agent.show import open_console, print_table


def print_story(rows: Iterable[Row], *, as_json: bool) -> None:
    """Print the rows as they come, one JSON object a line, or a table of them at the end."""
    if as_json:
        for row in rows:
            print(json.dumps(row, ensure_ascii=False), flush=True)
        return
    lines = [_line(row) for row in rows]
    print_table(open_console(), ("when", "case", "what", ""), lines, "Nothing happened.")


def _line(row: Row) -> tuple[str, ...]:
    when = str(row.get("at") or row["received"])[:16].replace("T", " ")
    return (when, str(row["case"] or ""), *_told(row))


def _told(row: Row) -> tuple[str, str]:
    """Return what a row is, and what it says, in words."""
    match row["type"]:
        case "mail":
            codes = ", ".join([*row["review_reasons"], *row["tasks"]])
            return f"mail {row['file']}", f"{row['kind']}{f' ({codes})' if codes else ''}"
        case "event":
            said = (f"on {row['on']}", f"by {row['by']}", row["agency"], row.get("outcome"))
            return f"event {row['event']}", ", ".join(filter(None, said))
        case "clock":
            due = f"due {_moment(row['due'])}" if row["due"] else "nothing due"
            return f"clock {row['clock']}", f"{row['state'].replace('_', ' ')}, {due}"
        case "request":
            due = f", due {_moment(row['due'])}" if row["due"] else ""
            return f"request {row['agency']}", f"{row['state']}{due}"
        case "sent" | "held":
            return f"{row['type']} {row['template']}", f"{', '.join(row['to'])}: {row['subject']}"
        case _:
            return f"{row['type']} {row['code']}", row["text"]


def _moment(text: str) -> str:
    return text[:16].replace("T", " ")
