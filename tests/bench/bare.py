"""The bare loop: what the same mailbox costs a program that keeps to the barest.

Fetched in batches, read by the standard library's tolerant parser, forms by a direct walk over
their XML, one durable commit a mail, a plain reply to every mail with a filled referral form. No
cases, no log, no rules, no outbox, and what it does after a crash is anybody's guess.
"""

import email
import io
import smtplib
import sqlite3
import sys
import zipfile
from collections.abc import Iterator
from email.message import EmailMessage, Message
from email.utils import parseaddr
from pathlib import Path

from imapclient import IMAPClient
from lxml import etree

from tests.bench.metering import print_spent

BATCH = 50
WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
# It stands in a referral form only; our own program answers these mails and no others.
TITLE = "REFERRAL OF A SERIOUS INCIDENT FORM"
OFFICE = "reviews@northshirescp.example"


def take_all(user: str, password: str, imap_port: int, smtp_port: int, database: Path) -> None:
    """Read the whole mailbox, keep every mail and answer what is to be answered."""
    store = sqlite3.connect(database)
    store.execute("PRAGMA journal_mode = WAL")
    store.execute("PRAGMA synchronous = FULL")
    store.execute("CREATE TABLE mails (id TEXT, sender TEXT, subject TEXT, text TEXT, form TEXT)")
    store.commit()
    with (
        IMAPClient("localhost", imap_port, ssl=False) as mailbox,
        smtplib.SMTP("localhost", smtp_port) as link,
    ):
        mailbox.login(user, password)
        for raw in _fetch(mailbox):
            _take(raw, store, link)
    store.close()


def _fetch(mailbox: IMAPClient) -> Iterator[bytes]:
    mailbox.select_folder("INBOX", readonly=True)
    uids = mailbox.search()
    for start in range(0, len(uids), BATCH):
        fetched = mailbox.fetch(uids[start : start + BATCH], ["BODY.PEEK[]"])
        yield from (fetched[uid][b"BODY[]"] for uid in sorted(fetched))


def _take(raw: bytes, store: sqlite3.Connection, link: smtplib.SMTP) -> None:
    mail = email.message_from_bytes(raw)
    text, form = _texts(mail)
    sender = parseaddr(mail.get("From", ""))[1]
    kept = (mail.get("Message-ID", ""), sender, mail.get("Subject", ""), text, form)
    with store:
        store.execute("INSERT INTO mails VALUES (?, ?, ?, ?, ?)", kept)
    if TITLE in form:
        link.sendmail(OFFICE, sender, bytes(_reply(sender, mail)))


def _texts(mail: Message) -> tuple[str, str]:
    """Return what the mail and what the Word file in it says."""
    text = form = ""
    for part in mail.walk():
        content = part.get_payload(decode=True)
        if not isinstance(content, bytes):
            continue
        if (part.get_filename() or "").endswith(".docx"):
            form = _words(content)
        elif part.get_content_type() == "text/plain":
            text += content.decode(part.get_content_charset("utf-8"), "replace")
    return text, form


def _words(content: bytes) -> str:
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        body = etree.fromstring(package.read("word/document.xml"))
    paragraphs = body.iter(f"{WORD}p")
    return "\n".join("".join(t.text or "" for t in p.iter(f"{WORD}t")) for p in paragraphs)


def _reply(to: str, mail: Message) -> EmailMessage:
    reply = EmailMessage()
    reply["From"], reply["To"], reply["Subject"] = OFFICE, to, "Received"
    reply["In-Reply-To"] = reply["References"] = mail.get("Message-ID", "")
    reply["Auto-Submitted"] = "auto-replied"
    reply.set_content("We have received your referral.\n")
    return reply


if __name__ == "__main__":
    _, user, password, imap_port, smtp_port, database = sys.argv
    print_spent(lambda: take_all(user, password, int(imap_port), int(smtp_port), Path(database)))
