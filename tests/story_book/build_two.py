"""Writes the mails of the Lambeth, Lancashire and Leeds stories. Everybody in them is invented.

python -m tests.story_book.build_two
"""

import io
from collections.abc import Mapping, Sequence
from typing import Any

import docx

from agent.samples import write_referral_form
from tests.mails import WORD, mail
from tests.story_book.build_one import (
    BRIEF,
    FULL,
    QUESTIONS,
    at,
    in_the_body,
    keep,
    printed,
    table,
    wrapped,
)

LAMBETH = "reviews@lambeth-scp.example"
LANCASHIRE = "business.unit@lancashire-scp.example"
LEEDS = "reviews@leeds-scp.example"

PEOPLE = {
    "csc": "Rhona Lyle <rhona.lyle@council.fellside.example>",
    "icb": "Marcus Adeyemi <marcus.adeyemi@icb.fellside.example>",
    "icb-lead": "Dilys Orme <dilys.orme@icb.fellside.example>",
    "police": "Petra Sallow <petra.sallow@police.fellside.example>",
    "police-lead": "Hugh Carrow <hugh.carrow@police.fellside.example>",
    "school": "Joyce Amble <j.amble@larchwood.fellside.example>",
    "trust": "Ceri Vaughan <ceri.vaughan@stluke.fellside.example>",
    "coach": "Tom Verity <t.verity@harbourswim.example>",
    "nobody": "Dale Ruck <dale.ruck@freemail.example>",
}
AGENCIES = {
    "csc": ("Fellside Children's Social Care", "Team Manager", "01632 960321"),
    "icb": ("Fellside ICB", "Designated Nurse", "01632 960322"),
    "icb-lead": ("Fellside ICB", "Director of Nursing", "01632 960332"),
    "police": ("Fellside Police", "Review Officer", "01632 960323"),
    "police-lead": ("Fellside Police", "Chief Superintendent", "01632 960333"),
    "school": ("Larchwood Primary School", "Designated Safeguarding Lead", "01632 960324"),
    "trust": ("St Luke's Hospital Trust", "Named Nurse", "01632 960325"),
    "coach": ("Harbour Swimming Club", "Welfare Officer", "01632 960341"),
}
CONTACT = "CONTACT DETAILS – Address, telephone number and e-mail address"


def number(moment: str, sender: str) -> str:
    """Return a Message-ID for a mail of this sender."""
    digits = "".join(filter(str.isdigit, moment))
    return f"<{digits}@{PEOPLE[sender].rpartition('@')[2].strip('>')}>"


def signature(sender: str) -> str:
    """Return the lines under a mail."""
    organisation, role, phone = AGENCIES[sender]
    return f"{PEOPLE[sender].partition(' <')[0]}\n{role}, {organisation}\n{phone}\n"


def child(name: str, born: str, gender: str, incident: str, **changes: Any) -> dict[str, Any]:
    """Return a child's answers on the referral form."""
    surname = name.split()[-1]
    return {
        "child_name": name,
        "child_dob": born,
        "child_address": "31 Tarn View, Fellside",
        "child_gender": gender,
        "child_ethnicity": "White British",
        "child_disability": "None known",
        "looked_after": "No",
        "child_protection_plan": "No",
        "open_to_social_care": "Yes - Martin Hale",
        "incident_date": f"{incident} serious incident",
        "incident_location": "31 Tarn View, Fellside",
        "carer_at_incident": f"Mother, Lorna {surname}",
        "criminal_investigation": "Yes - DS Farah Quint",
        "coroner": "No",
        "adult_safeguarding": "No",
        "family": [
            {"name": f"Lorna {surname}", "relationship": "Mother", "dob": "02/06/1995"},
            {"name": f"Evan {surname}", "relationship": "Brother", "dob": "19/09/2018"},
        ],
        "sibling_safeguarding": "Brother lives with an aunt under an agreed plan.",
        "other_agencies": [
            {
                "agency": "Larchwood Primary School",
                "contact": "01632 960324",
                "reason": "Brother is a pupil there, current",
            }
        ],
        "summary": "Treated in hospital for injuries that nobody has been able to explain.",
        "reason_for_referral": "Serious harm; abuse is suspected.",
        "chronology": [{"when": f"{incident} 19:20", "event": "Seen in the emergency department"}],
        "additional_info": "None",
        **changes,
    }


