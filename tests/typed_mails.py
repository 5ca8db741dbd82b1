"""Forms that practitioners type into a mail, each in a shape of its own, and what they say: for
tests. The shapes are those that desks, phones and Outlook make; everybody in them is invented."""

from html import escape
from typing import NamedTuple

from mails import mail


class Typed(NamedTuple):
    """A mail, and every field that it fills."""

    raw: bytes
    fields: dict[str, object]


REFERRAL = "Serious incident referral"
REPLY = {"subject": "RE: Request for information", "in_reply_to": "<scoping-1@lscp.example>"}
SHORT = {
    "child_name": "Tilly Marlowe",
    "child_dob": "2024-02-09",
    "child_address": "14 Ferry Lane, Southwood",
    "incident_date": "2026-12-11",
    "summary": "Tilly was found at the foot of the stairs with a head injury.",
    "reason_for_referral": "Serious harm, and neglect is suspected.",
    "referrer_name": "Grace Adeyemi",
    "referrer_role": "Team Manager",
    "referrer_agency": "Southwood Children's Services",
}
LABELS = {
    "child_name": "Name of child",
    "child_dob": "Date of birth",
    "child_address": "Home address",
    "incident_date": "Date of incident",
    "summary": "Brief outline of the incident",
    "reason_for_referral": "Reason for referral",
    "referrer_name": "Name of referrer",
    "referrer_role": "Role",
    "referrer_agency": "Agency",
}
WRITTEN = SHORT | {"child_dob": "09/02/2024", "incident_date": "11 December 2026"}
PAIRS = [(LABELS[name], str(WRITTEN[name])) for name in LABELS]
BACK = {
    "agency_name": "Northgate Housing",
    "respondent_name": "Owen Pryce",
    "respondent_role": "Tenancy Manager",
    "child_name": "Tilly Marlowe",
    "date_completed": "2026-12-18",
    "involvement_summary": "Two visits this year, both about damp.",
    "practice_analysis": "The second visit was late.",
    "partnership_concerns": "We were not told of the plan.",
    "other_agencies_known": "Health visiting.",
    "further_info": "Nothing further.",
}
ABOUT = {
    "agency_name": "Name of agency",
    "respondent_name": "Completed by",
    "respondent_role": "Job title",
    "child_name": "Name of child",
    "date_completed": "Date completed",
}
ASKED = {
    "involvement_summary": "Summary of agency's involvement",
    "practice_analysis": "Analysis of practice",
    "partnership_concerns": "Concerns about joint working",
    "other_agencies_known": "Are you aware of the involvement of any other agencies?",
    "further_info": "Any further information",
}
ANSWERED = BACK | {"date_completed": "18/12/2026"}
ABOUT_US = [(label, ANSWERED[name]) for name, label in ABOUT.items()]
ANSWERS = [(label, ANSWERED[name]) for name, label in ASKED.items()]
HELLO = "Hi all,\n\nNo Word on this machine so please take it from here.\n\n"
BYE = "\n\nKind regards\n\nGrace Adeyemi\nTeam Manager\nSouthwood Children's Services\n"


def lines(pairs: list[tuple[str, str]], between: str, after: str = "\n") -> str:
    """Return a line for each answer, with these signs between it and its label."""
    return after.join(f"{label}{between}{answer}" for label, answer in pairs)


def referral(body: str, html: str | None = None) -> bytes:
    return mail(subject=REFERRAL, body=f"{HELLO}{body}{BYE}", html=html)


def only_html(body: str) -> bytes:
    head = (
        "From: a@southwood.example\r\n"
        f"Subject: {REFERRAL}\r\nMIME-Version: 1.0\r\nContent-Type: text/html; charset=utf-8"
    )
    return f"{head}\r\n\r\n<html><body>{body}</body></html>".encode()


def bold(label: str, answer: str) -> str:
    return f"<p class=MsoNormal><b>{escape(label)}:</b> {escape(answer)}</p>"


