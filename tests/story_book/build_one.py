"""Writes the mails of the Lewisham and KSCP stories. Everybody in them is invented.

python -m tests.story_book.build_one
"""

import io
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import docx

from agent.samples import write_referral_form
from tests.mails import WORD, mail

HERE = Path(__file__).parent
LONDON = ZoneInfo("Europe/London")
LEWISHAM = "reviews@lscp.example"
KSCP = "business.unit@kscp.example"

COUNCIL = "council.riverside.example"
PEOPLE = {
    "csc": f"Nadia Brook <nadia.brook@{COUNCIL}>",
    "council": f"Nadia Brook <nadia.brook@{COUNCIL}>",
    "education": "Gwen Stott <gwen.stott@schools.riverside.example>",
    "health": "Imogen Tate <imogen.tate@icb.riverside.example>",
    "icb": "Imogen Tate <imogen.tate@icb.riverside.example>",
    "police": "Dana Whitlock <dana.whitlock@police.riverside.example>",
    "school": "Helen Osei <h.osei@millbrook.riverside.example>",
    "trust": "Carys Bowen <carys.bowen@stannes.riverside.example>",
}
AGENCIES = {
    "csc": ("Riverside Children's Social Care", "Team Manager", "01632 960121"),
    "council": ("Riverside Council", "Team Manager", "01632 960121"),
    "education": ("Riverside Education Service", "Safeguarding Adviser", "01632 960125"),
    "health": ("Riverside ICB", "Designated Nurse", "01632 960122"),
    "icb": ("Riverside ICB", "Designated Nurse", "01632 960122"),
    "police": ("Riverside Police", "Review Officer", "01632 960123"),
    "school": ("Millbrook Primary School", "Designated Safeguarding Lead", "01632 960124"),
    "trust": ("St Anne's Hospital Trust", "Named Nurse", "01632 960126"),
}
QUESTIONS = (
    "1. Provide a brief summary of your agency's involvement with the subject child AND the "
    "individuals listed in the family composition.",
    "2. Brief analysis of individual or / and agency practice.",
    "3. Please identify any areas for concern as to the way in which partners have worked "
    "together to safeguard the subject child.",
    "4. Are you aware of the involvement of any other agencies? If yes, please give details.",
    "5. Please include any further relevant information that you wish to bring to the attention "
    "of the Rapid Review meeting.",
)


def at(moment: str) -> datetime:
    """Return a local time of day."""
    return datetime.fromisoformat(moment).replace(tzinfo=LONDON)


def keep(story: str, name: str, raw: bytes) -> None:
    """Write a mail beside its story."""
    (HERE / story / name).write_bytes(raw)


def number(moment: str, agency: str) -> str:
    """Return a Message-ID for a mail of this agency."""
    digits = "".join(filter(str.isdigit, moment))
    return f"<{digits}@{PEOPLE[agency].rpartition('@')[2].strip('>')}>"


def refer(
    story: str,
    name: str,
    moment: str,
    agency: str,
    answers: Mapping[str, Any],
    to: str = LEWISHAM,
    body: str = "Hello,\n\nOur referral is attached. Our safeguarding lead has agreed it.\n",
) -> None:
    """Write a mail with a filled serious-incident form."""
    organisation, role, phone = AGENCIES[agency]
    who, _, address = PEOPLE[agency].strip(">").partition(" <")
    contact = {
        "referrer_name": who,
        "referrer_agency": organisation,
        "referrer_role": role,
        "referrer_contact": f"{phone}, {address}",
        "dsl_name": "Paul Ferris",
        "dsl_agency": organisation,
        "dsl_role": "Safeguarding Lead",
    }
    form = write_referral_form(contact | dict(answers))
    raw = mail(
        PEOPLE[agency],
        "Serious incident referral",
        f"{body}\n{who}\n{role}, {organisation}\n{phone}\n",
        to=to,
        attachments=[("Referral form.docx", form, WORD)],
        message_id=number(moment, agency),
        received=at(moment),
    )
    keep(story, name, raw)