def refer(
    story: str, moment: str, sender: str, to: str, answers: Mapping[str, Any], body: str
) -> None:
    """Write a mail with a filled serious-incident form."""
    organisation, role, phone = AGENCIES[sender]
    who, _, address = PEOPLE[sender].strip(">").partition(" <")
    contact = {
        "referral_date": at(moment).strftime("%d/%m/%Y"),
        "referrer_name": who,
        "referrer_agency": organisation,
        "referrer_role": role,
        "referrer_contact": f"{phone}, {address}",
        "dsl_name": "Anwen Tolley",
        "dsl_agency": organisation,
        "dsl_role": "Safeguarding Lead",
    }
    form = write_referral_form(contact | dict(answers))
    raw = mail(
        PEOPLE[sender],
        "Referral",
        f"{body}\n{signature(sender)}",
        to=to,
        attachments=[("Serious incident referral form.docx", form, WORD)],
        message_id=number(moment, sender),
        received=at(moment),
    )
    keep(story, "referral.eml", raw)


def answer(
    story: str,
    name: str,
    moment: str,
    agency: str,
    to: str,
    body: str,
    attachments: Sequence[tuple[str, bytes, str]] = (),
) -> None:
    """Write an agency's answer in the thread of its scoping letter."""
    subject = f"@@SUBJECT:scoping-letter:{agency}@@"
    below = f"\n________________________________\nFrom: {to}\nSubject: {subject}\n"
    raw = mail(
        PEOPLE[agency],
        f"RE: {subject}",
        f"{body}\n{signature(agency)}{below}",
        to=to,
        attachments=attachments,
        message_id=number(moment, agency),
        received=at(moment),
        in_reply_to=f"@@MESSAGE-ID:scoping-letter:{agency}@@",
    )
    keep(story, name, raw)


def word_return(
    agency: str, name: str, born: str, completed: str, answers: Sequence[str]
) -> tuple[str, bytes, str]:
    """Return a filled scoping form under the known labels, as a Word file."""
    organisation, role, phone = AGENCIES[agency]
    who, _, address = PEOPLE[agency].strip(">").partition(" <")
    word = docx.Document()
    word.add_heading("INITIAL SCOPING AND INFORMATION SHARING FORM FOR A RAPID REVIEW", 0)
    word.add_paragraph("Contact details of individual / agency completing this form")
    contact = (who, f"{organisation}, {role}", f"{phone}, {address}")
    table(word, ("Name", "Agency and Job Title", CONTACT), contact)
    word.add_paragraph(f"Date completed: {completed}")
    word.add_paragraph("Section 1: Composition of the Child's Family")
    table(word, ("SUBJECT CHILD:", name), ("D.O.B:", born))
    word.add_paragraph("Section 2: Agency Information and Involvement")
    for question, text in zip(QUESTIONS, answers, strict=True):
        word.add_paragraph(question)
        table(word, (text,))
    saved = io.BytesIO()
    word.save(saved)
    return "Scoping form - completed.docx", saved.getvalue(), WORD


def pdf_return(
    agency: str, name: str, born: str, completed: str, answers: Sequence[str]
) -> tuple[str, bytes, str]:
    """Return a filled scoping form printed to PDF."""
    organisation, role, phone = AGENCIES[agency]
    lines = [
        "INITIAL SCOPING AND INFORMATION SHARING FORM FOR A RAPID REVIEW",
        f"Name: {PEOPLE[agency].partition(' <')[0]}",
        f"Agency and Job Title: {organisation}, {role}",
        f"CONTACT DETAILS: {phone}",
        f"Date completed: {completed}",
        f"SUBJECT CHILD: {name}",
        f"D.O.B: {born}",
        "Section 2: Agency Information and Involvement",
    ]
    for question, text in zip(QUESTIONS, answers, strict=True):
        lines += ["", question, text]
    return "scan0042.pdf", printed(wrapped(lines)), "application/pdf"


