"""The five offices of the corpus: who is in their registers, which cases are open, which letters
went out. Read from `areas/`; the words of the letters are those that mails quote back."""

import csv
import json
import tomllib
from dataclasses import dataclass, field
from datetime import date, datetime, time
from functools import cache
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent
AREAS = ("lambeth", "lewisham", "lancashire", "leeds", "kscp")


@dataclass(frozen=True, slots=True)
class Contact:
    """One row of a register."""

    agency_id: str
    agency: str
    name: str
    title: str
    email: str

    @property
    def address(self) -> str:
        """Return the contact as it stands in a From header."""
        return f"{self.name} <{self.email}>"


@dataclass(frozen=True, slots=True)
class Letter:
    """A scoping letter that the office sent before the corpus starts."""

    message_id: str
    sender: str
    to: str
    subject: str
    sent_at: datetime
    text: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Area:
    """One office. `contacts` are by agency id, `letters` by "<reference>/<agency id>"."""

    slug: str
    name: str
    mailbox: str
    authserv_id: str
    references: tuple[str, ...]
    contacts: dict[str, tuple[Contact, ...]]
    letters: dict[str, Letter]


def paths(slug: str) -> dict[str, Path]:
    """Return the files that `rehearse` takes as --register, --cases and --site."""
    folder = FOLDER / "areas" / slug
    return {
        "register": folder / "register.csv",
        "cases": folder / "cases.json",
        "site": folder / "site.toml",
    }


@cache
def load_area(slug: str) -> Area:
    """Return one of the five offices."""
    files = paths(slug)
    site = tomllib.loads(files["site"].read_text(encoding="utf-8"))
    cases = json.loads(files["cases"].read_text(encoding="utf-8"))
    words = furniture()["area"][slug]
    contacts: dict[str, tuple[Contact, ...]] = {}
    with files["register"].open(encoding="utf-8", newline="") as rows:
        for row in csv.DictReader(rows):
            one = Contact(row["agency_id"], row["agency"], row["name"], row["title"], row["email"])
            contacts[one.agency_id] = (*contacts.get(one.agency_id, ()), one)
    sender = f"{words['unit']} <{site['mailbox']}>"
    letters = {
        f"{case['ref']}/{told['agency']}": _letter(case["ref"], told, words, sender, contacts)
        for case in cases
        for told in case["letters"]
    }
    references = tuple(case["ref"] for case in cases)
    authserv_id = site.get("authserv_id", "")
    name = words["name"]
    return Area(slug, name, site["mailbox"], authserv_id, references, contacts, letters)


@cache
def furniture() -> dict[str, Any]:
    """Return the words that surround mails: banners, disclaimers, letters, form labels."""
    return tomllib.loads((FOLDER / "furniture.toml").read_text(encoding="utf-8"))


def _letter(
    ref: str,
    told: dict[str, str],
    words: dict[str, str],
    sender: str,
    contacts: dict[str, tuple[Contact, ...]],
) -> Letter:
    due_at = datetime.fromisoformat(told["due"])
    contact = contacts[told["agency"]][0]
    facts = {
        **words,
        "ref": ref,
        "due": f"{due_at:%A} {due_at.day} {due_at:%B %Y}",
        "short": f"{due_at:%a} {due_at.day} {due_at:%b}",
        "name": contact.name,
        "agency": contact.agency,
    }
    sent_at = datetime.combine(date.fromisoformat(told["sent_on"]), time(10, 2))
    text = furniture()["letter"][words["letter"]].format_map(facts)
    subject = words["subject"].format_map(facts)
    return Letter(told["message_id"], sender, told["to"], subject, sent_at, text)