def child(name: str, born: str, incident: str, **changes: Any) -> dict[str, Any]:
    """Return a child's answers on the referral form."""
    surname = name.split()[-1]
    return {
        "child_name": name,
        "child_dob": born,
        "child_address": "14 Quayside Close, Riverside",
        "child_gender": "Female" if name.split()[0] in {"Skye", "Maya", "Isla", "Ava"} else "Male",
        "child_ethnicity": "White British",
        "child_disability": "None known",
        "looked_after": "No",
        "child_protection_plan": "No",
        "open_to_social_care": "Yes - Joanne Kaye",
        "incident_date": f"{incident} serious incident",
        "incident_location": "14 Quayside Close, Riverside",
        "carer_at_incident": f"Mother, Tess {surname}",
        "criminal_investigation": "Yes - DS Moira Lunn",
        "coroner": "No",
        "adult_safeguarding": "No",
        "family": [
            {"name": f"Tess {surname}", "relationship": "Mother", "dob": "09/08/1996"},
            {"name": f"Owen {surname}", "relationship": "Brother", "dob": "30/01/2020"},
        ],
        "sibling_safeguarding": "Brother is staying with his grandparents under a safety plan.",
        "other_agencies": [
            {
                "agency": "Millbrook Primary School",
                "contact": "01632 960124",
                "reason": "Brother is a pupil there, current",
            }
        ],
        "summary": "Admitted to hospital with injuries that are not explained. The family had "
        "support from a social worker since last autumn.",
        "reason_for_referral": "Serious harm; neglect is suspected.",
        "chronology": [{"when": f"{incident} 06:50", "event": "Ambulance called"}],
        "additional_info": "None",
        **changes,
    }


def answer(
    story: str,
    name: str,
    moment: str,
    agency: str,
    body: str,
    *,
    template: str = "scoping-letter",
    prefix: str = "RE: ",
    to: str = LEWISHAM,
    attachments: Sequence[tuple[str, bytes, str]] = (),
    quoted: bool = True,
) -> None:
    """Write an agency's answer in the thread of a mail it had from us."""
    who = PEOPLE[agency].partition(" <")[0]
    subject = f"@@SUBJECT:{template}:{agency}@@"
    below = f"\n-----Original Message-----\nFrom: {to}\nSubject: {subject}\n" if quoted else ""
    raw = mail(
        PEOPLE[agency],
        prefix + subject,
        f"{body}\n{who}\n{AGENCIES[agency][0]}\n{below}",
        to=to,
        attachments=attachments,
        message_id=number(moment, agency),
        received=at(moment),
        in_reply_to=f"@@MESSAGE-ID:{template}:{agency}@@",
    )
    keep(story, name, raw)


def word_return(
    agency: str, name: str, born: str, completed: str, answers: Sequence[str]
) -> tuple[str, bytes, str]:
    """Return a filled scoping form as an agency sends it back: Lewisham's labels, a Word file."""
    organisation, role, phone = AGENCIES[agency]
    who, _, address = PEOPLE[agency].strip(">").partition(" <")
    word = docx.Document()
    word.add_heading("INITIAL SCOPING AND INFORMATION SHARING FORM FOR A RAPID REVIEW", 0)
    word.add_paragraph("Contact details of individual / agency completing this form")
    contact = "CONTACT DETAILS – Address, telephone number and e-mail address"
    table(word, ("Name", "Agency and Job Title", contact))
    _row(word, (who, f"{organisation} / {role}", f"{phone}, {address}"))
    word.add_paragraph(f"Date completed: {completed}")
    word.add_paragraph("Background Information (To be completed before this form is sent out)")
    word.add_paragraph("Summary of Case:")
    table(word, ("Unexplained serious injuries.",))
    word.add_paragraph("Indicative time period to be looked at:")
    table(word, ("The two years before the incident.",))
    word.add_paragraph("Section 1: Composition of the Child's Family")
    table(word, ("SUBJECT CHILD:", name), ("D.O.B:", born))
    table(word, ("MOTHER:", f"Tess {name.split()[-1]}"), ("D.O.B:", "09/08/1996"))
    word.add_paragraph("Section 2: Agency Information and Involvement")
    for question, text in zip(QUESTIONS, answers, strict=True):
        word.add_paragraph(question)
        table(word, (text,))
    word.add_paragraph("Section 3: Advice and Submission of this Form")
    saved = io.BytesIO()
    word.save(saved)
    return "Scoping form completed.docx", saved.getvalue(), WORD


