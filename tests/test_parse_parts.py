"""Which parts of a mail are its text and which its files."""

import base64

import pytest
from mails import MAILBOX, WORD, bounce_of, mail

from agent.mailtext import html_to_text
from agent.mailtree import MAX_NAME_CHARS
from agent.model.message import Message
from agent.parse import parse

FORM = b"PK\x03\x04 a form"


def parts_mail(*parts: str, kind: str = "mixed") -> bytes:
    inner = "".join(f"--b\n{part}\n" for part in parts)
    return (
        f"From: a@b.example\nContent-Type: multipart/{kind}; boundary=b\n\n{inner}--b--\n".encode()
    )


def one_part(content_type: str, content: bytes) -> Message:
    return parse(b"From: a@b.example\nContent-Type: " + content_type.encode() + b"\n\n" + content)


@pytest.mark.parametrize(
    ("charset", "content", "expected"),
    [
        ("windows-1252", b"it\x92s", "it’s"),
        ("iso-8859-1", b"it\x92s", "it’s"),
        ("Windows-874", b"\xa1", "ก"),
        ("ks_c_5601-1987", b"\xb0\xa1", "가"),
        ("us-ascii", "é".encode(), "é"),
        ("utf-8", b"caf\xe9", "café"),
        ("x-unknown", b"caf\xe9", "café"),
        ("undefined", b"caf\xe9", "café"),
        ("unicode_escape", rb"\d\u0041", r"\d\u0041"),
        ("hex", b"6162", "6162"),
        ("utf-7", b"+2AA-x", "\ufffdx"),
    ],
)
def test_a_body_is_read_whatever_its_character_set_claims(charset, content, expected):
    message = one_part(f"text/plain; charset={charset}", content)

    assert message.text == expected
    message.text.encode("utf-8")


def test_the_plain_text_stands_for_the_html_beside_it():
    message = parse(mail(body="in words", html="<p>in <b>words</b></p>"))

    assert message.text == "in words"
    assert message.html == "<p>in <b>words</b></p>"


@pytest.mark.parametrize("plain", ["", "  \n"])
def test_html_beside_an_empty_plain_text_is_read(plain):
    assert parse(mail(body=plain, html="<p>not known to us</p>")).text == "not known to us"


def test_a_disclaimer_added_as_plain_text_does_not_hide_the_html_above_it():
    raw = parts_mail("Content-Type: text/html\n\n<p>Nil return</p>", "\nThis mail is confidential.")

    assert parse(raw).text == "Nil return\nThis mail is confidential."


def test_text_on_both_sides_of_a_picture_is_read_as_apple_mail_sends_it():
    picture = "Content-Type: image/jpeg; name=page.jpg\nContent-Disposition: inline\n\nx"

    message = parse(parts_mail("\nabove", picture, "\nbelow"))

    assert message.text == "above\nbelow"
    assert [part.filename for part in message.attachments] == ["page.jpg"]


def test_an_attached_mail_is_one_file_and_its_text_is_not_ours():
    inner = mail(
        subject="Their own", body="the words of another", attachments=[("f.docx", FORM, WORD)]
    )
    forward = parts_mail(
        "\nsee below", "Content-Type: message/rfc822\n\n" + inner.decode().rstrip()
    )

    message = parse(forward)

    assert message.text == "see below"
    (part,) = message.attachments
    assert (part.filename, part.content_type) == ("attachment-1.eml", "message/rfc822")
    assert parse(part.content).attachments[0].content == FORM


def test_an_attached_mail_in_base64_is_decoded():
    inner = base64.b64encode(mail(subject="Inside")).decode()
    encoded = f"Content-Type: message/rfc822\nContent-Transfer-Encoding: base64\n\n{inner}"

    assert parse(parse(parts_mail(encoded)).attachments[0].content).subject == "Inside"


