"""The fields of one form as they fill up: each answer parsed by its type, kept with its place.

Pure, and never a guess: what cannot be read for certain stays as written, with a problem.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from agent import answers, dates
from agent.answertypes import PARSERS, Parsed, parse_day, parse_name_and_birth
from agent.findings import Answer, Row
from agent.labels import label_key
from agent.model.form import FieldValue, Problem, Value
from agent.questions import ROW_KEYS

# No short answer is longer; a longer one is kept as written, so that no pattern runs over a book.
_MAX_SHORT = 2_000
_BIRTHS = frozenset({"child_dob", "dob"})
# An answer so long tells of the child.
_LONG = 60
_NO_NAMES = frozenset({"baby", "child", "infant", "unborn"})
# How sure an answer is whose label nobody listed.
_GUESSED = 0.7
# What a person types where a day is not known: kept in a list of people, where it says so.
_TYPED_UNKNOWN = re.compile(r"\W*(?:\?+|tb[ca])\W*", re.IGNORECASE)

_TABLE = re.compile(r"table \d+")


@dataclass(slots=True)
class Sheet:
    """The fields of one form; the first answer to a field stands.

    `latest_on` is the last day that the form knows of, where it says one: nobody on it is born
    later. `copies` holds, by table, what a second table asks of the child again.
    """

    filename: str
    latest_on: date | None = None
    fields: dict[str, FieldValue] = field(default_factory=dict)
    rows: dict[str, list[Row]] = field(default_factory=dict)
    records: dict[str, list[Mapping[str, str | None]]] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    asked_by: dict[str, str] = field(default_factory=dict)
    other_child: FieldValue | None = None
    copies: dict[str, dict[str, str]] = field(default_factory=dict)

    def take(self, answer: Answer) -> None:
        """Take in one answer."""
        question, label = answer.question, _label(answer)
        confidence = _GUESSED if answer.is_guessed else 1.0
        for name, value in zip(question.fields, self._parsed(answer), strict=False):
            if value is None:
                continue
            first = self.fields.get(name)
            if first is None or first.confidence < confidence:
                self.asked_by[name] = label
                source = f"{self.filename}, {answer.place}"
                self.fields[name] = FieldValue(value, source, answer.text, confidence)
            elif first.confidence > confidence:
                continue
            elif question.type in _JOINED:
                self.fields[name] = _joined(question.type, first, answer, value)
            elif not _is_same(first.value, value):
                self.problems.append(Problem("two_answers", label))
                if name in _OF_CHILDREN and _table(answer.place) != _table(first.source):
                    copy = self.copies.setdefault(_table(answer.place), {})
                    copy[_OF_CHILDREN[name]] = str(value)
                if name == "child_name":
                    source = f"{self.filename}, {answer.place}"
                    self.other_child = FieldValue(value, source, answer.text, confidence)

    def take_row(self, row: Row) -> None:
        """Take in one record; one with nothing in the columns kept is no record."""
        record: dict[str, str | None] = dict.fromkeys(ROW_KEYS[row.rows])
        for cell in row.cells:
            for name, value in zip(cell.question.fields, self._parsed(cell), strict=False):
                name = _OF_CHILDREN.get(name, name) if row.rows == "children" else name
                if name in record and isinstance(value, str):
                    record[name] = _named(cell.question.type, record[name], value)
        if not any(record.values()):
            return
        for cell in row.cells:
            if cell.question.field == "dob" and _TYPED_UNKNOWN.fullmatch(cell.text):
                record["dob"] = cell.text
            if cell.question.label_field is not None:
                record[cell.question.label_field] = cell.label.strip(" :\n") or None
        self.records.setdefault(row.rows, []).append(record)
        self.rows.setdefault(row.rows, []).append(row)

    def settle_child(self) -> None:
        """Take the second of two names of the child where only that is told of in long answers:
        the first may be left over from the case before."""
        first, other = self.fields.get("child_name"), self.other_child
        if first is None or other is None or self._copied():
            return
        told = {
            word
            for one in self.fields.values()
            if isinstance(one.value, str) and len(one.value) > _LONG
            for word in _bag(one.value)
        }
        if told.isdisjoint(_telling(first)) and not told.isdisjoint(_telling(other)):
            self.fields["child_name"] = other

    def part_children(self) -> FieldValue | None:
        """Return the children where the cells for one hold several, and leave the first of them
        in the fields of the child; None where they hold one."""
        named = self.fields.get("child_name")
        if named is None or not isinstance(named.value, str):
            return None
        born = self.fields.get("child_dob")
        if "children" in self.records:
            first = {"name": named.value, "dob": None if born is None else str(born.value)}
            return replace(named, value=(first, *self.records["children"]))
        if further := self._copied():
            first = {"name": str(named.value), "dob": None if born is None else str(born.value)}
            self.problems = [one for one in self.problems if one.code != "two_answers"]
            return replace(named, value=(first, *further))
        names = answers.parse_children(named.raw, "" if born is None else born.raw)
        if not names:
            return None
        days = dates.find_dates("" if born is None else born.raw, self.latest_on)
        days = days if len(days) == len(names) else [None] * len(names)
        births = [None if day is None else day.isoformat() for day in days]
        self.fields["child_name"] = replace(named, value=names[0])
        if born is not None and births[0] is not None:
            self.fields["child_dob"] = replace(born, value=births[0])
            self._drop("unreadable_date", "child_dob")
        children: tuple[Mapping[str, str | None], ...] = tuple(
            {"name": name, "dob": birth} for name, birth in zip(names, births, strict=True)
        )
        return replace(named, value=children)

    def _copied(self) -> list[dict[str, str]]:
        """Return the children whose own copy of the table names them and says when they were born.

        A name alone may be left over from another use of the form.
        """
        return [one for one in self.copies.values() if one.keys() == {"name", "dob"}]

    def _drop(self, code: str, name: str) -> None:
        """Take back what was said of the answer to a field."""
        self.problems = [
            one for one in self.problems if one != Problem(code, self.asked_by.get(name, ""))
        ]

    def value(self, name: str) -> FieldValue | None:
        """Return what a field holds, or None."""
        if name not in self.records:
            return self.fields.get(name)
        rows = self.rows[name]
        raw = "\n".join(" | ".join(cell.text for cell in row.cells) for row in rows)
        source = f"{self.filename}, {_row_place(rows[0])}"
        return FieldValue(tuple(self.records[name]), source, raw)

    def _parsed(self, answer: Answer) -> Parsed:
        question = answer.question
        text = answers.without_blanks(answer.text)
        if not text or not question.fields:
            return ()
        if answers.points_elsewhere(text):
            self.problems.append(Problem("see_elsewhere", _label(answer)))
            return (text,) * (2 if question.type == "role_and_agency" else 1)
        if question.type == "long_text" or len(text) > _MAX_SHORT:
            return (text,)
        parsed: Parsed
        problem: str | None
        if question.field == "child_dob" and dates.is_expected(text):
            # The day a child is expected on is no birth date.
            parsed, problem = (None,), "unreadable_date"
        elif question.field in _BIRTHS:
            parsed, problem = parse_day(text, self.latest_on)
        elif question.type == "name_and_birth_date":
            parsed, problem = parse_name_and_birth(text, self.latest_on)
        else:
            parsed, problem = PARSERS[question.type](text)
        if problem is not None:
            self.problems.append(Problem(problem, _label(answer)))
        return parsed


def _label(answer: Answer) -> str:
    question = answer.question
    return question.name if answer.table is None else f"{answer.table.name}: {question.label}"


def _table(place: str) -> str:
    """Return the table of a place, "" for one that is in none."""
    found = _TABLE.search(place)
    return found[0] if found else ""


def _row_place(row: Row) -> str:
    return row.cells[0].place.rpartition(" cell ")[0]


# What a further child's columns give of its record.
_OF_CHILDREN = {"child_name": "name", "child_dob": "dob"}


def _named(type_: str, first: str | None, value: str) -> str:
    """Return a name with a further part of it."""
    if first is None or type_ not in ("forename", "surname"):
        return value
    return f"{value} {first}" if type_ == "forename" else f"{first} {value}"


# Types of which several answers make up one field.
_JOINED = frozenset({"forename", "surname", "contact"})


def _joined(type_: str, first: FieldValue, answer: Answer, value: str | bool) -> FieldValue:
    """Return a field with a further part: the forename goes before, the rest behind."""
    blank = ", " if type_ == "contact" else " "
    pair = (value, first.value) if type_ == "forename" else (first.value, value)
    raw = f"{first.raw}\n{answer.text}"
    return FieldValue(blank.join(map(str, pair)), first.source, raw)


def _is_same(one: Value, other: Value) -> bool:
    """Return whether two answers say the same, whatever the order of a name's words."""
    if isinstance(one, str) and isinstance(other, str):
        return _bag(one) == _bag(other)
    return one == other


def _bag(text: str) -> list[str]:
    return sorted(map(label_key, text.replace(",", " ").split()))


def _telling(name: FieldValue) -> set[str]:
    return {word for word in _bag(str(name.value)) if len(word) > 2} - _NO_NAMES