def lambeth_happy_path() -> None:
    story = "lambeth-happy-path"
    said = ("Tansy Orrell", "07/10/2021")
    tansy = child(*said, "Female", "20/03/2027")
    body = "Good afternoon,\n\nPlease find a completed referral form. Agreed with our lead.\n"
    refer(story, "2027-03-22T14:35", "school", LAMBETH, tansy, body)
    done = [pdf_return("police", *said, "30/03/2027", FULL)]
    body = "Our return is attached.\n"
    answer(story, "police.eml", "2027-03-30T11:10", "police", LAMBETH, body, done)
    answer(story, "icb.eml", "2027-03-31T16:20", "icb", LAMBETH, in_the_body(BRIEF))
    done = [word_return("csc", *said, "31 March 2027", FULL)]
    body = "Dear colleagues,\n\nCompleted form attached.\n"
    answer(story, "csc.eml", "2027-04-01T08:50", "csc", LAMBETH, body, done)
    done = [word_return("school", *said, "02.04.27", BRIEF)]
    body = "Thank you for the reminder. Here is our form.\n"
    answer(story, "school.eml", "2027-04-02T16:40", "school", LAMBETH, body, done)


def lambeth_strangers() -> None:
    story = "lambeth-strangers"
    kester = child("Kester Quibell", "25/02/2016", "Male", "29/04/2027")
    body = (
        "To whom it may concern,\n\nI was told to send this form to you. I have talked to our "
        "club's safeguarding lead.\n"
    )
    refer(story, "2027-04-30T18:40", "coach", LAMBETH, kester, body)
    moment = "2027-05-04T10:15"
    body = (
        "Hello,\n\nI am writing about @@REF:referral.eml@@. I know the family well. Please send me "
        "a copy of the referral and tell me what the hospital has said and who else has been "
        "asked.\n\nDale Ruck\n"
    )
    raw = mail(
        PEOPLE["nobody"],
        "Your case @@REF:referral.eml@@",
        body,
        to=LAMBETH,
        message_id=number(moment, "nobody"),
        received=at(moment),
    )
    keep(story, "asks.eml", raw)


def lambeth_practice_learning() -> None:
    story, moment = "lambeth-practice-learning", "2027-03-27T22:30"
    organisation, role, phone = AGENCIES["trust"]
    who, _, address = PEOPLE["trust"].strip(">").partition(" <")
    head = ("Name", "AGENCY & DESIGNATION/TITLE", CONTACT)
    word = docx.Document()
    word.add_heading("REFERRAL FOR PRACTICE LEARNING FORM", 0)
    word.add_paragraph("Name of Child and Date of Birth: Bryn Calloway, 03/12/2019")
    word.add_paragraph("Date of Referral: 27/03/2027")
    table(word, head, (who, f"{organisation} / {role}", f"{phone}, {address}"))
    word.add_paragraph(
        "Name of designated Safeguarding Lead/Representative with whom you have discussed this "
        "referral"
    )
    table(word, head, ("Anwen Tolley", f"{organisation} / Safeguarding Lead", "01632 960326"))
    word.add_paragraph(
        "Please give a brief description of what you think could be learned from this referral."
    )
    table(word, ("Two services each thought the other had booked the follow-up. A near miss.",))
    word.add_paragraph("Section 1: Brief overview of child and family composition")
    table(
        word,
        ("Name of Child", "Bryn Calloway"),
        ("Date of Birth", "03/12/2019"),
        ("Home address", "8 Hawes Street, Fellside"),
        ("Gender", "Male"),
        ("Is the child/young person looked after?", "No"),
        ("Date of Incident (please specific which)", "February 2027, near miss, no harm"),
    )
    table(
        word,
        ("Name and Address", "Relationship to Child", "Date of Birth"),
        ("Nia Calloway", "Mother", "14/01/1990"),
    )
    word.add_paragraph("Section 2: Case Background")
    word.add_paragraph(
        "Please provide a brief outline of the child and family circumstances and the incident "
        "that triggered this referral:"
    )
    table(word, ("A clinic letter went to an old address. The school nurse noticed in time.",))
    word.add_paragraph("Please outline why you are making this referral:")
    table(word, ("No harm came of it; others may learn from how it was caught.",))
    saved = io.BytesIO()
    word.save(saved)
    raw = mail(
        PEOPLE["trust"],
        "Practice learning",
        f"Hello,\n\nA practice learning referral is attached.\n\n{signature('trust')}",
        to=LAMBETH,
        attachments=[("Practice learning form.docx", saved.getvalue(), WORD)],
        message_id=number(moment, "trust"),
        received=at(moment),
    )
    keep(story, "form.eml", raw)


