"""The subject child's birth date, address, gender and NHS number, as prose tells them.

Pure, and never a guess: an age is no birth date, a date somebody is expected is none either, and
what belongs to a relative is passed over.
"""

import re
from collections.abc import Iterator
from datetime import date

from agent import answers, dates
from agent.model.form import Problem
from agent.prose.days import FULL, MONTH
from agent.prose.found import Found, only
from agent.prose.passage import Passage, Said
from agent.prose.people import AGE
from agent.prose.vocabulary import RELATIVE

Reading = tuple[Found | None, tuple[Problem, ...]]

BIRTH_LABEL = "Date of birth"
_OLDEST_YEARS = 26
_NOT_KNOWN = r"(?P<nk>n/?k\b|n/a\b|not\s+(?:yet\s+)?known|unknown)"
_BORN = r"(?:d\.?\s?o\.?\s?b\b\.?|date\s+of\s+birth|(?<!new)(?<!still)(?<!un)born|\bb\.?(?=\s?\d))"
_BIRTH = re.compile(
    rf"(?P<label>{_BORN}(?:\s+(?:is|on|was))?[\s:=(–-]{{0,4}})(?:(?P<day>{FULL})|{_NOT_KNOWN})",
    re.I,
)
_BARE_DAY = re.compile(rf"(?<![\w/.-])(?P<day>{FULL})(?![\d/]|[.-]\d)", re.I)
_RELATIVE_BEFORE = re.compile(
    rf"\b(?:{RELATIVE})\b(?:['’]s)?[^.;]{{0,8}}(?:[A-Z][^\s.;]*\s*){{0,4}}[^\w.;]*$"
)
_EXPECTED = re.compile(r"\b(?:edd|due|expected)\b[^.]{0,20}$", re.I)

_WORD = r"[A-Z][^\W\d_]*(?:['’-][^\W\d_]+)*(?!\w)\.?"
_STREET = (
    r"(?:(?:Flat|Apartment|Apt|Unit|Room)\s\d+\w?,?\s)?\d+[A-Za-z]?(?:[-–/]\d+[A-Za-z]?)?,?\s"
    rf"{_WORD}(?:\s(?:(?:of|the|and|on|upon|le)\s){{0,2}}{_WORD}){{0,4}}"
)
_HOUSE = rf"(?:The\s)?{_WORD}(?:\s{_WORD}){{0,2}}\s(?:House|Cottage|Farm|Court|Lodge)"
_POSTCODE = r"[A-Z]{1,2}\d[A-Z\d]?\s?\d[A-Z]{2}\b"
_ADDRESS = (
    rf"(?P<address>(?:{_STREET}|{_HOUSE},\s{_STREET})(?:,\s(?:the\s)?{_WORD}"
    rf"(?:[\s-]{_WORD}){{0,3}})*(?:,?\s{_POSTCODE})?)"
)
_AT_HOME = re.compile(
    r"""(?:(?P<label>(?i:\b(?:home\s+|current\s+)?addr(?:ess)?(?:\s+we\s+(?:hold|have))?|\bh/a
      |\bhome)
      (?:\s+is)?\s*[:=–-]?\s*)
    |(?P<lives>(?i:\b(?:lives?|lived|living|resid(?:es?|ed|ing)|resident)\s+
      (?:with\s+[^.;,]{2,50}\s)?(?:in|at)[:\s]\s*))
    |(?P<of>\bof\s+))"""
    + _ADDRESS,
    re.VERBOSE,
)
_NO_HOME_BEFORE = re.compile(
    rf"\b(?:{RELATIVE}|offender|placed|placement|moved)\b(?:\s+who)?[^.;,]{{0,14}}$", re.I
)
_NOT_HOME_LABEL = re.compile(r"(?:incident|location|work|school|e-?mail|placement)\s*$", re.I)
_ADDRESS_NOT_KNOWN = re.compile(rf"\baddress\s*[:=–-]\s*{_NOT_KNOWN}", re.I)