NUMBERED = [(f"{n}. {label}", answer) for n, (label, answer) in enumerate(PAIRS, 1)]
BULLETS = [(f"- {label}", answer) for label, answer in PAIRS]
CAPITALS = [(label.upper(), answer) for label, answer in PAIRS]
QUESTIONS = [(f"{n}) {label}", answer) for n, (label, answer) in enumerate(ANSWERS, 1)]
WORD_HTML = "".join(bold(label, answer) for label, answer in PAIRS)
BOLD_ABOVE = "".join(
    f"<div><b>{escape(label)}</b></div><div>{escape(answer)}</div><div><br></div>"
    for label, answer in PAIRS
)
BREAKS = "<br>".join(f"<strong>{escape(label)}</strong><br>{escape(a)}<br>" for label, a in PAIRS)
UNDERLINED = "".join(f"<p><u>{escape(label)}</u> {escape(answer)}</p>" for label, answer in PAIRS)
LIST = "".join(f"<li><b>{escape(label)}</b>: {escape(answer)}</li>" for label, answer in PAIRS)
SPANS = "".join(
    f"<p><b><span>{escape(label[:3])}</span><span>{escape(label[3:])}</span>&nbsp;:&nbsp;</b>"
    f"<span>{escape(answer)}</span></p>"
    for label, answer in PAIRS
)

