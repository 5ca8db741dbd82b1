"""Turns what a person wrote into the text and HTML that their mail program sends: with banner,
signature and disclaimer, and with the history quoted the way that program quotes it."""

import html
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email.utils import parseaddr

MARKED = {"gmail", "iphone", "thunderbird"}


@dataclass(frozen=True, slots=True)
class Past:
    """An earlier mail, as it is quoted."""

    sender: str
    to: str
    subject: str
    at: datetime
    text: str


@dataclass(frozen=True, slots=True)
class Written:
    """What goes into a mail's body. `history` is newest first; `bottom` puts the words below it."""

    client: str
    text: str
    banner: str = ""
    banner_below: str = ""
    foot: str = ""
    history: Sequence[Past] = ()
    bottom: bool = False


def plain_body(written: Written) -> str:
    """Return the plain text part."""
    own = "\n\n".join(
        part.strip("\n") for part in (written.banner, written.text) if part.strip("\n")
    )
    phone = {"iphone": "Sent from my iPhone", "samsung": "Sent from my Galaxy"}
    if written.client in phone:
        own += f"\n\n{phone[written.client]}"
    quoted = _plain_history(written.client, list(written.history))
    foot = written.foot.strip("\n")
    # A gateway adds its disclaimer when the mail leaves, below everything; a person's own
    # signature block stands above the history.
    late = written.client in {"gateway", "nhsmail"}
    parts = [own, quoted, foot] if late else [own, foot, quoted]
    if written.bottom:
        parts = [quoted, own, foot]
    parts.append(written.banner_below)
    return "\n\n".join(part for part in parts if part) + "\n"


def html_body(written: Written) -> str:
    """Return the HTML part, in the marks that the program uses."""
    own = _paragraphs(written.text, written.client)
    if written.client == "iphone":
        own += '<div id="AppleMailSignature" dir="ltr">Sent from my iPhone</div>'
    banner = _html_banner(written.banner)
    foot = f'<p style="font-size:8pt;color:gray">{_lines(written.foot)}</p>' if written.foot else ""
    quoted = _html_history(written.client, list(written.history))
    below = _html_banner(written.banner_below)
    body = f"{banner}{own}{foot}{quoted}{below}"
    if written.bottom:
        body = f"{banner}{quoted}{own}{foot}{below}"
    return f"<html><head><meta charset='utf-8'></head><body>{body}</body></html>\n"


def _plain_history(client: str, history: list[Past]) -> str:
    if not history:
        return ""
    first, rest = history[0], history[1:]
    inner = first.text.strip("\n")
    if rest:
        inner += "\n\n" + _plain_history(client, rest)
    head = _plain_head(client, first)
    if client in MARKED:
        quoted = "\n".join(f"> {line}".rstrip() for line in inner.split("\n"))
        if client == "iphone":
            return f"> {head}\n>\n{quoted}"
        return f"{head}\n\n{quoted}" if client == "gmail" else f"{head}\n{quoted}"
    return f"{head}\n\n{inner}"


def _plain_head(client: str, past: Past) -> str:
    name, address = parseaddr(past.sender)
    at = past.at
    if client == "gmail":
        return f"On {at:%a}, {at.day} {at:%b %Y} at {at:%H:%M}, {name} <{address}> wrote:"
    if client == "iphone":
        return f"On {at.day} {at:%b %Y}, at {at:%H:%M}, {name} <{address}> wrote:"
    if client == "thunderbird":
        return f"On {at:%d/%m/%Y %H:%M}, {name} wrote:"
    if client == "samsung":
        return (
            f"-------- Original message --------\nFrom: {name} <{address}>\n"
            f"Date: {at:%d/%m/%Y %H:%M} (GMT+00:00)\nTo: {past.to}\nSubject: {past.subject}"
        )
    rule = "-----Original Message-----" if client == "gateway" else "_" * 32
    return (
        f"{rule}\nFrom: {name} <{address}>\nSent: {at.day} {at:%B %Y %H:%M}\n"
        f"To: {past.to}\nSubject: {past.subject}"
    )


def _html_history(client: str, history: list[Past]) -> str:
    if not history:
        return ""
    first, rest = history[0], history[1:]
    inner = _paragraphs(first.text, client) + _html_history(client, rest)
    if client in MARKED:
        head = html.escape(_plain_head(client, first))
        if client == "gmail":
            return (
                f'<div class="gmail_quote"><div dir="ltr" class="gmail_attr">{head}<br></div>'
                f'<blockquote class="gmail_quote" style="margin:0 0 0 .8ex">{inner}'
                "</blockquote></div>"
            )
        if client == "iphone":
            cited = f'<blockquote type="cite">{head}<br><br>{inner}</blockquote>'
            return f'<div dir="ltr"><br>{cited}</div>'
        return (
            f'<div class="moz-cite-prefix">{head}</div><blockquote type="cite">{inner}</blockquote>'
        )
    facts = "<br>".join(
        f"<b>{label}</b> {html.escape(value)}"
        for label, value in (
            ("From:", first.sender),
            ("Sent:", f"{first.at.day} {first.at:%B %Y %H:%M}"),
            ("To:", first.to),
            ("Subject:", first.subject),
        )
    )
    if client == "owa":
        return (
            '<div id="appendonsend"></div><hr style="display:inline-block;width:98%">'
            f'<div id="divRplyFwdMsg" dir="ltr"><font face="Calibri">{facts}</font></div>'
            f"<div>{inner}</div>"
        )
    return (
        '<div><div style="border:none;border-top:solid #E1E1E1 1.0pt;padding:3.0pt 0cm 0cm 0cm">'
        f'<p class="MsoNormal">{facts}</p></div></div>{inner}'
    )


def _html_banner(text: str) -> str:
    if not text:
        return ""
    return (
        '<table border="0" width="100%"><tr><td style="background:#FFEB9C;padding:5px">'
        f"{_lines(text)}</td></tr></table><br>"
    )


def _paragraphs(text: str, client: str) -> str:
    mark = ' class="MsoNormal"' if client in {"outlook", "nhsmail"} else ""
    tag = "div" if client in {"gmail", "iphone", "owa", "samsung"} else "p"
    gap = "<div><br></div>" if tag == "div" else ""
    found = re.split(r"\n{2,}", text.strip("\n"))
    return gap.join(f"<{tag}{mark}>{_lines(one)}</{tag}>\n" for one in found)


def _lines(text: str) -> str:
    return html.escape(text.strip("\n"), quote=False).replace("\n", "<br>")