def table(word: Any, *rows: Sequence[str]) -> None:
    """Add a table of these rows."""
    grid = word.add_table(len(rows), len(rows[0]))
    for line, texts in zip(grid.rows, rows, strict=True):
        for cell, text in zip(line.cells, texts, strict=True):
            cell.text = text


def _row(word: Any, texts: Sequence[str]) -> None:
    for cell, text in zip(word.tables[-1].add_row().cells, texts, strict=True):
        cell.text = text


def pdf_return(
    agency: str, name: str, born: str, completed: str, answers: Sequence[str]
) -> tuple[str, bytes, str]:
    """Return a filled scoping form printed to PDF."""
    organisation, role, phone = AGENCIES[agency]
    who, _, address = PEOPLE[agency].strip(">").partition(" <")
    lines = [
        "INITIAL SCOPING AND INFORMATION SHARING FORM FOR A RAPID REVIEW",
        "Contact details of individual / agency completing this form",
        f"Name: {who}",
        f"Agency and Job Title: {organisation} / {role}",
        f"CONTACT DETAILS: {phone}, {address}",
        f"Date completed: {completed}",
        f"SUBJECT CHILD: {name}",
        f"D.O.B: {born}",
        "Section 2: Agency Information and Involvement",
    ]
    for question, text in zip(QUESTIONS, answers, strict=True):
        lines += ["", question, text]
    return "Scoping form.pdf", printed(wrapped(lines)), "application/pdf"


def wrapped(lines: Sequence[str], width: int = 88) -> list[str]:
    """Return the lines broken at blanks to fit a page."""
    out = []
    for line in lines:
        words, so_far = line.split(" "), ""
        for word in words:
            if so_far and len(so_far) + len(word) >= width:
                out.append(so_far)
                so_far = word
            else:
                so_far = f"{so_far} {word}" if so_far else word
        out.append(so_far)
    return out


def printed(lines: Sequence[str]) -> bytes:
    """Return a PDF of one page with these lines of text."""
    escaped = [line.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)") for line in lines]
    shown = "\n".join(f"({line}) Tj T*" for line in escaped)
    content = f"BT /F1 10 Tf 14 TL 50 800 Td\n{shown}\nET".encode("cp1252")
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R "
        b"/Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(content), content),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
    ]
    out, places = bytearray(b"%PDF-1.4\n"), []
    for count, entry in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (count, entry)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    out += b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n" % (len(objects) + 1, start)
    return bytes(out + b"%%EOF\n")


def in_the_body(answers: Sequence[str]) -> str:
    """Return the five answers typed under the questions, as people do who cannot open the form."""
    pairs = zip(QUESTIONS, answers, strict=True)
    asked = "\n\n".join(f"{question}\n{text}" for question, text in pairs)
    return f"I could not save the form, so here are our answers.\n\n{asked}\n"


FULL = (
    "Open to us since September. Home visits on 4 October and 12 January; a strategy meeting was "
    "held after the incident.",
    "Visits were on time and recorded. The hospital discharge summary was not asked for.",
    "Information about the missed health appointments did not reach every partner.",
    "Health visiting and the early help hub.",
    "Records have been secured with our nominated representative.",
)
BRIEF = (
    "Three contacts in the period, the last in January. No concerns were raised with us.",
    "Records are complete. A professional conversation with the social worker was good practice.",
    "None identified.",
    "Not aware of any other agency.",
    "Nothing further.",
)


