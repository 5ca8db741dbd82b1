"""What a sender wrote is told apart from what the mail programs of both sides brought along."""

from pathlib import Path
from textwrap import dedent

import pytest
from hypothesis import given
from hypothesis import strategies as st
from mails import mail

from agent.banner_rules import load_banners
from agent.model.words import OwnWords
from agent.ownwords import own_words
from agent.parse import parse

RULES = load_banners(Path(__file__).parents[1] / "rules" / "banners.toml")
LEE = "Lee Brook <lee.brook@icb.northshire.example>"
LETTER = "We have received a referral about a child and ask you to complete the attached form."
OUTLOOK = f"""\
From: Reviews <reviews@lscp.example>
Sent: 21 December 2026 14:02
To: Brook, Lee <lee.brook@icb.northshire.example>
Subject: LSCP-2026-0007-K3F Request for information

Dear Lee

{LETTER} If the family is not known to you, please send a nil return.

Kind regards
Business unit
"""
GMAIL_WROTE = "On Mon, 21 Dec 2026 at 14:02, Reviews <reviews@lscp.example> wrote:"
GMAIL = f"{GMAIL_WROTE}\n\n> Dear Lee\n>\n> {LETTER}\n>\n> Kind regards\n> Business unit\n"
WRAPPED = (
    "On Mon, 21 Dec 2026 at 14:02, Reviews Lewisham Partnership\n<reviews@lscp.example> wrote:\n"
)


def words(body: str, subject: str = "RE: Request for information", **more: object) -> OwnWords:
    """Return the words of a mail with this body, as it comes out of `parse`."""
    more.setdefault("sender", LEE)
    return own_words(parse(mail(subject=subject, body=dedent(body).lstrip("\n"), **more)), RULES)


def html_words(html: str, subject: str = "RE: Request for information") -> OwnWords:
    """Return the words of a mail that is HTML and nothing else."""
    head = f"From: {LEE}\r\nSubject: {subject}\r\nContent-Type: text/html; charset=utf-8\r\n\r\n"
    return own_words(parse((head + html).encode()), RULES)


