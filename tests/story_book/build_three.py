"""Writes the mails of more Lewisham and KSCP stories. Everybody in them is invented.

python -m tests.story_book.build_three
"""

import copy
import io
from collections.abc import Sequence
from datetime import date
from typing import Any

import docx
import openpyxl
import pypdf

from agent.samples import write_referral_form
from tests.mails import WORD, mail
from tests.story_book.build_one import (
    AGENCIES,
    BRIEF,
    FULL,
    KSCP,
    LEWISHAM,
    PEOPLE,
    answer,
    at,
    child,
    in_the_body,
    keep,
    number,
    pdf_return,
    printed,
    refer,
    word_return,
    wrapped,
)

EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
NOT_KNOWN = (
    "Hello,\n\nWe have searched our records for the child and everybody on the family list. None "
    "of them is known to us. Please take this as our nil return.\n"
)


def christmas_round() -> None:
    story = "lewisham-christmas-round"
    dylan = child("Dylan Merrow", "16/05/2021", "19/12/2026")
    refer(story, "referral.eml", "2026-12-21T10:05", "csc", dylan)
    done = word_return("icb", "Dylan Merrow", "16/05/2021", "29/12/2026", BRIEF)
    answer(story, "icb.eml", "2026-12-29T10:20", "icb", "Form attached.\n", attachments=[done])
    body = in_the_body(FULL)
    answer(story, "police.eml", "2027-01-04T11:00", "police", body, template="reminder")


def easter_round() -> None:
    story = "lewisham-easter-round"
    rory = child("Rory Teal", "28/09/2020", "17/03/2027")
    refer(story, "referral.eml", "2027-03-19T09:30", "csc", rory)
    answer(story, "icb.eml", "2027-03-25T14:10", "icb", NOT_KNOWN)
    done = word_return("police", "Rory Teal", "28/09/2020", "31 March 2027", FULL)
    body = "Thanks for the nudge. Our form is attached.\n"
    asked = {"template": "reminder", "attachments": [done]}
    answer(story, "police.eml", "2027-03-31T15:00", "police", body, **asked)


def friday_evening() -> None:
    story = "lewisham-friday-evening"
    callum = child("Callum Frost", "12/12/2018", "18/03/2027")
    refer(story, "before.eml", "2027-03-19T16:59", "csc", callum)
    place = "5 Chandlers Yard, Eastport"
    bryn = child(
        "Bryn Oakes",
        "04/02/2023",
        "08/03/2027",
        child_address=place,
        child_ethnicity="Any other Asian background",
        open_to_social_care="No",
        incident_location=place,
        carer_at_incident="Father, Gareth Oakes",
        criminal_investigation="N/K",
        family=[
            {"name": "Gareth Oakes", "relationship": "Father", "dob": "17/06/1990"},
            {"name": "Lowri Oakes", "relationship": "Mother", "dob": "25/11/1991"},
        ],
        sibling_safeguarding="There are no siblings.",
        other_agencies=[{"agency": "GP", "contact": "01632 960129", "reason": "Patient, current"}],
        summary="Bryn is recovering from surgery after a fall that was not explained at the time.",
        chronology=[{"when": "08/03/2027 14:00", "event": "Brought to hospital by father"}],
    )
    refer(story, "after.eml", "2027-03-19T17:01", "trust", bryn)


def names_another_agency() -> None:
    story = "lewisham-names-another-agency"
    kian = child("Kian Moss", "07/07/2022", "24/05/2027")
    refer(story, "referral.eml", "2027-05-25T11:35", "csc", kian)
    named = (
        *FULL[:3],
        "Yes: St Anne's Hospital Trust saw the child in March 2027.",
        FULL[4],
    )
    done = word_return("police", "Kian Moss", "07/07/2022", "2 June 2027", named)
    body = "Please find our return attached.\n"
    answer(story, "police.eml", "2027-06-02T10:10", "police", body, attachments=[done])
    answer(story, "school.eml", "2027-06-03T09:00", "school", NOT_KNOWN)


