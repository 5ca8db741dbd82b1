"""What leaves: bytes that every mail program reads alike, and that nobody can write into."""

import email
import email.policy
from dataclasses import replace
from email.header import decode_header, make_header
from email.message import EmailMessage
from email.utils import parseaddr
from pathlib import Path

import pytest

from agent.area import load_area
from agent.errors import RuleError
from agent.letters import Templates, render
from agent.model.draft import Draft, Mail
from agent.model.message import Address
from tests.desk import MONDAY_9AM, SITE

VALUES = {
    "reference": "NOR-2026-0001-7MX",
    "received": "Monday 21 December 2026 at 9.00 am",
    "blank": "",
    "lead_named": "",
}


def draft(**changes: object) -> Draft:
    plain = Draft("ack:1", "ack-referral", Address("anna@x.example"), "NOR-2026-0001-7MX", VALUES)
    return replace(plain, **changes)  # type: ignore[arg-type]


def rendered(one: Draft, name: str = "Northshire Safeguarding Children Partnership") -> Mail:
    office, templates = load_area("northshire", SITE)
    profile = office.profile.model_copy(update={"name": name})
    return render(one, replace(office, profile=profile), templates, MONDAY_9AM)


def read(mail: Mail) -> EmailMessage:
    return email.message_from_bytes(mail.raw, policy=email.policy.default)


@pytest.mark.parametrize(
    "name",
    [
        "José Núñez Partnership",
        "Partneriaeth Diogelu Plant – Ŵyth Ŷd â Thŷ",
        'A "quoted" \\ partnership',
        "Plain Partnership",
        "x" * 200,
    ],
)
def test_names_keep_their_blanks_and_letters_in_the_header(name: str) -> None:
    """CPython 3.11 and 3.12 lose the blank between encoded words under the SMTP policy."""
    # Read by the old policy: the modern one puts a blank between encoded words of one name.
    header = email.message_from_bytes(rendered(draft(), name).raw)["From"]
    shown, address = parseaddr(str(make_header(decode_header(header))))

    assert shown == name.replace('"', "'").replace("\\", "")
    assert address == SITE.mailbox


def test_a_subject_keeps_its_blanks_and_letters() -> None:
    values = VALUES | {"reference": "José Núñez – ŵ"}

    message = read(rendered(draft(values=values)))

    assert message["Subject"] == "Referral received – reference José Núñez – ŵ"


def test_every_line_ends_as_smtp_wants_and_none_is_too_long() -> None:
    ids = tuple(f"<{number}.{'x' * 60}@x.example>" for number in range(12))

    raw = rendered(draft(in_reply_to="<a@x.example>", references=ids)).raw

    assert b"\r\n" in raw
    assert b"\n" not in raw.replace(b"\r\n", b"")
    assert max(map(len, raw.split(b"\r\n"))) <= 998
    assert raw.isascii()


def test_a_line_break_in_a_foreign_header_adds_no_header_of_ours() -> None:
    hostile = "<a@x.example>\r\nBcc: thief@y.example"

    message = read(rendered(draft(in_reply_to=hostile, references=(hostile,))))

    assert message["Bcc"] is None
    assert "thief" not in str(message["To"])


def test_values_are_escaped_in_html_and_plain_in_text() -> None:
    values = VALUES | {"received": "<script>alert(1)</script> & {{ 7*7 }}"}

    message = read(rendered(draft(values=values)))

    plain, html = (message.get_body((kind,)) for kind in ("plain", "html"))
    assert plain is not None
    assert html is not None
    assert "<script>alert(1)</script> & {{ 7*7 }}" in plain.get_content()
    assert "<script>" not in html.get_content()
    assert "&lt;script&gt;" in html.get_content()


def test_a_mail_has_the_same_message_id_whenever_it_is_rendered() -> None:
    assert rendered(draft()).message_id == rendered(draft()).message_id
    assert rendered(draft()).message_id != rendered(draft(key="ack:2")).message_id


def test_a_template_that_asks_for_an_unknown_value_is_refused_not_sent_with_a_gap() -> None:
    values = {"reference": "NOR-2026-0001-7MX"}

    with pytest.raises(RuleError, match=r"ack-referral/body.txt.*received"):
        rendered(draft(values=values))


def test_a_missing_template_stops_the_program_at_start_and_is_named() -> None:
    templates = Templates({"mail/ack-referral/subject.txt": "x"})

    with pytest.raises(RuleError, match=r"mail/ack-referral/body.txt: there is no such template"):
        templates.check("northshire", ["ack-referral"])


def test_a_template_that_does_not_compile_stops_the_program_at_start() -> None:
    parts = ("subject.txt", "body.txt", "body.html")
    templates = Templates({f"mail/ack-referral/{part}": "{{ broken" for part in parts})

    with pytest.raises(RuleError, match=r"ack-referral/subject.txt"):
        templates.check("northshire", ["ack-referral"])


def test_a_site_changes_a_letter_by_a_file_of_the_same_path(tmp_path: Path) -> None:
    own = tmp_path / "templates/mail/ack-referral"
    own.mkdir(parents=True)
    (own / "subject.txt").write_text("We have it: {{ reference }}")
    office, templates = load_area("northshire", SITE, tmp_path)

    mail = render(draft(), office, templates, MONDAY_9AM)

    assert mail.subject == "We have it: NOR-2026-0001-7MX"


def test_an_areas_own_letter_comes_before_the_shared_one(tmp_path: Path) -> None:
    own = tmp_path / "templates/partnerships/northshire/mail/ack-referral"
    own.mkdir(parents=True)
    (own / "subject.txt").write_text("Northshire has it: {{ reference }}")

    for area, subject in (("northshire", "Northshire has it"), ("lewisham", "Referral received")):
        office, templates = load_area(area, SITE, tmp_path)
        assert render(draft(), office, templates, MONDAY_9AM).subject.startswith(subject)
