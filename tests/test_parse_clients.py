"""Mail as the programs of practitioners write it: read whole, and told to be a person's."""

import base64
from pathlib import Path
from textwrap import dedent

import pytest

from agent.model.message import Message
from agent.parse import parse
from agent.screen import screen
from agent.screening_rules import load_screening

RULES = load_screening(Path(__file__).parents[1] / "rules" / "screening.toml")
FORM = b"PK\x03\x04" + bytes(range(256)) * 20
FORM64 = base64.encodebytes(FORM).decode()
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def sample(text: str) -> Message:
    """Return the sample as parsed, with @FORM@ and @WORD@ put in and network line ends."""
    written = dedent(text).lstrip("\n").replace("@FORM@\n", FORM64).replace("@WORD@", WORD)
    return parse(written.encode("cp1252").replace(b"\n", b"\r\n"))


OUTLOOK = """
    Received: from LO2P123MB0001.GBRP123.PROD.OUTLOOK.EXAMPLE ([fe80::1%3]) by
     LO2P123MB0001.GBRP123.PROD.OUTLOOK.EXAMPLE with mapi id 15.20.1;
     Thu, 17 Dec 2026 10:05:00 +0000
    From: "MARSH, Anna (NORTHSHIRE POLICE)" <Anna.Marsh@police.northshire.example>
    To: "Reviews (LSCP)" <reviews@lscp.example>
    Subject: =?Windows-1252?Q?Referral_=96_OFFICIAL-SENSITIVE?=
    Thread-Topic: =?Windows-1252?Q?Referral_=96_OFFICIAL-SENSITIVE?=
    Thread-Index: AQHb0a1b2c3d4e5f
    Date: Thu, 17 Dec 2026 10:05:00 +0000
    Message-ID: <LO2P123MB0001A1B2C3@LO2P123MB0001.GBRP123.PROD.OUTLOOK.EXAMPLE>
    Accept-Language: en-GB, en-US
    X-MS-Has-Attach: yes
    X-Auto-Response-Suppress: DR, RN, NRN
    X-MS-Exchange-SenderADCheck: 1
    Content-Type: multipart/mixed;
    \tboundary="_004_LO2P123MB0001_"
    MIME-Version: 1.0

    --_004_LO2P123MB0001_
    Content-Type: multipart/alternative;
    \tboundary="_000_LO2P123MB0001_"

    --_000_LO2P123MB0001_
    Content-Type: text/plain; charset="Windows-1252"
    Content-Transfer-Encoding: quoted-printable

    The child=92s form is attached.

    --_000_LO2P123MB0001_
    Content-Type: text/html; charset="Windows-1252"
    Content-Transfer-Encoding: quoted-printable

    <html xmlns:o=3D"urn:schemas"><body><p class=3D"MsoNormal">The child=92s form is att=
    ached.<o:p></o:p></p></body></html>

    --_000_LO2P123MB0001_--

    --_004_LO2P123MB0001_
    Content-Type: @WORD@; name="RA referral.docx"
    Content-Description: RA referral.docx
    Content-Disposition: attachment; filename="RA referral.docx"; size=5124;
    \tcreation-date="Thu, 17 Dec 2026 09:00:00 GMT"
    Content-Transfer-Encoding: base64

    @FORM@
    --_004_LO2P123MB0001_--
"""

GMAIL = """
    MIME-Version: 1.0
    Date: Thu, 17 Dec 2026 10:05:00 +0000
    Message-ID: <CAF1a2b3c4d5e6f@mail.gmail.example>
    Subject: Referral
    From: =?UTF-8?B?U2nDom4gUHJ5Y2U=?= <sian.pryce@school.example>
    To: reviews@lscp.example
    Content-Type: multipart/mixed; boundary="0000000000005a1b2c"

    --0000000000005a1b2c
    Content-Type: multipart/alternative; boundary="0000000000005a1b2a"

    --0000000000005a1b2a
    Content-Type: text/plain; charset="UTF-8"
    Content-Transfer-Encoding: base64

    VGhlIGNoaWxk4oCZcyBmb3JtIGlzIGF0dGFjaGVkLg0K
    --0000000000005a1b2a
    Content-Type: text/html; charset="UTF-8"

    <div dir="ltr">The form is attached.</div>

    --0000000000005a1b2a--
    --0000000000005a1b2c
    Content-Type: @WORD@;
     name="RA referral.docx"
    Content-Disposition: attachment; filename="RA referral.docx"
    Content-Transfer-Encoding: base64
    Content-ID: <f_m1a2b3c4>
    X-Attachment-Id: f_m1a2b3c4

    @FORM@
    --0000000000005a1b2c--
"""