def colleague_answers() -> None:
    story = "lewisham-colleague-answers"
    ewan = child("Ewan Drake", "21/10/2019", "20/12/2026")
    refer(story, "referral.eml", "2026-12-21T12:15", "csc", ewan)
    who = "Ravi Sethi"
    form = word_return("police", "Ewan Drake", "21/10/2019", "30/12/2026", FULL)
    signed = _reworded(form[1], {"Dana Whitlock": who, "dana.whitlock": "ravi.sethi"})
    subject = "@@SUBJECT:scoping-letter:police@@"
    raw = mail(
        f"{who} <ravi.sethi@police.riverside.example>",
        f"RE: {subject}",
        "Good morning,\n\nI am answering for Dana Whitlock, who passed your letter to me. Our "
        f"completed form is attached.\n\n{who}\nReview Officer, Riverside Police\n01632 960128\n",
        to=LEWISHAM,
        attachments=[(form[0], signed, WORD)],
        message_id="<202612301115.rs@police.riverside.example>",
        received=at("2026-12-30T11:15"),
        in_reply_to="@@MESSAGE-ID:scoping-letter:police@@",
    )
    keep(story, "colleague.eml", raw)


def reference_and_pdf() -> None:
    story = "lewisham-reference-and-pdf"
    joel = child("Joel Heath", "03/08/2020", "21/03/2027")
    refer(story, "referral.eml", "2027-03-22T15:45", "csc", joel)
    form = pdf_return("school", "Joel Heath", "03/08/2020", "31/03/2027", BRIEF)
    moment = "2027-03-31T08:50"
    raw = mail(
        PEOPLE["school"],
        "@@REF@@",
        "\n",
        to=LEWISHAM,
        attachments=[("scan0041.pdf", form[1], form[2])],
        message_id=number(moment, "school"),
        received=at(moment),
    )
    keep(story, "school.eml", raw)


def spreadsheet_return() -> None:
    story = "lewisham-spreadsheet-return"
    arlo = child("Arlo Wren", "19/01/2022", "26/04/2027")
    refer(story, "referral.eml", "2027-04-28T10:25", "csc", arlo)
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Chronology"
    sheet.append(["Child", "Arlo Wren", "D.O.B", "19/01/2022"])
    sheet.append([])
    sheet.append(["Date", "Event", "Source", "Comment"])
    sheet.append([date(2026, 9, 14), "Emergency attendance, discharged home", "Notes", ""])
    sheet.append([date(2026, 11, 3), "Not brought to clinic", "Clinic list", "Letter sent"])
    sheet.append([date(2027, 4, 26), "Admitted", "Notes", "Joint meeting held"])
    saved = io.BytesIO()
    book.save(saved)
    body = (
        "Hello,\n\nOur involvement with the child is in the attached chronology, which is how we "
        "do these. Please accept it as our return.\n"
    )
    sheets = [("Chronology.xlsx", saved.getvalue(), EXCEL)]
    answer(story, "trust.eml", "2027-05-06T16:20", "trust", body, attachments=sheets)


def second_version() -> None:
    story = "lewisham-second-version"
    reece = child("Reece Calder", "11/04/2021", "18/05/2027")
    refer(story, "referral.eml", "2027-05-20T14:30", "csc", reece)
    said = ("police", "Reece Calder", "11/04/2021")
    body = "Completed form attached.\n"
    done = word_return(*said, "26/05/2027", BRIEF)
    answer(story, "first.eml", "2027-05-26T12:40", "police", body, attachments=[done])
    changed = (
        *BRIEF[:2],
        "Two calls from neighbours were not passed to the social worker.",
        *BRIEF[3:],
    )
    body = (
        "Our manager has corrected the answer to question 3. Please use this version instead of "
        "yesterday's.\n"
    )
    done = word_return(*said, "27/05/2027", changed)
    asked = {"prefix": "RE: ", "attachments": [("Scoping form v2.docx", *done[1:])]}
    answer(story, "second.eml", "2027-05-27T09:55", "police", body, **asked)


