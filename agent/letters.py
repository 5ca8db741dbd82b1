"""Drafts become the exact bytes that will leave: text and HTML, neutral subject, threading headers.

Pure: templates are loaded by `load_templates` at start and handed in. A template sees only the
draft's values and the office's own facts; text from a mail is never a template.
"""

import hashlib
from collections.abc import Iterable, Mapping
from datetime import datetime
from email.charset import QP, Charset
from email.encoders import encode_base64
from email.header import Header
from email.mime.base import MIMEBase
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from email.policy import compat32
from email.utils import format_datetime
from pathlib import Path

from jinja2 import DictLoader, StrictUndefined, TemplateError
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup

from agent.enclosures import DocumentTemplates, load_documents, render_enclosure
from agent.errors import LetterRefused, RuleError
from agent.model.draft import Draft, Enclosure, Mail
from agent.profile import Office, Profile, Site
from agent.proofread import proofread, required_of, texts_of
from agent.screen import OWN_MARKER

_PARTS = ("subject.txt", "body.txt", "body.html")
# The stdlib's modern policy loses the blank between encoded words on CPython 3.11 and 3.12 (a
# subject with "José Núñez"), so headers are encoded by `Header` under the old policy, CRLF ended.
MAIL_POLICY = compat32.clone(linesep="\r\n", max_line_length=78)
UTF8 = Charset("utf-8")
UTF8.body_encoding = QP


class Templates:
    """Every template of templates/, compiled once; a missing one is found at start.

    `documents` are the Word files among them.
    """

    def __init__(
        self, sources: Mapping[str, str], documents: DocumentTemplates | None = None
    ) -> None:
        self.documents = documents or DocumentTemplates({})
        self._names = frozenset(sources)
        self._environment = ImmutableSandboxedEnvironment(
            loader=DictLoader(dict(sources)),
            undefined=StrictUndefined,
            autoescape=lambda name: bool(name and name.endswith(".html")),
            cache_size=-1,
            keep_trailing_newline=False,
        )

    def check(self, partnership: str, letters: Iterable[str]) -> None:
        """Raise RuleError unless each of these letters has its three parts and they compile."""
        for letter in letters:
            for part in _PARTS:
                name = self._find(partnership, f"mail/{letter}/{part}")
                try:
                    self._environment.get_template(name)
                except TemplateError as error:
                    raise RuleError(f"templates/{name}: {error}.") from error

    def fill(self, partnership: str, name: str, values: Mapping[str, str | Markup]) -> str:
        """Return the template filled; an area's own template comes before the shared one.

        Raises:
            RuleError: the template asks for something it is not given; nothing is left blank.
        """
        found = self._find(partnership, name)
        try:
            return self._environment.get_template(found).render(values)
        except TemplateError as error:
            raise RuleError(f"templates/{found}: {error}.") from error

    def _find(self, partnership: str, name: str) -> str:
        own = f"partnerships/{partnership}/{name}"
        if own in self._names:
            return own
        if name not in self._names:
            raise RuleError(f"templates/{name}: there is no such template.")
        return name


def load_templates(folders: Iterable[Path]) -> Templates:
    """Return every template in these folders; a file in an earlier folder wins."""
    sources: dict[str, str] = {}
    folders = tuple(folders)
    for folder in folders:
        for path in sorted(folder.rglob("*")):
            if path.suffix in {".txt", ".html"} and path.is_file():
                name = path.relative_to(folder).as_posix()
                if name.startswith("web/"):  # The page's own.
                    continue
                sources.setdefault(name, path.read_text(encoding="utf-8"))
    return Templates(sources, load_documents(folders))