def happy_path() -> None:
    story = "lewisham-happy-path"
    rowan = child("Rowan Pike", "11/02/2022", "17/03/2027")
    refer(story, "referral.eml", "2027-03-19T11:20", "csc", rowan)
    said = ("Rowan Pike", "11/02/2022")
    csc = word_return("csc", *said, "30/03/2027", FULL)
    answer(story, "csc.eml", "2027-03-30T10:40", "csc", "Form attached.\n", attachments=[csc])
    icb = word_return("icb", *said, "30 March 2027", BRIEF)
    body = "Dear colleagues,\n\nPlease find our completed scoping form.\n"
    answer(story, "icb.eml", "2027-03-30T16:15", "icb", body, attachments=[icb])
    police = pdf_return("police", *said, "31.03.27", FULL)
    body = "Our return is attached as a PDF.\n"
    answer(story, "police.eml", "2027-03-31T14:20", "police", body, attachments=[police])
    answer(story, "school.eml", "2027-04-01T12:05", "school", in_the_body(BRIEF))


def to_the_minute() -> None:
    story = "lewisham-return-to-the-minute"
    ellis = child("Ellis Marlow", "23/07/2019", "25/04/2027")
    refer(story, "referral.eml", "2027-04-27T14:10", "csc", ellis)
    said = ("Ellis Marlow", "23/07/2019", "7 May 2027")
    body = "Just under the wire - our completed form is attached.\n"
    done = [word_return("police", *said, FULL)]
    answer(story, "police.eml", "2027-05-07T16:59:30", "police", body, attachments=done)
    body = "So sorry, the server was slow. Completed form attached.\n"
    done = [word_return("school", *said, BRIEF)]
    answer(story, "school.eml", "2027-05-07T17:01:00", "school", body, attachments=done)


def nil_return() -> None:
    story = "lewisham-nil-return"
    refer(story, "referral.eml", "2026-12-18T15:30", "csc", child("Skye Tanner", *_DECEMBER))
    body = (
        "Dear all,\n\nWe have searched all our systems for the child, mother and brother. None of "
        "them is known to us. Please accept this as our nil return.\n"
    )
    answer(story, "nil.eml", "2026-12-23T14:05", "icb", body)
    body = (
        "Hi,\n\nWe have no record of Skye herself. Mother was booked with our maternity service "
        "from March to October 2024 and those notes are here.\n\nDo you need anything from us?\n"
    )
    answer(story, "mother-only.eml", "2026-12-23T15:40", "trust", body)


_DECEMBER = ("02/10/2024", "16/12/2026")


def partial_return() -> None:
    story = "lewisham-partial-return"
    finn = child("Finn Harker", "14/06/2020", "22/05/2027")
    refer(story, "referral.eml", "2027-05-24T10:15", "csc", finn)
    said = ("Finn Harker", "14/06/2020")
    part = word_return("police", *said, "28/05/2027", ("", *FULL[1:]))
    body = "Our form so far is attached.\n"
    answer(story, "first.eml", "2027-05-28T15:10", "police", body, attachments=[part])
    whole = word_return("police", *said, "01/06/2027", FULL)
    body = "The whole form now, please use this one in place of Friday's.\n"
    answer(story, "second.eml", "2027-06-01T11:00", "police", body, attachments=[whole])


def extension_granted() -> None:
    story = "lewisham-extension-granted"
    luca = child("Luca Brand", "03/03/2023", "18/10/2027")
    refer(story, "referral.eml", "2027-10-20T09:45", "csc", luca)
    body = (
        "Good morning,\n\nOur named nurse is away this week. Could we please have until "
        "Wednesday 3 November to return the form?\n"
    )
    answer(story, "ask.eml", "2027-10-28T09:10", "trust", body)
    late = word_return("police", "Luca Brand", "03/03/2023", "1 November 2027", BRIEF)
    body = "Apologies for the delay, our return is attached.\n"
    answer(story, "police.eml", "2027-11-01T14:00", "police", body, attachments=[late])
    answer(story, "trust.eml", "2027-11-04T15:20", "trust", in_the_body(FULL))