def part_and_more_time() -> None:
    story = "lewisham-part-and-more-time"
    seth = child("Seth Lowry", "30/03/2019", "21/05/2027")
    refer(story, "referral.eml", "2027-05-21T13:40", "csc", seth)
    said = ("trust", "Seth Lowry", "30/03/2019")
    part = word_return(*said, "28/05/2027", ("", *FULL[1:]))
    body = (
        "Dear colleagues,\n\nOur form is attached, all but question 1: the old notes are in the "
        "archive. Please could we have an extension until Monday 7 June for that answer?\n"
    )
    answer(story, "part.eml", "2027-05-28T14:00", "trust", body, attachments=[part])
    done = word_return("police", "Seth Lowry", "30/03/2019", "1 June 2027", BRIEF)
    body = "Return attached.\n"
    answer(story, "police.eml", "2027-06-01T12:00", "police", body, attachments=[done])
    whole = word_return(*said, "03/06/2027", FULL)
    body = "The whole form, with question 1 answered.\n"
    answer(story, "whole.eml", "2027-06-03T15:00", "trust", body, attachments=[whole])


def extension_after_chaser() -> None:
    story = "lewisham-extension-after-chaser"
    miles = child("Miles Tarn", "15/02/2018", "20/04/2027")
    refer(story, "referral.eml", "2027-04-21T09:15", "csc", miles)
    done = word_return("icb", "Miles Tarn", "15/02/2018", "29/04/2027", FULL)
    answer(story, "icb.eml", "2027-04-29T10:00", "icb", "Attached.\n", attachments=[done])
    body = (
        "Apologies, we missed this over the bank holiday. Please could we have an extension until "
        "Tuesday 11 May to complete the form?\n"
    )
    answer(story, "ask.eml", "2027-05-05T11:00", "school", body, template="chaser")


def agency_withdrawn() -> None:
    story = "lewisham-agency-withdrawn"
    lewis = child("Lewis Pell", "09/09/2021", "22/04/2027")
    refer(story, "referral.eml", "2027-04-23T15:05", "csc", lewis)


def reopened() -> None:
    story = "lewisham-reopened"
    corey = child("Corey Vale", "26/06/2022", "11/03/2027")
    refer(story, "referral.eml", "2027-03-12T11:50", "csc", corey)
    done = word_return("police", "Corey Vale", "26/06/2022", "30/03/2027", FULL)
    body = "Our completed form is attached.\n"
    answer(story, "police.eml", "2027-03-30T09:20", "police", body, attachments=[done])


def two_children() -> None:
    story = "lewisham-two-children"
    nell = {"name": "Nell Ashby", "dob": "08/06/2019"}
    toby = {"name": "Toby Ashby", "dob": "02/10/2021"}
    _refer_two(story, "2027-08-24T10:40", "csc", nell, toby, LEWISHAM)


def panel_answers() -> None:
    story = "lewisham-panel-answers"
    ross = child("Ross Linden", "13/11/2020", "16/03/2027")
    refer(story, "referral.eml", "2027-03-18T10:30", "csc", ross)
    words = (
        "Thank you for the rapid review. The Child Safeguarding Practice Review Panel considered "
        "it at its meeting this week and agrees with your decision to carry out a local child "
        "safeguarding practice review."
    )
    raw = mail(
        "Panel Secretariat <panel@national-panel.example>",
        "Panel response to your rapid review, @@REF@@",
        f"Dear partners,\n\n{words} Our letter is attached.\n\nPanel Secretariat\n",
        to=LEWISHAM,
        attachments=[
            ("Panel letter.pdf", printed(wrapped(["Panel response", "", words])), "application/pdf")
        ],
        message_id="<20270428.1510@national-panel.example>",
        received=at("2027-04-28T15:10"),
    )
    keep(story, "panel.eml", raw)


def meeting_moved() -> None:
    story = "kscp-meeting-moved"
    hal = child("Hal Croft", "17/05/2023", "15/03/2027")
    refer(story, "referral.eml", "2027-03-16T09:40", "council", hal, KSCP)