ANSWERS = {
    "Outlook, desktop": f"Not known here\n\n{OUTLOOK}",
    "Outlook, desktop, signed": f"Not known here\n\nKind regards,\n\nLee Brook\n\n{OUTLOOK}",
    "Outlook on the web": f"Not known here\n________________________________\n{OUTLOOK}",
    "Outlook, old": f"Not known here\n\n-----Original Message-----\n{OUTLOOK}",
    "Outlook for iOS": "Not known here\n\nGet Outlook for iOS<https://aka.ms/o0ukef>\n"
    f"________________________________\n{OUTLOOK}",
    "Outlook for Android": "Not known here\n\nSent from Outlook for Android<https://aka.ms/AAb>\n"
    f"________________________________\n{OUTLOOK}",
    "Outlook, bold labels": "Not known here\n\n*From:* Reviews <reviews@lscp.example>\n"
    f"*Sent:* 21 December 2026 14:02\n*To:* Lee Brook\n*Subject:* Request\n\n{LETTER}\n",
    "Outlook, many recipients": "Not known here\n\nFrom: Reviews <reviews@lscp.example>\n"
    "Sent: 21 December 2026 14:02\nTo: Lee Brook <lee.brook@icb.northshire.example>;\n"
    "Anna Marsh <anna.marsh@police.northshire.example>;\nKit Ode <kit@school.example>\n"
    f"Subject: Request\n\n{LETTER}\n",
    "Outlook, Welsh": "Not known here\n\nOddi wrth: Reviews <reviews@lscp.example>\n"
    f"Anfonwyd: 21 Rhagfyr 2026 14:02\nAt: Lee Brook\nPwnc: Request\n\n{LETTER}\n",
    "Outlook, French": "Not known here\n\nDe : Reviews <reviews@lscp.example>\n"
    f"Envoyé : lundi 21 décembre 2026 14:02\nÀ : Lee Brook\nObjet : Request\n\n{LETTER}\n",
    "Outlook, German": "Not known here\n\nVon: Reviews <reviews@lscp.example>\n"
    f"Gesendet: Montag, 21. Dezember 2026 14:02\nAn: Lee Brook\nBetreff: Request\n\n{LETTER}\n",
    "Gmail": f"Not known here\n\n{GMAIL}",
    "Gmail, folded": f"Not known here\n\n{WRAPPED}\n> Dear Lee\n>\n> {LETTER}\n",
    "Gmail, its quote without signs": f"Not known here\n\n{WRAPPED}\nDear Lee\n\n{LETTER}\n",
    "Gmail, French": "Not known here\n\nLe lun. 21 déc. 2026 à 14:02, Reviews\n"
    f"<reviews@lscp.example> a écrit :\n\n> {LETTER}\n",
    "Gmail, German": "Not known here\n\nAm Mo., 21. Dez. 2026 um 14:02 Uhr schrieb Reviews <\n"
    f"reviews@lscp.example>:\n\n> {LETTER}\n",
    "Apple Mail": "Not known here\n\n> On 21 Dec 2026, at 14:02, Reviews <reviews@lscp.example> "
    f"wrote:\n> \n> Dear Lee\n> \n> {LETTER}\n",
    "iPhone": "Not known here\n\nSent from my iPhone\n\n> On 21 Dec 2026, at 14:02, Reviews "
    f"<reviews@lscp.example> wrote:\n> \n> ﻿\n> {LETTER}\n",
    "Samsung": "Not known here\n\nSent from my Galaxy\n\n\n-------- Original message --------\n"
    f"From: Reviews <reviews@lscp.example>\nDate: 21/12/2026 14:02 (GMT+00:00)\n"
    f"To: Lee Brook <lee.brook@icb.northshire.example>\nSubject: Request\n\n{LETTER}\n",
    "Yahoo": "Not known here\n\nSent from Yahoo Mail on Android\n\n  On Mon, 21 Dec 2026 at 14:02, "
    f"Reviews<reviews@lscp.example> wrote:   {LETTER[:20]}\n{LETTER}\n".replace("   We", " \nWe"),
    "Thunderbird": f"Not known here\n\nOn 21/12/2026 14:02, Reviews wrote:\n> {LETTER}\n> \n",
    "Thunderbird, below": f"On 21/12/2026 14:02, Reviews wrote:\n> {LETTER}\n>\n\nNot known here\n",
    "NHSmail": "Not known here\n\nLee Brook\nNamed Nurse, Northshire ICB\n\nFrom: REVIEWS, Lscp\n"
    f"(LSCP) <reviews@lscp.example>\nSent: 21 December 2026 14:02\nSubject: Request\n\n{LETTER}\n"
    + "*" * 60
    + "\nThis message may contain confidential information.\n",
    "a plain program": "Not known here\n\nLee\n\nFrom: reviews@lscp.example\nSubject: Request\n\n"
    f"> {LETTER}\n",
    "signs and nothing else": f"Not known here\n\n> {LETTER}\n> Kind regards\n",
    "Lotus Notes": "Not known here\n\n\n\nFrom:\tReviews <reviews@lscp.example>\n"
    f"To:\tLee Brook\nDate:\t21/12/2026 14:02\nSubject:\tRequest\n\n\n{LETTER}\n",
    "a page of letters": f"Not known here\n\n{OUTLOOK}\n" + OUTLOOK * 20,
}


@pytest.mark.parametrize("body", ANSWERS.values(), ids=ANSWERS)
def test_three_words_over_a_quote_are_three_words(body):
    found = words(body)

    assert found.text == "Not known here"
    assert LETTER[:20] in found.quoted
    assert not found.forwarded


NO_ADDRESS = {"Thunderbird", "Thunderbird, below", "signs and nothing else"}


@pytest.mark.parametrize("client", sorted(ANSWERS.keys() - NO_ADDRESS))
def test_the_author_of_the_quote_is_known_by_the_address(client):
    assert words(ANSWERS[client]).quoted_sender == "reviews@lscp.example"