APPLE = """
    From: Anna Marsh <anna.marsh@school.example>
    Content-Type: multipart/alternative;
     boundary="Apple-Mail=_A"
    Mime-Version: 1.0 (Mac OS X Mail 16.0 \\(3774.100.2.1.4\\))
    Subject: Referral
    Message-Id: <1A2B3C-4D5E@school.example>
    Date: Thu, 17 Dec 2026 10:05:00 +0000
    To: reviews@lscp.example

    --Apple-Mail=_A
    Content-Transfer-Encoding: quoted-printable
    Content-Type: text/plain;
     charset=utf-8

    The child=E2=80=99s form is attached.
    --Apple-Mail=_A
    Content-Type: multipart/mixed;
     boundary="Apple-Mail=_B"

    --Apple-Mail=_B
    Content-Transfer-Encoding: 7bit
    Content-Type: text/html; charset=us-ascii

    <html><body>The form is attached.
    --Apple-Mail=_B
    Content-Disposition: attachment;
     filename*=utf-8''RA%20referral.docx
    Content-Type: @WORD@;
     x-unix-mode=0644; name="RA referral.docx"
    Content-Transfer-Encoding: base64

    @FORM@
    --Apple-Mail=_B--
    --Apple-Mail=_A--
"""

NHSMAIL = """
    Return-Path: <priya.shah@nhs.example>
    From: SHAH, Priya (SOUTHWOOD ICB) <priya.shah@nhs.example>
    To: <reviews@lscp.example>
    Subject: [secure] Referral
    Date: Thu, 17 Dec 2026 10:05:00 +0000
    Message-ID: <VI1PR06MB@VI1PR06MB.eurprd06.prod.outlook.example>
    Content-Language: en-GB
    MIME-Version: 1.0
    Content-Type: multipart/mixed; boundary="b"

    --b
    Content-Type: text/html; charset="utf-8"
    Content-Transfer-Encoding: quoted-printable

    <p style=3D"background:#ffeb9c">This message originated from outside.</p>
    <div>The child&rsquo;s form is attached.</div>
    --b
    Content-Type: @WORD@
    Content-Transfer-Encoding: base64
    Content-Disposition: attachment;
    \tfilename*0="RA refe"; filename*1="rral.docx"

    @FORM@
    --b
    Content-Type: text/plain; charset="us-ascii"

    ********
    This message may contain confidential information.
    --b--
"""

PHONE = """
    From: Anna <anna.marsh@school.example>
    Content-Type: multipart/mixed; boundary=Apple-Mail-1
    Content-Transfer-Encoding: 7bit
    Mime-Version: 1.0 (1.0)
    Date: Thu, 17 Dec 2026 10:05:00 +0000
    Subject:
    Message-Id: <A1B2@school.example>
    To: reviews@lscp.example
    X-Mailer: iPhone Mail (22B83)

    --Apple-Mail-1
    Content-Type: text/plain; charset=windows-1252
    Content-Transfer-Encoding: 8bit

    The child’s form is attached.
    --Apple-Mail-1
    Content-Type: @WORD@; name="RA referral.docx"
    Content-Disposition: attachment; filename="RA referral.docx"
    Content-Transfer-Encoding: base64

    @FORM@
    --Apple-Mail-1
    Content-Type: text/plain; charset=us-ascii
    Content-Transfer-Encoding: 7bit

    Sent from my iPhone
    --Apple-Mail-1--
"""


@pytest.mark.parametrize("written", [OUTLOOK, GMAIL, APPLE, NHSMAIL, PHONE])
def test_a_referral_from_any_program_is_read_whole_and_may_be_answered(written):
    message = sample(written)

    assert "The child’s form is attached." in message.text
    assert [(part.filename, part.content) for part in message.attachments] == [
        ("RA referral.docx", FORM)
    ]
    assert message.sender.email.endswith(".example")
    assert message.received_at.isoformat() == "2026-12-17T10:05:00+00:00"
    assert screen(message, RULES, {"reviews@lscp.example"}).automatic is None
    assert screen(message, RULES, {"reviews@lscp.example"}).may_answer


def test_what_is_above_and_below_the_form_belongs_to_the_text():
    assert "Sent from my iPhone" in sample(PHONE).text
    assert "confidential information" in sample(NHSMAIL).text


def test_names_with_commas_and_brackets_survive():
    assert sample(OUTLOOK).sender.name == "MARSH, Anna (NORTHSHIRE POLICE)"
    assert sample(NHSMAIL).sender.email == "priya.shah@nhs.example"
    assert sample(GMAIL).sender.name == "Siân Pryce"
    assert sample(OUTLOOK).subject == "Referral – OFFICIAL-SENSITIVE"
