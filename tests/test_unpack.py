"""Which files of a mail are worth reading, also where the form hides in a forwarded mail."""

import email
import email.policy

from forms import ROBIN, read, write_form
from hypothesis import given
from hypothesis import strategies as st
from mails import WORD, mail

from agent import documents
from agent.documents.unpack import MAX_FILE_BYTES, MAX_FILES
from agent.model.message import Message, Part
from agent.parse import parse

FORM = write_form(ROBIN)
PHOTO = b"\xff\xd8\xff\xe0" + bytes(30_000)
LOGO = b"\x89PNG\r\n\x1a\n" + bytes(3_000)


def unpacked(raw: bytes) -> list[tuple[str, bytes]]:
    """Return name and content of the files found in a raw mail."""
    return [(part.filename, part.content) for part in documents.unpack(parse(raw))]


def message_with(*parts: Part) -> Message:
    """Return a mail that holds exactly these attachments."""
    blank = parse(mail())
    values = {name: getattr(blank, name) for name in Message.__dataclass_fields__}
    return Message(**{**values, "attachments": parts})


def forwarding(
    *inner: bytes, kind: str = "message/rfc822", name: str = "FW Referral.eml"
) -> Message:
    return message_with(*(Part(name, kind, raw) for raw in inner))


def test_attachments_come_in_order_whatever_they_are_called():
    files = [("form.pdf", FORM, "application/pdf"), ("photo.jpg", PHOTO, "image/jpeg")]

    assert unpacked(mail(attachments=files)) == [("form.pdf", FORM), ("photo.jpg", PHOTO)]


def test_a_signature_logo_is_no_file_but_a_photographed_page_is():
    files = [("image001.png", LOGO, "image/png"), ("page.jpg", PHOTO, "image/jpeg")]
    signed = [("smime.p7s", b"\x30\x82" + bytes(400), "application/pkcs7-signature")]

    assert [name for name, _ in unpacked(mail(attachments=files + signed))] == ["page.jpg"]


def test_a_form_declared_as_a_signature_or_a_picture_is_still_found():
    files = [("x.p7s", FORM, "application/pkcs7-signature"), ("x.png", FORM, "image/png")]

    assert [name for name, _ in unpacked(mail(attachments=files))] == ["x.p7s", "x.png"]


def test_the_form_in_a_forwarded_mail_is_found():
    inner = mail(attachments=[("form.docx", FORM, WORD), ("logo.png", LOGO, "image/png")])

    for kind, name in (
        ("message/rfc822", ""),
        ("application/octet-stream", "FW Referral.eml"),
        ("application/octet-stream", "no name"),
    ):
        (part,) = documents.unpack(forwarding(inner, kind=kind, name=name))
        assert (part.filename, part.content) == ("form.docx", FORM)
        assert documents.read(part).problem is None


def test_a_mail_forwarded_by_outlook_is_opened_as_it_really_arrives():
    outer = email.message_from_bytes(mail(), policy=email.policy.SMTP)
    outer.make_mixed()
    inner = mail(attachments=[("form.docx", FORM, WORD)])
    outer.add_attachment(email.message_from_bytes(inner, policy=email.policy.SMTP))

    assert unpacked(outer.as_bytes()) == [("form.docx", FORM)]


def test_a_forwarded_mail_without_files_is_itself_the_file():
    (part,) = documents.unpack(forwarding(mail()))

    assert part.filename == "FW Referral.eml"


def test_files_beyond_the_limit_are_not_lost_in_silence():
    parts = [Part(f"{n}.docx", WORD, FORM) for n in range(MAX_FILES + 3)]
    *first, last = documents.unpack(message_with(*parts))

    assert [part.filename for part in first] == [part.filename for part in parts[:MAX_FILES]]
    assert last.filename == f"{MAX_FILES}.docx and 2 more"
    assert documents.read(last).problem == "too_many_files"


def test_a_file_over_the_limit_is_left_out_by_name():
    big = Part("scan.pdf", "application/pdf", bytes(MAX_FILE_BYTES + 1))
    (part,) = documents.unpack(message_with(big))

    assert documents.read(part).problem == documents.read(big).problem == "too_large"
    assert documents.read(part).filename == "scan.pdf"


@given(st.binary(max_size=500), st.sampled_from(["a.eml", "a.docx", ""]))
def test_no_attached_bytes_make_unpacking_fail(content, name):
    nested = (
        b"Subject: x\nFrom: y\nDate: z\nContent-Type: multipart/mixed; boundary=b\n\n--b\n"
        + content
    )
    for raw in (content, nested):
        for part in documents.unpack(forwarding(raw, name=name)):
            assert read(part.content).filename == "form.docx"
