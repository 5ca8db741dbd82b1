"""A form pasted or typed into the mail itself is read like one that is attached."""

from pathlib import Path

import pytest
from forms import ROBIN, SHIPPED, form_in, write_form
from mails import mail
from pasted import (
    Piece,
    gmail_html,
    one_below_another,
    outlook_html,
    ruled,
    serious_incident,
    tabbed,
)

from agent.banner_rules import load_banners
from agent.bodyform import read_body
from agent.extract import extract
from agent.layouts import load_layouts
from agent.model.document import Document
from agent.model.form import Form
from agent.ownwords import own_words
from agent.parse import parse

RULES = load_banners(Path(__file__).parents[1] / "rules" / "banners.toml")
LAYOUTS = load_layouts([SHIPPED])

INCIDENT = serious_incident(ROBIN)
ATTACHED = form_in(write_form(ROBIN))
HELLO = "Dear team, I cannot attach the form, so here it is."
REGARDS = "\n\nKind regards\n\nMorgan Quill\nDetective Inspector\nTel: 01632 960111\n"
HEADER = (
    "From: Morgan Quill <m.quill@police.northshire.example>\nSent: 21 December 2026 09:00\n"
    "To: MASH <mash@lscp.example>\nSubject: Serious incident\n\n"
)
OUTLOOK_HEADER = (
    "<div style='border:none;border-top:solid #E1E1E1 1.0pt;padding:3.0pt 0cm 0cm 0cm'>"
    "<p class=MsoNormal><b>From:</b> Morgan Quill &lt;m.quill@police.northshire.example&gt;<br>"
    "<b>Sent:</b> 21 December 2026 09:00<br><b>To:</b> MASH &lt;mash@lscp.example&gt;<br>"
    "<b>Subject:</b> Serious incident</p></div>"
)
GMAIL_WROTE = "On Mon, 21 Dec 2026 at 14:02, Reviews <reviews@lscp.example> wrote:"
REPLY = {"subject": "RE: Request for information", "in_reply_to": "<scoping-1@lscp.example>"}

TYPED = """\
Child's name: Robin Alder
DOB: 4/5/21
Home address: 2 Harbour Row, Southwood
Gender - Male
Date of incident: 15/12/26, serious incident
What happened?
Robin was found unresponsive at home and is in intensive care. The
injuries are not explained.

He is safe on the ward.
Reason for referral: serious harm; neglect is suspected.
Name of referrer: Morgan Quill
Agency: Northshire Police
Role: Detective Inspector
Tel: 01632 960111
"""
OF_TYPED = {
    "child_name": "Robin Alder",
    "child_dob": "2021-05-04",
    "child_address": "2 Harbour Row, Southwood",
    "child_gender": "Male",
    "incident_date": "2026-12-15",
    "incident_is_death": False,
    "summary": "Robin was found unresponsive at home and is in intensive care. The injuries are "
    "not explained.\nHe is safe on the ward.",
    "reason_for_referral": "serious harm; neglect is suspected.",
    "referrer_name": "Morgan Quill",
    "referrer_agency": "Northshire Police",
    "referrer_role": "Detective Inspector",
    "referrer_contact": "01632 960111",
}
RETURN = """\
Dear business unit

Name of agency: Southwood ICB
Completed by: Sam Reed
Job title: Named Nurse
Name of child: Robin Alder

Summary of agency's involvement:
Robin was seen twice.

Analysis of practice: Good recording.
Concerns about joint working: None

Kind regards
Sam Reed
"""
OF_RETURN = {
    "agency_name": "Southwood ICB",
    "respondent_name": "Sam Reed",
    "respondent_role": "Named Nurse",
    "child_name": "Robin Alder",
    "involvement_summary": "Robin was seen twice.",
    "practice_analysis": "Good recording.",
    "partnership_concerns": "None",
}
OURS: list[Piece] = [
    "Agency Return",
    [
        ["Name of agency", "Southwood ICB"],
        ["Summary of agency's involvement", "Seen twice."],
        ["Analysis of practice", ""],
    ],
]
QUOTED: list[Piece] = [
    "Agency Return",
    [
        ["Name of agency", "Northshire Police"],
        ["Summary of agency's involvement", "Called out in May."],
        ["Analysis of practice", "Prompt."],
    ],
]


def body_of(raw: bytes) -> Document | None:
    message = parse(raw)
    return read_body(message, own_words(message, RULES))


def form_of(raw: bytes) -> Form:
    document = body_of(raw)
    assert document is not None
    form = extract(document, LAYOUTS)
    assert form is not None
    return form


def answered(form: Form) -> dict[str, object]:
    return {name: one.value for name, one in form.fields.items() if one is not None}


def html_only(html: str, subject: str = "Referral") -> bytes:
    head = f"From: a@police.example\r\nSubject: {subject}\r\nContent-Type: text/html; charset=utf-8"
    return f"{head}\r\n\r\n<html><body>{html}</body></html>".encode()


WHOLE = [HELLO, *INCIDENT, "Kind regards", "Morgan Quill"]
PASTED = {
    "Outlook, HTML alone": html_only(outlook_html(WHOLE)),
    "Outlook, cells below one another in the text": mail(
        body=one_below_another([HELLO, *INCIDENT]) + REGARDS, html=outlook_html(WHOLE)
    ),
    "Outlook, tabs in the text": mail(
        body=tabbed([HELLO, *INCIDENT]) + REGARDS, html=outlook_html(WHOLE)
    ),
    "Gmail": mail(body=one_below_another([HELLO, *INCIDENT]) + REGARDS, html=gmail_html(WHOLE)),
    "text alone, tabs": mail(body=tabbed([HELLO, *INCIDENT]) + REGARDS),
    "text alone, tables drawn in signs": mail(body=ruled([HELLO, *INCIDENT]) + REGARDS),
    "Outlook, forwarded": mail(
        subject="FW: Serious incident",
        body=f"Sent to us by mistake.\n\n{HEADER}{one_below_another(INCIDENT)}",
        html=f"<p>Sent to us by mistake.</p>{OUTLOOK_HEADER}{outlook_html(INCIDENT)}",
    ),
    "text alone, forwarded": mail(
        subject="FW: Serious incident",
        body=f"Sent to us by mistake.\n\n{HEADER}{tabbed(INCIDENT)}",
    ),
}