def test_a_bounce_keeps_the_servers_words_and_the_mail_as_files():
    original = mail(sender=MAILBOX, message_id="<scoping-1@lscp.example>")

    message = parse(bounce_of(original, "old@icb.example"))

    assert [part.content_type for part in message.attachments] == [
        "message/delivery-status",
        "message/rfc822",
    ]
    assert b"Status: 5.1.1" in message.attachments[0].content
    assert parse(message.attachments[1].content).message_id == "<scoping-1@lscp.example>"
    assert "report-type=delivery-status" in message.header("Content-Type")


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ('attachment; filename="../../etc/pass.docx"', "pass.docx"),
        ('attachment; filename="C:\\\\Users\\\\anna\\\\RA form.docx"', "RA form.docx"),
        ("attachment; filename*=utf-8''R%C3%A9f%C3%A9rence.docx", "Référence.docx"),
        ("attachment; filename*0=long; filename*1=name.docx", "longname.docx"),
        ('attachment; filename="=?utf-8?Q?R=C3=A9f.docx?="', "Réf.docx"),
        ('attachment; filename="Réf.docx"', "Réf.docx"),
        ('attachment; filename="a\u202excod.exe"', "axcod.exe"),
        ('attachment; filename="a\x00\tb.docx"', "a\ufffd b.docx"),
        ("attachment", "attachment-1.pdf"),
        ('attachment; filename=".."', "attachment-1.pdf"),
        (f'attachment; filename="{"n" * 300}.docx"', "n" * (MAX_NAME_CHARS - 5) + ".docx"),
    ],
)
def test_file_names_are_the_senders_without_folders_and_tricks(header, expected):
    raw = parts_mail(f"Content-Type: application/pdf\nContent-Disposition: {header}\n\nx")

    assert [part.filename for part in parse(raw).attachments] == [expected]


def test_a_text_with_a_file_name_is_a_file_but_the_only_text_of_a_mail_is_its_text():
    named = "Content-Type: text/plain; name=notes.txt\nContent-Disposition: inline\n\nnotes"

    assert [p.filename for p in parse(parts_mail("\nhello", named)).attachments] == ["notes.txt"]
    assert one_part("text/plain; name=body.txt", b"hello").text == "hello"


def test_a_mail_that_is_nothing_but_a_file_has_that_file():
    message = one_part("application/pdf; name=scan.pdf", b"%PDF-")

    assert [(part.filename, part.content) for part in message.attachments] == [
        ("scan.pdf", b"%PDF-")
    ]
    assert message.text == ""


@pytest.mark.parametrize("encoded", [b"QUJD*", b"QUJD=", b"QUJD\xe9", b"QU\n JD"])
def test_damaged_base64_gives_the_bytes_that_can_be_had(encoded):
    raw = b"Content-Type: a/b\nContent-Transfer-Encoding: base64\n\n" + encoded

    assert parse(raw).attachments[0].content.startswith(b"ABC")


def test_a_boundary_that_never_comes_leaves_the_words_to_be_read():
    message = one_part("multipart/mixed; boundary=missing", b"our referral")

    assert message.text == "our referral"
    assert "StartBoundaryNotFoundDefect" in message.defects


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("<p>one</p><p>two<br>three</p>", "one\ntwo\nthree"),
        ("one<br><br><br>two", "one\n\ntwo"),
        ("<table><tr><td>Name</td><td><p>Alex</p></td></tr><tr><td></td><td>x</td></tr></table>",
         "Name\tAlex\n\tx"),
        ("<div>a<div>b</div>c</div>", "a\nb\nc"),
        ("<style>p {}</style><script>alert(1)</script><title>t</title>seen", "seen"),
        ("a&nbsp;&amp;\n   b &pound;5 &#8217;", "a & b £5 ’"),
        ("<!--[if mso]>hidden<![endif]--><o:p>x</o:p>", "x"),
        ("<p>unclosed <b>tags", "unclosed tags"),
        ("", ""),
    ],
)  # fmt: skip
def test_html_becomes_the_lines_a_person_sees(html, expected):
    assert html_to_text(html) == expected