def lambeth_not_met() -> None:
    story = "lambeth-not-met"
    juno = child("Juno Markham", "16/08/2013", "Female", "17/05/2027")
    body = "Dear partnership,\n\nOur referral is attached; our lead has agreed it.\n"
    refer(story, "2027-05-20T09:50", "police", LAMBETH, juno, body)


def lancashire_case_consideration() -> None:
    story = "lancashire-case-consideration"
    perry = child("Perry Stell", "30/06/2022", "Male", "16/12/2026")
    body = "Hi,\n\nAs discussed with your office this morning, here is our referral form.\n"
    refer(story, "2026-12-18T15:40", "trust", LANCASHIRE, perry, body)
    keep(story, "accept.eml", _acceptance("2026-12-21T16:05"))


def _acceptance(moment: str) -> bytes:
    day = at(moment).strftime("%a, %d %b %Y %H:%M:%S %z")
    address = PEOPLE["police"].partition("<")[2].strip(">")
    text = (
        f"Return-Path: <{address}>\n"
        f"Received: from out.police.fellside.example by mx.lscp.example with ESMTPS; {day}\n"
        f"Date: {day}\nFrom: {PEOPLE['police']}\nTo: {LANCASHIRE}\n"
        "Subject: Accepted: @@SUBJECT:meeting-invite:police@@\n"
        f"Message-ID: {number(moment, 'police')}\n"
        "In-Reply-To: @@MESSAGE-ID:meeting-invite:police@@\n"
        "References: @@MESSAGE-ID:meeting-invite:police@@\nMIME-Version: 1.0\n"
        'Content-Type: multipart/alternative; boundary="=_answer"\n\n'
        "--=_answer\nContent-Type: text/plain; charset=utf-8\n\n\n"
        '--=_answer\nContent-Type: text/calendar; method=REPLY; charset="utf-8"\n\n'
        "BEGIN:VCALENDAR\nPRODID:-//Example Calendar//EN\nVERSION:2.0\nMETHOD:REPLY\n"
        "BEGIN:VEVENT\nUID:case-consideration\nDTSTAMP:20261221T160500Z\n"
        "DTSTART:20261223T140000Z\nDTEND:20261223T150000Z\n"
        f"ATTENDEE;PARTSTAT=ACCEPTED:mailto:{address}\nSUMMARY:Meeting\n"
        "END:VEVENT\nEND:VCALENDAR\n--=_answer--\n"
    )
    return text.replace("\n", "\r\n").encode()


def lancashire_prefill_gate() -> None:
    story = "lancashire-prefill-gate"
    wren = child("Wren Ashdown", "11/11/2020", "Female", "27/04/2027")
    body = "Good morning,\n\nReferral form attached. Our safeguarding lead agrees.\n"
    refer(story, "2027-04-29T09:35", "csc", LANCASHIRE, wren, body)


def lancashire_opposite_views() -> None:
    story = "lancashire-opposite-views"
    milo = child("Milo Thackray", "08/01/2024", "Male", "22/05/2027")
    body = "Dear colleagues,\n\nPlease see the attached referral.\n"
    refer(story, "2027-05-24T11:05", "trust", LANCASHIRE, milo, body)
    body = (
        "Good morning,\n\nI have read the referral under @@REF@@. Our view is that the criteria "
        "for a rapid review are met.\n"
    )
    _view(story, "police-view.eml", "2027-05-26T09:40", "police-lead", body)
    body = (
        "Dear all,\n\nOn @@REF@@: our view is that the criteria for a rapid review are not met.\n"
    )
    _view(story, "icb-view.eml", "2027-05-26T16:10", "icb-lead", body)


def _view(story: str, name: str, moment: str, sender: str, body: str) -> None:
    raw = mail(
        PEOPLE[sender],
        "Ref @@REF@@ - our view on the criteria",
        f"{body}\n{signature(sender)}",
        to=LANCASHIRE,
        message_id=number(moment, sender),
        received=at(moment),
    )
    keep(story, name, raw)


