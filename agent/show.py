"""What the commands print: cases, what waits, the outbox, the log, one mail explained.

Only reading. Text from a mail is printed as text, never as markup of the terminal.
"""

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from rich.console import Console
from rich.progress import Progress
from rich.table import Table
from rich.text import Text

from agent.errors import DataError
from agent.london import LONDON
from agent.model.case import CaseEvent
from agent.model.decision import MEANING
from agent.rows import Row, mail_row
from agent.store import actionlog, cases, inbox, outbox, work
from agent.store.db import Session


def print_cases(session: Session, out: Console) -> None:
    """Print the newest cases, by reference only."""
    rows = [
        (case.ref, case.type.value, _day_and_time(case.opened_at), f"version {case.version}")
        for case in cases.list_cases(session)
    ]
    print_table(out, ("case", "type", "opened", "state"), rows, "There is no case yet.")


def print_case(session: Session, ref: str, out: Console) -> None:
    """Print one case: whom it is about, what happened, which mails left."""
    case = cases.get_case(session, ref)
    out.print(Text(f"{case.ref}  {case.type.value}, opened {_day_and_time(case.opened_at)}"))
    for child in case.children:
        born = f", born {child.dob}" if child.dob else ""
        out.print(Text(f"Child: {child.name or 'not named'}{born}"))
    events = [
        (str(event.on), _what_happened(event), event.by, _day_and_time(event.at))
        for event in cases.events_of(session, ref)
    ]
    print_table(out, ("on", "event", "by", "recorded"), events, "Nothing has happened yet.")
    lines = actionlog.show(session, case=ref)
    rows = [(_day_and_time(line.at), line.action, line.reason) for line in lines]
    print_table(out, ("when", "what the agent did", "why"), rows, "The log has no line on it.")


def _what_happened(event: CaseEvent) -> str:
    told = ", ".join(f"{key} {value}" for key, value in event.detail.items())
    return f"{event.anchor} ({told})" if told else event.anchor


def print_waiting(session: Session, out: Console) -> None:
    """Print what waits for a person, the oldest first, in plain words."""
    rows = [
        (
            str(note.id),
            _day_and_time(note.created_at),
            note.case or f"mail {(note.digest or '')[:10]}",
            _why(note),
        )
        for note in work.list_open(session)
    ]
    print_table(out, ("no.", "since", "about", "for a person"), rows, "Nothing waits for a person.")


def print_outbox(session: Session, out: Console) -> None:
    """Print the newest mails of the outbox, newest first."""
    rows = [
        (
            str(mail.id),
            _day_and_time(mail.created_at),
            mail.state,
            mail.template,
            mail.to_address,
            mail.subject,
        )
        for mail in outbox.list_outbox(session)
    ]
    print_table(
        out, ("no.", "made", "state", "template", "to", "subject"), rows, "The outbox is empty."
    )


def print_log(session: Session, case: str | None, limit: int, out: Console) -> None:
    """Print the newest lines of the action log."""
    rows = [
        (
            str(line.seq),
            _day_and_time(line.at),
            line.case_ref,
            line.action,
            line.reason,
            line.rule,
        )
        for line in actionlog.show(session, case=case, limit=limit)
    ]
    print_table(out, ("no.", "when", "case", "what", "why", "rule"), rows, "The log is empty.")


def explain(session: Session, mark: str, out: Console, *, as_json: bool) -> None:
    """Print one mail: what it is, by which rule and on what evidence, and what was done.

    Raises:
        DataError: no stored mail, or more than one, is meant by `mark`.
    """
    found = inbox.find_messages(session, mark)
    if not found:
        raise DataError(f"No stored mail is called {mark}.")
    if len(found) > 1:
        raise DataError(
            f"{mark} means {len(found)} mails: {', '.join(str(one.id) for one in found)}."
        )
    message = found[0]
    row = mail_row(session, message, message.item)
    if as_json:
        print(json.dumps(row, ensure_ascii=False))
        return
    _print_mail(row, message.reading, message.trouble, out)


def print_rehearsal(
    rows: Iterable[Row], count: int, *, as_json: bool, compares: bool = False
) -> None:
    """Print the rows of a rehearsal as they come, or tables of them at the end.

    `compares` says that among them are differences from the rules in force.
    """
    progress = Progress(console=Console(stderr=True), transient=True)
    kept: list[Row] = []
    with progress:
        bar = progress.add_task("rehearsing", total=count)
        for row in rows:
            if as_json:
                print(json.dumps(row, ensure_ascii=False), flush=True)
            else:
                kept.append(row)
            progress.advance(bar, row["type"] == "mail")
    if as_json:
        return
    out = open_console()
    mails = [row for row in kept if row["type"] == "mail"]
    of_mail = ("received", "mail", "kind", "case", "sent", "for a person")
    print_table(out, of_mail, [_line(row) for row in mails], "There is no mail to rehearse.")
    if mails:
        out.print()
        of_kind = ("kind", "mails", "for review", "cases opened", "replies")
        print_table(out, of_kind, _counts(mails), "")
    if compares:
        out.print()
        _print_differences([row for row in kept if row["type"] == "difference"], len(mails), out)


