"""Forms pasted or typed into the mail itself, as mail programs write them: for tests."""

from collections.abc import Callable, Mapping, Sequence
from html import escape
from typing import Any

from forms import (
    AGENCY_COLUMNS,
    CHILD_LABELS,
    CONTACT_COLUMNS,
    DSL_WORDS,
    FAMILY_COLUMNS,
    LONG_QUESTIONS,
    TITLE,
)

Rows = list[Sequence[str]]
Piece = str | Rows


def serious_incident(answers: Mapping[str, Any]) -> list[Piece]:
    """Return the serious-incident form as its paragraphs and tables, filled in."""
    return [
        TITLE,
        "Background Information",
        f"Name of Child: {answers['header_name']}",
        f"Date of Referral: {answers['referral_date']}",
        "Agency Referral",
        [CONTACT_COLUMNS, answers["referrer"]],
        DSL_WORDS,
        [CONTACT_COLUMNS, answers["dsl"]],
        "Section 1: Brief overview of child and family composition",
        "1.1 Child's Details",
        [(label, answers.get(key, "")) for key, label in CHILD_LABELS.items()],
        "1.2 Details of Family Members and any Significant Others",
        [FAMILY_COLUMNS, *answers["family"]],
        "1.3 Other agencies known to be involved",
        [AGENCY_COLUMNS, *answers["other_agencies"]],
        "Section 2: Case Background",
        *(part for key, asked in LONG_QUESTIONS.items() for part in (asked, [(answers[key],)])),
        "Please use the chronology table below to outline any events around the time of the "
        "incident.",
        [("Date and Time", "Event"), *answers["chronology"]],
        "Section 3: Advice and Submission of this Form",
    ]


def outlook_html(pieces: Sequence[Piece]) -> str:
    """Return the pieces as Word writes them into a mail of Outlook."""
    cell = "<td width=284 valign=top style='width:213pt;border:solid windowtext 1.0pt'>{}</td>"
    line = "<p class=MsoNormal><span lang=EN-GB style='mso-fareast-language:EN-US'>{}<o:p></o:p>"
    return _html(pieces, line + "</span></p>\n", cell, "<o:p>&nbsp;</o:p>")


def gmail_html(pieces: Sequence[Piece]) -> str:
    """Return the pieces as Gmail writes them."""
    cell = '<td style="border:1px solid rgb(0,0,0)"><div dir="ltr"><p dir="ltr">{}</p></div></td>'
    return f'<div dir="ltr">{_html(pieces, "<div>{}</div>", cell, "<br>")}</div>'


def _html(pieces: Sequence[Piece], line: str, cell: str, blank: str) -> str:
    def words(text: str) -> str:
        return "".join(line.format(escape(one) or blank) for one in text.split("\n"))

    def table(rows: Rows) -> str:
        lines = ("".join(cell.format(words(one)) for one in row) for row in rows)
        return (
            f"<table border=1><tbody>{''.join(f'<tr>{row}</tr>' for row in lines)}</tbody></table>"
        )

    return "".join(words(one) if isinstance(one, str) else table(one) for one in pieces)


def tabbed(pieces: Sequence[Piece]) -> str:
    """Return the pieces as plain text with a row a line and a tab between cells."""
    return _plain(pieces, lambda rows: "\n".join("\t".join(row) for row in rows))


def one_below_another(pieces: Sequence[Piece]) -> str:
    """Return the pieces as plain text with each cell in a paragraph of its own."""
    return _plain(pieces, lambda rows: "\n\n".join(cell for row in rows for cell in row if cell))


def ruled(pieces: Sequence[Piece]) -> str:
    """Return the pieces as plain text with tables drawn in signs."""

    def table(rows: Rows) -> str:
        rule = "+------+------+"
        lines = (f"| {' | '.join(row)} |" for row in rows)
        return "\n".join([rule, *(f"{line}\n{rule}" for line in lines)])

    return _plain(pieces, table)


def _plain(pieces: Sequence[Piece], table: Callable[[Rows], str]) -> str:
    return "\n\n".join(one if isinstance(one, str) else table(one) for one in pieces) + "\n"
