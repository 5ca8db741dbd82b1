"""Prints documents as the agent sees them: for a person who compares them with the paper, or as
JSON. Text from a document is printed as text, never as markup or commands of the terminal.
"""

import json
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

from agent.disagreements import DISAGREEMENTS
from agent.formview import FormView
from agent.model.document import PROBLEMS, WARNINGS
from agent.model.form import FieldValue, Problem, Value
from agent.suspicions import SUSPICIONS

FORM_PROBLEMS = {
    "required_empty": "Left empty, though an answer is required:",
    "two_answers": "Answered twice and differently; the first answer is taken:",
    "see_elsewhere": "The answer only says where to look:",
    "unreadable_date": "The date cannot be read for certain and stays as written:",
    "unreadable_nhs_number": "What is written is no valid NHS number:",
    "nhs_number_check": "The last digit of the NHS number does not fit the others; it is kept as "
    "written:",
    "label_unknown": "The layout does not know these labels, and what stands there was not read:",
    "uneven_row": "A row has more or fewer cells than the heading of its table:",
    **SUSPICIONS,
    **DISAGREEMENTS,
}
_KIND = {"docx": "Word file", "pdf": "PDF", "xlsx": "Excel file", "body": "text of the mail"}
# A name with the place below it, how sure, and the answer: 80 columns in all.
_NAME_WIDTH, _SURE_WIDTH = 24, 5


def json_of(view: FormView) -> str:
    """Return one document as a line of JSON."""
    form = view.form
    answers = {name: answer for name, answer in view.fields if answer is not None}
    row: dict[str, Any] = {
        "file": view.document.filename,
        "format": view.document.format,
        "layout": form.layout if form else None,
        "kind": form.kind if form else None,
        "filled": form.filled if form else None,
        "fields": {
            **{name: answer and _plain(answer.value) for name, answer in view.fields},
            **dict.fromkeys(view.not_asked),
        },
        "field_sources": {name: answer.source for name, answer in answers.items()},
        "confidence": {name: answer.confidence for name, answer in answers.items()},
        "problems": [str(problem) for problem in form.problems] if form else [],
        "warnings": list(view.document.warnings),
        "problem": view.document.problem,
    }
    return json.dumps(row, ensure_ascii=False)


def _plain(value: Value) -> object:
    return [dict(row) for row in value] if isinstance(value, tuple) else value


def print_view(view: FormView, out: Console) -> None:
    """Print one document: what it is, what to know of it, its fields, and what is left over."""
    document = view.document
    out.print(Rule(_text(document.filename), align="left", style="none"))
    out.print(Text(_KIND.get(document.format, f"{document.format} file")))
    if document.problem is not None:
        out.print(Text(f"Not read: {PROBLEMS[document.problem]}"))
        return
    for code in document.warnings:
        out.print(Text(f"Take care: {WARNINGS.get(code, code)}"))
    out.print(_text(_what_it_is(view)))
    for group in _problems(view.form.problems if view.form else ()):
        out.print(group)
    if view.fields:
        out.print()
        out.print(_fields(view))
    if view.not_asked:
        out.print(Text(f"\nNot asked for in this document: {', '.join(view.not_asked)}."))
    if view.not_kept:
        out.print("\nKnown questions whose answers the agent does not keep:")
        out.print(_listing([(one.place, f"{one.label}: {one.text}") for one in view.not_kept]))
    if view.unassigned:
        out.print("\nUnder no label of the form:" if view.form else "\nWhat it says:")
        out.print(_listing([(one.place, one.text) for one in view.unassigned]))
    out.print()


def _what_it_is(view: FormView) -> str:
    form = view.form
    if form is None:
        return "No form that the agent knows."
    state = "filled in" if form.filled else "blank: no question has an answer"
    known_by = f"known by its title “{view.title}”" if view.title else "known by its labels alone"
    return f"Form {form.layout} ({form.kind}), {state}; {known_by}."


def _problems(problems: Sequence[Problem]) -> Iterator[RenderableType]:
    """Yield each sort of problem with the questions it is about."""
    labels: dict[str, list[str]] = {}
    for problem in problems:
        labels.setdefault(problem.code, []).append(problem.label)
    for code, named in labels.items():
        yield Text(f"Problem: {FORM_PROBLEMS.get(code, code)}")
        yield Group(*(Padding(_text(label), (0, 0, 0, 2)) for label in named))


def _fields(view: FormView) -> Table:
    table = Table(box=None, header_style="bold", pad_edge=False, expand=True)
    table.add_column("field, place", width=_NAME_WIDTH, overflow="fold")
    table.add_column("sure", width=_SURE_WIDTH, justify="right")
    table.add_column("answer", overflow="fold", ratio=1)
    for name, answer in view.fields:
        if answer is None:
            table.add_row(Text(name), "", Text("(empty)", style="dim"))
            continue
        place = answer.source.removeprefix(f"{view.document.filename}, ")
        named = Text.assemble(name, "\n", (_clean(place), "dim"))
        table.add_row(named, f"{answer.confidence:.0%}", _answer(answer))
    return table


def _answer(answer: FieldValue) -> RenderableType:
    value = answer.value
    if isinstance(value, tuple):
        return _rows(value)
    if isinstance(value, bool):
        return Text("yes" if value else "no")
    return _text(value)


def _rows(rows: Sequence[Mapping[str, str | None]]) -> Table:
    table = Table(box=None, header_style="dim", pad_edge=False)
    for name in rows[0]:
        table.add_column(name, overflow="fold")
    for row in rows:
        table.add_row(*(_text(value or "-") for value in row.values()))
    return table


def _listing(lines: Sequence[tuple[str, str]]) -> Table:
    table = Table(box=None, show_header=False, pad_edge=False, expand=True)
    table.add_column(width=_NAME_WIDTH, overflow="fold", style="dim")
    table.add_column(overflow="fold", ratio=1)
    for place, text in lines:
        table.add_row(_text(place), _text(text))
    return table


def _text(words: str) -> Text:
    return Text(_clean(words))


def _clean(words: str) -> str:
    """Return words without characters that steer a terminal or turn the direction of writing."""
    return "".join(
        letter
        for letter in words
        if letter == "\n" or unicodedata.category(letter) not in ("Cc", "Cf", "Cs")
    )