_SEX = r"(?P<sex>girl|boy|male|female)"
_GENDER = re.compile(
    rf"""(?:\b(?:gender|sex|m/f)\s*[:=–-]?\s*(?P<label>male|female|girl|boy|m|f)\b
    |(?P<first>\b(?:{AGE}|(?:year|yr|month|week|day)s?[\s-]old|\d{{1,2}}\s?(?:yo|/12|/52|yrs?
      |y)|baby|little|small|
       young|newborn|infant|toddler|\(\d{{1,2}},?|,\s?\d{{1,2}},
      |aged?\s\d{{1,2}},)[\s,-]*{_SEX}\b(?!friend))
    |\b(?P<then>girl|boy|male|female)\b[\s,]*(?:,?\s?aged?\b|of\s+\d|\(\s?\d|\(?{AGE}
      |,\s+\d{{1,2}}\b)
    |\b(?P<before>male|female)\s+(?:infant|baby|child|toddler|newborn|pupil|student|patient)\b
    |(?:[.,(;]|^)\s*(?P<alone>male|female)\s*(?:[.,);]|$)
    |\b(?:a|the|this)\s+(?P<one>girl|boy)\b)""",
    re.IGNORECASE | re.VERBOSE,
)
_OTHERS_BEFORE = re.compile(rf"\b(?:{RELATIVE}|other|adult|older|two|both|man)\b", re.I)
_NHS = re.compile(
    rf"\b(?:NHS|national\s+health)\b(?:\s*(?:no|number|num|nr|#))?[\s.:=–-]*"
    rf"(?:(?P<digits>\d{{3}}[\s-]?\d{{3}}[\s-]?\d{{4}})(?!\d)|{_NOT_KNOWN})",
    re.I,
)


def find_birth(passage: Passage, child: Found | None) -> Reading:
    """Return the birth date as an ISO day; the one beside the child's name goes before others."""
    if child is None and len(_days_of_birth(passage)) > 1:
        return None, (Problem("two_answers", BIRTH_LABEL),)
    return only(_births(passage, child), BIRTH_LABEL)


def _days_of_birth(passage: Passage) -> set[str]:
    """Return every day on which a child told of was born, whoever it is."""
    return {
        day
        for said in passage.told
        for found in _BIRTH.finditer(said.text)
        if found["day"] and (day := _birth(said.text, found, passage.written_on))
    }


def _births(passage: Passage, child: Found | None) -> Iterator[Found]:
    for said in passage.told:
        labelled = list(_BIRTH.finditer(said.text))
        for found in labelled:
            is_near = _is_by_child(said, child, found.start())
            if not is_near and _RELATIVE_BEFORE.search(said.text[: found.start()][-70:]):
                continue
            if found["nk"]:
                yield Found(found["nk"], said, found[0], 0.8, 1)
            elif day := _birth(said.text, found, passage.written_on):
                yield Found(day, said, found[0], 0.9, 3 if is_near else 2)
        for found in _BARE_DAY.finditer(said.text):
            if _is_by_child(said, child, found.start()) and (
                day := _birth(said.text, found, passage.written_on)
            ):
                yield Found(day, said, found[0], 0.8, 3)


def _is_by_child(said: Said, child: Found | None, at: int) -> bool:
    """Return whether the child's name stands right before this place, at most an age between."""
    if child is None:
        return False
    before = said.text[max(0, at - 90) : at]
    name = child.raw
    where = before.rfind(name)
    if where < 0:
        return False
    gap = before[where + len(name) :]
    gap = re.sub(AGE, "", gap, flags=re.I)
    return (
        re.fullmatch(
            r"[\W_]*(?:(?:\d{1,2}|case|who|is|was|she|he|s|it|male|female|girl|boy|Y(?:ear|"
            r"r)?\s?\d+|"
            r"and|"
            r"d\.?o\.?b|years?|months?|seven|six|five|four|three|two|eight|nine|ten)\b[\W_]*){0,4}",
            gap,
            re.I,
        )
        is not None
    )


def _birth(text: str, found: re.Match[str], written_on: date | None) -> str | None:
    """Return the day of birth, None for a day that no child was born on, or an expected one."""
    before = text[: found.start("day")][-30:]
    if _EXPECTED.search(before):
        return None
    day = dates.parse_date(found["day"], written_on)
    if day is None or re.match(r"\W{0,3}(?:edd|due|\?)", text[found.end() :], re.I):
        return None
    is_child = written_on is None or 0 <= (written_on - day).days < 365.25 * _OLDEST_YEARS
    return day.isoformat() if is_child else None


