"""What the answer to one question means, by the type that its layout declares. Pure, and never a
guess: what cannot be read for certain stays as written, with the code of a problem."""

from collections.abc import Callable, Mapping
from datetime import date

from agent import answers, dates

# One value, or two where one cell answers two questions.
Parsed = tuple[str | bool | None, ...]


def _text(text: str) -> tuple[Parsed, str | None]:
    return (answers.parse_ticks(text) or None,), None


def _yes_no(text: str) -> tuple[Parsed, str | None]:
    return (answers.parse_yes_no(text) or None,), None


def _name(text: str) -> tuple[Parsed, str | None]:
    return (answers.parse_name(text),), None


def _name_and_address(text: str) -> tuple[Parsed, str | None]:
    return (answers.parse_name_before_address(text),), None


def parse_name_and_birth(text: str, latest_on: date | None) -> tuple[Parsed, str | None]:
    """Return a name and the day of birth beside it, each None where it is not there."""
    name, words = answers.parse_name_and_birth_words(text)
    if not words:
        return (name, None), None
    (day,), problem = parse_day(words, latest_on)
    return (name or None, day), problem


def parse_day(text: str, not_after: date | None = None) -> tuple[Parsed, str | None]:
    """Return a day as ISO 8601, or the text and a problem; a year of two digits is no later than
    `not_after` allows."""
    day = dates.parse_date(text, not_after)
    if day is not None:
        return (day.isoformat(),), None
    return (text,), None if answers.is_not_known(text) else "unreadable_date"


def _date_or_death(text: str) -> tuple[Parsed, str | None]:
    # The day may stand beside an empty box as well as beside a ticked one.
    (day,), problem = parse_day(text)
    return (day, answers.parse_is_death(answers.parse_ticks(text))), problem


def _date_of_death(text: str) -> tuple[Parsed, str | None]:
    # "N/A" under the date of death says nothing about the incident's.
    if answers.is_not_known(text):
        return (None, None), None
    (day,), problem = parse_day(text)
    return (day, True), problem


def _died(text: str) -> tuple[Parsed, str | None]:
    return (answers.parse_died(text),), None


def _role_and_agency(text: str) -> tuple[Parsed, str | None]:
    return answers.parse_agency_and_role(text), None


def _nhs_number(text: str) -> tuple[Parsed, str | None]:
    # Of several children's numbers the first is that of the first child.
    numbers = answers.find_nhs_numbers(text)
    if not numbers:
        return (text,), None if answers.is_not_known(text) else "unreadable_nhs_number"
    is_right = answers.parse_nhs_number(numbers[0]) is not None
    return (numbers[0],), None if is_right else "nhs_number_check"


def _moment(text: str) -> tuple[Parsed, str | None]:
    day = dates.parse_moment(text)
    return (text if day is None else day.isoformat(),), None


PARSERS: Mapping[str, Callable[[str], tuple[Parsed, str | None]]] = {
    "text": _text,
    "contact": _text,
    "name": _name,
    "forename": _name,
    "surname": _name,
    "name_and_address": _name_and_address,
    "date": parse_day,
    "date_or_death": _date_or_death,
    "date_of_death": _date_of_death,
    "died": _died,
    "yes_no": _yes_no,
    "role_and_agency": _role_and_agency,
    "nhs_number": _nhs_number,
    "moment": _moment,
}