SECTIONS = """\
CHILD
Name: Tilly Marlowe
DOB: 9th Feb 2024
Gender: Female
Address: 14 Ferry Lane, Southwood

INCIDENT DETAILS
Date of incident: 11.12.2026
Summary of incident: Tilly was found at the foot of the stairs with a head injury.
Reason for referral: Serious harm, and neglect is suspected.

REFERRER
Name: Grace Adeyemi
Role: Team Manager
Agency: Southwood Children's Services
Tel: 01632 960222
"""
PARAGRAPHS = """\
1. Summary of agency's involvement:

We let the flat to her mother in 2023.

Two visits this year:
- 4 March, damp
- 9 June, damp again

2. Analysis of practice:

The second visit was late. Nobody asked about the children.

3. Concerns about joint working:

4. Any further information:
"""
YES_NO = """\
Is the child looked after? No
Is the child subject to a child protection plan? Yes - neglect, since May 2026
Is the child open to Children's Social Care? Yes - Grace Adeyemi
"""
TYPED = {
    "label: answer": Typed(referral(lines(PAIRS, ": ")), SHORT),
    "a blank before the colon": Typed(referral(lines(PAIRS, " : ")), SHORT),
    "no blank behind the colon": Typed(referral(lines(PAIRS, ":")), SHORT),
    "a blank line between": Typed(referral(lines(PAIRS, ": ", "\n\n")), SHORT),
    "the answer below": Typed(referral(lines(PAIRS, "\n", "\n\n")), SHORT),
    "the answer below a colon": Typed(referral(lines(PAIRS, ":\n", "\n\n")), SHORT),
    "the answer two lines below": Typed(referral(lines(PAIRS, ":\n\n", "\n\n")), SHORT),
    "a dash": Typed(referral(lines(PAIRS, " - ")), SHORT),
    "a long dash": Typed(referral(lines(PAIRS, " – ")), SHORT),
    "a dash close to the label": Typed(referral(lines(PAIRS, "- ")), SHORT),
    "an equals sign": Typed(referral(lines(PAIRS, " = ")), SHORT),
    "an arrow": Typed(referral(lines(PAIRS, " -> ")), SHORT),
    "the answer below, after a dash": Typed(referral(lines(PAIRS, "\n- ", "\n\n")), SHORT),
    "tabs of an Outlook table": Typed(referral(lines(PAIRS, "\t")), SHORT),
    "capitals": Typed(referral(lines(CAPITALS, ": ")), SHORT),
    "capitals, the answer below": Typed(referral(lines(CAPITALS, "\n", "\n\n")), SHORT),
    "numbers": Typed(referral(lines(NUMBERED, ": ")), SHORT),
    "numbers, the answer below": Typed(referral(lines(NUMBERED, "\n", "\n\n")), SHORT),
    "bullets": Typed(referral(lines(BULLETS, ": ")), SHORT),
    "stars of bold": Typed(referral(lines([(f"*{a}*", b) for a, b in PAIRS], " ")), SHORT),
    "stars and a colon": Typed(referral(lines([(f"**{a}**", b) for a, b in PAIRS], ": ")), SHORT),
    "bold in Word's HTML": Typed(only_html(WORD_HTML), SHORT),
    "bold lines in HTML, the answer below": Typed(only_html(BOLD_ABOVE), SHORT),
    "bold and line breaks in HTML": Typed(only_html(f"<div>{BREAKS}</div>"), SHORT),
    "underlined labels without a colon": Typed(only_html(UNDERLINED), SHORT),
    "a list in HTML": Typed(only_html(f"<ol>{LIST}</ol>"), SHORT),
    "labels in pieces": Typed(only_html(SPANS), SHORT),
    "a return, label: answer": Typed(
        mail(
            "Owen Pryce <owen.pryce@northgate.example>",
            body=f"{lines([*ABOUT_US, *ANSWERS], ': ')}\n\nOwen\n",
            **REPLY,
        ),
        BACK,
    ),
    "a return, numbered questions": Typed(
        mail(
            body=f"{lines(ABOUT_US, ': ')}\n\n{lines(QUESTIONS, chr(10), chr(10) * 2)}\n", **REPLY
        ),
        BACK,
    ),
    "a return, questions in capitals": Typed(
        mail(
            body=f"{lines(ABOUT_US, ' - ')}\n\n"
            + lines([(label.upper(), answer) for label, answer in ANSWERS], "\n", "\n\n"),
            **REPLY,
        ),
        BACK,
    ),
    "a return, answers after a dash below": Typed(
        mail(body=f"{lines(ABOUT_US, ': ')}\n\n{lines(ANSWERS, chr(10) + '- ')}\n", **REPLY), BACK
    ),
    "a return, Q and A": Typed(
        mail(
            body=f"{lines(ABOUT_US, ': ')}\n\n"
            + "\n\n".join(
                f"Q{n}. {label}\nA. {answer}" for n, (label, answer) in enumerate(ANSWERS, 1)
            ),
            **REPLY,
        ),
        BACK,
    ),
    "sections, with short labels": Typed(
        mail(subject=REFERRAL, body=SECTIONS + BYE),
        SHORT | {"child_gender": "Female", "referrer_contact": "01632 960222"},
    ),
    "several labels in one line": Typed(
        referral(
            "Name of child: Tilly Marlowe   DOB: 09/02/2024\n"
            "Home address: 14 Ferry Lane, Southwood\n"
            "Date of incident: 11/12/26\n\n" + lines(PAIRS[4:], ": ")
        ),
        SHORT,
    ),
    "answers of several paragraphs": Typed(
        mail(body=f"{lines(ABOUT_US, ': ')}\n\n{PARAGRAPHS}\n", **REPLY),
        {name: BACK[name] for name in ABOUT}
        | {
            "involvement_summary": "We let the flat to her mother in 2023.\nTwo visits this year:\n"
            "- 4 March, damp\n- 9 June, damp again",
            "practice_analysis": "The second visit was late. Nobody asked about the children.",
        },
    ),
    "a phone, no capitals": Typed(
        mail(
            subject="serious incident referral",
            body="name of child: Tilly Marlowe\ndob: 9.2.24\n"
            "address of child: 14 Ferry Lane, Southwood\n"
            "date of incident: 11/12\nwhat happened: fell down the stairs\n"
            "reason for referral: serious harm\nSent from my iPhone\n",
        ),
        {
            "child_name": "Tilly Marlowe",
            "child_dob": "2024-02-09",
            "child_address": "14 Ferry Lane, Southwood",
            "incident_date": "11/12",
            "summary": "fell down the stairs",
            "reason_for_referral": "serious harm",
        },
    ),
    "questions with their answers behind the mark": Typed(
        mail(
            subject=REFERRAL,
            body=f"{lines(PAIRS[:4], ': ')}\n{YES_NO}\n{lines(PAIRS[4:], ': ')}{BYE}",
        ),
        SHORT
        | {
            "looked_after": "No",
            "child_protection_plan": "Yes - neglect, since May 2026",
            "open_to_social_care": "Yes - Grace Adeyemi",
        },
    ),
    "Word's bold in pieces, without a colon": Typed(
        only_html(
            "".join(
                f"<p class=MsoNormal><b><span lang=EN-GB>{escape(label)}</span></b>"
                f"<span lang=EN-GB> {escape(answer)}</span></p>"
                for label, answer in PAIRS
            )
        ),
        SHORT,
    ),
    "forwarded by a colleague": Typed(
        mail(
            subject=f"FW: {REFERRAL}",
            body="See below, came to me.\n\nFrom: Grace Adeyemi <g.adeyemi@southwood.example>\n"
            "Sent: 14 December 2026 10:00\nTo: Duty <duty@southwood.example>\n"
            f"Subject: {REFERRAL}\n\n{lines(NUMBERED, chr(10), chr(10) * 2)}{BYE}",
        ),
        SHORT,
    ),
}