def unreadable_birth(passage: Passage) -> tuple[Problem, ...]:
    """Return a problem where a birth date is told that is no day."""
    for said in passage.told:
        for found in _BIRTH.finditer(said.text):
            if found["day"] and dates.parse_date(found["day"]) is None:
                return (Problem("unreadable_date", BIRTH_LABEL),)
    return ()


def find_address(passage: Passage, child: Found | None) -> Reading:
    """Return where the child lives; an address of somebody else, or of the incident, is none."""
    return only(_addresses(passage, child), "Home address")


def _addresses(passage: Passage, child: Found | None) -> Iterator[Found]:
    for said in passage.told:
        for found in _AT_HOME.finditer(said.text):
            if re.search(rf"^\d+\s{MONTH}\b", found["address"], re.I):
                continue
            before = said.text[max(0, found.start() - 60) : found.start()]
            value = found["address"].strip(" ,.")
            if found["label"] and not _NOT_HOME_LABEL.search(before):
                yield Found(value, said, found[0], 0.9, 2)
            elif found["lives"] and not _NO_HOME_BEFORE.search(before):
                yield Found(value, said, found[0], 0.8, 2)
            elif found["of"] and _is_about(before, child):
                yield Found(value, said, found[0], 0.8, 1)
        if unknown := _ADDRESS_NOT_KNOWN.search(said.text):
            yield Found(unknown["nk"], said, unknown[0], 0.8, 1)
        yield from _listed(said, child)


def _is_about(before: str, child: Found | None) -> bool:
    """Return whether "of 4 Long Lane" is said of the child: the name, at most a date between."""
    if child is not None:
        where = before.rfind(child.raw)
        return where >= 0 and not re.search(rf"\b(?:{RELATIVE})\b", before[where:], re.I)
    return False


def _listed(said: Said, child: Found | None) -> Iterator[Found]:
    """Yield an address that stands in a list behind the child's name: "A B / 1.2.24 / 4 C"."""
    if child is None or child.raw not in said.text:
        return
    rest = said.text[said.text.index(child.raw) + len(child.raw) :]
    for piece in re.split(r"\s/\s|;\s|\s\|\s", rest)[1:]:
        if found := re.fullmatch(_ADDRESS + r"[\s.]*", piece.strip()):
            yield Found(found["address"].strip(" ,."), said, piece.strip(), 0.7, 1)


def find_gender(passage: Passage, child: Found | None) -> Reading:
    """Return "girl", "boy", "male" or "female" as written of the subject child."""
    return only(_genders(passage, child), "Gender")


def _genders(passage: Passage, child: Found | None) -> Iterator[Found]:
    for said in passage.told:
        for found in _GENDER.finditer(said.text):
            before = said.text[max(0, found.start() - 40) : found.start()]
            if found["label"]:
                yield Found(found["label"], said, found[0], 0.9, 4)
                continue
            way = next(name for name in ("sex", "then", "before", "alone", "one") if found[name])
            is_named = child is not None and child.raw in (
                before + found[0] + said.text[found.end() : found.end() + 30]
            )
            if not is_named and _OTHERS_BEFORE.search(before):
                continue
            if (
                way == "alone"
                and not is_named
                and found[0].strip(" .").lower() != found[way].lower()
            ):
                continue
            rank = 3 if is_named else (1 if way == "one" else 2)
            yield Found(found[way], said, found[0].strip(), 0.8, rank)


def find_nhs_number(passage: Passage) -> Reading:
    """Return the ten digits; a number with a wrong check digit is none, and a problem."""
    found: list[Found] = []
    is_wrong = False
    for said in passage.told:
        for one in _NHS.finditer(said.text):
            if one["nk"]:
                found.append(Found(one["nk"], said, one[0], 0.8))
            elif number := answers.parse_nhs_number(one["digits"]):
                found.append(Found(number, said, one[0], 0.9, 1))
            else:
                is_wrong = True
    number_found, problems = only(found, "NHS number")
    if number_found is None and is_wrong:
        problems = (Problem("unreadable_nhs_number", "NHS number"), *problems)
    return number_found, problems
