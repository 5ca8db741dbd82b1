"""Tells the members of a family apart: from a line that a person typed, and by the relationship
words of a referral. Pure; knows nothing of cases.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import date

from agent import dates

UNKNOWN = "not known at time of sending"
PERSON = ("name", "relationship", "dob", "address")
_MOTHER = re.compile(r"(?:(?:birth|biological|natural|adoptive) )?(?:mother|mum|mummy|mam|mom)")
_FATHER = re.compile(r"(?:(?:birth|biological|natural|adoptive) )?(?:father|dad|daddy)")
_SIBLING = re.compile(
    r"(?:(?:older|elder|younger|big|little|half|step|full|twin|maternal|paternal|adoptive)[ -]?)*"
    r"(?:brother|sister|sibling|twin)"
)
# "Subject child's mother", "mother of the child", "Mother (main carer)" and "mother - carer".
_OF_CHILD = re.compile(r"^(?:the |subject )*child['’]?s | (?:of|to) (?:the |subject )*child$")
_REMARK = re.compile(r"\s*(?:[(,;]|/(?=\s*(?:main )?carer)|\s[–-]\s).*")
_RELATION = re.compile(
    r"\b(?:\w*(?:mother|father|brother|sister|parent|child)|mum|dad|sibling|twin|uncle|aunt|cousin"
    r"|niece|nephew|partner|wife|husband|boyfriend|girlfriend|carer|guardian|friend|lodger)s?\b",
    re.IGNORECASE,
)
_BEFORE_NAME = re.compile(r"(?P<relation>[^:,()]{3,40}):\s*(?P<rest>.+)")
_BETWEEN = re.compile(r"\s*[,()]\s*|\s+[–—-]\s+")
_BORN = re.compile(r"^(?:born(?: on)?|b\.|d\.?o\.?b\.?|date of birth)[\s:]*", re.IGNORECASE)
_MAX_RELATION = 40


def parse_person(line: str) -> dict[str, str]:
    """Return the person that a line names: "Jo Alder (mother), born 12 June 1995, 2 Harbour Row"
    or "Mother: Jo Alder"."""
    before = _BEFORE_NAME.fullmatch(line)
    relation = before["relation"] if before and _RELATION.search(before["relation"]) else ""
    name, *rest = _BETWEEN.split(before["rest"] if before and relation else line)
    born, address = "", []
    for part in filter(None, rest):
        day = _BORN.sub("", part)
        if not born and dates.parse_date(day):
            born = write_day(day)
        elif not relation and len(part) <= _MAX_RELATION and _RELATION.search(part):
            relation = part
        else:
            address.append(part)
    return {"name": name, "relationship": relation, "dob": born, "address": ", ".join(address)}


def part_by_side(family: Sequence[Mapping[str, str]]) -> dict[str, object]:
    """Return the family as the form parts it, with one empty record where nobody is known."""
    sides: dict[str, list[dict[str, str]]] = {
        side: [] for side in ("mothers", "fathers", "siblings", "others")
    }
    for person in family:
        sides[_side(person["relationship"])].append(show_person(person))
    return {side: tuple(people) or (show_person({}),) for side, people in sides.items()}


def _side(relationship: str) -> str:
    words = _OF_CHILD.sub("", _REMARK.sub("", " ".join(relationship.casefold().split())))
    sides = {"mothers": _MOTHER, "fathers": _FATHER, "siblings": _SIBLING}
    return next((side for side, words_of in sides.items() if words_of.fullmatch(words)), "others")


def show_person(person: Mapping[str, str], unknown: str = UNKNOWN) -> dict[str, str]:
    """Return a person as a form shows them; `who` says the relationship where the label does not
    say as much."""
    name, relation = (person.get(part, "") for part in ("name", "relationship"))
    is_said = not relation or _side(relation) in ("mothers", "fathers")
    who = name or unknown
    return {
        "who": who if is_said else f"{who} ({relation})",
        **{part: person.get(part) or unknown for part in PERSON},
        "also_known_as": unknown,
        "previous_addresses": unknown,
    }


def write_day(value: date | str) -> str:
    """Return a day as a form writes it, "12 June 1995"; words that are none as they stand."""
    day = value if isinstance(value, date) else dates.parse_date(value)
    return str(value) if day is None else f"{day.day} {day:%B %Y}"