def _counts(mails: Sequence[Row]) -> list[tuple[str, ...]]:
    """Return a line for each kind, the most frequent first, and one for all."""
    often = Counter(row["kind"] for row in mails)
    groups = [
        (kind, [row for row in mails if row["kind"] == kind]) for kind, _ in often.most_common()
    ]
    marks = ("needs_review", "case_opened", "replied")
    return [
        (kind, str(len(of)), *(str(sum(row[mark] for row in of)) for mark in marks))
        for kind, of in [*groups, ("all", mails)]
    ]


def _print_differences(found: Sequence[Row], count: int, out: Console) -> None:
    """Print a line for each mail that the tried rules would treat otherwise, and how many."""
    often: Counter[str] = Counter()
    lines = []
    for row in found:
        before, after = row["before"], row["after"]
        changed = [key for key in before if key != "rule" and before[key] != after[key]]
        often.update(changed)
        what = (f"{key}: {_words(before[key])} -> {_words(after[key])}" for key in changed)
        rules = f"{before['rule'] or 'none'} -> {after['rule'] or 'none'}"
        lines.append((row["file"], "\n".join(what), rules))
    print_table(out, ("mail", "what would change", "by rule"), lines, "Nothing would change.")
    if found:
        of_what = ", ".join(f"{key} {number}" for key, number in often.most_common())
        out.print(f"{len(found)} of {count} mails would be treated otherwise: {of_what}.")


def _words(value: object) -> str:
    if isinstance(value, list):
        return ", ".join(map(str, value)) or "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)


def _line(row: Row) -> tuple[str, ...]:
    left = ", ".join(mail["template"] for mail in row["sent"])
    codes = ", ".join([*row["review_reasons"], *row["tasks"]])
    case = f"{row['case']}{' (opened)' if row['case_opened'] else ''}" if row["case"] else ""
    return (row["received"][:16].replace("T", " "), row["file"], row["kind"], case, left, codes)


def _print_mail(row: Row, trace: Mapping[str, Any], trouble: str | None, out: Console) -> None:
    out.print(Text(f"Mail {row['sha256'][:12]} received {row['received']}"))
    out.print(Text(f"Kind: {row['kind']} (confidence {row['confidence']:.2f})"))
    out.print(Text(f"Rule: {row['rule'] or 'none'}. {trace['why']}"))
    for one in row["evidence"]:
        out.print(Text(f"  saw in {one['place']}: {one['snippet']}"))
    if trace["passed_over"]:
        out.print(Text(f"  passed over: {', '.join(trace['passed_over'])}"))
    if row["case"]:
        out.print(
            Text(f"Case: {row['case']}{' (opened by this mail)' if row['case_opened'] else ''}")
        )
    for code in (*row["review_reasons"], *row["tasks"]):
        out.print(Text(f"For a person: {MEANING.get(code, code)}"))
    fields = [
        (name, _answer(value), row["field_sources"].get(name, ""))
        for name, value in row["fields"].items()
    ]
    if fields:
        print_table(out, ("field", "answer", "from"), fields, "")
    for problem in (*row["problems"], *trace["defects"]):
        out.print(Text(f"Problem: {problem}"))
    for mail in (*row["sent"], *row["held"]):
        out.print(Text(f"Wrote: {mail['template']} to {mail['to'][0]}, {mail['at']}"))
    if trouble:
        out.print(Text(trouble))


def _answer(value: object) -> str:
    if isinstance(value, list):
        return "\n".join(", ".join(str(cell) for cell in row.values() if cell) for row in value)
    return "" if value is None else str(value)


def _why(note: work.OpenNote) -> str:
    meaning = f"{MEANING.get(note.code, note.code)} [{note.code}]"
    return f"{meaning} {note.text}" if note.text else meaning


def _day_and_time(moment: datetime) -> str:
    return f"{moment.astimezone(LONDON):%Y-%m-%d %H:%M}"


def open_console() -> Console:
    """Return a console for tables: as wide as the terminal, and never narrow in a file."""
    plain = Console(highlight=False)
    return plain if plain.is_terminal else Console(highlight=False, width=max(plain.width, 120))


def print_table(
    out: Console, headings: Sequence[str], rows: Sequence[Sequence[str]], nothing: str
) -> None:
    """Print rows under their headings, or `nothing` where there is none."""
    if not rows:
        out.print(nothing)
        return
    table = Table(box=None, header_style="bold", pad_edge=False)
    for heading in headings:
        table.add_column(heading, overflow="fold")
    for row in rows:
        table.add_row(*(Text(cell) for cell in row))
    out.print(table)
