"""Who wrote this mail, a person or a machine, and may a machine answer it?"""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mails import MAILBOX, WORD, bounce_of, exchange_ndr, mail, out_of_office

from agent.errors import RuleError
from agent.model.message import Evidence, Screening
from agent.parse import parse
from agent.screen import OWN_MARKER, screen
from agent.screening_rules import load_screening

RULES = load_screening(Path(__file__).parents[1] / "rules" / "screening.toml")
FORM = ("RA referral.docx", b"PK", WORD)
OWN = mail(sender=f"Reviews <{MAILBOX}>", to="anna@police.example", subject="We have your referral")


def screened(raw: bytes) -> Screening:
    return screen(parse(raw), RULES, {MAILBOX, "Safeguarding.Partnership@lscp.example"})


def with_header(name: str, value: str, **changes: object) -> bytes:
    return mail(headers={name: value}, **changes)


def report(kind: str, sender: str) -> bytes:
    return (
        f"From: {sender}\nSubject: Read: Request\n"
        f'Content-Type: multipart/report; report-type="{kind}"; boundary=b\n\n'
        "--b\n\nYour mail was displayed.\n--b\n"
        f"Content-Type: message/{kind}\n\nDisposition: manual-action\n\n--b--\n"
    ).encode()


def calendar(method: str, *more: tuple[str, bytes, str]) -> bytes:
    entry = f"BEGIN:VCALENDAR\r\nMETHOD:{method}\r\nEND:VCALENDAR\r\n".encode()
    files = [("invite.ics", entry, "text/calendar"), *more]
    return mail(subject="Accepted: Rapid review", attachments=files)


@pytest.mark.parametrize(
    ("raw", "automatic"),
    [
        (with_header(OWN_MARKER, "1"), "own"),
        (OWN, "own"),
        (mail(sender="safeguarding.partnership@LSCP.example"), "own"),
        (bounce_of(OWN, "old@icb.example"), "bounce"),
        (bounce_of(OWN, "full@icb.example", status="4.2.2"), "bounce"),
        (exchange_ndr(OWN, "old@icb.example"), "bounce"),
        (with_header("X-Failed-Recipients", "old@icb.example"), "bounce"),
        (with_header("Return-Path", "<>", subject="Undeliverable: Request"), "bounce"),
        (mail("Mailer-Daemon@mx.example", "Mail delivery failed: returning message"), "bounce"),
        (mail("Mail Delivery System <mx@mx.example>", "Returned mail: see transcript"), "bounce"),
        (report("disposition-notification", "anna@police.example"), "read_receipt"),
        (out_of_office(), "auto_reply"),
        (with_header("Auto-Submitted", "auto-replied (vacation)"), "auto_reply"),
        (with_header("Auto-Submitted", "auto-notified; owner-email=a@b.example"), "auto_reply"),
        (with_header("X-Autoreply", "yes"), "auto_reply"),
        (with_header("X-Autorespond", "Re: your mail"), "auto_reply"),
        (with_header("Precedence", "auto_reply"), "auto_reply"),
        (mail(subject="Automatic reply: Scoping request"), "auto_reply"),
        (mail(subject="[EXTERNAL] #External: Out of Office: Scoping"), "auto_reply"),
        (mail(subject="Autosvar"), "auto_reply"),
        (mail(subject="Out of Office"), "auto_reply"),
        (calendar("REPLY"), "calendar_reply"),
        (calendar("COUNTER"), "calendar_reply"),
        (with_header("List-Id", "News <news.lscp.example>"), "list"),
        (with_header("List-Post", "<mailto:l@lists.example>"), "list"),
        (with_header("List-Unsubscribe", "<https://news.example/u>"), "list"),
        (with_header("Precedence", "Bulk"), "list"),
        (with_header("Precedence", "junk"), "list"),
        (mail(sender="No Reply <no-reply@portal.example>"), "no_reply"),
        (mail(sender="cases.donotreply+7@portal.example"), "no_reply"),
        (mail(sender="Postmaster <postmaster@icb.example>", subject="Your question"), "no_reply"),
    ],
)
def test_a_machines_mail_is_told_by_its_kind_and_never_answered(raw, automatic):
    found = screened(raw)

    assert found.automatic == automatic
    assert not found.may_answer
    assert found.evidence


@pytest.mark.parametrize(
    "raw",
    [
        mail(attachments=[FORM]),
        with_header("Auto-Submitted", "no"),
        with_header("Precedence", "normal"),
        with_header("X-Auto-Response-Suppress", "DR, NDR, RN, NRN", attachments=[FORM]),
        with_header("X-Auto-Response-Suppress", "None"),
        with_header("X-MS-Exchange-Inbox-Rules-Loop", "team@police.northshire.example"),
        with_header("X-Autoreply", "no"),
        mail(subject="FW: Undeliverable: Request for information"),
        mail(subject="RE: Automatic reply: Scoping request"),
        mail(subject="Out of office hours incident, referral attached", attachments=[FORM]),
        mail(subject="Delivery failure of care: referral"),
        mail(sender="Nora Noreply-Smythe <n.smythe@school.example>"),
        calendar("REQUEST"),
        calendar("REPLY", FORM),
    ],
)
def test_a_persons_mail_stays_a_persons_and_may_be_answered(raw):
    found = screened(raw)

    assert (found.automatic, found.may_answer) == (None, True)