HTML = {
    "Gmail": '<div dir="ltr">Not known here</div><br><div class="gmail_quote"><div dir="ltr" '
    f'class="gmail_attr">{GMAIL_WROTE.replace("<", "&lt;").replace(">", "&gt;")}<br></div>'
    f'<blockquote class="gmail_quote" style="margin:0"><div>{LETTER}</div></blockquote></div>',
    "Gmail, below": '<div class="gmail_quote"><div class="gmail_attr">On Mon, 21 Dec 2026, Reviews '
    f'wrote:<br></div><blockquote class="gmail_quote">{LETTER}</blockquote></div>'
    "<div>Not known here</div>",
    "Outlook on the web": "<div>Not known here</div><hr><div id='divRplyFwdMsg' dir='ltr'><font>"
    "<b>From:</b> Reviews &lt;reviews@lscp.example&gt;<br><b>Sent:</b> 21 December 2026 14:02<br>"
    f"<b>Subject:</b> Request</font><div>&nbsp;</div></div><div>{LETTER}</div>",
    "Outlook, a language unknown": "<div>Not known here</div><div id='divRplyFwdMsg'>"
    "<b>Lähettäjä:</b> Reviews &lt;reviews@lscp.example&gt;<br><b>Lähetetty:</b> maanantai<br>"
    f"<b>Aihe:</b> Request</div><div>{LETTER}</div>",
    "Outlook, desktop": "<p class=MsoNormal>Not known here</p><div><div style='border:none;"
    "border-top:solid #E1E1E1 1.0pt;padding:3.0pt 0cm 0cm 0cm'><p class=MsoNormal><b>From:</b> "
    "Reviews<br><b>Sent:</b> 21 December 2026<br><b>To:</b> Lee<br><b>Subject:</b> Request</p>"
    f"</div></div><p class=MsoNormal>{LETTER}</p>",
    "Apple Mail": "<div>Not known here</div><div><br><blockquote type='cite'><div>On 21 Dec 2026, "
    f"at 14:02, Reviews wrote:</div><br><div>{LETTER}</div></blockquote></div>",
    "iPhone": "Not known here<br><br><div dir='ltr'>Sent from my iPhone</div><div><br><blockquote "
    f"type='cite'>On 21 Dec 2026, at 14:02, Reviews wrote:<br>{LETTER}</blockquote></div>",
    "Thunderbird": "<p>Not known here</p><div class='moz-cite-prefix'>On 21/12/2026 14:02, Reviews "
    f"wrote:<br></div><blockquote type='cite' cite='mid:1'><p>{LETTER}</p></blockquote>",
}


@pytest.mark.parametrize("html", HTML.values(), ids=HTML)
def test_a_quote_in_a_mail_of_html_only_is_a_quote(html):
    found = html_words(html)

    assert found.text == "Not known here"
    assert LETTER in found.quoted


def test_answers_between_quoted_lines_are_the_senders():
    found = words(f"""
        Hi, my answers are below.

        {GMAIL_WROTE}
        > Is the child known to your service?
        Yes, since March.
        > Who is the lead nurse?

        Lee Brook

        > When was the last contact?
        9 November.

        Kind regards
        Lee
        """)

    assert found.text == (
        "Hi, my answers are below.\n\nYes, since March.\n\nLee Brook\n\n9 November."
    )
    assert found.signature == "Kind regards\nLee"


def test_answers_between_quoted_parts_of_an_html_mail_are_the_senders():
    quote = "<blockquote type='cite'>Is the child known?</blockquote>"
    assert html_words(f"{quote}<p>Yes</p>{quote}<p>No</p>").text == "Yes\nNo"


def test_indented_html_is_no_quote():
    html = (
        "<p>We found:</p><blockquote style='margin:0 0 0 40px;border:none'>two visits</blockquote>"
    )
    assert html_words(html).text == "We found:\ntwo visits"


KEPT = {
    "days off": "I am away\nFrom: 21 December 2026\nTo: 4 January 2027\nPlease ring Kit instead.",
    "a sentence about writing": "On 3 December the school wrote:\nhe has not been seen since.",
    "a sentence with a time": "On Monday at 9:30 the school wrote to us as follows:\nhe ran.",
    "a chronology": "On 14 December 2026 at 10:15, the head teacher wrote:\nhe is safe.",
    "a period": "Period\nFrom: 1 May 2026\nDate: 3 May 2026\nNo contact.",
    "a separator of one's own": "Part one\n\n-----------------\n\nPart two",
    "an mbox's sign": ">From what we know he is safe.",
    "an empty memo": "From:\nDate:\nSubject:\nWe could not open the form.",
    "forwarded, in prose": "The original message was lost.\nForwarded message attached.",
}