def dfe_and_ofsted() -> None:
    story = "kscp-dfe-and-ofsted"
    maxim = child("Max Thorne", "02/03/2022", "14/12/2026")
    refer(story, "referral.eml", "2026-12-16T11:10", "council", maxim, KSCP)
    said = ("Max Thorne", "02/03/2022", "23 December 2026")
    for hour, agency in enumerate(("council", "education", "health", "police"), 9):
        done = word_return(agency, *said, FULL if agency == "health" else BRIEF)
        moment, body = f"2026-12-23T{hour:02}:20", "Completed case summary attached.\n"
        answer(story, f"{agency}.eml", moment, agency, body, to=KSCP, attachments=[done])


def late_go() -> None:
    story = "kscp-late-go"
    zac = child("Zac Holme", "29/12/2020", "24/04/2027")
    refer(story, "referral.eml", "2027-04-26T10:15", "council", zac, KSCP)
    done = word_return("health", "Zac Holme", "29/12/2020", "7 May 2027", BRIEF)
    body = "Case summary attached.\n"
    answer(story, "health.eml", "2027-05-07T15:30", "health", body, to=KSCP, attachments=[done])


def nil_for_one() -> None:
    story = "kscp-nil-for-one"
    evie = {"name": "Evie Marsh", "dob": "05/05/2017"}
    sam = {"name": "Sam Marsh", "dob": "22/01/2021"}
    _refer_two(story, "2027-05-24T10:50", "council", evie, sam, KSCP)
    body = (
        "Hi,\n\nSam is not known to us, he is not on any roll yet. Evie is, and our form about her "
        "will follow next week.\n"
    )
    answer(story, "one.eml", "2027-05-27T10:00", "education", body, to=KSCP)
    body = "We have no trace of Evie, Sam or any member of the family. Nil return from us.\n"
    answer(story, "police.eml", "2027-05-28T09:45", "police", body, to=KSCP)
    done = word_return("education", "Evie Marsh", "05/05/2017", "1 June 2027", BRIEF)
    body = "Our form about Evie is attached, as promised.\n"
    asked = {"to": KSCP, "attachments": [done]}
    answer(story, "form.eml", "2027-06-01T11:30", "education", body, **asked)


def wrong_child() -> None:
    story = "kscp-wrong-child"
    jake = child("Jake Firth", "18/08/2021", "17/05/2027")
    refer(story, "referral.eml", "2027-05-18T13:00", "council", jake, KSCP)
    other = word_return("police", "Tia Benning", "27/02/2014", "24/05/2027", FULL)
    mother = {"Tess Benning": "Carla Benning", "09/08/1996": "21/02/1990"}
    other = (other[0], _reworded(other[1], mother), WORD)
    body = "Our completed form is attached.\n"
    answer(story, "wrong.eml", "2027-05-24T11:00", "police", body, to=KSCP, attachments=[other])
    right = word_return("police", "Jake Firth", "18/08/2021", "25/05/2027", BRIEF)
    asked = {"to": KSCP, "attachments": [right]}
    answer(story, "right.eml", "2027-05-25T12:00", "police", body, **asked)


def locked_form() -> None:
    story = "kscp-locked-form"
    kit = child("Kit Rowe", "10/10/2018", "15/12/2026")
    refer(story, "referral.eml", "2026-12-17T14:20", "council", kit, KSCP)
    form = pdf_return("education", "Kit Rowe", "10/10/2018", "23/12/2026", FULL)
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(form[1]))
    writer.encrypt("Heron-Quay-27", algorithm="AES-256")
    saved = io.BytesIO()
    writer.write(saved)
    body = (
        "Good afternoon,\n\nOur completed form is attached. It is password protected, the password "
        "follows separately.\n"
    )
    locked = [("Scoping form protected.pdf", saved.getvalue(), "application/pdf")]
    asked = {"to": KSCP, "attachments": locked}
    answer(story, "locked.eml", "2026-12-23T15:20", "education", body, **asked)
    body = "The password for the form I just sent is Heron-Quay-27\n"
    answer(story, "password.eml", "2026-12-23T15:26", "education", body, to=KSCP)