def extension_refused() -> None:
    story = "lewisham-extension-refused"
    maya = child("Maya Holt", "19/11/2018", "12/03/2027")
    refer(story, "referral.eml", "2027-03-15T13:25", "csc", maya)
    done = word_return("icb", "Maya Holt", "19/11/2018", "22/03/2027", BRIEF)
    answer(story, "icb.eml", "2027-03-22T10:30", "icb", "Attached.\n", attachments=[done])
    body = (
        "Hello,\n\nWe break up tomorrow. Please may we have an extension until Friday 16 April, "
        "when staff are back?\n"
    )
    answer(story, "ask.eml", "2027-03-24T15:00", "school", body)


def bounced_letter() -> None:
    story = "lewisham-bounced-letter"
    theo = child("Theo Garland", "27/01/2021", "14/08/2027")
    refer(story, "referral.eml", "2027-08-17T16:40", "csc", theo)
    keep(story, "bounce.eml", _bounce("2027-08-19T10:04", "imogen.tate@icb.riverside.example"))
    done = word_return("police", "Theo Garland", "27/01/2021", "24/08/2027", FULL)
    answer(story, "police.eml", "2027-08-24T11:50", "police", "Attached.\n", attachments=[done])


def _bounce(moment: str, recipient: str) -> bytes:
    day = at(moment).strftime("%a, %d %b %Y %H:%M:%S %z")
    head = (
        f"Return-Path: <>\n"
        f"Received: from mx.icb.riverside.example by mx.lscp.example with ESMTPS; {day}\n"
        f"Date: {day}\n"
        "From: Mail Delivery System <MAILER-DAEMON@mx.icb.riverside.example>\n"
        f"To: {LEWISHAM}\n"
        "Subject: Undelivered Mail Returned to Sender\n"
        "Auto-Submitted: auto-replied\n"
        "Message-ID: <20270819100400.4FA1@mx.icb.riverside.example>\n"
        "MIME-Version: 1.0\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="=_dsn"\n\n'
    )
    parts = (
        "Content-Type: text/plain; charset=us-ascii\n\n"
        "This is the mail system at host mx.icb.riverside.example.\n\n"
        "Your message could not be delivered to one or more recipients.\n\n"
        f"<{recipient}>: 550 5.1.1 mailbox closed. Our new team address is\n"
        "    childrens.team@newicb.riverside.example\n",
        "Content-Type: message/delivery-status\n\n"
        "Reporting-MTA: dns; mx.icb.riverside.example\n\n"
        f"Final-Recipient: rfc822; {recipient}\n"
        "Action: failed\nStatus: 5.1.1\nDiagnostic-Code: smtp; 550 5.1.1 mailbox closed\n",
        "Content-Type: message/rfc822\n\n"
        f"From: {LEWISHAM}\nTo: {recipient}\n"
        "Subject: @@SUBJECT:scoping-letter:icb@@\n"
        "Message-ID: @@MESSAGE-ID:scoping-letter:icb@@\n"
        "Auto-Submitted: auto-generated\nMIME-Version: 1.0\n"
        "Content-Type: text/plain; charset=utf-8\n\n"
        "We ask you to complete the attached form.\n",
    )
    body = "".join(f"--=_dsn\n{part}\n" for part in parts) + "--=_dsn--\n"
    return (head + body).replace("\n", "\r\n").encode()


def withdrawn() -> None:
    story = "lewisham-withdrawn"
    isla = child("Isla Penrose", "08/12/2022", "19/04/2027")
    refer(story, "referral.eml", "2027-04-21T12:00", "csc", isla)