@pytest.mark.parametrize("raw", PASTED.values(), ids=PASTED)
def test_lewishams_form_pasted_into_a_mail_is_read_like_the_attached_one(raw):
    form = form_of(raw)

    assert (form.layout, form.filename) == ("lewisham-serious-incident", "mail body")
    assert answered(form) == answered(ATTACHED)
    assert form.problems == ATTACHED.problems


def test_a_form_whose_cells_stand_below_one_another_gives_its_short_answers():
    form = form_of(mail(body=one_below_another([HELLO, *INCIDENT]) + REGARDS))

    for name in ("child_name", "child_dob", "incident_date", "looked_after", "summary"):
        assert form.value(name) == ATTACHED.value(name)


def test_an_answer_says_where_in_the_mail_it_stands():
    pasted = form_of(PASTED["Gmail"]).fields["child_dob"]
    typed = form_of(mail(subject="Serious incident referral", body=TYPED)).fields["child_dob"]

    assert pasted is not None
    assert pasted.source == "mail body, table 3 row 2 cell 2"
    assert typed is not None
    assert typed.source == "mail body, line 2"


LINES = "".join(f"<div>{line or '<br>'}</div>" for line in TYPED.split("\n"))
REFERRALS = {
    "phone": mail(subject="Serious incident referral", body=TYPED + "\nSent from my iPhone\n"),
    "title in the text": mail(subject="urgent", body=f"Serious Incident Referral\n\n{TYPED}"),
    "HTML alone": html_only(LINES, "Serious incident referral"),
    "iPhone, forwarded": mail(
        subject="Fwd: Serious incident referral",
        body="For you.\n\nBegin forwarded message:\n\n"
        + "\n".join(f"> {line}" for line in (HEADER + TYPED).split("\n")),
    ),
    "tabs": mail(
        subject="Serious incident referral",
        body=TYPED.replace(": ", "\t").replace(" - ", "\t"),
    ),
    "bold labels": mail(
        subject="Serious incident referral",
        body="\n".join(
            f"*{label}:* {rest}" if sign else label
            for label, sign, rest in (line.partition(": ") for line in TYPED.split("\n"))
        ),
    ),
}


@pytest.mark.parametrize("raw", REFERRALS.values(), ids=REFERRALS)
def test_a_referral_typed_into_a_mail_is_read(raw):
    form = form_of(raw)

    assert (form.layout, form.problems) == ("generic-referral", ())
    assert answered(form) == OF_TYPED


def test_a_return_typed_into_an_answer_is_read():
    form = form_of(mail(body=f"{RETURN}\n\n{HEADER}Please answer.\n", **REPLY))

    assert (form.layout, answered(form)) == ("generic-return", OF_RETURN)


QUOTES = {
    "Outlook": mail(
        body=f"{tabbed(OURS)}\n\n{HEADER}{tabbed(QUOTED)}",
        html=f"{outlook_html(OURS)}{OUTLOOK_HEADER}{outlook_html(QUOTED)}",
        **REPLY,
    ),
    "Gmail": mail(
        body=f"{one_below_another(OURS)}\n{GMAIL_WROTE}\n\n"
        + "\n".join(f"> {line}" for line in one_below_another(QUOTED).split("\n")),
        html=f'{gmail_html(OURS)}<div class="gmail_quote"><div class="gmail_attr">'
        f"{GMAIL_WROTE.replace('<', '&lt;')}</div><blockquote class='gmail_quote'>"
        f"{gmail_html(QUOTED)}</blockquote></div>",
        **REPLY,
    ),
}


@pytest.mark.parametrize("raw", QUOTES.values(), ids=QUOTES)
def test_a_form_in_the_quoted_mail_is_not_the_senders(raw):
    assert answered(form_of(raw)) == {
        "agency_name": "Southwood ICB",
        "involvement_summary": "Seen twice.",
    }


def test_a_choice_struck_out_in_a_mail_counts():
    rows = outlook_html(INCIDENT).replace(">Male<", "><s>Female</s> / Male<")

    assert form_of(html_only(rows)).value("child_gender") == "Male"


@pytest.mark.parametrize(
    "raw",
    [
        mail(),
        mail(body="Dear Anna\n\nI come on Monday at 10:30. Is that fine?" + REGARDS),
        mail(body=f"Thank you.\n\n{HEADER}{tabbed(INCIDENT)}", **REPLY),
        mail(body="", html=""),
    ],
)
def test_in_an_ordinary_mail_nothing_is_looked_for(raw):
    assert body_of(raw) is None


def test_a_mail_with_labels_that_is_no_form_is_none():
    document = body_of(mail(subject="Meeting", body="Date: Monday\nTime: 10:30\nPlace: Room 2\n"))

    assert document is not None
    assert extract(document, LAYOUTS) is None


def test_a_body_too_large_to_read_is_told():
    html = "<table>" + "<tr><td>Name of child: Robin</td></tr>" * 20_001
    document = body_of(mail(body="Name: Robin\nGender: male\n", html=html))

    assert document is not None
    assert (document.format, document.problem) == ("body", "too_complex")
