"""Sealed mail, notices of portals and passcodes; and ordinary mail that only looks like them."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mails import WORD, mail

from agent.documents import read, unpack
from agent.model.document import Document, Paragraph
from agent.parse import parse
from agent.screening_rules import load_screening
from agent.securemail import find_secure_wrapper, is_passcode_mail

RULES = load_screening(Path(__file__).parents[1] / "rules" / "screening.toml")
READABLE = Document("form.docx", "docx", (Paragraph("Name of child", "paragraph 1"),))
ENVELOPED = bytes.fromhex("30800609 2a864886f70d010703 a080") + b"sealed"
SIGNED = bytes.fromhex("30800609 2a864886f70d010702 a080") + b"signed"
PKCS7 = "application/pkcs7-mime"
ARMOUR = "-----BEGIN PGP MESSAGE-----\n\nhQEMA0\n-----END PGP MESSAGE-----\n"
SAFE = {"in_reply_to": "<scoping-1@lscp.example>", "subject": "RE: Request for information"}


def wrapper(raw: bytes, *more: Document) -> str | None:
    message = parse(raw)
    documents = [read(part) for part in unpack(message)]
    return find_secure_wrapper(message, [*documents, *more], RULES)


def whole(content_type: str, content: bytes) -> bytes:
    """A mail that is one part of that type."""
    head = f"From: a@b.example\r\nSubject: Return\r\nContent-Type: {content_type}\r\n"
    return head.encode() + b"Content-Transfer-Encoding: 8bit\r\n\r\n" + content


def files(*attachments: tuple[str, bytes, str], **changes: str) -> bytes:
    return mail(attachments=attachments, **changes)


def says(body: str, subject: str = "Secure message", **changes: str) -> bytes:
    return mail(subject=subject, body=body, **changes)


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (whole(f"{PKCS7}; smime-type=enveloped-data; name=smime.p7m", b"x"), "smime_encrypted"),
        (whole(f"{PKCS7}; name=smime.p7m", ENVELOPED), "smime_encrypted"),
        (
            whole('application/x-pkcs7-mime; smime-type="authEnveloped-data"', b""),
            "smime_encrypted",
        ),
        (files(("smime.p7m", ENVELOPED, "application/octet-stream")), "smime_encrypted"),
        (files(("smime.p7m", b"cut off", PKCS7)), "smime_encrypted"),
        (
            whole('multipart/encrypted; protocol="application/pgp-encrypted"; boundary=b', b""),
            "pgp",
        ),
        (files(("encrypted.asc", ARMOUR.encode(), "application/octet-stream")), "pgp"),
        (files(("return.docx.gpg", b"\x85\x01", "application/octet-stream")), "pgp"),
        (says(ARMOUR), "pgp"),
        (files(("message_v2.rpmsg", b"v", "application/x-microsoft-rpmsg-message")), "rpmsg"),
        (files(("message.html", b"<html>", "text/html")), "microsoft_portal"),
        (
            says(
                "Lee Brook (lee@icb.example) has sent you a protected message.\n\nRead the message"
            ),
            "microsoft_portal",
        ),
        (files(("Encrypted_Message.htm", b"<html>", "text/html")), "nhsmail_egress"),
        (
            says("You have received an email message secured by Private Post.\n"),
            "nhsmail_egress",
        ),
        (says("Click to read this secure\nemail online: https://reader.egress.com/x"), "egress"),
        (says("Lee has sent you a secure email using Egress."), "egress"),
        (says("There is a new message in your CJSM mailbox. Log in."), "cjsm_notice"),
        (files(("SecureMessageAtt.html", b"<html>", "text/html")), "portal_notice"),
        (files(("securedoc_20261221.html", b"<html>", "text/html")), "portal_notice"),
        (says("You’ve received a secure message from Northshire Council."), "portal_notice"),
        (says("New ZixCorp secure email message from Northshire"), "portal_notice"),
        (
            says("To read it, log in.", subject="You have received a secure message"),
            "portal_notice",
        ),
        (
            says(
                "Please open.\n\nFrom: x@y.example\nSent: Monday\n\nYou have a new secure message.",
                subject="FW: message",
            ),
            "portal_notice",
        ),
        (
            says("You have received a secure message.\nFrom: Council\nClick.", **SAFE),
            "portal_notice",
        ),
    ],
)
def test_a_sealed_mail_is_named_by_its_seal(raw, expected):
    assert wrapper(raw) == expected


@pytest.mark.parametrize(
    "raw",
    [
        mail(),
        files(("smime.p7s", SIGNED, "application/pkcs7-signature")),
        whole(f"{PKCS7}; smime-type=signed-data; name=smime.p7m", SIGNED),
        whole(f"{PKCS7}; smime-type=signed-data; name=smime.p7m", b"cut off"),
        files(("signature.asc", b"-----BEGIN PGP SIGNATURE-----", "application/pgp-signature")),
        says("-----BEGIN PGP SIGNED MESSAGE-----\n\nNil return.\n-----BEGIN PGP SIGNATURE-----\n"),
        says("I cannot open what you sent:\n> -----BEGIN PGP MESSAGE-----\n> hQE"),
        says("Please see attached.", subject="[SECURE] Referral"),
        says("Our return is attached.", subject="CJSM RE: Request for information"),
        says("Nil return from us.", subject="[ENCRYPT] OFFICIAL-SENSITIVE: nil return"),
        files(("RA referral.docx", b"PK", WORD), subject="[secure] Return"),
        says("We will send the form by Egress this afternoon, as secure email."),
        says("Can you send me your CJSM address? I cannot find you there."),
        says("I have received a secure message from you but cannot open it, please ring."),
        says(
            "That worked.\n\nFrom: LSCP\nSent: Monday\n\nYou have received a secure message",
            **SAFE,
        ),
        says("Phishing alert: mails saying 'you have received a secure message' are false."),
        says("If you have received a secure message by mistake, delete it."),
    ],
)
def test_an_ordinary_mail_is_not_sealed(raw):
    assert wrapper(raw) is None


def test_a_readable_form_beside_a_notices_words_is_no_wrapper():
    raw = says("Form attached. You have received a secure message from Northshire Council.")

    assert wrapper(raw) == "portal_notice"
    assert wrapper(raw, READABLE) is None


CODE = "Your one-time passcode to view the message is 48201937."


@pytest.mark.parametrize(
    "raw",
    [
        says(CODE, subject="Your one-time passcode to view the message"),
        says("Here is your one-time passcode.\n\n  93817264\n\nIt expires in 15 minutes."),
        says("Use 482913 as your verification code for Egress."),
        says("Your verification code: 482 913"),
        says("Enter it to sign in.", subject="Your security code is K7P42Q"),
        says("Your temporary passcode\n\n0193\n\n", subject="CJSM"),
        says("", html="<p>Your passcode</p><p><b>771204</b></p>"),
        says("Your single-use code is: 661902"),
    ],
)
def test_a_passcode_mail_is_noise(raw):
    assert is_passcode_mail(parse(raw), RULES)


@pytest.mark.parametrize(
    "raw",
    [
        mail(),
        says("The password for the attached document is Kestrel-4471."),
        says("The access code for the meeting on 12 January is 445566, dial 01632 960100."),
        says("I have not received a one-time passcode, please ring 01632 960100 before 1500."),
        says("Could you ask them for a new one-time passcode? We tried 482913."),
        says("Passcodes: a one-time passcode expires after fifteen minutes. Policy of 2026."),
        says(CODE, **SAFE),
        files(("return.docx", b"PK", WORD), body=CODE),
        says("The child knows the door code 4821 and the one time code was never used."),
        says("Your one-time passcode " + "and a long newsletter about it. " * 200 + "482913"),
    ],
)
def test_a_persons_mail_about_passwords_is_not_noise(raw):
    assert not is_passcode_mail(parse(raw), RULES)


PIECES = st.sampled_from(
    [
        b"From: a@b.example\r\n",
        b"Content-Type: application/pkcs7-mime\r\n",
        b"Content-Type: multipart/encrypted; boundary=b\r\n",
        b"\r\n",
        b"--b\r\n",
        b"1234 ",
        ENVELOPED,
        CODE.encode(),
    ]
) | st.binary(max_size=40)


@settings(deadline=None)
@given(st.lists(PIECES, max_size=10).map(b"".join))
def test_whatever_the_bytes_are_there_is_an_answer(raw):
    message = parse(raw)

    assert find_secure_wrapper(message, (), RULES) in {
        None,
        "smime_encrypted",
        "pgp",
        *(notice.wrapper for notice in RULES.secure),
    }
    assert is_passcode_mail(message, RULES) in (True, False)