def live_risk_in_form() -> None:
    story = "kscp-live-risk-in-form"
    ben = child("Ben Skelton", "14/01/2023", "21/04/2027")
    refer(story, "referral.eml", "2027-04-22T12:10", "council", ben, KSCP)
    worry = (
        *FULL[:4],
        "When our nurse called at 5pm today his brother was at home alone with the mother's "
        "partner, who is not allowed in the house. He has a fresh bruise on his face and is not "
        "safe there tonight.",
    )
    done = word_return("health", "Ben Skelton", "14/01/2023", "30 April 2027", worry)
    body = "Please find our completed case summary attached.\n"
    answer(story, "health.eml", "2027-04-30T18:40", "health", body, to=KSCP, attachments=[done])


def _refer_two(
    story: str, moment: str, agency: str, first: dict[str, str], second: dict[str, str], to: str
) -> None:
    organisation, role, phone = AGENCIES[agency]
    who, _, address = PEOPLE[agency].strip(">").partition(" <")
    day = at(moment).strftime("%d/%m/%Y")
    family = {"name": f"Tess {first['name'].split()[-1]}", "relationship": "Mother"}
    answers = child(
        first["name"],
        first["dob"],
        day,
        child_gender="Female",
        referral_date=day,
        referrer_name=who,
        referrer_agency=organisation,
        referrer_role=role,
        referrer_contact=f"{phone}, {address}",
        dsl_name="Paul Ferris",
        dsl_agency=organisation,
        dsl_role="Safeguarding Lead",
        family=[family | {"dob": "09/08/1996"}],
        other_agencies=[],
        sibling_safeguarding="There are no other siblings.",
        summary="Both children were taken to hospital with burns that are not explained.",
    )
    form = _second_child(write_referral_form(answers), first, second)
    raw = mail(
        PEOPLE[agency],
        "Serious incident referral",
        "Hello,\n\nOne referral for two children hurt in the same incident. Part 1.1 of the form "
        f"is filled in once for each.\n\n{who}\n{role}, {organisation}\n{phone}\n",
        to=to,
        attachments=[("Referral form.docx", form, WORD)],
        message_id=number(moment, agency),
        received=at(moment),
    )
    keep(story, "referral.eml", raw)


def _second_child(form: bytes, first: dict[str, str], second: dict[str, str]) -> bytes:
    """Copy the table of part 1.1 below itself for a second child, as people do in Word."""
    word = docx.Document(io.BytesIO(form))
    tables = [table for table in word.tables if _holds(table, first["name"], first["dob"])]
    assert len(tables) == 1
    own = tables[0]._tbl
    again = copy.deepcopy(own)
    between = word.add_paragraph("1.1 Child's Details (second child)")._p
    own.addnext(between)
    between.addnext(again)
    changes = {first["name"]: second["name"], first["dob"]: second["dob"], "Female": "Male"}
    _reword([word.tables[[table._tbl for table in word.tables].index(again)]], changes)
    return _saved(word)


def _holds(table: Any, *texts: str) -> bool:
    cells = {cell.text.strip() for row in table.rows for cell in row.cells}
    return cells >= {"Date of Birth", *texts}


def _reworded(form: bytes, changes: dict[str, str]) -> bytes:
    word = docx.Document(io.BytesIO(form))
    _reword(word.tables, changes)
    return _saved(word)


def _reword(tables: Sequence[Any], changes: dict[str, str]) -> None:
    for cell in (cell for table in tables for row in table.rows for cell in row.cells):
        text = cell.text
        for old, new in changes.items():
            text = text.replace(old, new)
        if text != cell.text:
            cell.text = text


def _saved(word: Any) -> bytes:
    saved = io.BytesIO()
    word.save(saved)
    return saved.getvalue()


STORIES = (
    friday_evening,
    christmas_round,
    easter_round,
    names_another_agency,
    colleague_answers,
    reference_and_pdf,
    spreadsheet_return,
    second_version,
    part_and_more_time,
    extension_after_chaser,
    agency_withdrawn,
    reopened,
    two_children,
    panel_answers,
    meeting_moved,
    dfe_and_ofsted,
    late_go,
    nil_for_one,
    wrong_child,
    locked_form,
    live_risk_in_form,
)

if __name__ == "__main__":
    for write in STORIES:
        write()