def render(draft: Draft, office: Office, templates: Templates, now: datetime) -> Mail:
    """Return the mail as it will leave, under a Message-ID fixed by the draft's key.

    Raises:
        LetterRefused: read over, something in it is wrong, such as a placeholder or a gap.
    """
    profile, site = office.profile, office.site
    values = {**_office_values(profile, site), **draft.values}

    def fill(part: str) -> str:
        return templates.fill(profile.slug, f"mail/{draft.template}/{part}", values)

    subject = " ".join(fill("subject.txt").split())
    text = fill("body.txt").strip() + "\n"
    # The body comes from a template that has already escaped every value.
    frame = {"subject": subject, "body": Markup(fill("body.html").strip())}
    html = templates.fill(profile.slug, "mail/frame.html", frame)
    message_id = _message_id(draft.key, site.mailbox)
    body = MIMEMultipart("alternative", policy=MAIL_POLICY)
    body.attach(_text_part(text, "plain"))
    body.attach(_text_part(html, "html"))
    files = [
        _render_file(one, draft, templates.documents, profile.slug) for one in draft.enclosures
    ]
    message = MIMEMultipart("mixed", policy=MAIL_POLICY) if files else body
    if files:
        message.attach(body)
        for filename, content_type, content in files:
            message.attach(_file_part(filename, content_type, content))
    _address(message, draft, profile, site, subject, message_id, now)
    return Mail(draft, message_id, subject, message.as_bytes(policy=MAIL_POLICY), text)


def _render_file(
    enclosure: Enclosure, draft: Draft, documents: DocumentTemplates, partnership: str
) -> tuple[str, str, bytes]:
    """Return the file's name, type and content; a Word file is read over as its reader will."""
    filename, content_type, content = render_enclosure(enclosure, documents, partnership)
    if enclosure.template:
        values = enclosure.values
        told = tuple(texts_of(values))
        required = required_of(enclosure.template, values)
        wrong = proofread(content, required, told, draft.foreign_names, told)
        if wrong is not None:
            raise LetterRefused(f"{enclosure.template}: {wrong}.")
    return filename, content_type, content


def _address(
    message: MIMEMultipart,
    draft: Draft,
    profile: Profile,
    site: Site,
    subject: str,
    message_id: str,
    now: datetime,
) -> None:
    """Give the mail its headers."""
    message["From"] = _address_header(profile.name, site.mailbox)
    message["To"] = _address_header(draft.to.name, draft.to.email)
    charset = "us-ascii" if subject.isascii() else "utf-8"
    message["Subject"] = Header(subject, charset, header_name="Subject").encode(linesep="\r\n")
    message["Date"] = format_datetime(now)
    message["Message-ID"] = message_id
    if draft.in_reply_to:
        message["In-Reply-To"] = _one_line(draft.in_reply_to)
        references = dict.fromkeys(_one_line(id_) for id_ in draft.references if id_)
        message["References"] = "\r\n ".join(references)
    message["Auto-Submitted"] = "auto-replied" if draft.in_reply_to else "auto-generated"
    message["X-Auto-Response-Suppress"] = "All"
    message[OWN_MARKER] = draft.case or draft.template


def _office_values(profile: Profile, site: Site) -> dict[str, str]:
    return {
        "partnership": profile.name,
        "partnership_short": profile.short_name,
        "incident_words": profile.incident_words,
        "decided_by": profile.decided_by,
        "phone": site.phone,
        "mailbox": site.mailbox,
        "mash_phone": site.mash_phone,
        "out_of_hours_phone": site.out_of_hours_phone,
    }


def _text_part(text: str, subtype: str) -> MIMEText:
    return MIMEText(text, subtype, _charset=UTF8, policy=MAIL_POLICY)  # type: ignore[arg-type]


def _file_part(filename: str, content_type: str, content: bytes) -> MIMEBase:
    """Return a file that goes with the mail, under a name of plain letters."""
    part = MIMEBase("application", "octet-stream", policy=MAIL_POLICY)
    part.replace_header("Content-Type", content_type or "application/octet-stream")
    part.add_header("Content-Disposition", "attachment", filename=_one_line(filename))
    part.set_payload(content)
    encode_base64(part)
    return part


def _address_header(name: str, email: str) -> str:
    words = _one_line(name).replace('"', "'").replace("\\", "")
    if not words or "@" in words:
        return email
    if words.isascii():
        return f'"{words}" <{email}>'
    return f"{Header(words, 'utf-8', maxlinelen=75).encode()} <{email}>"


def _one_line(text: str) -> str:
    """Return the text without line breaks or controls: nobody adds a header through a value."""
    return "".join(" " if ord(char) < 32 or ord(char) == 127 else char for char in text).strip()


def _message_id(key: str, mailbox: str) -> str:
    digest = hashlib.sha256(f"{mailbox}\n{key}".encode()).hexdigest()[:40]
    return f"<{digest}@{mailbox.rpartition('@')[2]}>"