@pytest.mark.parametrize(
    "raw",
    [
        with_header("List-Unsubscribe", "<https://gateway.example/u>", attachments=[FORM]),
        with_header("List-Help", "<mailto:help@gateway.example>", in_reply_to="<a@lscp.example>"),
        with_header("X-Auto-Response-Suppress", "All", attachments=[FORM]),
        with_header("X-Auto-Response-Suppress", "DR, OOF, AutoReply", attachments=[FORM]),
        with_header("Return-Path", "<>", attachments=[FORM]),
        with_header("Reply-To", MAILBOX, attachments=[FORM]),
        with_header("Reply-To", "noreply@police.northshire.example", attachments=[FORM]),
        mail(subject="Out of office: a child was hurt", attachments=[FORM]),
        mail(sender="Anna Marsh", attachments=[FORM]),
        mail(sender="anna@a.example <ben@b.example> <carl@c.example>", attachments=[FORM]),
    ],
)
def test_what_a_gateway_adds_never_makes_a_referral_automatic_but_silences_us(raw):
    found = screened(raw)

    assert (found.automatic, found.may_answer) == (None, False)


def test_a_person_who_forwards_a_bounce_is_no_bounce():
    bounce = bounce_of(OWN, "old@icb.example")
    forwarded = mail(
        subject="FW: Undelivered Mail Returned to Sender",
        body="What is this?\n\n> Final-Recipient: rfc822; old@icb.example\n> Status: 5.1.1",
        attachments=[("Undelivered.eml", bounce, "message/rfc822")],
    )

    assert screened(forwarded) == Screening(None, True, ())


def test_a_report_about_our_own_mail_is_a_bounce_and_not_our_own_mail():
    """The report carries our mail, marker and all, as an attached one."""
    ours = OWN.replace(b"MIME-V", f"{OWN_MARKER}: 1\r\nMIME-V".encode(), 1)

    assert screened(bounce_of(ours, "old@icb.example")).automatic == "bounce"


def test_our_own_mail_is_our_own_before_it_is_anything_else():
    raw = mail(headers={OWN_MARKER: "1", "Auto-Submitted": "auto-generated"})

    found = screened(raw)

    assert found.automatic == "own"
    assert found.evidence == (
        Evidence(f"header {OWN_MARKER}", "1"),
        Evidence("header Auto-Submitted", "auto-generated"),
    )


def test_every_header_that_was_looked_at_leaves_its_words():
    raw = mail(
        headers={
            "Auto-Submitted": "no",
            "Precedence": "normal",
            "X-Auto-Response-Suppress": "DR",
            "List-Unsubscribe": "<https://gateway.example/" + "u" * 500 + ">",
        },
        attachments=[FORM],
    )

    evidence = {found.place: found.snippet for found in screened(raw).evidence}

    assert evidence["header Auto-Submitted"] == "no"
    assert evidence["header Precedence"] == "normal"
    assert evidence["header X-Auto-Response-Suppress"] == "DR"
    assert len(evidence["header List-Unsubscribe"]) == 100


def test_what_decided_is_shown_before_what_did_not():
    found = screened(mail(headers={"X-Auto-Response-Suppress": "All", "Precedence": "bulk"}))

    assert [evidence.place for evidence in found.evidence] == [
        "header Precedence",
        "header X-Auto-Response-Suppress",
    ]


VALUES = st.sampled_from(
    ["", "no", "auto-replied", "All", "DR", "bulk", "<>", "yes", MAILBOX, "a@b.example"]
) | st.text(st.characters(codec="utf-8", exclude_characters="\r\n"), max_size=40)
HEADERS = st.sampled_from(
    ("Auto-Submitted", "Precedence", "X-Auto-Response-Suppress", "List-Id", "List-Unsubscribe")
) | st.sampled_from(
    ("Return-Path", "From", "Reply-To", "Subject", "Content-Type", "X-Failed-Recipients")
)


@settings(deadline=None)
@given(st.dictionaries(HEADERS, VALUES), st.binary(max_size=200))
def test_whatever_the_headers_say_an_automatic_mail_is_never_answered(fields, body):
    head = "".join(f"{name}: {value}\n" for name, value in fields.items())
    message = parse(head.encode() + b"\n" + body)

    found = screen(message, RULES, {MAILBOX})

    assert not (found.automatic and found.may_answer)
    assert message.sender.email or not found.may_answer
    assert message.sender.email != MAILBOX or found.automatic == "own"


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("daemon_names", "deamon_names", "did you mean `daemon_names`?"),
        ('"noreply"', '"NoReply"', "no_reply_words.0"),
        ('"noreply"', '""', "no_reply_words.0"),
    ],
)
def test_a_mistake_in_the_words_is_named_at_start(tmp_path, old, new, said):
    shipped = Path(__file__).parents[1] / "rules" / "screening.toml"
    wrong = tmp_path / "screening.toml"
    wrong.write_text(shipped.read_text("utf-8").replace(old, new, 1), "utf-8")

    with pytest.raises(RuleError) as raised:
        load_screening(wrong)

    assert str(wrong) in str(raised.value)
    assert said in str(raised.value)
