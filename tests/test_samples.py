"""The project's own sample mail: believable, readable, invented, and always the same."""

import email
import io
import re
import tomllib
import zipfile
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email import policy
from email.message import EmailMessage
from pathlib import Path

import docx
import pytest
from docx.table import Table

import agent.samples
from agent.samples import (
    SampleMail,
    bench_mails,
    demo_mails,
    write_referral_form,
    write_scoping_return,
)

MONDAY = datetime(2026, 11, 9, 7, 0, tzinfo=UTC)
BENCH_COUNT = 200

ADDRESS = re.compile(r"[\w.+-]+@([\w-]+(?:\.[\w-]+)+)")
LINK = re.compile(r"https?://|www\.")
TELEPHONE = re.compile(r"(?<![\w:/.-])(?:\+44|0)[\d ]{9,12}\d(?![\w/:-])")


@pytest.fixture(scope="module")
def fortnight() -> tuple[SampleMail, ...]:
    return demo_mails(MONDAY)


@pytest.fixture(scope="module")
def busy_mailbox() -> tuple[bytes, ...]:
    return tuple(bench_mails(BENCH_COUNT, seed=7))


def parsed(raw: bytes) -> EmailMessage:
    message = email.message_from_bytes(raw, policy=policy.default)
    assert isinstance(message, EmailMessage)
    return message


def files_of(message: EmailMessage) -> list[tuple[str, bytes]]:
    return [
        (part.get_filename() or "", part.get_content())
        for part in message.walk()
        if part.get_content_disposition() == "attachment"
    ]


def words_of(content: bytes) -> str:
    """Return every word in a Word file's tables and paragraphs."""
    word = docx.Document(io.BytesIO(content))
    cells = (cell.text for table in word.tables for row in table.rows for cell in row.cells)
    return "\n".join((*(paragraph.text for paragraph in word.paragraphs), *cells))


def all_words(raw: bytes) -> Iterator[str]:
    """Yield a mail's headers, its texts, and the words of the Word files in it."""
    message = parsed(raw)
    yield "\n".join(f"{name}: {value}" for name, value in message.items())
    for part in message.walk():
        if part.get_content_maintype() == "text":
            yield part.get_payload(decode=True).decode("utf-8", "replace")  # type: ignore[union-attr]
    for _, content in files_of(message):
        if zipfile.is_zipfile(io.BytesIO(content)):
            yield words_of(content)


def column(table: Table, number: int) -> list[str]:
    return [row.cells[number].text for row in table.rows]


def find_mail(mails: tuple[SampleMail, ...], about: str) -> SampleMail:
    return next(mail for mail in mails if about in mail.description)


def test_a_filled_referral_form_opens_in_word_with_the_answers_beside_their_labels():
    form = write_referral_form(
        {
            "child_name": "Robin Alder",
            "child_dob": "03/02/2021",
            "referrer_name": "Morgan Quill",
            "referrer_agency": "Northshire Police",
            "referrer_role": "Detective Inspector",
            "dsl_name": "Priya Raman",
            "family": [{"name": "Kit Alder", "relationship": "Brother"}],
            "chronology": [{"when": "1 May", "event": "Seen"}, {"when": "2 May", "event": "Hurt"}],
            "summary": "First line.\nSecond line.",
        }
    )
    word = docx.Document(io.BytesIO(form))
    referrer, dsl, child, family, _, _, summary, _, chronology, *_ = word.tables

    assert "Name of Child: Robin Alder" in [paragraph.text for paragraph in word.paragraphs]
    assert column(referrer, 1)[1] == "Northshire Police\nDetective Inspector"
    assert column(dsl, 0) == ["Name", "Priya Raman"]
    assert dict(zip(column(child, 0), column(child, 1), strict=True))["Date of Birth"] == (
        "03/02/2021"
    )
    assert column(family, 1) == ["Relationship to Child", "Brother"]
    assert summary.cell(0, 0).text == "First line.\nSecond line."
    assert column(chronology, 1) == ["Event", "Seen", "Hurt"]


def test_a_blank_form_has_every_label_and_no_answer():
    word = docx.Document(io.BytesIO(write_referral_form({})))
    child = word.tables[2]

    assert len(child.rows) == 16
    assert set(column(child, 1)) == {""}


def test_a_scoping_return_asks_its_five_questions_and_holds_the_answers():
    answers = {"agency_name": "Southwood Homes", "involvement_summary": "Two visits."}
    words = words_of(write_scoping_return(answers))

    assert "Southwood Homes" in words
    assert "Two visits." in words
    assert all(f"\n{number}. " in words for number in range(1, 6))


@pytest.mark.parametrize("write", [write_referral_form, write_scoping_return])
def test_a_form_is_as_large_as_a_real_word_file(write):
    assert 30_000 < len(write({})) < 60_000


def test_the_fortnight_lasts_two_weeks_and_runs_in_order_of_arrival(fortnight):
    arrivals = [mail.received_at for mail in fortnight]

    assert 24 <= len(fortnight) <= 28
    assert arrivals == sorted(arrivals)
    assert arrivals[0] > MONDAY
    assert timedelta(days=10) < arrivals[-1] - arrivals[0] < timedelta(days=14)


def test_the_fortnight_keeps_local_time_when_the_clocks_change():
    """British Summer Time ends on Sunday 25 October 2026, the sixth day of this fortnight."""
    mails = demo_mails(datetime(2026, 10, 19, 7, 0, tzinfo=UTC))

    assert (mails[0].received_at.hour, mails[-1].received_at.hour) == (8, 11)


def test_a_mail_arrived_when_its_newest_received_header_says(fortnight):
    for mail in {mail.raw: mail for mail in reversed(fortnight)}.values():
        newest = parsed(mail.raw).get_all("Received")[0]
        at = email.utils.parsedate_to_datetime(newest.rpartition(";")[2].strip())
        assert at == mail.received_at, mail.description