def duplicate_referral() -> None:
    story = "lewisham-duplicate-referral"
    noah = child("Noah Vance", "17/09/2021", "21/12/2026")
    refer(story, "first.eml", "2026-12-23T16:20", "csc", noah)
    again = child(
        "Noah Vance",
        "17 September 2021",
        "22/12/2026",
        child_address="14 Quayside Close",
        carer_at_incident="Mother and her partner",
        criminal_investigation="N/K",
        summary="Noah came to our emergency department by ambulance. The injuries do not fit the "
        "account given.",
        reason_for_referral="Serious harm; physical abuse is suspected.",
        chronology=[{"when": "22/12/2026 01:15", "event": "Moved to intensive care"}],
    )
    body = "Dear partnership,\n\nPlease see our referral attached. Discussed with our lead.\n"
    refer(story, "second.eml", "2026-12-29T09:05", "trust", again, body=body)


def no_slack() -> None:
    story = "kscp-no-slack"
    ava = child("Ava Kestrel", "05/05/2020", "20/03/2027")
    refer(story, "referral.eml", "2027-03-22T10:05", "council", ava, KSCP)
    body = in_the_body(FULL)
    answer(story, "council.eml", "2027-03-30T11:10", "council", body, to=KSCP)
    body = (
        "We have checked every school roll and our own records. Neither Ava nor any member of the "
        "family is known to us. This is a nil return.\n"
    )
    answer(story, "education.eml", "2027-03-31T09:35", "education", body, to=KSCP)
    done = word_return("police", "Ava Kestrel", "05/05/2020", "31/03/2027", FULL)
    body = "Case summary attached.\n"
    answer(story, "police.eml", "2027-03-31T16:45", "police", body, to=KSCP, attachments=[done])


def local_review() -> None:
    story = "kscp-local-review"
    leo = child("Leo Sandford", "21/08/2023", "26/04/2027")
    refer(story, "referral.eml", "2027-04-27T09:20", "council", leo, KSCP)
    said = ("Leo Sandford", "21/08/2023", "5 May 2027")
    for hour, agency in enumerate(("council", "education", "health", "police"), 9):
        done = word_return(agency, *said, FULL if agency == "council" else BRIEF)
        moment, body = f"2027-05-05T{hour:02}:15", "Completed case summary attached.\n"
        answer(story, f"{agency}.eml", moment, agency, body, to=KSCP, attachments=[done])


def practice_learning() -> None:
    story = "kscp-practice-learning"
    moment, agency = "2026-12-24T16:50", "education"
    organisation, role, phone = AGENCIES[agency]
    who, _, address = PEOPLE[agency].strip(">").partition(" <")
    three = (
        "AGENCY & DESIGNATION/TITLE",
        "CONTACT DETAILS – Address, telephone number and e-mail address",
    )
    word = docx.Document()
    word.add_heading("REFERRAL FOR PRACTICE LEARNING FORM", 0)
    word.add_paragraph("Background Information")
    word.add_paragraph("Name of Child and Date of Birth: Mia Corran, 12/04/2016")
    word.add_paragraph("Date of Referral: 24/12/2026")
    table(word, ("Name of referrer", *three))
    _row(word, (who, f"{organisation} / {role}", f"{phone}, {address}"))
    lead = "Name of designated Safeguarding Lead/Representative with whom you have discussed this"
    table(word, (f"{lead} referral", *three))
    _row(word, ("Ruth Pell", f"{organisation} / Safeguarding Lead", "01632 960127"))
    word.add_paragraph(
        "Please give a brief description of what you think could be learned from this referral."
    )
    table(word, ("How a school, a GP and a social worker kept one plan going through a move.",))
    word.add_paragraph("Section 1: Brief overview of child and family composition")
    table(
        word,
        ("Name of Child", "Mia Corran"),
        ("Date of Birth", "12/04/2016"),
        ("Home address", "3 Tannery Lane, Riverside"),
        ("Gender", "Female"),
        ("Is the child/young person looked after?", "No"),
        ("Date of Incident (please specific which)", "November 2026, a near miss, no harm"),
    )
    table(word, ("Name and Address", "Relationship to Child", "Date of Birth"))
    _row(word, ("Beth Corran", "Mother", "02/02/1988"))
    word.add_paragraph("Section 2: Case Background")
    word.add_paragraph(
        "Please provide a brief outline of the child and family circumstances and the incident "
        "that triggered this referral:"
    )
    table(word, ("A medication list was nearly lost in the move. The school noticed in time.",))
    word.add_paragraph("Please outline why you are making this referral:")
    table(word, ("Good practice that others can use. Nobody was harmed.",))
    saved = io.BytesIO()
    word.save(saved)
    raw = mail(
        PEOPLE[agency],
        "Practice learning referral",
        f"Hello,\n\nA referral for practice learning is attached; it is good news.\n\n{who}\n",
        to=KSCP,
        attachments=[("Practice learning form.docx", saved.getvalue(), WORD)],
        message_id=number(moment, agency),
        received=at(moment),
    )
    keep(story, "form.eml", raw)