@pytest.mark.parametrize("body", KEPT.values(), ids=KEPT)
def test_what_only_looks_like_a_quote_is_kept(body):
    assert words(body).text == body
    assert words(body).quoted == ""


def test_a_list_of_arrows_in_a_new_mail_is_kept():
    body = "Still missing:\n> the police log\n> the school's chronology"

    assert words(body, subject="Gaps").text == body
    assert words(body, subject="RE: Gaps").text == "Still missing:"


def test_a_mail_that_is_nothing_but_a_quote_has_no_words():
    assert words(GMAIL).text == words(OUTLOOK).text == words(f"> {LETTER}", "Hello").text == ""


FORWARDS = {
    "Outlook": ("FW: Serious incident", f"For you.\n\n{OUTLOOK}"),
    "Gmail": (
        "Fwd: Serious incident",
        "For you.\n\n---------- Forwarded message ---------\n"
        f"From: Reviews <reviews@lscp.example>\nDate: Mon, 21 Dec 2026\nTo: Lee\n\n{LETTER}\n",
    ),
    "Apple": (
        "Fwd: Serious incident",
        "For you.\n\nBegin forwarded message:\n\n> From: Reviews <reviews@lscp.example>\n"
        f"> Subject: Serious incident\n> Date: 21 December 2026\n>\n> {LETTER}\n",
    ),
    "Thunderbird, new subject": (
        "A child in Northshire",
        "For you.\n\n-------- Forwarded Message --------\nSubject: \tSerious incident\n"
        f"Date: \tMon, 21 Dec 2026\nFrom: \tReviews <reviews@lscp.example>\n\n{LETTER}\n",
    ),
    "a chain": ("FW: RE: FW: Serious incident", f"For you.\n\n{OUTLOOK}\n{OUTLOOK}"),
    "German": ("WG: Serious incident", f"For you.\n\n{OUTLOOK}"),
}


@pytest.mark.parametrize(("subject", "body"), FORWARDS.values(), ids=FORWARDS)
def test_what_is_forwarded_is_content(subject, body):
    found = words(body, subject)

    assert (found.forwarded, found.text) == (True, "For you.")
    assert found.quoted_sender == "reviews@lscp.example"
    assert LETTER in found.quoted


def test_an_answer_over_a_forward_is_an_answer():
    assert not words(f"Not ours.\n\n{OUTLOOK}", "RE: FW: Serious incident").forwarded


HOSTILE = {
    "angles": "> x\n" * 10_000 + "end",
    "a line": "x " * 500_000,
    "headers": "From: a@b.example\n" * 20_000,
    "attributions": "On 1 Jan 2026 at 10:00, x <x@y.example>\n" * 20_000,
    "closings": "Kind regards\nLee\n" * 20_000,
    "blanks": "\n" * 300_000,
    "angles in a line": ">" * 500_000,
    "dashes": ("-" * 199 + "x\n") * 4_000,
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_hostile_mail_is_read_like_any_other(text):
    found = words(text)
    assert len(found.text) + len(found.quoted) + len(found.signature) <= len(text)


PIECES = [
    *(OUTLOOK + GMAIL + WRAPPED).splitlines(),
    *("", "> > x", ">", "-- ", "____", "Thanks", "Lee", "Not known here", "Yes?"),
    "CAUTION: This email originated from outside of the council. Take care.",
    "This email is confidential and intended only for the addressee.",
]


@given(
    st.lists(st.one_of(st.sampled_from(PIECES), st.text(max_size=80)), max_size=40),
    st.text(max_size=60),
)
def test_no_word_is_invented_and_none_counts_twice(lines, subject):
    message = parse(mail(sender=LEE, subject="Re: x", body="\n".join(lines)))
    found = own_words(message, RULES)

    whole = message.text.split("\n")
    assert all(any(line.strip() in one for one in whole) for line in found.text.split("\n"))
    assert len(found.text) + len(found.quoted) + len(found.signature) <= len(message.text)
    assert "\n" not in own_words(parse(mail(subject=" ".join(subject.split()))), RULES).subject