def test_the_fortnight_holds_six_different_filled_referrals_and_one_blank_form(fortnight):
    children = Counter(
        docx.Document(io.BytesIO(content)).paragraphs[3].text
        for raw in {mail.raw for mail in fortnight}
        for name, content in files_of(parsed(raw))
        if name.endswith(".docx") and zipfile.is_zipfile(io.BytesIO(content))
        if "REFERRAL OF A SERIOUS INCIDENT FORM" in words_of(content)
    )

    assert sum(children.values()) == 7
    assert children["Name of Child:"] == 1


def test_one_referral_arrives_twice_byte_for_byte(fortnight):
    [(raw, _)] = [item for item in Counter(m.raw for m in fortnight).items() if item[1] == 2]

    assert b"Ruth Adeyinka" in raw


def test_a_referral_without_a_word_in_the_body_still_has_its_form(fortnight):
    message = parsed(find_mail(fortnight, "no word in the body").raw)
    body = message.get_body(("plain",))

    assert body is not None
    assert body.get_content().strip() == ""
    assert [name for name, _ in files_of(message)] == ["Serious incident – referral.docx"]


def test_machines_say_that_they_are_machines(fortnight):
    bounce = parsed(find_mail(fortnight, "delivery failure").raw)
    away = parsed(find_mail(fortnight, "out-of-office").raw)

    assert bounce.get_content_type() == "multipart/report"
    assert [part.get_content_type() for part in bounce.iter_parts()] == [
        "text/plain",
        "message/delivery-status",
        "message/rfc822",
    ]
    assert bounce["Return-Path"] == away["Return-Path"] == "<>"
    assert away["Auto-Submitted"] == "auto-replied"
    assert parsed(find_mail(fortnight, "newsletter").raw)["List-Id"]


def test_only_the_broken_mail_has_defects(fortnight):
    broken = {mail.description for mail in fortnight if parsed(mail.raw).defects}

    assert broken == {"A mail cut off on its way, with a wrong character set"}


def test_the_locked_file_is_a_compound_file_with_an_encrypted_package(fortnight):
    [(name, content)] = files_of(parsed(find_mail(fortnight, "under a password").raw))

    assert name == "Report.docx"
    assert content.startswith(bytes.fromhex("d0cf11e0a1b11ae1"))
    assert "EncryptedPackage".encode("utf-16-le") in content


def test_the_scan_is_a_pdf_with_a_picture_and_no_text(fortnight):
    [(_, content)] = files_of(parsed(find_mail(fortnight, "copier").raw))
    start = int(content.rpartition(b"startxref")[2].split()[0])

    assert content[start:].startswith(b"xref")
    assert b"/Subtype /Image" in content
    assert b"/Font" not in content


def test_nothing_in_the_samples_belongs_to_somebody_real(fortnight, busy_mailbox):
    seen = 0
    for raw in (*(mail.raw for mail in fortnight), *busy_mailbox):
        for words in all_words(raw):
            domains = ADDRESS.findall(words)
            telephones = [number.replace(" ", "") for number in TELEPHONE.findall(words)]
            assert not [name for name in domains if not name.lower().endswith(".example")], words
            assert not [number for number in telephones if not number.startswith("01632960")]
            assert not LINK.search(words), words
            seen += len(domains) + len(telephones)

    assert seen > 1000


def test_no_date_in_the_story_is_left_unwritten(fortnight):
    assert not [mail for mail in fortnight for words in all_words(mail.raw) if "{d" in words]


def test_every_filled_form_of_the_story_is_used():
    folder = Path(agent.samples.__file__).parent
    story = tomllib.loads((folder / "fortnight.toml").read_text(encoding="utf-8"))
    forms = tomllib.loads((folder / "referrals.toml").read_text(encoding="utf-8"))
    used = {
        file.get("form") or file.get("scoping")
        for told in story["mail"]
        for file in told.get("attach", ())
    }

    assert used - {None, "blank"} == set(forms)


def test_the_same_start_or_seed_gives_the_same_bytes(fortnight, busy_mailbox):
    assert demo_mails(MONDAY) == fortnight
    assert tuple(bench_mails(BENCH_COUNT, seed=7)) == busy_mailbox
    assert tuple(bench_mails(BENCH_COUNT, seed=8)) != busy_mailbox


def test_a_busy_mailbox_has_the_mixture_of_a_scoping_round(busy_mailbox):
    sorts = Counter()
    for raw in busy_mailbox:
        message = parsed(raw)
        names = [name for name, _ in files_of(message)]
        nil = str(message["Subject"]).startswith("RE: Information request") and not names
        automatic = message["Return-Path"] == "<>"
        sorts[names[0] if names else "nil" if nil else "auto" if automatic else "other"] += 1

    assert sorts == {
        "Referral form.docx": 20,
        "Scoping form.docx": 80,
        "nil": 40,
        "auto": 40,
        "other": 20,
    }


def test_every_referral_of_a_busy_mailbox_is_about_another_child(busy_mailbox):
    forms = [
        docx.Document(io.BytesIO(content)).tables[2]
        for raw in busy_mailbox
        for name, content in files_of(parsed(raw))
        if name == "Referral form.docx"
    ]
    children = [tuple(column(table, 1)[:2]) for table in forms]

    assert len(set(children)) == len(children) == 20
    assert not [answer for child in children for answer in child if not answer or "@@" in answer]


def test_every_mail_of_a_busy_mailbox_has_a_message_id_of_its_own(busy_mailbox):
    assert len({parsed(raw)["Message-ID"] for raw in busy_mailbox}) == BENCH_COUNT