def meeting() -> None:
    story = "kscp-meeting-invite"
    jude = child("Jude Farley", "30/09/2022", "19/05/2027")
    refer(story, "referral.eml", "2027-05-20T13:50", "council", jude, KSCP)
    _accept(story)
    body = (
        "Thank you for the invitation. I am sorry but I cannot attend on 4 June and nobody from "
        "our service is free to come in my place.\n"
    )
    asked = {"template": "meeting-invite", "to": KSCP, "quoted": False}
    answer(story, "decline.eml", "2027-05-26T10:30", "education", body, **asked)


def _accept(story: str) -> None:
    calendar = (
        "BEGIN:VCALENDAR\nPRODID:-//Example Mail//EN\nVERSION:2.0\nMETHOD:REPLY\nBEGIN:VEVENT\n"
        "UID:rapid-review-meeting\nDTSTAMP:20270525T110500Z\nDTSTART:20270604T130000Z\n"
        "DTEND:20270604T150000Z\nATTENDEE;PARTSTAT=ACCEPTED:"
        "mailto:dana.whitlock@police.riverside.example\nSUMMARY:Rapid review meeting\n"
        "END:VEVENT\nEND:VCALENDAR\n"
    ).replace("\n", "\r\n")
    day = at("2027-05-25T12:05").strftime("%a, %d %b %Y %H:%M:%S %z")
    head = (
        "Return-Path: <dana.whitlock@police.riverside.example>\n"
        f"Received: from out.police.riverside.example by mx.kscp.example with ESMTPS; {day}\n"
        f"Date: {day}\nFrom: {PEOPLE['police']}\nTo: {KSCP}\n"
        "Subject: Accepted: @@SUBJECT:meeting-invite:police@@\n"
        "Message-ID: <202705251205@police.riverside.example>\n"
        "In-Reply-To: @@MESSAGE-ID:meeting-invite:police@@\n"
        "References: @@MESSAGE-ID:meeting-invite:police@@\nMIME-Version: 1.0\n"
        'Content-Type: multipart/alternative; boundary="=_cal"\n\n'
        "--=_cal\nContent-Type: text/plain; charset=utf-8\n\n\n"
        '--=_cal\nContent-Type: text/calendar; method=REPLY; charset="utf-8"\n\n'
    ).replace("\n", "\r\n")
    keep(story, "accept.eml", (head + calendar + "--=_cal--\r\n").encode())


STORIES = (
    happy_path,
    to_the_minute,
    nil_return,
    partial_return,
    extension_granted,
    extension_refused,
    bounced_letter,
    withdrawn,
    duplicate_referral,
    no_slack,
    local_review,
    practice_learning,
    meeting,
)

if __name__ == "__main__":
    for write in STORIES:
        write()
