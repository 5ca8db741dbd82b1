"""Word forms to be printed to PDF: filled, blank, long, marked by hand, with and without lines."""

import io
from collections.abc import Callable
from typing import Any

import docx
from docx.enum.section import WD_ORIENT
from docx.enum.text import WD_COLOR_INDEX
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Pt
from forms import CHILD_LABELS, ROBIN, write_form
from more_forms import ELSEWHERE, INCIDENT, MAKER, SUMMARISED, practice, saved, written
from pdfs import ruled

WORDS = (
    "The health visitor saw Robin and the mother at home and noted that the house was cold and "
    "that there was little food. The social worker was told the same day, and a strategy "
    "discussion was held the next morning with police and school."
)
# Answers that fill pages, so that rows, boxes and sentences are cut where a page ends.
LONG = {
    **ROBIN,
    "summary": "\n".join([f"{WORDS} {WORDS}", "Mother: seen in May.", " ".join([WORDS] * 7)]),
    "reason_for_referral": " ".join([WORDS] * 8),
    "sibling_safeguarding": f"Kit stays with the grandmother.\n{WORDS}",
    "chronology": [
        (f"{day:02}/11/2026 0{day % 10}:15", (f"{WORDS} {WORDS}")[: 60 + 17 * day])
        for day in range(1, 25)
    ],
    "additional_info": f"First line.\nSecond line.\n{WORDS}",
    "looked_after": "Yes ☐ No ☒",
    "coroner": "☐ Yes ☒ No",
    "adult_safeguarding": "Yes\nshared with the adult team",
    "child_address": "2 Harbour Row\nSouthwood\nNorthshire NS1 2AB",
}
PRACTICE = practice(
    both="Robin Alder, DOB 4/5/21",
    referred="17th December 2026",
    referrer="Morgan Quill",
    agency="Northshire Police / Detective Inspector",
    phone="01632 960111",
    lead="Sasha Fenn",
    lead_agency="Northshire Police / Safeguarding Lead",
    learning="The school and the nurse spoke every week.",
    date="15.12.26",
    relative="Grace Alder",
    born="12/6/35",
)
AREA = written(
    "Child Safeguarding Practice Review Referral", ELSEWHERE, INCIDENT, "Details of referrer", MAKER
)
RETURN = written("Agency scoping return", SUMMARISED)


def changed(content: bytes, change: Callable[[Any], None]) -> bytes:
    """Return a Word file changed by python-docx."""
    word = docx.Document(io.BytesIO(content))
    change(word)
    return saved(word)


def small(word: Any) -> None:
    word.styles["Normal"].font.name = "Liberation Sans"
    word.styles["Normal"].font.size = Pt(9.5)
    word.styles["Normal"].paragraph_format.space_after = Pt(0)


def sideways(word: Any) -> None:
    section = word.sections[0]
    section.orientation = WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = section.page_height, section.page_width


def headed(word: Any) -> None:
    """Print words at the head and foot of each page, with its number."""
    section = word.sections[0]
    section.header.paragraphs[0].text = "OFFICIAL-SENSITIVE\tNorthshire Partnership"
    footer = section.footer.paragraphs[0]
    footer.text = "Version 3\tPage "
    for kind in ("begin", "instruction", "end"):
        element = OxmlElement("w:instrText" if kind == "instruction" else "w:fldChar")
        if kind == "instruction":
            element.text = "PAGE"
        else:
            element.set(qn("w:fldCharType"), kind)
        footer.add_run()._r.append(element)


LOOKS = {
    "looked_after": [("Yes", "strike"), (" / No", "")],
    "child_protection_plan": [("Yes / ", ""), ("No", "strike")],
    "open_to_social_care": [("Yes", "highlight"), (" / No", "")],
    "criminal_investigation": [("Yes / ", ""), ("No", "highlight"), (" / Not known", "")],
    "coroner": [("Yes / ", ""), ("No", "strike"), (" - Alex Marsh", "")],
}


def marked(word: Any) -> None:
    """Answer by striking out and highlighting."""
    cells = {row.cells[0].text: row.cells[-1] for table in word.tables for row in table.rows}
    for key, runs in LOOKS.items():
        cell = cells[CHILD_LABELS[key]]
        cell.text = ""
        for text, look in runs:
            run = cell.paragraphs[0].add_run(text)
            run.font.strike = look == "strike"
            run.font.highlight_color = WD_COLOR_INDEX.YELLOW if look == "highlight" else None


def merged(word: Any) -> None:
    """Write the address into two rows beside one label."""
    table = word.tables[2]
    table.cell(2, 0).merge(table.cell(3, 0))
    table.cell(2, 1).text, table.cell(3, 1).text = "2 Harbour Row", "Southwood"


PLAIN = {
    "serious incident": write_form(ROBIN),
    "blank": write_form({}),
    "small": changed(write_form(ROBIN), small),
    "practice learning": PRACTICE,
    "another area": AREA,
    "return": RETURN,
    "marked": changed(write_form(ROBIN), marked),
    "long": write_form(LONG),
    "long headed": changed(write_form(LONG), headed),
    "long small": changed(write_form(LONG), small),
}
FILES = {
    **{f"{name} in columns": content for name, content in PLAIN.items()},
    **{f"{name} ruled": ruled(content) for name, content in PLAIN.items()},
    "merged ruled": ruled(changed(write_form(ROBIN), merged)),
    "sideways ruled": ruled(changed(write_form(LONG), sideways)),
}