def lancashire_paused() -> None:
    story = "lancashire-paused"
    said = ("Esme Rigby", "05/04/2023")
    esme = child(*said, "Female", "15/10/2027")
    body = "Hello,\n\nA referral is attached. Agreed by our safeguarding lead.\n"
    refer(story, "2027-10-18T11:15", "trust", LANCASHIRE, esme, body)
    done = [word_return("csc", *said, "28/10/2027", FULL)]
    body = "Please find our completed form.\n"
    answer(story, "csc.eml", "2027-10-28T10:20", "csc", LANCASHIRE, body, done)


def leeds_information_request() -> None:
    story = "leeds-information-request"
    said = ("Otis Fairburn", "22/05/2025")
    otis = child(*said, "Male", "16/12/2026")
    body = "Good morning,\n\nOur form is attached for the Executive.\n"
    refer(story, "2026-12-17T10:20", "csc", LEEDS, otis, body)
    done = [word_return("icb", *said, "23 December 2026", BRIEF)]
    body = "Information from primary care attached, with season's greetings.\n"
    answer(story, "icb.eml", "2026-12-23T12:30", "icb", LEEDS, body, done)


def leeds_live_risk_return() -> None:
    story = "leeds-live-risk-return"
    said = ("Hattie Crossland", "13/07/2019")
    hattie = child(*said, "Female", "17/05/2027")
    body = "Dear colleagues,\n\nReferral form attached.\n"
    refer(story, "2027-05-19T13:10", "csc", LEEDS, hattie, body)
    done = [word_return("school", *said, "27/05/2027", FULL)]
    body = (
        "Good morning,\n\nOur completed form is attached.\n\nYou should also know that her brother "
        "came to breakfast club just now with a fresh bruise on his face. He says mum's partner "
        "hit him at his aunt's last night, and he is frightened to go home this afternoon.\n"
    )
    answer(story, "school.eml", "2027-05-27T07:50", "school", LEEDS, body, done)


def leeds_adopted() -> None:
    story = "leeds-adopted"
    done = [word_return("icb", "Silas Birtwell", "09/02/2022", "23/03/2027", FULL)]
    _old_thread(story, "icb.eml", "2027-03-23T14:30", "icb", "Form attached, as asked.\n", done)
    body = (
        "Hello,\n\nWe have searched our records. Neither the child nor anybody in the family is "
        "known to us.\n"
    )
    _old_thread(story, "trust.eml", "2027-03-24T15:10", "trust", body)


def _old_thread(
    story: str,
    name: str,
    moment: str,
    agency: str,
    body: str,
    attachments: Sequence[tuple[str, bytes, str]] = (),
) -> None:
    raw = mail(
        PEOPLE[agency],
        "RE: Request for information",
        f"{body}\n{signature(agency)}",
        to=LEEDS,
        attachments=attachments,
        message_id=number(moment, agency),
        received=at(moment),
        in_reply_to=f"<20270318-{agency}@office.leeds-scp.example>",
    )
    keep(story, name, raw)


def leeds_holiday_night() -> None:
    story = "leeds-holiday-night"
    ivor = child("Ivor Penhale", "28/03/2024", "Male", "14/12/2026")
    body = "Morning,\n\nPlease see our attached referral.\n"
    refer(story, "2026-12-16T10:40", "csc", LEEDS, ivor, body)
    moment = "2026-12-18T10:16"
    raw = mail(
        PEOPLE["school"],
        "Automatic reply: @@SUBJECT:scoping-letter:school@@",
        "School has closed for Christmas. I am away until Wednesday 6 January 2027.\n",
        to=LEEDS,
        message_id=number(moment, "school"),
        received=at(moment),
        in_reply_to="@@MESSAGE-ID:scoping-letter:school@@",
        headers={"Auto-Submitted": "auto-replied", "X-Auto-Response-Suppress": "All"},
    )
    keep(story, "away.eml", raw)
    body = "Nil return from us - child and family are not known to any of our services.\n"
    answer(story, "nil.eml", "2026-12-27T23:40", "icb", LEEDS, body)


STORIES = (
    lambeth_happy_path,
    lambeth_strangers,
    lambeth_practice_learning,
    lambeth_not_met,
    lancashire_case_consideration,
    lancashire_prefill_gate,
    lancashire_opposite_views,
    lancashire_paused,
    leeds_information_request,
    leeds_live_risk_return,
    leeds_adopted,
    leeds_holiday_night,
)

if __name__ == "__main__":
    for write in STORIES:
        write()
